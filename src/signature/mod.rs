//! systeme.io's signature, which Settings > Webhooks sends in `X-Webhook-Signature`: HMAC-SHA256 over the exact bytes of the body, the secret as it was
//! typed for a key, in lower-case hex. Any other form is refused here; why somebody's signature is another one, [`doctor`] says.

use std::fmt;

use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub mod doctor;
mod form;
mod keys;
mod messages;
mod notation;
mod numbers;
mod writers;

/// The secret exactly as it was typed. Nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The signature of `body`: 64 lower-case hex digits.
pub fn signed(secret: &Secret, body: &[u8]) -> String {
    hex(&hmac::<Sha256>(&secret.0, body))
}

/// Whether `signature` is that of `body`, in systeme.io's form. Takes the same time however much of it is right.
pub fn is_signed(secret: &Secret, body: &[u8], signature: &str) -> bool {
    let Some(digest) = from_hex(signature).filter(|_| !signature.bytes().any(|byte| byte.is_ascii_uppercase())) else { return false };
    Hmac::<Sha256>::new_from_slice(&secret.0).is_ok_and(|mac| mac.chain_update(body).verify_slice(&digest).is_ok())
}

fn hmac<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8>
where
    Hmac<D>: Mac + KeyInit,
{
    // HMAC takes a key of any length: it never comes to the default, which no digest equals.
    <Hmac<D> as KeyInit>::new_from_slice(key).map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec()).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The bytes that hex digits of either case stand for.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| if let [high, low] = pair { Some(digit(*high)? << 4 | digit(*low)?) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_of_rfc_4231_are_signed_as_it_says() {
        let long = [0xaa; 131];
        let counted: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&counted, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (&long, b"Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (
                &long,
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, signature) in cases {
            let secret = Secret::from(key);
            assert_eq!(signed(&secret, message), signature);
            assert!(is_signed(&secret, message, signature));
        }
    }

    #[test]
    fn only_systeme_s_own_form_counts() {
        let secret = Secret::from("s3cret");
        let right = signed(&secret, b"{}");
        assert!(is_signed(&secret, b"{}", &right));
        let others =
            [right.to_uppercase(), format!("sha256={right}"), format!(" {right}"), format!("{right}\n"), right[..62].to_owned(), "é".repeat(32), String::new()];
        for other in others {
            assert!(!is_signed(&secret, b"{}", &other), "{other:?}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::from("s3cret".to_owned())), "Secret(…)");
    }

    proptest! {
        #[test]
        fn a_flipped_bit_is_refused(key: Vec<u8>, body in prop::collection::vec(any::<u8>(), 1..99), at: prop::sample::Index, bit in 0..8_u32) {
            let secret = Secret::from(key);
            let signature = signed(&secret, &body);
            prop_assert!(is_signed(&secret, &body, &signature));
            let mut other = body.clone();
            other[at.index(body.len())] ^= 1 << bit;
            prop_assert!(!is_signed(&secret, &other, &signature));
            let mut digest = from_hex(&signature).unwrap_or_default();
            digest[at.index(32)] ^= 1 << bit;
            prop_assert!(!is_signed(&secret, &body, &hex(&digest)));
        }

        #[test]
        fn a_lost_byte_is_refused(key: Vec<u8>, body in prop::collection::vec(any::<u8>(), 1..99)) {
            let secret = Secret::from(key);
            prop_assert!(!is_signed(&secret, &body[1..], &signed(&secret, &body)));
        }
    }
}
