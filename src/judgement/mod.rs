//! What is wrong with a text or a delivery that should be an event: that it is not JSON and why, which event it is, where it differs from that
//! event's schema, whether the two senders are mixed up. It takes any bytes, and never fails.

mod delivery;
mod finding;
mod seal;
mod text;

use serde_json::{Map, Value};

use crate::catalog::{Event, Sender};
use crate::delivery::{is_record, recorded_body, recorded_headers};
use crate::error::{Result, nearest, quoted};
use crate::schema::{EventSchema, Schemas, described, each_place};
use crate::signature::Secret;

pub use finding::{Finding, Judgement, Level, NO_TYPE, OR, Signed, UNKNOWN_EVENT, Verdict, WHICH_EVENT};

/// The largest document that is read: systeme.io's own are about 2 kB.
pub const MOST_BYTES: usize = 16 << 20;

/// What signatures are verified with.
#[derive(Debug, Default)]
pub struct Seal {
    /// Without one nothing is verified.
    pub secret: Option<Secret>,
    /// The signature that would be right is told where one is not.
    pub is_shown: bool,
}

/// What a text is judged by.
#[derive(Debug)]
pub struct Judge<'c> {
    schemas: &'c Schemas<'c>,
    /// The event it must be, whatever it calls itself.
    event: Option<&'c Event>,
    /// An event that the catalogue does not know is news and no fault.
    allow_unknown: bool,
    seal: Seal,
    /// The signature of a body that comes without headers.
    signature: Option<String>,
}

impl<'c> Judge<'c> {
    pub fn new(schemas: &'c Schemas<'c>, event: Option<&'c Event>, allow_unknown: bool) -> Self {
        Self { schemas, event, allow_unknown, seal: Seal::default(), signature: None }
    }

    /// Verifies signatures, too: those in headers, and the one given of a body alone.
    #[must_use]
    pub fn verifying(mut self, seal: Seal, signature: Option<String>) -> Self {
        self.seal = seal;
        self.signature = signature;
        self
    }

    /// A body, or the record of a delivery. Fails only where a schema of the catalogue is itself at fault.
    pub fn judge(&self, text: &[u8]) -> Result<Judgement> {
        self.judge_text(text, |document| match is_record(&document) {
            true => match recorded_body(&document) {
                Ok(body) => self.judge_delivery(&recorded_headers(&document), &body),
                Err(message) => Ok(Judgement::of_no_event(Finding::error("bad-record", message))),
            },
            false => {
                let mut judgement = self.judge_document(&document)?;
                self.verify_body(text, &mut judgement);
                Ok(judgement)
            }
        })
    }

    /// Judges the document in a text, and what stands around it.
    fn judge_text(&self, text: &[u8], judge: impl FnOnce(Value) -> Result<Judgement>) -> Result<Judgement> {
        if text.len() > MOST_BYTES {
            let message = format!("more than {} MiB, which is the most that is read", MOST_BYTES >> 20);
            let finding = Finding::error("too-large", message).hint("one document a file, or one a line, is what an event is");
            return Ok(Judgement::of_no_json(finding));
        }
        let plain = without_bom(text);
        let mut judgement = match text::parsed(plain) {
            Ok(document) => judge(document)?,
            Err(finding) => Judgement::of_no_json(*finding),
        };
        if plain.len() < text.len() {
            let finding = Finding::error("bom", "a byte order mark before the document").hint("systeme.io sends none: write UTF-8 without BOM");
            judgement.findings.insert(0, Finding { level: Level::Warning, position: Some((1, 1)), ..finding });
        }
        Ok(judgement)
    }

    fn judge_document(&self, document: &Value) -> Result<Judgement> {
        let Value::Object(object) = document else {
            let is_encoded = document.as_str().is_some_and(|text| serde_json::from_str::<Map<String, Value>>(text).is_ok());
            if is_encoded {
                let finding = Finding::error("not-an-event", "the document is a string, and JSON stands in it");
                return Ok(Judgement::of_no_event(finding.hint("it was encoded twice: what stands in the string is the document")));
            }
            let finding = Finding::error("not-an-event", format!("expected an object, found {}", described(document)));
            return Ok(Judgement::of_no_event(match self.event_within(document) {
                Some(place) => finding.hint(format!("an event stands at {place}: it must be a document of its own")),
                None => finding,
            }));
        };
        if let Some(event) = self.event {
            return self.judge_as(event, document);
        }
        let name = match object.get("type") {
            Some(Value::String(name)) => name,
            Some(other) => {
                let finding = Finding::error(NO_TYPE, format!("expected the event's name, found {}", described(other)));
                return Ok(Judgement::of_no_event(finding.at("/type")));
            }
            None => {
                if let Some(place) = self.event_within(document) {
                    let finding = Finding::error(NO_TYPE, "this is no event, and one stands within it").at("/type");
                    return Ok(Judgement::of_no_event(finding.hint(format!("validate what stands at {place} alone"))));
                }
                if !is_automation_data(document)
                    && let Some(judgement) = self.judge_by_shape(document)?
                {
                    return Ok(judgement);
                }
                let finding = Finding::error(NO_TYPE, "the key \"type\", which names the event, is missing").at("/type");
                return Ok(Judgement::of_no_event(match is_automation_data(document) {
                    true => finding.hint("it looks like what an automation has under data: type, account and created_at stand around it"),
                    false => finding,
                }));
            }
        };
        if let Some(event) = self.schemas.catalog().of_type(name) {
            return self.judge_as(event, document);
        }
        let mut findings = vec![self.unknown(name)];
        findings.extend(violations(self.schemas.envelope()?, document));
        Ok(Judgement::of_event(name, Sender::Automation, findings))
    }

    /// A body of Settings > Webhooks, whose event no key names: by the keys that its events must have. Several have the same; nothing where none of
    /// their keys is there.
    fn judge_by_shape(&self, document: &Value) -> Result<Option<Judgement>> {
        let mut best = (0, 0);
        let mut fitting: Vec<&Event> = Vec::new();
        for event in self.schemas.catalog().events.iter().filter(|event| event.sender == Sender::Settings) {
            let keys: Vec<_> = self.schemas.of(event)?.place().required().collect();
            let there = keys.iter().filter(|key| document.get(**key).is_some()).count();
            let fit = (there, usize::MAX - (keys.len() - there));
            if there > 0 && fit > best {
                fitting.clear();
                best = fit;
            }
            if fit == best {
                fitting.push(event);
            }
        }
        let judgements: Vec<_> = fitting.iter().map(|event| self.judge_as(event, document)).collect::<Result<_>>()?;
        let Some(first) = judgements.first() else { return Ok(None) };
        let event = fitting.iter().map(|event| event.name.as_str()).collect::<Vec<_>>().join(OR);
        if judgements.iter().all(|judgement| judgement.findings == first.findings) {
            return Ok(Some(Judgement { event: Some(event), ..first.clone() }));
        }
        let verdicts: Vec<_> =
            judgements.iter().map(|judgement| format!("{} as {}", judgement.verdict.name(), judgement.event.as_deref().unwrap_or_default())).collect();
        let finding = Finding::error(WHICH_EVENT, format!("which event it is, only the header X-Webhook-Event says: it is {}", verdicts.join(", ")));
        Ok(Some(Judgement {
            event: Some(event),
            sender: Some(Sender::Settings),
            verdict: Verdict::NoEvent,
            signed: Signed::default(),
            findings: vec![finding],
        }))
    }

    fn judge_as(&self, event: &Event, document: &Value) -> Result<Judgement> {
        Ok(Judgement::of_event(&event.name, event.sender, violations(self.schemas.of(event)?, document)))
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
        let finding = Finding::error(UNKNOWN_EVENT, format!("{} is no documented event", quoted(name))).at("/type");
        let level = if self.allow_unknown { Level::Warning } else { Level::Error };
        let hint = match nearest.is_empty() {
            true => "systeme.io has events that are documented nowhere".to_owned(),
            false => format!("did you mean {}? systeme.io has events, too, that are documented nowhere", nearest.join(" or ")),
        };
        Finding { level, ..finding.hint(hint) }
    }
}

/// The document in a body, where there is one.
pub fn document(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(without_bom(body)).ok()
}

pub fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)
}

/// It looks like what an automation has under `data`: it spells keys otherwise than the other sender.
fn is_automation_data(document: &Value) -> bool {
    let spelt = |who: &str, keys: [&str; 2]| keys.iter().any(|key| document[who].get(key).is_some());
    spelt("contact", ["ip", "referred_by_contact_id"]) || spelt("customer", ["contact_id", "payment_processor"])
}

fn violations(schema: &EventSchema, document: &Value) -> Vec<Finding> {
    // The plain verdict is several times cheaper, and most documents are valid.
    if schema.is_valid(document) {
        return Vec::new();
    }
    let findings = schema.violations(document).into_iter();
    findings.map(|violation| Finding { hint: violation.hint, ..Finding::error(violation.code, violation.message).at(&violation.pointer) }).collect()
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
    fn where_several_events_fit_and_agree_all_are_named_and_else_the_header_is_asked_for() {
        let catalog = Catalog::embedded().expect("the catalogue");
        let schemas = Schemas::new(&catalog);
        let judge = Judge::new(&schemas, None, false);
        let of = |body: &Value| judge.judge(body.to_string().as_bytes()).expect("the schemas");
        let mut sale: Value = serde_json::from_str(include_str!("../../samples/settings/SALE_NEW.json")).expect("JSON");
        assert_eq!((of(&sale).event.as_deref(), of(&sale).verdict), (Some("SALE_NEW or SALE_CANCELED"), Verdict::Ok));
        sale["order"]["totalPrice"] = "97.00".into();
        assert_eq!(of(&sale).findings.iter().map(|finding| finding.pointer.as_str()).collect::<Vec<_>>(), ["/order/totalPrice"]);
        let nested = serde_json::from_str(include_str!("../../samples/settings/CONTACT_TAG_REMOVED+nested.named.json")).expect("JSON");
        assert_eq!((of(&nested).verdict, of(&nested).findings[0].code), (Verdict::NoEvent, "which-event"));
        let event = catalog.of_header("CONTACT_TAG_REMOVED");
        assert!(Judge::new(&schemas, event, false).judge(nested.to_string().as_bytes()).expect("the schemas").is_ok());
    }

    #[test]
    fn of_what_is_wrong_in_very_many_places_the_first_are_told() {
        let resources = vec![serde_json::json!({"a": 1}); 5000];
        let body = serde_json::json!({"type": "customer.sale.completed", "data": {"order_item": {"resources": resources}}});
        let findings = judged(body.to_string().as_bytes());
        assert_eq!((findings.len(), findings.last()), (101, Some(&("and-more", None))));
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
            let sample = include_bytes!("../../samples/automation/customer.sale.completed.json");
            prop_assert!(!judged(&sample[..cut]).is_empty());
        }
    }
}
