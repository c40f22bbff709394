//! Messages for people. What came from outside is made visible here, never obeyed: no control or direction character of a payload reaches a
//! terminal.

mod decoded;
mod heard;
mod paint;

use std::fmt::Write as _;

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{EventRow, Field, Looks, Message, Sent, SentAll, Written};
use crate::error::{Error, shortened};
use crate::judgement::{Finding, Judgement, Level};

use paint::{Color, Paint};

/// How far what belongs to a line stands in below it.
const INDENT: &str = "       ";

pub fn written(message: &Message<'_>, looks: Looks) -> Written {
    let out = Paint::new(looks.out_color);
    let err = Paint::new(looks.err_color);
    let data = |text: String| Written { out: text.into_bytes(), err: String::new() };
    let talk = |text: String| Written { out: Vec::new(), err: text };
    match message {
        Message::Line(line) => Written { out: [line, &b"\n"[..]].concat(), err: String::new() },
        Message::Document(value) => data(format!("{value:#}\n")),
        Message::Note(note) => talk(format!("{}\n", err.dim(&visible(note)))),
        Message::Warning(warning) => talk(looks.wrapped_talk(&format!("{} {}", err.color("warning:", Color::Yellow), visible(warning)))),
        Message::Ready { url } => talk(heard::ready(url, err)),
        Message::Heard(heard) => data(heard::heard(heard, out, looks.width)),
        Message::Turned(refused) => data(heard::refused(refused, out, looks.width)),
        // A terminal has written ^C at the beginning of the line.
        Message::HeardAll(all) => talk(format!("{}{}", if looks.err_is_terminal { "\n" } else { "" }, heard::heard_all(all, err))),
        Message::Sent(sent) => data(self::sent(sent, out, looks.width)),
        Message::SentAll(all) => talk(sent_all(all, err)),
        Message::Judged { file, line, judgement } => data(judged(file, *line, judgement, out, looks.width)),
        Message::JudgedAll { documents, invalid } => talk(judged_all(*documents, *invalid, err)),
        Message::Event(row) => data(event(row, out, looks.width)),
        Message::Field(field) => data(self::field(field, out, looks.width)),
    }
}

pub fn error(error: &Error, looks: Looks) -> String {
    looks.wrapped_talk(&format!("{} {}", Paint::new(looks.err_color).color("error:", Color::Red), visible(&error.to_string())))
}

/// `text` with every character that a terminal might obey, or that turns the reading direction, as JSON would escape it.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        // Joiners are letters' own: names and emoji are written with them.
        let hidden = c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
        if hidden {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

fn sent(sent: &Sent, paint: Paint, width: usize) -> String {
    let status = sent.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
    let mark = if sent.accepted { paint.color("✓", Color::Green) } else { paint.color("✗", Color::Red) };
    let status = paint.color(&status, if sent.accepted { Color::Green } else { Color::Red });
    let contact = visible(&sent.contact);
    let size = format!("{} B", sent.bytes);
    let latency = format!("{:.0} ms", (sent.latency.as_secs_f64() * 1e3).max(1.0));
    let mut text = format!("{mark} {status}  {}  {}  {size:>7}  {latency:>7}\n", padded(&sent.label, 21), padded(&contact, 31));
    if sent.accepted {
        return text;
    }
    if let Some(failure) = &sent.failure {
        let _ = writeln!(text, "{INDENT}{}", visible(failure));
    }
    text.push_str(&excerpt(&sent.answer, paint, width));
    if let Some(hint) = &sent.hint {
        text.push_str(&hinted(hint, paint, width));
    }
    text
}

/// The first lines of a text from outside.
fn excerpt(text: &str, paint: Paint, width: usize) -> String {
    const LINES: usize = 5;
    let mut shown = String::new();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    for line in lines.by_ref().take(LINES) {
        let _ = writeln!(shown, "{INDENT}{} {}", paint.dim("|"), cut(&visible(line), width.saturating_sub(INDENT.len() + 2)));
    }
    if lines.next().is_some() {
        let _ = writeln!(shown, "{INDENT}{} …", paint.dim("|"));
    }
    shown
}

fn sent_all(all: &SentAll, paint: Paint) -> String {
    let mut text = String::new();
    let many = all.accepted + all.not_accepted;
    let not = paint.color(&format!("{} not", all.not_accepted), Color::Red);
    let accepted = match (all.accepted, all.not_accepted) {
        (0, 0) => "none answered".to_owned(),
        (_, 0) => "all accepted".to_owned(),
        (accepted, _) => format!("{accepted} accepted, {not}"),
    };
    if all.interrupted {
        let _ = writeln!(text, "interrupted after {}: {accepted}, {} under way", counted(many, "delivery", "deliveries"), all.unanswered);
    } else if many != 1 {
        let _ = writeln!(text, "{}: {accepted}", counted(many, "delivery", "deliveries"));
    }
    if all.repeats {
        let _ = writeln!(text, "{}", paint.dim(&all.repeat()));
    }
    text
}

fn judged(file: &str, line: Option<usize>, judgement: &Judgement, paint: Paint, width: usize) -> String {
    let word = if judgement.is_ok() { paint.color("ok     ", Color::Green) } else { paint.color("invalid", Color::Red) };
    let event = judgement.event.as_deref().map_or_else(String::new, |event| format!("  {}", paint.dim(&visible(event))));
    let is_line = line.is_some();
    let line = line.map_or_else(String::new, |line| format!(":{line}"));
    let mut text = format!("{word}  {}{line}{event}\n", visible(file));
    for finding in &judgement.findings {
        text.push_str(&found(finding, is_line, paint, width));
    }
    text
}

fn found(finding: &Finding, is_line: bool, paint: Paint, width: usize) -> String {
    let place = match (finding.position, finding.pointer.as_str()) {
        (Some((_, column)), _) if is_line => format!("column {column}: "),
        (Some((line, column)), _) => format!("line {line}, column {column}: "),
        (None, "") => String::new(),
        (None, pointer) => format!("{}: ", paint.bold(&visible(&shortened(pointer)))),
    };
    let level = match finding.level {
        Level::Error => String::new(),
        Level::Warning => format!("{} ", paint.color("warning:", Color::Yellow)),
    };
    let code = paint.dim(&format!("({})", finding.code));
    let mut text = wrapped(&format!("{level}{place}{} {code}", visible(&finding.message)), width);
    if let Some(hint) = &finding.hint {
        text.push_str(&hinted(hint, paint, width));
    }
    text
}

fn judged_all(documents: usize, invalid: usize, paint: Paint) -> String {
    let invalid = if invalid > 0 { paint.color(&format!("{invalid} invalid"), Color::Red).to_string() } else { "all ok".to_owned() };
    if documents < 2 { String::new() } else { format!("{}: {invalid}\n", counted(documents as u64, "document", "documents")) }
}

fn event(row: &EventRow<'_>, paint: Paint, width: usize) -> String {
    let (name, short) = (padded(row.name, 31), padded(row.short, 19));
    let mut text = format!("{}  {}  {}\n", paint.bold(&name), paint.color(&short, Color::Cyan), row.sender);
    text.push_str(&paint.dimmed_lines(&indented("    ", row.fires, width)));
    let named = |shape: &str| row.shape_names.iter().find(|(_, of)| of == shape).map_or_else(|| shape.to_owned(), |(name, _)| format!("{shape} (or {name})"));
    let of = |only_when_named: bool| row.shapes.iter().filter(|shape| shape.1 == only_when_named).map(|(shape, _)| named(shape)).collect::<Vec<_>>().join(", ");
    let (usual, when_named) = (of(false), of(true));
    if !usual.is_empty() {
        let only = if when_named.is_empty() { String::new() } else { format!("; only when named: {when_named}") };
        text.push_str(&paint.dimmed_lines(&indented("    ", &format!("shapes: {usual}{only}"), width)));
    }
    text
}

fn field(field: &Field, paint: Paint, width: usize) -> String {
    let types = match field.types.len() {
        7 => "anything".to_owned(),
        _ => field.types.join(" or "),
    };
    let optional = if field.optional { ", optional" } else { "" };
    let evidence = field.note.evidence.as_deref().unwrap_or("unknown");
    let mut text = format!("{}  {types}{optional}  {}\n", paint.bold(&field.pointer), paint.color(evidence, evidence_color(evidence)));
    let mut about = Vec::new();
    about.extend(field.note.description.clone());
    match &field.example {
        Value::Object(_) | Value::Array(_) => {}
        example => about.push(format!("e.g. {example}")),
    }
    if !field.note.known_values.is_empty() {
        about.push(format!("known: {}", field.note.known_values.join(", ")));
    }
    about.extend(field.note.fact.as_ref().map(|fact| format!("fact {fact}")));
    about.extend(field.shape.as_ref().map(|shape| format!("shape {shape}")));
    text.push_str(&paint.dimmed_lines(&indented("    ", &about.join(" · "), width)));
    text
}

fn evidence_color(evidence: &str) -> Color {
    match evidence {
        "documented" | "wire" => Color::Green,
        "reported" => Color::Yellow,
        _ => Color::Magenta,
    }
}

fn hinted(hint: &str, paint: Paint, width: usize) -> String {
    wrapped(&format!("{} {}", paint.color("hint:", Color::Cyan), visible(hint)), width)
}

fn wrapped(text: &str, width: usize) -> String {
    indented(INDENT, text, width)
}

impl Looks {
    /// A terminal would break it within words; a log keeps a line a message.
    fn wrapped_talk(self, text: &str) -> String {
        if self.err_is_terminal { hanging("", INDENT, text, self.width) } else { format!("{text}\n") }
    }
}

fn indented(indent: &str, text: &str, width: usize) -> String {
    hanging(indent, indent, text, width)
}

fn hanging(first: &str, indent: &str, text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\n"
}

fn counted(many: u64, one: &str, more: &str) -> String {
    format!("{many} {}", if many == 1 { one } else { more })
}

/// `text` filled up to `width` columns.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` cut to `width` columns.
fn cut(text: &str, width: usize) -> String {
    // Of characters without a width there may be very many.
    let most = 4 * width;
    let (mut used, mut fits) = (0, 0);
    for (nth, (at, c)) in text.char_indices().enumerate() {
        used += c.width().unwrap_or(0);
        if used > width || nth == most {
            return format!("{}…", &text[..fits]);
        }
        if used < width {
            fits = at + c.len_utf8();
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_and_not_obeyed() {
        assert_eq!(visible("\u{1b}[31mred\u{7}"), "\\u001b[31mred\\u0007");
        assert_eq!(visible("a\u{202e}b\u{2066}c"), "a\\u202eb\\u2066c");
        assert_eq!(visible("é 日本 😀"), "é 日本 😀");
    }

    #[test]
    fn what_is_too_wide_is_cut_and_marked() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert!(cut(&"\u{301}".repeat(100_000), 10).chars().count() < 50);
    }

    proptest! {
        #[test]
        fn what_is_cut_fits(text in any::<String>(), width in 1..40_usize) {
            prop_assert!(cut(&text, width).width() <= width.max(1) || text.width() <= width);
        }

        #[test]
        fn nothing_that_a_terminal_obeys_is_left(text in any::<String>()) {
            let obeyed = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!visible(&text).chars().any(obeyed));
        }
    }
}
