//! Why a signature is not the body's: because the body is not what was signed, or because somebody's code computes another thing. Each explanation is
//! proved by computing it; none is guessed, and none tells the secret or the signature that would be right.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::keys::{converted, spelled};
use super::messages::{Received, header};
use super::notation::{Algorithm, Reading, malformed, readings};
use super::{Secret, is_signed};

/// Where systeme.io's signature stands.
pub const HEADER: &str = "X-Webhook-Signature";

/// Where receivers look for it by mistake, and tests send it.
const MISTAKEN: [&str; 10] = [
    "X-Systeme-Signature",
    "X-Signature",
    "X-Hub-Signature-256",
    "X-Hub-Signature",
    "X-Webhook-Signature-256",
    "X-Hook-Signature",
    "X-Signature-256",
    "X-Hmac-Signature",
    "Signature",
    AUTHORIZATION,
];
/// It holds many a thing that is no signature.
const AUTHORIZATION: &str = "Authorization";

/// A longer body is explained by one cause; a shorter also by one in its bytes and one in the key at once.
const LONGEST_COMBINED: usize = 1 << 16;

/// Why a signature does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Names the cause; of several, the first.
    pub code: &'static str,
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// One cause, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    code: &'static str,
    message: Cow<'static, str>,
    hint: Cow<'static, str>,
}

impl Part {
    pub(super) fn new(code: &'static str, message: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

/// The simplest explanation why `signature` is not that of `body`; none where none is found, or where it is right. Of `headers`, which may be empty, the
/// times and the one that holds the signature matter.
pub fn diagnose(secret: &Secret, body: &[u8], signature: &str, headers: &[(String, String)]) -> Option<Diagnosis> {
    let mut first = None;
    // What is found ends the search, and its end says no more.
    let _ = explain(secret, body, signature, headers, &mut |diagnosis| {
        first = Some(diagnosis);
        ControlFlow::Break(())
    });
    first
}

/// Every explanation, the simplest first: several are true at once where other code writes the same bytes.
pub fn explanations(secret: &Secret, body: &[u8], signature: &str, headers: &[(String, String)]) -> Vec<Diagnosis> {
    let mut all = Vec::new();
    let _ = explain(secret, body, signature, headers, &mut |diagnosis| {
        all.push(diagnosis);
        ControlFlow::Continue(())
    });
    all
}

type Found<'f> = &'f mut dyn FnMut(Diagnosis) -> ControlFlow<()>;
type FoundParts<'f> = &'f mut dyn FnMut(Vec<Part>) -> ControlFlow<()>;

fn explain(secret: &Secret, body: &[u8], signature: &str, headers: &[(String, String)], found: Found<'_>) -> ControlFlow<()> {
    let received = Received::new(body, headers);
    if headers.is_empty() || header(headers, HEADER).is_some() {
        return explain_given(secret, &received, signature, found);
    }
    let mistaken = MISTAKEN.iter().filter_map(|name| Some((*name, header(headers, name)?)));
    let mistaken: Vec<_> = mistaken.filter(|(_, value)| signature.is_empty() || signature.trim() == value.trim()).collect();
    for (name, value) in &mistaken {
        let message = format!("the signature stands in the header {name}, and systeme.io's is {HEADER}");
        let misplaced = Part::new("header-name", message, format!("send and read {HEADER}; the case of its letters does not matter"));
        if is_signed(secret, body, value) {
            return found(joined(&[misplaced]));
        }
        let mut elsewhere = |mut parts: Vec<Part>| {
            parts.push(misplaced.clone());
            found(joined(&parts))
        };
        explain_value(secret, &received, value, &mut elsewhere)?;
        // What is no signature may well stand in Authorization.
        if *name != AUTHORIZATION {
            elsewhere(malformed(value).into_iter().collect())?;
        }
    }
    if !signature.is_empty() {
        return if mistaken.is_empty() { explain_given(secret, &received, signature, found) } else { ControlFlow::Continue(()) };
    }
    let hint = "only Settings > Webhooks signs; an automation does not, and a proxy may drop the header";
    found(joined(&[Part::new("header-missing", format!("there is no header {HEADER}"), hint)]))
}

fn explain_given(secret: &Secret, received: &Received<'_>, signature: &str, found: Found<'_>) -> ControlFlow<()> {
    if is_signed(secret, received.body, signature) {
        return ControlFlow::Continue(());
    }
    explain_value(secret, received, signature, &mut |parts| found(joined(&parts)))?;
    malformed(signature).map_or(ControlFlow::Continue(()), |part| found(joined(&[part])))
}

/// Explains a signature that is not right by what proves to be in it.
fn explain_value(secret: &Secret, received: &Received<'_>, signature: &str, found: FoundParts<'_>) -> ControlFlow<()> {
    let typed = secret.0.trim_ascii();
    if !typed.is_empty() && signature.trim_ascii().as_bytes().ends_with(typed) {
        let hint = "sign the body with it (HMAC-SHA256), send the result, and change the secret: it has travelled";
        found(vec![Part::new("secret-sent", "the secret itself stands in the signature", hint)])?;
    }
    readings(signature).iter().try_for_each(|reading| explain_reading(&secret.0, received, reading, found))
}

fn explain_reading(secret: &[u8], received: &Received<'_>, reading: &Reading, found: FoundParts<'_>) -> ControlFlow<()> {
    let Reading { digest, algorithm, parts, time } = reading;
    let is = |key: &[u8], message: &[u8]| algorithm.hmac(key, message) == *digest;
    let form = || algorithm.part().into_iter().chain(parts.iter().cloned());
    if is(secret, received.body) {
        found(form().collect())?;
    }
    for message in received.messages(time.as_deref()) {
        if is(secret, &message.bytes) {
            found([received.part(&message)].into_iter().chain(form()).collect())?;
        }
    }
    let spelled = spelled(secret);
    for key in spelled.iter().chain(&converted(secret)) {
        if is(&key.bytes, received.body) {
            found([key.part.clone()].into_iter().chain(form()).collect())?;
        }
    }
    if let Some(part) = without_hmac(secret, received.body, *algorithm, digest) {
        found([part].into_iter().chain(parts.iter().cloned()).collect())?;
    }
    if received.body.len() > LONGEST_COMBINED {
        return ControlFlow::Continue(());
    }
    // What indentation made long is not tried with every key.
    for message in received.messages(time.as_deref()).filter(|message| message.bytes.len() <= 4 * LONGEST_COMBINED) {
        for key in spelled.iter().filter(|key| is(&key.bytes, &message.bytes)) {
            found([received.part(&message), key.part.clone()].into_iter().chain(form()).collect())?;
        }
    }
    ControlFlow::Continue(())
}

/// What is wrong where the digest is no HMAC with the secret for its key.
fn without_hmac(secret: &[u8], body: &[u8], algorithm: Algorithm, digest: &[u8]) -> Option<Part> {
    let name = algorithm.name();
    let hint = "use HMAC-SHA256: createHmac in Node.js, hmac.new in Python, hash_hmac in PHP, hmac.New in Go";
    if algorithm.hash(&[body]) == digest {
        return Some(Part::new("hash-of-body", format!("the signature is the {name} of the body alone: there is no secret in it"), hint));
    }
    if algorithm.hash(&[secret, body]) == digest {
        return Some(Part::new("hash-of-secret-and-body", format!("the signature is the {name} of the secret and the body in a row, which is no HMAC"), hint));
    }
    if algorithm.hash(&[body, secret]) == digest {
        return Some(Part::new("hash-of-body-and-secret", format!("the signature is the {name} of the body and the secret in a row, which is no HMAC"), hint));
    }
    if algorithm.hmac(body, secret) == digest {
        let hint = "change the order of the arguments: PHP's hash_hmac('sha256', $body, $secret), Python's hmac.new(secret, body, hashlib.sha256)";
        return Some(Part::new("arguments-swapped", "the signature is of the secret, with the body for a key", hint));
    }
    None
}

/// A diagnosis of several parts, the first of which names it.
fn joined(parts: &[Part]) -> Diagnosis {
    let all = |text: fn(&Part) -> &str| parts.iter().map(text).collect::<Vec<_>>().join("; ");
    Diagnosis { code: parts.first().map_or("", |part| part.code), message: all(|part| &part.message), hint: all(|part| &part.hint) }
}

#[cfg(test)]
mod tests;
