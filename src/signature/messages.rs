//! What may have been signed in place of the body as it is here: what it was before something changed it on its way, and what an integrator's code
//! makes of it.

use std::borrow::Cow;

use serde_json::Value;

use super::doctor::Part;
use super::form::differences;
use super::writers::{WRITERS, Writer};
use crate::php_json;
use crate::time;

/// A body that is longer is not parsed and written again: whoever can post could keep the doctor busy, and systeme.io's own are about 2 kB.
const LONGEST_REWRITTEN: usize = 1 << 17;
const BOM: &[u8] = b"\xef\xbb\xbf";
/// What Windows-1252 has at 0x80 to 0x9f; the five that it leaves open are as in Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š',
    '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];
const TIMES: [&str; 2] = ["x-webhook-event-timestamp", "x-webhook-delivery-attempt-timestamp"];

const EXACT: &str = "sign and send the same bytes, and let nothing between write them anew";
const RAW: &str = "sign the bytes as they came";

/// What came, as far as it can have been signed.
pub(super) struct Received<'a> {
    pub(super) body: &'a [u8],
    document: Option<Value>,
    /// As written, and in seconds and milliseconds since 1970.
    times: Vec<String>,
    id: Option<&'a str>,
}

/// Bytes that may have been signed, and where they come from.
pub(super) struct Message<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    source: Source,
}

enum Source {
    Edited(&'static str, &'static str, &'static str),
    Restored,
    Written(Writer),
}

impl<'a> Received<'a> {
    pub(super) fn new(body: &'a [u8], headers: &'a [(String, String)]) -> Self {
        let json = body.strip_prefix(BOM).unwrap_or(body);
        let document = (body.len() <= LONGEST_REWRITTEN).then(|| serde_json::from_slice(json).ok()).flatten();
        let mut times = Vec::new();
        for written in TIMES.iter().filter_map(|name| header(headers, name)) {
            times.push(written.to_owned());
            if let Ok(second) = time::parse(written) {
                times.extend([second.to_string(), format!("{second}000")]);
            }
        }
        times.dedup();
        Self { body, document, times, id: header(headers, "x-webhook-message-id") }
    }

    /// What may have been signed besides the body itself, the simplest first; `time` is one that stands in the signature.
    pub(super) fn messages(&'a self, time: Option<&'a str>) -> impl Iterator<Item = Message<'a>> {
        let rewritten = self.document.iter().flat_map(|document| {
            let written = WRITERS.iter().filter_map(|writer| Some((Source::Written(*writer), writer.write(document)?)));
            restored(document).into_iter().map(|bytes| (Source::Restored, bytes)).chain(written)
        });
        let rewritten = rewritten.map(|(source, bytes)| Message { bytes: bytes.into(), source });
        let all = edited(self.body).chain(in_place_of(self.body)).chain(rewritten).chain(self.stamped(time));
        all.filter(|message| *message.bytes != *self.body)
    }

    /// The body with a time before it, as other services sign.
    fn stamped(&'a self, time: Option<&'a str>) -> impl Iterator<Item = Message<'a>> {
        let times = time.into_iter().chain(self.times.iter().map(String::as_str));
        let mut starts: Vec<_> = times.flat_map(|time| [format!("{time}."), time.to_owned(), format!("{time}:"), format!("v0:{time}:")]).collect();
        if let Some(id) = self.id {
            starts.extend(self.times.iter().map(|time| format!("{id}.{time}.")));
            starts.push(format!("{id}."));
        }
        starts.into_iter().map(|start| {
            let bytes = [start.as_bytes(), self.body].concat();
            let message = "the signature is of a timestamp or an id and the body after it, as Stripe, Slack and others do";
            Message { bytes: bytes.into(), source: Source::Edited("timestamp-signed", message, "systeme.io signs the body alone: leave the headers out") }
        })
    }

    /// What is to say where `message` is what was signed.
    pub(super) fn part(&self, message: &Message<'_>) -> Part {
        match message.source {
            Source::Edited(code, message, hint) => Part::new(code, message, hint),
            Source::Restored => {
                let changes = differences(&message.bytes, self.body);
                let hint = "keep and send on the bytes as systeme.io sent them, and parse a copy";
                Part::new("body-rewritten", format!("the body was parsed and written again on its way: {changes}"), hint)
            }
            Source::Written(writer) => self.written(&writer, &message.bytes),
        }
    }

    /// One of each language that writes the same is named, `writer` first.
    fn written(&self, writer: &Writer, bytes: &[u8]) -> Part {
        let mut same: Vec<&Writer> = vec![writer];
        for other in &WRITERS {
            let is_new = !same.iter().any(|known| known.language == other.language);
            if is_new && self.document.as_ref().and_then(|document| other.write(document)).as_deref() == Some(bytes) {
                same.push(other);
            }
        }
        let names: Vec<_> = same.iter().map(|writer| writer.name).collect();
        let hints: Vec<_> = same.iter().map(|writer| writer.language.hint()).collect();
        let message = format!("the signature is of what {} makes of the parsed body: {}", names.join(", or "), differences(self.body, bytes));
        Part::new(writer.code, message, format!("sign the raw bytes, before anything parses them: {}", hints.join("; ")))
    }
}

/// The value of the first header of this name.
pub(super) fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

type Edit = (&'static str, fn(&[u8]) -> Option<Cow<'_, [u8]>>, &'static str, &'static str);

/// What undoes, or does, a small change to the bytes.
const EDITS: [Edit; 13] = [
    (
        "newline-added",
        without_newline,
        "the body ends with a newline that was not signed",
        "an editor, echo or a here-document adds one: send the file without it, curl with --data-binary",
    ),
    (
        "newline-signed",
        |body| Some([body, b"\n"].concat().into()),
        "the signature is of the body and a newline after it",
        "echo and many editors add one: printf '%s' does not",
    ),
    (
        "newline-signed",
        |body| Some([body, b"\r\n"].concat().into()),
        "the signature is of the body and a newline after it",
        "sign the bytes that are sent, without a line end",
    ),
    ("space-added", |body| Some(body.trim_ascii().into()), "white space stands around the body that was not signed", EXACT),
    (
        "bom-added",
        |body| Some(body.strip_prefix(BOM)?.into()),
        "the body begins with a byte order mark that was not signed",
        "save and send it as UTF-8 without BOM",
    ),
    (
        "bom-signed",
        |body| Some([BOM, body].concat().into()),
        "the signature is of a byte order mark and the body",
        "read the file as UTF-8 without BOM, and sign the bytes that are sent",
    ),
    ("line-ends-crlf", |body| Some(replaced(body, "\r\n", "\n")?.into()), "the line ends of the body became CRLF", EXACT),
    ("line-ends-lf", |body| Some(replaced(body, "\n", "\r\n")?.into()), "the line ends of the body became LF", EXACT),
    ("body-html-escaped", without_entities, "the body was escaped for HTML: \" became &quot;", "check the signature before the body is escaped or cleaned"),
    (
        "body-quoted",
        without_quotes,
        "the body was encoded as JSON twice: it is a string that holds JSON",
        "send the JSON itself, and not what JSON.stringify makes of a string",
    ),
    (
        "charset-doubled",
        from_windows,
        "the body was UTF-8, was read as Latin-1 or Windows-1252, and written as UTF-8 again",
        "keep the bytes, or decode them as UTF-8",
    ),
    (
        "charset-latin",
        |body| to_utf8(body, char::from),
        "the body is in Latin-1, and what was signed is the same text in UTF-8",
        "keep the bytes, or encode them as UTF-8",
    ),
    (
        "charset-latin",
        |body| to_utf8(body, windows),
        "the body is in Windows-1252, and what was signed is the same text in UTF-8",
        "keep the bytes, or encode them as UTF-8",
    ),
];

fn edited(body: &[u8]) -> impl Iterator<Item = Message<'_>> {
    EDITS.iter().filter_map(|(code, edit, message, hint)| Some(Message { bytes: edit(body)?, source: Source::Edited(code, message, hint) }))
}

/// What code signs that lost the body, or has something else in its variable.
fn in_place_of(body: &[u8]) -> impl Iterator<Item = Message<'_>> {
    let read = "the body was read by something else before: keep its bytes when they are first read, and sign those";
    let mut all: Vec<(Cow<'_, [u8]>, Source)> = vec![
        (b"".into(), Source::Edited("nothing-signed", "the signature is of nothing: of an empty body", read)),
        (
            b"[object Object]".into(),
            Source::Edited("js-object", "the signature is of the text [object Object], which a parsed body becomes in JavaScript", RAW),
        ),
    ];
    for word in ["{}", "undefined", "null", "None"] {
        let message = "the signature is of what a lost body is written as: {}, undefined, null or None";
        all.push((word.as_bytes().into(), Source::Edited("nothing-signed", message, read)));
    }
    if body.len() <= LONGEST_REWRITTEN {
        let list = body.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
        let message = "the signature is of what JSON.stringify makes of a Buffer: {\"type\":\"Buffer\",\"data\":[…]}";
        all.push((
            format!("{{\"type\":\"Buffer\",\"data\":[{list}]}}").into_bytes().into(),
            Source::Edited("js-stringify-buffer", message, "sign the Buffer itself"),
        ));
        if let Some(string) = std::str::from_utf8(body).ok().and_then(|text| serde_json::to_vec(text).ok()) {
            let message = "the signature is of what JSON.stringify makes of the body as a string: quotes around it, and \\\" within";
            all.push((string.into(), Source::Edited("js-stringify-string", message, "sign the string itself")));
        }
    }
    all.into_iter().map(|(bytes, source)| Message { bytes, source })
}

/// What systeme.io may have written, of which `document` is what is left.
fn restored(document: &Value) -> Vec<Vec<u8>> {
    let changed = |change: fn(&str, &mut Value), document: &Value| {
        let mut document = document.clone();
        each_member(&mut document, change);
        document
    };
    let whole = changed(with_fraction, document);
    let mut all: Vec<_> = [document, &whole].map(php_json::to_vec).into();
    all.extend([document, &whole].map(|document| php_json::to_vec(&changed(with_object, document))));
    all.dedup();
    all
}

/// systeme.io's `vat` is a float.
fn with_fraction(key: &str, value: &mut Value) {
    if let Some(whole) = value.as_i64().filter(|_| key == "vat") {
        *value = (whole as f64).into();
    }
}

/// Where systeme.io may have an empty object, which PHP's arrays make a list of.
fn with_object(key: &str, value: &mut Value) {
    if matches!(key, "fields" | "options") && value.as_array().is_some_and(Vec::is_empty) {
        *value = Value::Object(serde_json::Map::new());
    }
}

fn each_member(value: &mut Value, change: fn(&str, &mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_member(item, change)),
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| {
            change(key, value);
            each_member(value, change);
        }),
        _ => {}
    }
}

fn without_newline(body: &[u8]) -> Option<Cow<'_, [u8]>> {
    Some(body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n"))?.into())
}

fn replaced(body: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    std::str::from_utf8(body).ok().filter(|text| text.contains(from)).map(|text| text.replace(from, to).into_bytes())
}

fn without_entities(body: &[u8]) -> Option<Cow<'_, [u8]>> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.contains('&'))?;
    let entities = [("&quot;", "\""), ("&#34;", "\""), ("&#039;", "'"), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'"), ("&#x2F;", "/"), ("&#x5C;", "\\")];
    let text = entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter));
    // The ampersand last: &amp;lt; was &lt;
    Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").into_bytes().into())
}

fn without_quotes(body: &[u8]) -> Option<Cow<'_, [u8]>> {
    let trimmed = body.trim_ascii();
    trimmed.starts_with(b"\"").then(|| serde_json::from_slice::<String>(trimmed).ok())?.map(|text| text.into_bytes().into())
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..0xa0 => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The bytes that were read as Latin-1 or Windows-1252.
fn from_windows(body: &[u8]) -> Option<Cow<'_, [u8]>> {
    let byte = |c: char| u8::try_from(c).ok().or_else(|| WINDOWS.iter().position(|known| *known == c).and_then(|at| u8::try_from(at + 0x80).ok()));
    let text = std::str::from_utf8(body).ok().filter(|text| !text.is_ascii())?;
    text.chars().map(byte).collect::<Option<Vec<_>>>().map(Cow::from)
}

/// UTF-8 of a text in another charset.
fn to_utf8(body: &[u8], read: fn(u8) -> char) -> Option<Cow<'_, [u8]>> {
    std::str::from_utf8(body).is_err().then(|| body.iter().map(|byte| read(*byte)).collect::<String>().into_bytes().into())
}
