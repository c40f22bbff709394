//! A delivery is judged by its headers too: which of the two senders it is from, whether they are mixed up, and in which other way than JSON a body
//! was sent.

use serde_json::Value;

use super::{Finding, Judge, Judgement, Level, UNKNOWN_EVENT, Verdict};
use crate::catalog::{Sender, right_name};
use crate::error::{Result, nearest, quoted};

/// Names the event in a delivery of Settings > Webhooks.
const EVENT: &str = "x-webhook-event";
/// The others that only that sender has.
const OTHERS: [&str; 7] = [
    "x-webhook-message-id",
    "x-webhook-event-timestamp",
    "x-webhook-delivery-attempt-id",
    "x-webhook-delivery-attempt-timestamp",
    "x-webhook-subscription-id",
    "x-webhook-schema-version",
    "x-webhook-signature",
];

impl Judge<'_> {
    /// Fails only where a schema of the catalogue is itself at fault.
    pub fn judge_delivery(&self, headers: &[(String, String)], body: &[u8]) -> Result<Judgement> {
        let mut judgement = self.judge_text(body, |document| match value(headers, EVENT) {
            _ if is_envelope(&document) => self.judge_envelope(headers, &document),
            Some(event) => self.judge_settings(event, &document),
            None => self.judge_without_event(headers, &document),
        })?;
        if judgement.verdict == Verdict::NotJson {
            judgement.event = value(headers, EVENT).map(str::to_owned);
            judgement.sender = value(headers, EVENT).map(|_| Sender::Settings);
            if let Some(finding) = otherwise_sent(headers, body) {
                judgement.findings = vec![finding];
                self.verify(headers, body, &mut judgement);
                return Ok(judgement);
            }
        }
        judgement.findings.extend(content_type(headers, &judgement));
        self.verify(headers, body, &mut judgement);
        Ok(judgement)
    }

    fn judge_envelope(&self, headers: &[(String, String)], document: &Value) -> Result<Judgement> {
        let mut judgement = self.judge_document(document)?;
        if let Some(header) = settings_header(headers) {
            let message = format!("the two senders are mixed up: the header {header} is of Settings > Webhooks, and the body is of an automation");
            let hint = "an automation's delivery has no X-Webhook headers; one of Settings > Webhooks has no type, data and account around its body";
            judgement.findings.insert(0, Finding::error(MIXED, message).hint(hint));
            judgement.verdict = Verdict::Invalid;
            judgement.sender = None;
        }
        Ok(judgement)
    }

    fn judge_settings(&self, name: &str, document: &Value) -> Result<Judgement> {
        let catalog = self.schemas.catalog();
        if !document.is_object() {
            return self.judge_document(document);
        }
        if let Some(event) = self.event.or_else(|| catalog.of_header(name)) {
            return self.judge_as(event, document);
        }
        if catalog.of_type(name).is_some() {
            let message =
                format!("the two senders are mixed up: {} is an automation's event, and the header X-Webhook-Event is of Settings > Webhooks", quoted(name));
            let hint = "an automation names its event in the body, with data and account beside it";
            return Ok(Judgement { sender: None, ..Judgement::of_event(name, Sender::Settings, vec![Finding::error(MIXED, message).hint(hint)]) });
        }
        let finding = Finding::error(UNKNOWN_EVENT, format!("no schema knows the event {} of Settings > Webhooks", quoted(name)));
        let known = || catalog.events.iter().filter(|event| event.sender == Sender::Settings).map(|event| event.name.as_str());
        let hint = match (right_name(name), nearest(name, known())) {
            (Some(right), _) => format!("systeme.io calls it {right}"),
            (None, near) if near.is_empty() => format!("the known ones are {}", known().collect::<Vec<_>>().join(", ")),
            (None, near) => format!("did you mean {}?", near.join(" or ")),
        };
        let level = if self.allow_unknown { Level::Warning } else { Level::Error };
        Ok(Judgement::of_event(name, Sender::Settings, vec![Finding { level, ..finding.hint(hint) }]))
    }

    /// Neither an envelope nor a header tells the event: its shape may.
    fn judge_without_event(&self, headers: &[(String, String)], document: &Value) -> Result<Judgement> {
        let mut judgement = self.judge_document(document)?;
        if judgement.sender == Some(Sender::Settings) && !headers.is_empty() {
            let message = "the header X-Webhook-Event, which names the event of a delivery of Settings > Webhooks, is missing";
            let hint = "something on the way dropped it, or a test leaves it out; what the body looks like is judged";
            judgement.findings.push(Finding { level: Level::Warning, ..Finding::error("no-event-header", message).hint(hint) });
        }
        Ok(judgement)
    }
}

/// It has what an automation puts around an event.
fn is_envelope(document: &Value) -> bool {
    document.get("type").is_some_and(Value::is_string) && document.get("data").is_some()
}

/// A header that is there and that only Settings > Webhooks sends.
pub(super) fn settings_header(headers: &[(String, String)]) -> Option<&str> {
    let is_one = |name: &str| [EVENT].iter().chain(&OTHERS).any(|known| name.eq_ignore_ascii_case(known));
    headers.iter().map(|(name, _)| name.as_str()).find(|name| is_one(name))
}

const MIXED: &str = "mixed-senders";

pub(super) fn value<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The content type without its parameters, in lower case.
fn media_type(headers: &[(String, String)]) -> Option<String> {
    value(headers, "content-type").map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// How a body that is no JSON was sent, where that can be told.
fn otherwise_sent(headers: &[(String, String)], body: &[u8]) -> Option<Finding> {
    let start = body.trim_ascii_start();
    if start.is_empty() {
        let hint = "systeme.io's deliveries always have one: was it lost on the way, or sent by hand without?";
        return Some(Finding::error("not-json", "the body is empty").hint(hint));
    }
    if let Some(coding) = value(headers, "content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity")) {
        let message = format!("the body is compressed (content-encoding: {coding})");
        return Some(Finding::error("compressed", message).hint("systeme.io sends its bodies plain"));
    }
    let media_type = media_type(headers).unwrap_or_default();
    let is_part = start.starts_with(b"--") && contains(start, b"content-disposition:");
    if is_part || media_type == "multipart/form-data" && !start.starts_with(b"{") {
        let message = "the body is a multipart form";
        return Some(Finding::error("multipart", message).hint("systeme.io sends the JSON itself as the body; with curl that is --data-raw, and not -F"));
    }
    // A name, and a value that is more than the padding of base64.
    let looks_like_form = || {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.[]%+".contains(byte);
        let at = start.iter().position(|byte| !is_name(byte)).filter(|at| *at > 0 && start[*at] == b'=');
        at.is_some_and(|at| start[at..].contains(&b'&') || start[at..].trim_ascii_end().iter().any(|byte| *byte != b'='))
    };
    if !start.starts_with(b"{") && !start.starts_with(b"[") && (media_type == "application/x-www-form-urlencoded" || looks_like_form()) {
        let fields: Vec<_> = form_urlencoded::parse(start).collect();
        let is_object = |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
        let hint = match fields.iter().find(|(name, text)| is_object(text) || is_object(name)) {
            Some((name, _)) if is_object(name) => "a JSON object stands there without a name: systeme.io sends the JSON itself as the body".to_owned(),
            Some((name, _)) => format!("a JSON object stands in its field {}: systeme.io sends the JSON itself as the body", quoted(name)),
            None => "systeme.io sends the JSON itself as the body".to_owned(),
        };
        let names: Vec<_> = fields.iter().take(5).map(|(name, _)| quoted(name)).collect();
        let more = if fields.len() > names.len() { ", …" } else { "" };
        return Some(Finding::error("form-encoded", format!("the body is a form, with {}{more}", names.join(", "))).hint(hint));
    }
    None
}

/// What is wrong with the content type of what is, or was to be, JSON.
fn content_type(headers: &[(String, String)], judgement: &Judgement) -> Option<Finding> {
    let (message, hint) = match media_type(headers) {
        // A record may be without the headers.
        None if headers.is_empty() => return None,
        None => ("there is no content-type".to_owned(), "systeme.io sends content-type: application/json"),
        Some(kind) if kind == "application/json" || kind.ends_with("+json") => return None,
        Some(kind) if kind == "application/x-www-form-urlencoded" => (
            format!("the content-type is {kind}, and the body is {}", if judgement.verdict == Verdict::NotJson { "no form" } else { "JSON" }),
            "systeme.io sends application/json; curl does with -H 'content-type: application/json'",
        ),
        Some(kind) => (format!("the content-type is {}", quoted(&kind)), "systeme.io sends application/json"),
    };
    Some(Finding { level: Level::Warning, ..Finding::error("content-type", message).hint(hint) })
}

/// Whether `needle`, in lower case, stands in the beginning of `text`, in any case.
fn contains(text: &[u8], needle: &[u8]) -> bool {
    let beginning = &text[..text.len().min(1024)];
    beginning.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Catalog;
    use crate::schema::Schemas;

    const JSON: (&str, &str) = ("Content-Type", "application/json");
    const SALE: &[u8] = include_bytes!("../../samples/automation/customer.sale.completed.json");
    const BARE: &[u8] = include_bytes!("../../samples/settings/CONTACT_TAG_ADDED.json");

    fn judgement(headers: &[(&str, &str)], body: &[u8]) -> Judgement {
        let catalog = Catalog::embedded().expect("the catalogue");
        let schemas = Schemas::new(&catalog);
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Judge::new(&schemas, None, true).judge_delivery(&headers, body).expect("the schemas")
    }

    fn judged(headers: &[(&str, &str)], body: &[u8]) -> (Verdict, Vec<&'static str>) {
        let judgement = judgement(headers, body);
        (judgement.verdict, judgement.findings.iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn an_automation_delivery_is_judged_by_its_type() {
        assert_eq!(judged(&[JSON], SALE), (Verdict::Ok, vec![]));
        assert_eq!(judged(&[("content-type", "application/json; charset=utf-8")], SALE), (Verdict::Ok, vec![]));
        assert_eq!(judgement(&[JSON], SALE).sender, Some(Sender::Automation));
    }

    #[test]
    fn the_two_senders_mixed_up_are_named() {
        for header in ["X-Webhook-Event", "x-webhook-signature"] {
            assert_eq!(judged(&[JSON, (header, "SALE_NEW")], SALE), (Verdict::Invalid, vec!["mixed-senders"]));
        }
        let data = br#"{"contact":{"email":"a@example.com","ip":null},"tag":{"id":1,"name":"vip"}}"#;
        assert_eq!(judged(&[JSON], data), (Verdict::NoEvent, vec!["no-type"]), "what an automation has under data");
    }

    #[test]
    fn a_delivery_of_settings_is_named_by_its_header() {
        let named = judgement(&[JSON, ("x-webhook-event", "CONTACT_TAG_ADDED")], BARE);
        assert_eq!((named.event.as_deref(), named.sender, named.verdict), (Some("CONTACT_TAG_ADDED"), Some(Sender::Settings), Verdict::Ok));
        assert_eq!(judged(&[JSON, ("x-webhook-event", "NEW_SALE")], BARE), (Verdict::Unknown, vec!["unknown-event"]));
        assert_eq!(judged(&[JSON, ("x-webhook-event", "CONTACT_TAG_ADDED")], b"[]").0, Verdict::NoEvent);
    }

    #[test]
    fn a_settings_event_that_the_catalogue_knows_is_judged_by_its_schema() {
        let schema = r#"{"type": "object", "required": ["contact"]}"#;
        let pairs =
            [("schemas/common.json", r#"{"$defs": {}}"#), ("schemas/settings/CONTACT_CREATED.json", schema), ("samples/settings/CONTACT_CREATED.json", "{}")];
        let catalog = Catalog::from_texts(pairs.map(|(path, text)| (path, Cow::Borrowed(text)))).expect("a catalogue");
        let schemas = Schemas::new(&catalog);
        let judge = Judge::new(&schemas, None, true);
        let verdict = |event: &str, body: &[u8]| {
            let headers = [JSON, ("X-Webhook-Event", event)].map(|(name, value)| (name.to_owned(), value.to_owned()));
            judge.judge_delivery(&headers, body).expect("the schemas").verdict
        };
        assert_eq!(verdict("CONTACT_CREATED", br#"{"contact":{}}"#), Verdict::Ok);
        assert_eq!(verdict("CONTACT_CREATED", b"{}"), Verdict::Invalid);
        assert_eq!(verdict("NEW_SALE", BARE), Verdict::Unknown);
    }

    #[test]
    fn a_body_that_was_sent_otherwise_is_recognised() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(judged(&[form], b"email=a%40example.com&tag=vip"), (Verdict::NotJson, vec!["form-encoded"]));
        assert_eq!(judged(&[JSON], b"payload=%7B%22type%22%3A1%7D"), (Verdict::NotJson, vec!["form-encoded"]));
        assert_eq!(judged(&[form], SALE), (Verdict::Ok, vec!["content-type"]));
        assert_eq!(judged(&[form], b"{\"type\": "), (Verdict::NotJson, vec!["not-json", "content-type"]));
        let parts = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
        assert_eq!(judged(&[("content-type", "multipart/form-data; boundary=x")], parts), (Verdict::NotJson, vec!["multipart"]));
        assert_eq!(judged(&[], parts), (Verdict::NotJson, vec!["multipart"]));
        assert_eq!(judged(&[JSON, ("Content-Encoding", "gzip")], b"\x1f\x8b\x08"), (Verdict::NotJson, vec!["compressed"]));
        assert_eq!(judged(&[("content-type", "text/plain")], b"hello"), (Verdict::NotJson, vec!["not-json", "content-type"]));
        assert_eq!(judged(&[("host", "x")], SALE), (Verdict::Ok, vec!["content-type"]));
    }

    #[test]
    fn one_header_of_settings_is_enough_to_know_the_sender_and_others_of_its_kind_mean_nothing() {
        assert_eq!(judged(&[JSON, ("x-webhook-relay-id", "1")], SALE), (Verdict::Ok, vec![]));
        assert_eq!(judged(&[JSON, ("x-webhook-event", "contact.tag.added")], BARE), (Verdict::Invalid, vec!["mixed-senders"]));
        let without_event = judgement(&[JSON, ("X-Webhook-Signature", "ab")], BARE);
        assert_eq!((without_event.verdict, without_event.sender), (Verdict::Ok, Some(Sender::Settings)));
        assert_eq!(without_event.event.as_deref(), Some("CONTACT_TAG_ADDED or CONTACT_TAG_REMOVED"));
        assert_eq!(without_event.findings[0].code, "no-event-header");
    }

    #[test]
    fn what_only_looks_like_a_form_is_none() {
        for text in ["eyJ0eXBlIjoieCJ9Cg==", "hello", "a b=c", "=x"] {
            assert_eq!(judged(&[JSON], text.as_bytes()), (Verdict::NotJson, vec!["not-json"]), "{text}");
        }
        for text in ["a=1", "a=&b=", "%7B%7D=", "a%5B0%5D=x"] {
            let code = judged(&[("content-type", "application/x-www-form-urlencoded")], text.as_bytes());
            assert_eq!(code, (Verdict::NotJson, vec!["form-encoded"]), "{text}");
        }
    }

    #[test]
    fn a_record_that_is_posted_is_no_event() {
        assert_eq!(judged(&[JSON], br#"{"type":"delivery","headers":[],"body":"{}"}"#).0, Verdict::Invalid);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_headers_and_bytes_are_judged(headers in proptest::collection::vec((".*", ".*"), 0..4), body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            prop_assert!(!judgement(&headers, &body).findings.is_empty());
        }
    }
}
