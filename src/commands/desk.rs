//! The desk that every delivery comes to, whichever verb received it: it is judged, answered, and shown.

use std::iter;

use crate::decoded::{contact, decoded};
use crate::error::{Result, shortened};
use crate::judgement::{Judge, Judgement, OR, Seal, Verdict, document};
use crate::receiver::{Answer, Received, Refusal, Refused, Reply};
use crate::report::{Heard, Message, Output, Turned, visible};
use crate::schema::{EventSchema, Schemas};
use crate::time;

#[derive(Debug)]
pub struct Desk<'c> {
    judge: Judge<'c>,
    /// What is not valid is refused.
    strict: bool,
}

/// A delivery that was judged and answered.
#[derive(Debug)]
pub struct Taken {
    pub received: Received,
    pub judgement: Judgement,
}

/// How much of a delivery is shown.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    Compact,
    Decoded,
    /// The request too, but for the values of these headers.
    Whole {
        without: &'a [String],
    },
}

impl<'c> Desk<'c> {
    pub fn new(schemas: &'c Schemas<'c>, seal: Seal, strict: bool) -> Self {
        Self { judge: Judge::new(schemas, None, true).verifying(seal, None), strict }
    }

    /// Fails only where a schema of the catalogue is itself at fault.
    pub fn take(&self, received: Received, reply: Reply) -> Result<Taken> {
        let judgement = self.judge.judge_delivery(&received.delivery.headers, &received.delivery.body)?;
        reply.answer(Answer { status: self.status(judgement.verdict), text: text(&judgement) });
        Ok(Taken { received, judgement })
    }

    fn status(&self, verdict: Verdict) -> u16 {
        match verdict {
            Verdict::NotJson if self.strict => 400,
            Verdict::Unsigned if self.strict => 401,
            Verdict::Invalid | Verdict::NoEvent if self.strict => 422,
            // systeme.io has events that are documented nowhere.
            Verdict::Ok | Verdict::Unknown | Verdict::Invalid | Verdict::Unsigned | Verdict::NoEvent | Verdict::NotJson => 200,
        }
    }
}

/// What is answered: the verdict, and the first of what is wrong. Who sends by hand reads it in a terminal.
fn text(judgement: &Judgement) -> String {
    const MOST_TOLD: usize = 10;
    let (findings, event) = (&judgement.findings, judgement.event.as_deref().unwrap_or_default());
    let place = |pointer: &str| if pointer.is_empty() { String::new() } else { format!("{}: ", shortened(pointer)) };
    let told = findings.iter().take(MOST_TOLD).map(|finding| format!("{}{}", place(&finding.pointer), finding.message));
    let more = findings.len().checked_sub(MOST_TOLD + 1).map(|more| format!("and {} more", more + 1));
    let lines = iter::once(format!("{} {}", judgement.verdict.name(), shortened(event))).chain(told).chain(more);
    lines.map(|line| format!("{}\n", visible(line.trim_end()))).collect()
}

impl Taken {
    pub fn tell(&self, schemas: &Schemas<'_>, shown: Shown<'_>, output: &mut Output<'_>) -> Result<()> {
        let Received { at, target, http, delivery } = &self.received;
        let document = document(&delivery.body);
        let now = time::second(*at);
        let decoded = match &document {
            Some(document) if !matches!(shown, Shown::Compact) && output.is_for_people() => Some(decoded(document, self.schema(schemas)?, now)),
            _ => None,
        };
        output.tell(&Message::Heard(&Heard {
            at: *at,
            target,
            http,
            delivery,
            judgement: &self.judgement,
            contact: document.as_ref().and_then(contact),
            decoded: decoded.as_ref(),
            request_without: if let Shown::Whole { without } = shown { Some(without) } else { None },
            is_compact: matches!(shown, Shown::Compact),
        }))
    }

    /// The schema of its event, where there is one.
    fn schema<'s>(&self, schemas: &'s Schemas<'_>) -> Result<Option<&'s EventSchema>> {
        let Judgement { event: Some(name), sender, .. } = &self.judgement else { return Ok(None) };
        // Of several events that it can be, one says as much as another of what its places are.
        let name = name.split(OR).next().unwrap_or_default();
        let mut events = schemas.catalog().events.iter();
        events.find(|event| event.name == name && sender.is_none_or(|sender| event.sender == sender)).map(|event| schemas.of(event)).transpose()
    }
}

/// Tells of what was no delivery.
pub fn tell_refused(refused: &Refused, path: Option<&str>, is_compact: bool, output: &mut Output<'_>) -> Result<()> {
    let Refused { at, method, target, why: refusal } = refused;
    let (why, hint) = match refusal {
        Refusal::NotPost if method == "GET" => (
            "systeme.io delivers with POST, and a host that redirects turns that into a GET without its body (reported)".to_owned(),
            Some("if a delivery was due, give systeme.io the final URL"),
        ),
        Refusal::NotPost => ("systeme.io delivers with POST".to_owned(), None),
        Refusal::OtherPath => (format!("only {} is listened on", path.unwrap_or("/")), None),
        Refusal::TooLarge(most) => (format!("its body has more than {most} bytes"), Some("systeme.io's own are about 2 kB; --max-body takes larger ones")),
        Refusal::TooSlow => ("its body did not come in time".to_owned(), None),
        Refusal::BrokenOff => ("the sender broke off before the end of the body".to_owned(), None),
        Refusal::HeadTooLarge => ("its path or headers are too large".to_owned(), None),
        Refusal::NotHttp => ("what came is no HTTP, or broken".to_owned(), None),
        Refusal::Tls => (
            "what came is TLS, and this port speaks plain HTTP".to_owned(),
            Some("a tunnel or proxy in front ends TLS: tell it http for this port, and not https"),
        ),
    };
    output.tell(&Message::Turned(&Turned { at: *at, method, target, status: refusal.status(), why: &why, hint, is_compact }))
}
