//! The keys that an integrator's code may have used in place of the secret as it was typed.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::doctor::Part;
use super::{from_hex, hex};

pub(super) struct Key {
    pub(super) bytes: Vec<u8>,
    pub(super) part: Part,
}

/// What the secret is when it was copied with something around it, or without; what an unset variable makes of it. The likeliest first.
pub(super) fn spelled(secret: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    let trimmed = secret.trim_ascii();
    let stray = "take away the white space around the secret where your code reads it (a file's last line ends with one), or in systeme.io";
    add(&mut keys, secret, trimmed, "key-trimmed", "the secret without the white space around it", stray);
    for quote in [b'"', b'\'', b'`'] {
        if let Some(inner) = trimmed.strip_prefix(&[quote]).and_then(|rest| rest.strip_suffix(&[quote])) {
            let hint = "the quotes are no part of the secret: take them away where you give it";
            add(&mut keys, secret, inner, "key-unquoted", "the secret without the quotes around it", hint);
        }
    }
    for (before, after) in [("", "\n"), ("", "\r\n"), ("", " "), (" ", ""), (" ", " ")] {
        let key = [before.as_bytes(), secret, after.as_bytes()].concat();
        let hint = "trim the secret where your code reads it: a line of a file or of a shell's output ends with a newline";
        add(&mut keys, secret, &key, "key-with-space", "the secret and white space beside it", hint);
    }
    for quote in ["\"", "'"] {
        let key = [quote.as_bytes(), secret, quote.as_bytes()].concat();
        let hint = "your code reads the secret with its quotes: some readers of .env files and some shells keep them";
        add(&mut keys, secret, &key, "key-quoted", "the secret in quotes", hint);
    }
    let unset = "your code has no secret: its environment variable is not set, or has another name";
    add(&mut keys, secret, b"", "key-empty", "empty", unset);
    for word in ["undefined", "None", "null", "nil"] {
        add(&mut keys, secret, word.as_bytes(), "key-unset", "the word that your language has for nothing", unset);
    }
    keys
}

/// What the secret becomes when it is decoded, encoded or hashed first.
pub(super) fn converted(secret: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    let as_typed = "use the secret's characters themselves for the key, as they were typed";
    let text = std::str::from_utf8(secret).unwrap_or_default().trim();
    if let Some(key) = from_hex(text) {
        add(&mut keys, secret, &key, "key-from-hex", "what the secret stands for when it is read as hex", as_typed);
    }
    for engine in [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD] {
        if let Ok(key) = engine.decode(text) {
            add(&mut keys, secret, &key, "key-from-base64", "what the secret stands for when it is read as base64", as_typed);
        }
    }
    let hash = Sha256::digest(secret);
    add(&mut keys, secret, &hash, "key-hashed", "the SHA-256 of the secret", as_typed);
    add(&mut keys, secret, hex(&hash).as_bytes(), "key-hashed", "the SHA-256 of the secret, in hex", as_typed);
    add(&mut keys, secret, hex(secret).as_bytes(), "key-to-hex", "the secret encoded in hex", as_typed);
    add(&mut keys, secret, BASE64_STANDARD.encode(secret).as_bytes(), "key-to-base64", "the secret encoded in base64", as_typed);
    keys
}

/// Adds a key that is another than the secret and than those that are there.
fn add(keys: &mut Vec<Key>, secret: &[u8], bytes: &[u8], code: &'static str, what: &str, hint: &'static str) {
    if bytes != secret && !keys.iter().any(|key| key.bytes == bytes) {
        keys.push(Key { bytes: bytes.to_vec(), part: Part::new(code, format!("the key of the signature is {what}"), hint) });
    }
}
