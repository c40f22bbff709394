//! What a signature may be read as: the digest that stands in it, in whichever notation, and how long it is.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::doctor::Part;
use super::{from_hex, hmac};

/// With padding or without.
const EITHER: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, EITHER);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, EITHER);

/// No notation of a digest is longer, with all that stands around it.
const LONGEST: usize = 1024;

const PREFIXES: [&str; 13] =
    ["sha256=", "hmac-sha256=", "hmac-sha256 ", "hmac ", "sha256:", "sha1=", "sha512=", "sha384=", "v1=", "v1,", "v0=", "bearer ", "signature="];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    fn of_length(length: usize) -> Option<Self> {
        match length {
            20 => Some(Self::Sha1),
            32 => Some(Self::Sha256),
            48 => Some(Self::Sha384),
            64 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    pub(super) fn hmac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => hmac::<Sha1>(key, message),
            Self::Sha256 => hmac::<Sha256>(key, message),
            Self::Sha384 => hmac::<Sha384>(key, message),
            Self::Sha512 => hmac::<Sha512>(key, message),
        }
    }

    /// The hash of the pieces in a row, without a key.
    pub(super) fn hash(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            pieces.iter().fold(D::new(), |digest, piece| digest.chain_update(piece)).finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(pieces),
            Self::Sha256 => digest::<Sha256>(pieces),
            Self::Sha384 => digest::<Sha384>(pieces),
            Self::Sha512 => digest::<Sha512>(pieces),
        }
    }

    /// What is to say of it where it is not systeme.io's.
    pub(super) fn part(self) -> Option<Part> {
        let code = match self {
            Self::Sha1 => "hmac-sha1",
            Self::Sha256 => return None,
            Self::Sha384 => "hmac-sha384",
            Self::Sha512 => "hmac-sha512",
        };
        Some(Part::new(code, format!("the signature is an HMAC with {}, and systeme.io's is with SHA-256", self.name()), "use SHA-256"))
    }
}

/// A digest that a signature may stand for.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) digest: Vec<u8>,
    pub(super) algorithm: Algorithm,
    /// In what it differs from systeme.io's notation.
    pub(super) parts: Vec<Part>,
    /// The time that stands in it, as in Stripe's.
    pub(super) time: Option<String>,
}

/// What `signature` may be read as, systeme.io's own way first.
pub(super) fn readings(signature: &str) -> Vec<Reading> {
    if signature.len() > LONGEST {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut text = signature.trim();
    if text.len() < signature.len() {
        parts.push(Part::new("signature-spaced", "white space stands around the signature", "trim the signature where it is read or made"));
    }
    let quotes: [char; 2] = ['"', '\''];
    if text.len() > 1 && text.starts_with(quotes) && text.ends_with(quotes) {
        text = &text[1..text.len() - 1];
        parts.push(Part::new("signature-quoted", "quotes stand around the signature", "send its 64 hex digits bare"));
    }
    let (rest, time, prefix) = without_prefix(text);
    parts.extend(prefix);
    let mut readings = Vec::new();
    let mut add = |digest: Option<Vec<u8>>, part: Option<Part>| {
        let Some(digest) = digest else { return };
        let Some(algorithm) = Algorithm::of_length(digest.len()) else { return };
        readings.push(Reading { digest, algorithm, parts: parts.iter().cloned().chain(part).collect(), time: time.clone() });
    };
    let is_upper = rest.bytes().any(|byte| byte.is_ascii_uppercase());
    add(from_hex(rest), is_upper.then(|| Part::new("upper-case", "the signature is written in upper-case hex", "write its hex digits in lower case")));
    // Hex digits are letters of base64 too.
    if from_hex(rest).is_some_and(|digest| Algorithm::of_length(digest.len()).is_some()) {
        return readings;
    }
    for (engine, code, name) in [(STANDARD, "base64", "base64"), (URL_SAFE, "base64-url", "URL-safe base64")] {
        let Ok(bytes) = engine.decode(rest) else { continue };
        let part = Part::new(code, format!("the signature is written in {name}"), "write it in lower-case hex: hexdigest(), digest('hex')");
        let of_hex = Part::new("base64-of-hex", "the signature is the base64 of its hex digits", "send the hex digits themselves");
        add(std::str::from_utf8(&bytes).ok().and_then(from_hex), Some(of_hex));
        add(Some(bytes), Some(part));
    }
    // What has no letter of either alphabet's own is the same in both.
    readings.dedup_by(|a, b| a.digest == b.digest);
    readings
}

/// What stands after a prefix, the time beside it, and what is to say of it.
fn without_prefix(text: &str) -> (&str, Option<String>, Option<Part>) {
    let field = |name: &str| text.split(',').find_map(|field| field.trim().strip_prefix(name));
    if let (Some(time), Some(digest)) = (field("t="), field("v1=")) {
        let part = Part::new("stripe-form", "the signature is in Stripe's form, t=…,v1=…", "systeme.io's header holds 64 hex digits and nothing else");
        return (digest, Some(time.to_owned()), Some(part));
    }
    for prefix in PREFIXES {
        if let Some((_, rest)) = text.split_at_checked(prefix.len()).filter(|(start, _)| start.eq_ignore_ascii_case(prefix)) {
            let hint = "systeme.io's header holds 64 hex digits and nothing before them: compare with the bare hex";
            return (rest.trim(), None, Some(Part::new("prefix", format!("\"{}\" stands before the signature", prefix.trim()), hint)));
        }
    }
    (text, None, None)
}

/// What is wrong with a signature that cannot be systeme.io's, whatever was signed.
pub(super) fn malformed(signature: &str) -> Option<Part> {
    let hint = "systeme.io's is 64 lower-case hex digits: an HMAC-SHA256";
    let length = signature.trim().chars().count();
    let is_hex = signature.trim().bytes().all(|byte| byte.is_ascii_hexdigit());
    match length {
        0 => Some(Part::new(
            "signature-empty",
            "there is no signature",
            "only Settings > Webhooks signs, in the header X-Webhook-Signature; an automation does not",
        )),
        64 if is_hex => None,
        32 if is_hex => Some(Part::new("signature-length", "the signature has 32 hex digits, which is the length of an MD5", hint)),
        _ if is_hex => Some(Part::new("signature-length", format!("the signature has {length} hex digits, and not 64"), hint)),
        64 => Some(Part::new("signature-not-hex", "the signature holds characters that are no hex digits", hint)),
        _ => Some(Part::new("signature-length", format!("the signature has {length} characters, and not 64 hex digits"), hint)),
    }
}
