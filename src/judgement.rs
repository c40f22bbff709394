//! What is wrong with a text that should be an event: that it is not JSON and why, which event it is, where it differs from that event's schema. It
//! takes any bytes, and never fails.

use std::str;

use serde_json::Value;

use crate::catalog::Event;
use crate::delivery::{is_record, recorded_body};
use crate::error::{Result, nearest, quoted};
use crate::schema::{EventSchema, Schemas, described, each_place};

/// The largest document that is read: systeme.io's own are about 2 kB.
pub const MOST_BYTES: usize = 16 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Warning,
    Error,
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing to say about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    pub code: &'static str,
    /// Where in the document, as a JSON Pointer; empty for the whole of it.
    pub pointer: String,
    /// Line and column from 1, the column in characters, where the text itself is at fault.
    pub position: Option<(usize, usize)>,
    pub message: String,
    pub hint: Option<String>,
}

impl Finding {
    fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Error, code, pointer: String::new(), position: None, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn at(mut self, pointer: &str) -> Self {
        pointer.clone_into(&mut self.pointer);
        self
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The event it was judged as, or called itself.
    pub event: Option<String>,
    pub findings: Vec<Finding>,
}

impl Judgement {
    pub fn is_ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.level < Level::Error)
    }

    fn of(finding: Finding) -> Self {
        Self { event: None, findings: vec![finding] }
    }
}

/// What a text is judged by.
#[derive(Debug)]
pub struct Judge<'c> {
    schemas: &'c Schemas<'c>,
    /// The event it must be, whatever it calls itself.
    event: Option<&'c Event>,
    /// An event that the catalogue does not know is news and no fault.
    allow_unknown: bool,
}

impl<'c> Judge<'c> {
    pub fn new(schemas: &'c Schemas<'c>, event: Option<&'c Event>, allow_unknown: bool) -> Self {
        Self { schemas, event, allow_unknown }
    }

    /// Fails only where a schema of the catalogue is itself at fault.
    pub fn judge(&self, text: &[u8]) -> Result<Judgement> {
        if text.len() > MOST_BYTES {
            let message = format!("more than {} MiB, which is the most that is read", MOST_BYTES >> 20);
            return Ok(Judgement::of(Finding::error("too-large", message).hint("one document a file, or one a line, is what an event is")));
        }
        let (text, bom) = match text.strip_prefix("\u{feff}".as_bytes()) {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let mut judgement = match parsed(text) {
            Ok(document) if is_record(&document) => match recorded_body(&document) {
                Ok(body) => self.judge(&body)?,
                Err(message) => Judgement::of(Finding::error("bad-record", message)),
            },
            Ok(document) => self.judge_document(&document)?,
            Err(finding) => Judgement::of(*finding),
        };
        if bom {
            let finding = Finding::error("bom", "a byte order mark before the document").hint("systeme.io sends none; save the file as UTF-8 without BOM");
            judgement.findings.insert(0, Finding { level: Level::Warning, position: Some((1, 1)), ..finding });
        }
        Ok(judgement)
    }

    fn judge_document(&self, document: &Value) -> Result<Judgement> {
        let Value::Object(object) = document else {
            let finding = Finding::error("not-an-event", format!("expected an object, found {}", described(document)));
            return Ok(Judgement::of(match self.event_within(document) {
                Some(place) => finding.hint(format!("an event stands at {place}: one document a file, or one a line")),
                None => finding,
            }));
        };
        if let Some(event) = self.event {
            return Ok(Judgement { event: Some(event.name.clone()), findings: violations(self.schemas.of(event)?, document) });
        }
        let name = match object.get("type") {
            Some(Value::String(name)) => name,
            Some(other) => {
                let finding = Finding::error("no-type", format!("expected the event's name, found {}", described(other)));
                return Ok(Judgement::of(finding.at("/type").hint("--event NAME says which event it is")));
            }
            None => {
                if let Some(place) = self.event_within(document) {
                    let finding = Finding::error("no-type", "this is no event, and one stands within it").at("/type");
                    return Ok(Judgement::of(finding.hint(format!("validate what stands at {place} alone"))));
                }
                let bare = ["contact", "customer"].iter().any(|key| object.contains_key(*key));
                let finding = Finding::error("no-type", "the key \"type\", which names the event, is missing").at("/type");
                return Ok(Judgement::of(finding.hint(match bare {
                    true => {
                        "it looks like what stands under data, or like a delivery of Settings > Webhooks, which names its event in the header X-Webhook-Event"
                    }
                    false => "--event NAME says which event it is",
                })));
            }
        };
        if let Some(event) = self.schemas.catalog().of_type(name) {
            return Ok(Judgement { event: Some(event.name.clone()), findings: violations(self.schemas.of(event)?, document) });
        }
        let mut findings = vec![self.unknown(name)];
        findings.extend(violations(self.schemas.envelope()?, document));
        Ok(Judgement { event: Some(name.clone()), findings })
    }

    /// Where the first known event stands within a document: other tools wrap what they capture.
    fn event_within(&self, document: &Value) -> Option<String> {
        let mut within = None;
        each_place(document, String::new(), &mut |place, value| {
            let parsed: Option<Value> = value.as_str().filter(|text| text.starts_with('{')).and_then(|text| serde_json::from_str(text).ok());
            let name = parsed.as_ref().unwrap_or(value).get("type").and_then(Value::as_str);
            if within.is_none() && name.is_some_and(|name| self.schemas.catalog().of_type(name).is_some()) {
                within = Some(place.to_owned());
            }
        });
        within
    }

    fn unknown(&self, name: &str) -> Finding {
        let known = self.schemas.catalog().events.iter().map(|event| event.name.as_str());
        let nearest = nearest(name, known);
        let finding = Finding::error("unknown-event", format!("{} is no documented event", quoted(name))).at("/type");
        let level = if self.allow_unknown { Level::Warning } else { Level::Error };
        let mut hint = match nearest.is_empty() {
            true => "systeme.io has events that are documented nowhere".to_owned(),
            false => format!("did you mean {}? systeme.io has events, too, that are documented nowhere", nearest.join(" or ")),
        };
        if !self.allow_unknown {
            hint.push_str(": --allow-unknown lets them pass");
        }
        Finding { level, ..finding.hint(hint) }
    }
}

fn violations(schema: &EventSchema, document: &Value) -> Vec<Finding> {
    // The plain verdict is several times cheaper, and most documents are valid.
    if schema.is_valid(document) {
        return Vec::new();
    }
    let findings = schema.violations(document).into_iter();
    findings.map(|violation| Finding { hint: violation.hint, ..Finding::error(violation.code, violation.message).at(&violation.pointer) }).collect()
}

/// The document in a text, or why there is none.
fn parsed(bytes: &[u8]) -> std::result::Result<Value, Box<Finding>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.iter().take(4).any(|byte| *byte == 0) {
        return Err(Box::new(Finding::error("not-json", "the text is UTF-16 or UTF-32").hint("JSON is UTF-8: save the file as UTF-8")));
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        let byte = rest.first().copied().unwrap_or_default();
        let finding = Finding::error("not-json", format!("the byte 0x{byte:02x} is not UTF-8")).hint("JSON is UTF-8: save the file as UTF-8");
        Box::new(Finding { position: Some(position(&String::from_utf8_lossy(valid), valid.len())), ..finding })
    })?;
    if text.trim_ascii().is_empty() {
        return Err(Box::new(Finding::error("not-json", "the text is empty").hint("a redirect on the way turns a delivery into a GET without a body")));
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
        _ if error.is_eof() => Finding::error("not-json", "the document ends too early").hint("it was cut off: copy the whole body"),
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
    (|error, _, _| error.starts_with("trailing characters"), "one document a file, or one a line"),
    (|error, _, _| error.starts_with("recursion limit"), "it is nested deeper than any event"),
    (|_, _, rest| ["//", "/*", "#"].iter().any(|start| rest.starts_with(start)), "JSON has no comments"),
    (|_, text, _| text.trim_start().starts_with('<'), "this is a web page, and no payload"),
    (|_, text, _| text.trim_start().starts_with("```"), "leave out the lines with ```"),
    (|_, text, _| text.starts_with("POST ") || text.starts_with("HTTP/"), "this is a whole request: keep what follows the blank line"),
    (|_, text, _| text.starts_with("payload=") || text.contains("%7B"), "this is form-encoded: systeme.io sends JSON"),
    (|_, _, rest| rest.starts_with("&quot;"), "the text went through HTML: &quot; stands for \""),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Catalog;

    fn judged(text: &[u8]) -> Vec<(&'static str, Option<(usize, usize)>)> {
        let catalog = Catalog::embedded().expect("the catalogue");
        let schemas = Schemas::new(&catalog);
        let judgement = Judge::new(&schemas, None, false).judge(text).expect("the schemas");
        judgement.findings.into_iter().map(|finding| (finding.code, finding.position)).collect()
    }

    #[test]
    fn a_text_that_is_not_json_is_told_why_and_where() {
        assert_eq!(judged("{\n \"é\":\u{a0}1}".as_bytes()), [("foreign-space", Some((2, 6)))]);
        assert_eq!(judged("{“type”: 1}".as_bytes()), [("foreign-quote", Some((1, 2)))]);
        assert_eq!(judged(b"{\"type\": \"x\""), [("not-json", Some((1, 12)))]);
        assert_eq!(judged(b" \n"), [("not-json", None)]);
        assert_eq!(judged(b"{\"a\": \"\xe9\"}"), [("not-json", Some((1, 8)))]);
        assert_eq!(judged(b"\xff\xfe{\0}\0"), [("not-json", None)]);
        assert_eq!(judged("[".repeat(100_000).as_bytes())[0].0, "not-json");
    }

    #[test]
    fn a_no_break_space_within_a_string_is_a_character_like_any_other() {
        assert_eq!(judged("{\"type\": \"a\u{a0}b\"}".as_bytes())[0].0, "unknown-event");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn arbitrary_bytes_are_judged_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(!judged(&bytes).is_empty());
        }

        #[test]
        fn a_cut_document_is_never_ok(cut in 0..2000_usize) {
            let sample = include_bytes!("../samples/automation/customer.sale.completed.json");
            prop_assert!(!judged(&sample[..cut]).is_empty());
        }
    }
}
