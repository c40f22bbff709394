//! The document in a text, or why there is none: which character is at fault, and how the text probably came about.

use std::str;

use serde_json::Value;

use super::Finding;
use crate::error::quoted;

/// The document in a text, or why there is none.
pub fn parsed(bytes: &[u8]) -> std::result::Result<Value, Box<Finding>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.iter().take(4).any(|byte| *byte == 0) {
        return Err(Box::new(Finding::error("not-json", "the text is UTF-16 or UTF-32").hint("JSON is UTF-8: write it as UTF-8")));
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        let byte = rest.first().copied().unwrap_or_default();
        let finding = Finding::error("not-json", format!("the byte 0x{byte:02x} is not UTF-8")).hint("JSON is UTF-8: write it as UTF-8");
        Box::new(Finding { position: Some(position(&String::from_utf8_lossy(valid), valid.len())), ..finding })
    })?;
    if text.trim_ascii().is_empty() {
        return Err(Box::new(Finding::error("not-json", "it is empty").hint("a redirect on the way turns a delivery into a GET without a body")));
    }
    serde_json::from_str(text).map_err(|error| {
        // serde_json counts bytes, and stands on the first that is wrong.
        let line_start = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let offset = (line_start + error.column().saturating_sub(1)).min(text.len());
        let mut finding = not_json(text, offset, &error);
        finding.position = Some(position(text, offset));
        Box::new(finding)
    })
}

fn not_json(text: &str, offset: usize, error: &serde_json::Error) -> Finding {
    let there = text.get(offset..).and_then(|rest| rest.chars().next());
    match there {
        Some(c) if foreign_space(c).is_some() => {
            let name = foreign_space(c).unwrap_or_default();
            Finding::error("foreign-space", format!("U+{:04X} {name}, where JSON allows only plain spaces", u32::from(c)))
                .hint("the text was copied from a web page, as some translations of systeme.io's help are: put a plain space there, or nothing")
        }
        Some('“' | '”' | '„' | '‘' | '’' | '«' | '»') => Finding::error("foreign-quote", "a typographic quotation mark, where JSON takes only \"")
            .hint("the text went through a word processor or a web page: put plain quotation marks"),
        Some('\'') => Finding::error("not-json", "a single quotation mark, where JSON takes only \"")
            .hint("it is the notation of JavaScript or Python: write it out as JSON"),
        _ if error.is_eof() => Finding::error("not-json", "the document ends too early").hint("it was cut off: the rest is missing"),
        _ => {
            let error = error.to_string();
            let rest = text.get(offset..).unwrap_or_default().lines().next().unwrap_or_default().trim();
            let found = if rest.is_empty() { String::new() } else { format!(", found {}", quoted(&rest.chars().take(24).collect::<String>())) };
            let finding = Finding::error("not-json", format!("{}{found}", error.split(" at line ").next().unwrap_or(&error)));
            match HINTS.iter().find(|(fits, _)| fits(&error, text, rest)) {
                Some((_, hint)) => finding.hint(*hint),
                None => finding,
            }
        }
    }
}

/// What a parser's error, the whole text and what stands at the fault say of how the text came about.
type Fits = fn(error: &str, text: &str, rest: &str) -> bool;

const HINTS: &[(Fits, &str)] = &[
    (|error, _, _| error.starts_with("trailing characters"), "a body, or a file, is one document; of several, each has a line of its own"),
    (|error, _, _| error.starts_with("recursion limit"), "it is nested deeper than any event"),
    (|_, _, rest| ["//", "/*", "#"].iter().any(|start| rest.starts_with(start)), "JSON has no comments"),
    (|_, text, _| text.trim_start().starts_with('<'), "this is a web page, and no payload"),
    (|_, text, _| text.trim_start().starts_with("```"), "leave out the lines with ```"),
    (|_, text, _| text.starts_with("POST ") || text.starts_with("HTTP/"), "this is a whole request: keep what follows the blank line"),
    (|_, text, _| text.starts_with("payload=") || text.contains("%7B"), "this is form-encoded: systeme.io sends JSON"),
    (|_, _, rest| rest.starts_with("&quot;"), "the text went through HTML: &quot; stands for \""),
    (
        |_, _, rest| ["NaN", "Infinity", "-Infinity", "undefined", "None", "True", "False"].iter().any(|word| rest.starts_with(word)),
        "it is the notation of JavaScript or Python: write it out as JSON",
    ),
    (|error, _, _| error.starts_with("key must be a string"), "keys stand in double quotation marks"),
];

/// The name of a space that JSON does not know.
fn foreign_space(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' => "NO-BREAK SPACE",
        '\u{202f}' => "NARROW NO-BREAK SPACE",
        '\u{2007}' => "FIGURE SPACE",
        '\u{200b}' => "ZERO WIDTH SPACE",
        '\u{feff}' => "ZERO WIDTH NO-BREAK SPACE",
        '\u{3000}' => "IDEOGRAPHIC SPACE",
        '\u{2028}' => "LINE SEPARATOR",
        '\u{2029}' => "PARAGRAPH SEPARATOR",
        _ if c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n' | '\r') => "a space of another kind",
        _ => return None,
    })
}

/// Line and column from 1, the column in characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
