//! What a receiver received, laid out to be read at a glance.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::decoded::laid_out;
use super::paint::{Color, Paint};
use super::{INDENT, counted, cut, excerpt, found, hinted, padded, visible, wrapped};
use crate::error::shortened;
use crate::judgement::{Finding, Level, Signed, Verdict, without_bom};
use crate::report::{Heard, HeardAll, Turned};
use crate::time;

/// The widest name of an event, or of a contact: systeme.io's own are far from it.
const LONGEST: usize = 80;

pub fn ready(url: &str, paint: Paint) -> String {
    format!("listening on {}  {}\n", paint.bold(url), paint.dim("(Ctrl-C ends)"))
}

pub fn heard(heard: &Heard<'_>, paint: Paint, width: usize) -> String {
    let verdict = heard.judgement.verdict;
    let color = match verdict {
        Verdict::Ok => Color::Green,
        Verdict::Unknown => Color::Yellow,
        _ => Color::Red,
    };
    let event = padded(&cut(&visible(heard.judgement.event.as_deref().unwrap_or("-")), LONGEST), 26);
    let contact = cut(&visible(heard.contact.unwrap_or("-")), LONGEST);
    let line = format!("{}  {}  {}  {}", paint.dim(&time::wall_clock(heard.at)), paint.color(&padded(verdict.name(), 8), color), paint.bold(&event), contact);
    let findings = &heard.judgement.findings;
    if heard.is_compact {
        let told = [path(heard.target), findings.first().map(|first| in_short(first, findings.len()))];
        let told: String = told.into_iter().flatten().map(|told| format!("  {}", paint.dim(&told))).collect();
        return format!("{line}{told}\n");
    }
    let mut text = String::new();
    if let Some(masked) = heard.request_without {
        text.push_str(&request(heard, masked, paint, width));
    }
    let _ = writeln!(text, "{}", line.trim_end());
    if let Some(path) = path(heard.target).filter(|_| heard.request_without.is_none()) {
        let _ = writeln!(text, "{INDENT}{}", paint.dim(&format!("POST {path}")));
    }
    if heard.judgement.signed == Signed::Right {
        let _ = writeln!(text, "{INDENT}{}", paint.dim("the signature is right"));
    }
    for finding in findings {
        text.push_str(&found(finding, false, paint, width));
    }
    if verdict == Verdict::NotJson {
        let body = String::from_utf8_lossy(without_bom(&heard.delivery.body));
        match findings.iter().filter(|finding| finding.level == Level::Error).find_map(|finding| finding.position) {
            Some((line, column)) => text.push_str(&pointed(&body, line, column, paint, width)),
            None => text.push_str(&excerpt(&body, paint, width)),
        }
    }
    if let Some(decoded) = heard.decoded {
        text.push_str(&laid_out(decoded, paint, width));
    }
    text
}

/// The path that it came to, where that says anything.
fn path(target: &str) -> Option<String> {
    (target != "/").then(|| cut(&visible(&without_query(target)), LONGEST))
}

/// The first of what is wrong, for the end of a line.
fn in_short(first: &Finding, many: usize) -> String {
    let place = match first.position {
        Some((line, column)) => format!("{line}:{column} "),
        None if first.pointer.is_empty() => String::new(),
        None => format!("{} ", visible(&shortened(&first.pointer))),
    };
    let more = if many > 1 { format!(" (and {} more)", many - 1) } else { String::new() };
    format!("{place}{}{more}", first.code)
}

/// The request as it arrived.
fn request(heard: &Heard<'_>, masked: &[String], paint: Paint, width: usize) -> String {
    let room = width.saturating_sub(INDENT.len());
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{INDENT}{} {}",
        paint.bold(&cut(&format!("POST {}", visible(&without_query(heard.target))), room)),
        paint.bold(&format!("HTTP/{}", heard.http))
    );
    for (name, value) in &heard.delivery.headers {
        let value = if masked.iter().any(|masked| masked.eq_ignore_ascii_case(name)) { "…".to_owned() } else { visible(value) };
        let _ = writeln!(text, "{INDENT}{} {}", paint.dim(&format!("{}:", visible(name))), cut(&value, room.saturating_sub(name.width() + 2)));
    }
    let body = String::from_utf8_lossy(&heard.delivery.body);
    let _ = writeln!(text, "{INDENT}{}", paint.dim(&cut(&visible(body.lines().next().unwrap_or_default()), room)));
    text
}

/// The line that is at fault and the one before it, as far as they fit, and a mark under the character; lines and columns count from 1.
fn pointed(text: &str, line: usize, column: usize, paint: Paint, width: usize) -> String {
    let room = width.saturating_sub(INDENT.len() + 2).max(20);
    // Far to the right, what stands before is more telling than what stands after.
    let skipped = column.saturating_sub(room * 3 / 4);
    let part = |line: &str| {
        let start = if skipped > 0 { "…" } else { "" };
        cut(&format!("{start}{}", visible(&line.chars().skip(skipped).take(room).collect::<String>())), room)
    };
    let mut shown = String::new();
    let text = without_tabs(text);
    for line in text.split('\n').take(line).skip(line.saturating_sub(2)) {
        let _ = writeln!(shown, "{INDENT}{} {}", paint.dim("|"), part(line));
    }
    let faulty = text.split('\n').nth(line - 1).unwrap_or_default();
    let before = visible(&faulty.chars().skip(skipped).take(column - 1 - skipped).collect::<String>()).width() + usize::from(skipped > 0);
    let _ = writeln!(shown, "{INDENT}{} {}{}", paint.dim("|"), " ".repeat(before), paint.color("^", Color::Red));
    shown
}

/// `text` with a space for each tab: columns count characters.
fn without_tabs(text: &str) -> String {
    text.replace('\t', " ").replace('\r', "")
}

/// A target as it is told: people keep tokens in the query.
fn without_query(target: &str) -> String {
    target.split_once('?').map_or_else(|| target.to_owned(), |(path, _)| format!("{path}?…"))
}

pub fn refused(turned: &Turned<'_>, paint: Paint, width: usize) -> String {
    let request = visible(format!("{} {}", turned.method, without_query(turned.target)).trim());
    let status = turned.status.map_or_else(String::new, |status| format!("  {status}"));
    let request = if request.is_empty() { request } else { format!("  {}{status}", cut(&request, width.saturating_sub(30))) };
    let clock = time::wall_clock(turned.at);
    let line = format!("{}  {}{request}", paint.dim(&clock), paint.color("no delivery", Color::Yellow));
    if turned.is_compact {
        return format!("{line}  {}\n", paint.dim(turned.why));
    }
    let mut text = format!("{line}\n");
    text.push_str(&wrapped(turned.why, width));
    if let Some(hint) = turned.hint {
        text.push_str(&hinted(hint, paint, width));
    }
    text
}

pub fn heard_all(all: &HeardAll, paint: Paint) -> String {
    let verdicts = |verdicts: BTreeMap<Verdict, u64>| {
        let told = verdicts.iter().map(|(verdict, many)| {
            let text = format!("{many} {}", verdict.name());
            let color = match verdict {
                Verdict::Ok => Color::Green,
                Verdict::Unknown => Color::Yellow,
                _ => Color::Red,
            };
            paint.color(&text, color).to_string()
        });
        told.collect::<Vec<_>>().join(", ")
    };
    let deliveries = all.deliveries();
    let mut text = match deliveries {
        0 => "no deliveries\n".to_owned(),
        _ => format!("{}: {}\n", counted(deliveries, "delivery", "deliveries"), verdicts(HeardAll::verdicts(all.by_event.iter()))),
    };
    let mut events: Vec<_> = all.by_event.keys().map(|(event, _)| event).collect();
    events.dedup();
    for event in events {
        let name = padded(&visible(event.as_deref().unwrap_or("-")), 31);
        let _ = writeln!(text, "    {name} {}", verdicts(HeardAll::verdicts(all.by_event.iter().filter(|((of, _), _)| of == event))));
    }
    if all.turned > 0 {
        let _ = writeln!(text, "{}", counted(all.turned, "request was no delivery", "requests were no delivery"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalog::{Catalog, Sender};
    use crate::decoded;
    use crate::delivery::Delivery;
    use crate::judgement::Judge;
    use crate::report::Looks;
    use crate::report::{Message, text::written};
    use crate::schema::Schemas;

    const LOOKS: Looks = Looks { out_color: false, err_color: false, err_is_terminal: true, width: 80 };

    /// All that could be shown of a request, in the longest form and in the shortest.
    fn shown(headers: Vec<(String, String)>, target: &str, body: Vec<u8>) -> String {
        let catalog = Catalog::embedded().expect("the catalogue");
        let schemas = Schemas::new(&catalog);
        let judgement = Judge::new(&schemas, None, true).judge_delivery(&headers, &body).expect("the schemas");
        let document = serde_json::from_slice(&body).ok();
        let schema = judgement.event.as_ref().and_then(|name| catalog.of_type(name)).map(|event| schemas.of(event).expect("a schema"));
        let decoded = document.as_ref().map(|document| decoded::decoded(document, schema, 0));
        let delivery = Delivery { headers, body };
        let contact = document.as_ref().and_then(decoded::contact);
        let heard = |is_compact| Heard {
            at: UNIX_EPOCH,
            target,
            http: "1.1",
            delivery: &delivery,
            judgement: &judgement,
            contact,
            decoded: decoded.as_ref(),
            request_without: Some(&[]),
            is_compact,
        };
        let turned = Turned { at: UNIX_EPOCH, method: target, target, status: None, why: "", hint: None, is_compact: false };
        let all = HeardAll { by_event: [((judgement.event.clone(), judgement.verdict), 1)].into(), turned: 1 };
        let messages = [Message::Heard(&heard(false)), Message::Heard(&heard(true)), Message::Turned(&turned), Message::HeardAll(&all)];
        let bytes = messages.iter().map(|message| written(message, LOOKS)).flat_map(|written| [written.out, written.err.into_bytes()].concat());
        String::from_utf8(bytes.collect()).expect("UTF-8")
    }

    fn is_obeyed(c: char) -> bool {
        c.is_control() && c != '\n'
            || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    }

    #[test]
    fn escapes_and_reading_directions_from_a_payload_are_made_visible() {
        let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\r\u{202e}\u{9b}31m";
        let body = json!({"type": hostile, "data": {"contact": {"email": hostile, "fields": {hostile: hostile}}, hostile: [hostile]}, "created_at": hostile});
        let text = shown(vec![("x".to_owned(), hostile.to_owned())], hostile, body.to_string().into_bytes());
        assert!(!text.chars().any(is_obeyed), "{text:?}");
        assert!(text.matches("\\u001b]0;owned\\u0007").count() >= 6, "{text}");
        let text = shown(Vec::new(), "/", format!("{{{hostile}").into_bytes());
        assert!(!text.chars().any(is_obeyed) && text.contains("\\u001b[2J"), "{text:?}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_but_for_a_word_that_is_alone() {
        let catalog = Catalog::embedded().expect("the catalogue");
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        for (event, shape) in catalog.events.iter().flat_map(|event| event.shapes.iter().map(move |shape| (event, shape))) {
            let headers = [headers.clone(), vec![("x-webhook-event".to_owned(), event.name.clone())]].concat();
            let headers = headers.into_iter().filter(|(name, _)| event.sender == Sender::Settings || name != "x-webhook-event").collect();
            for line in shown(headers, "/", shape.sample.as_bytes().to_vec()).lines() {
                let is_one_word = line.trim_start().split(' ').filter(|word| !word.is_empty()).count() <= 2;
                assert!(line.width() <= LOOKS.width || is_one_word, "{line}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_of_a_payload_is_obeyed(text in any::<String>(), event in prop_oneof![Just("contact.tag.added".to_owned()), any::<String>()], body in any::<Vec<u8>>()) {
            let payload = json!({"type": event, "data": {"tag": {"id": 1, "name": text, text.clone(): [{"a": text}]}, "contact": {"email": text}}});
            for body in [payload.to_string().into_bytes(), body, text.clone().into_bytes()] {
                let shown = shown(vec![(text.clone(), text.clone()), ("content-type".to_owned(), text.clone()), ("content-encoding".to_owned(), text.clone())], &text, body);
                prop_assert!(!shown.chars().any(is_obeyed), "{shown:?}");
            }
        }
    }
}
