//! Messages for machines: one JSON object a line on stdout. Talk stays text, on stderr.

use serde_json::{Value, json};

use super::{Field, Looks, Message, Written, text};
use crate::judgement::{Finding, Judgement};
use crate::time;

pub fn written(message: &Message<'_>, looks: Looks) -> Written {
    let values = match message {
        Message::Line(_) | Message::Note(_) | Message::Warning(_) => return text::written(message, looks),
        Message::Document(value) => vec![(*value).clone()],
        Message::Ready { url } => vec![json!({"type": "ready", "url": url})],
        Message::Heard(heard) => vec![heard.record()],
        Message::Turned(turned) => vec![json!({
            "type": "refused",
            "at": time::stamp(turned.at),
            "method": turned.method,
            "target": turned.target,
            "status": turned.status,
            "message": turned.why,
            "hint": turned.hint,
        })],
        Message::HeardAll(all) => vec![json!({
            "type": "summary",
            "deliveries": all.deliveries(),
            "refused": all.turned,
            "by_event": all.by_event.iter().map(|((event, verdict), many)| json!({"event": event, "verdict": verdict.name(), "deliveries": many})).collect::<Vec<_>>(),
        })],
        Message::Sent(sent) => vec![json!({
            "type": "sent",
            "number": sent.number,
            "attempt": sent.attempt,
            "event": sent.event,
            "shape": sent.shape,
            "contact": sent.contact,
            "bytes": sent.bytes,
            "valid": sent.valid,
            "status": sent.status,
            "failure": sent.failure,
            "latency_ms": (sent.latency.as_secs_f64() * 1e6).round() / 1e3,
            "accepted": sent.accepted,
            "answer": (sent.status.is_some() && !sent.accepted).then_some(&sent.answer),
            "hint": sent.hint,
        })],
        Message::SentAll(all) => vec![json!({
            "type": "summary",
            "deliveries": all.accepted + all.not_accepted,
            "accepted": all.accepted,
            "not_accepted": all.not_accepted,
            "unanswered": all.unanswered,
            "seed": all.seed,
            "at": all.at,
            "interrupted": all.interrupted,
        })],
        Message::Judged { file, line, judgement } => findings(judgement).into_iter().map(|finding| placed(finding, file, *line)).collect(),
        Message::JudgedAll { documents, invalid } => {
            vec![json!({"type": "summary", "documents": documents, "ok": documents - invalid, "invalid": invalid})]
        }
        Message::Event(row) => vec![json!({
            "type": "event",
            "name": row.name,
            "short_name": row.short,
            "shape_names": row.shape_names.iter().map(|(name, shape)| (name.clone(), shape.as_str().into())).collect::<serde_json::Map<_, _>>(),
            "sender": row.sender,
            "shapes": row.shapes.iter().map(|(shape, only_when_named)| json!({"name": shape, "only_when_named": only_when_named})).collect::<Vec<_>>(),
            "fires": row.fires,
        })],
        Message::Field(field) => vec![self::field(field)],
    };
    // Some print it to a terminal. JSON escapes stand for what they escape.
    Written { out: values.iter().flat_map(|value| format!("{}\n", text::visible(&value.to_string())).into_bytes()).collect(), err: String::new() }
}

/// The findings of a judgement, as they stand in a record.
pub fn findings(judgement: &Judgement) -> Vec<Value> {
    let finding = |finding: &Finding| {
        json!({
            "type": "finding",
            "line": finding.position.map(|(line, _)| line),
            "column": finding.position.map(|(_, column)| column),
            "pointer": finding.pointer,
            "event": judgement.event,
            "level": finding.level.name(),
            "code": finding.code,
            "message": finding.message,
            "hint": finding.hint,
        })
    };
    judgement.findings.iter().map(finding).collect()
}

/// A finding with its file, and the line in it.
fn placed(mut finding: Value, file: &str, line: Option<usize>) -> Value {
    if let Some(line) = line {
        finding["line"] = line.into();
    }
    if let Value::Object(object) = &mut finding {
        object.shift_insert(1, "file".to_owned(), file.into());
    }
    finding
}

fn field(field: &Field) -> Value {
    json!({
        "type": "field",
        "pointer": field.pointer,
        "types": field.types,
        "nullable": field.types.contains(&"null"),
        "optional": field.optional,
        "evidence": field.note.evidence,
        "description": field.note.description,
        "known_values": field.note.known_values,
        "example": field.example,
        "fact": field.note.fact,
        "shape": field.shape,
    })
}
