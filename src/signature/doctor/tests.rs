use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::signature::{hex, signed};

const SECRET: &str = "s3cret-of-ours";
/// As systeme.io writes it, with all that others write otherwise.
const BODY: &str = r#"{"order":{"vat":0.0,"totalPrice":8766},"customer":{"fields":{},"sourceUrl":"https:\/\/example.com\/?a=1&b=2","name":"Ren\u00e9e \ud83d\ude00"},"tags":[]}"#;

fn first(body: &str, signature: &str) -> Option<Diagnosis> {
    diagnose(&SECRET.into(), body.as_bytes(), signature, &[])
}

fn code(body: &str, signature: &str) -> Option<&'static str> {
    first(body, signature).map(|diagnosis| diagnosis.code)
}

/// The signature of something else.
fn of(message: &str) -> String {
    signed(&SECRET.into(), message.as_bytes())
}

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_right_signature_needs_no_explanation_and_a_foreign_one_has_none() {
    assert_eq!(first(BODY, &of(BODY)), None);
    assert_eq!(first(BODY, &signed(&"another secret".into(), BODY.as_bytes())), None);
    assert_eq!(first("", &signed(&"another secret".into(), b"")), None);
    assert_eq!(diagnose(&SECRET.into(), BODY.as_bytes(), &of(BODY), &headers(&[("x-webhook-signature", &of(BODY))])), None);
}

#[test]
fn a_body_that_was_changed_on_its_way_is_told_from_what_was_signed() {
    let latin: Vec<u8> = "{\"a\":\"é\"}".chars().map(|c| c as u8).collect();
    assert_eq!(diagnose(&SECRET.into(), &latin, &of("{\"a\":\"é\"}"), &[]).map(|found| found.code), Some("charset-latin"));
    for (came, was, named) in [
        (format!("{BODY}\n"), BODY.to_owned(), "newline-added"),
        (format!("{BODY}\r\n"), BODY.to_owned(), "newline-added"),
        (BODY.to_owned(), format!("{BODY}\n"), "newline-signed"),
        (BODY.to_owned(), format!("{BODY}\r\n"), "newline-signed"),
        (format!(" {BODY}\n\n"), BODY.to_owned(), "space-added"),
        (format!("\u{feff}{BODY}"), BODY.to_owned(), "bom-added"),
        (BODY.to_owned(), format!("\u{feff}{BODY}"), "bom-signed"),
        ("{\r\n}".to_owned(), "{\n}".to_owned(), "line-ends-crlf"),
        ("{\n}".to_owned(), "{\r\n}".to_owned(), "line-ends-lf"),
        (BODY.replace('&', "&amp;").replace('"', "&quot;"), BODY.to_owned(), "body-html-escaped"),
        (serde_json::to_string(BODY).unwrap(), BODY.to_owned(), "body-quoted"),
        ("{\"a\":\"Ã©â‚¬\"}".to_owned(), "{\"a\":\"é€\"}".to_owned(), "charset-doubled"),
    ] {
        assert_eq!(code(&came, &of(&was)), Some(named), "{came:?}");
    }
}

#[test]
fn a_body_that_was_written_again_is_told_with_what_it_lost() {
    let javascript = BODY.replace("\\/", "/").replace("\\u00e9", "é").replace("\\ud83d\\ude00", "😀").replace("0.0", "0");
    for (came, lost) in [
        (javascript.as_str(), "\\/ became /, \\u00e9 became é (and so every letter that is not ASCII), 0.0 became 0"),
        (&BODY.replace(",\"", ", \"").replace(':', ": ").replace("https: ", "https:"), "white space was added"),
        (&BODY.replace("\\/", "/").replace("{}", "[]"), "\\/ became /, {} became []"),
    ] {
        let found = first(came, &of(BODY)).unwrap();
        assert_eq!((found.code, found.message), ("body-rewritten", format!("the body was parsed and written again on its way: {lost}")));
    }
}

#[test]
fn code_that_signs_the_parsed_body_is_named_with_what_it_loses() {
    let javascript = BODY.replace("\\/", "/").replace("\\u00e9", "é").replace("\\ud83d\\ude00", "😀").replace("0.0", "0");
    let found = first(BODY, &of(&javascript)).unwrap();
    assert_eq!(found.code, "js-stringify");
    assert_eq!(
        found.message,
        "the signature is of what JSON.stringify, or PHP's json_encode with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE (of json_decode's objects) makes \
         of the parsed body: \\/ became /, \\u00e9 became é (and so every letter that is not ASCII), 0.0 became 0"
    );
    assert!(found.hint.contains("express.raw") && found.hint.contains("php://input"), "{}", found.hint);
    for (written, named) in [
        (
            r#"{"order":{"vat":0,"totalPrice":8766},"customer":{"fields":[],"sourceUrl":"https:\/\/example.com\/?a=1&b=2","name":"Ren\u00e9e \ud83d\ude00"},"tags":[]}"#,
            "php-encode",
        ),
        (
            r#"{"customer":{"fields":{},"name":"Renée 😀","sourceUrl":"https://example.com/?a=1\u0026b=2"},"order":{"totalPrice":8766,"vat":0},"tags":[]}"#,
            "go-marshal",
        ),
        (
            r#"{"order": {"vat": 0.0, "totalPrice": 8766}, "customer": {"fields": {}, "sourceUrl": "https://example.com/?a=1&b=2", "name": "Ren\u00e9e \ud83d\ude00"}, "tags": []}"#,
            "python-dumps",
        ),
        (
            r#"{"order":{"vat":0.0,"totalPrice":8766},"customer":{"fields":{},"sourceUrl":"https://example.com/?a=1&b=2","name":"Renée 😀"},"tags":[]}"#,
            "python-dumps-compact-unicode",
        ),
    ] {
        assert_eq!(code(BODY, &of(written)), Some(named));
    }
}

#[test]
fn every_writer_is_found_by_its_code() {
    let document = serde_json::from_str(BODY).unwrap();
    for writer in &super::super::writers::WRITERS {
        let written = writer.write(&document).unwrap();
        let found = explanations(&SECRET.into(), BODY.as_bytes(), &signed(&SECRET.into(), &written), &[]);
        assert!(found.iter().any(|diagnosis| diagnosis.code == writer.code), "{}", writer.code);
    }
}

#[test]
fn code_that_lost_the_body_is_told_what_it_signs() {
    let buffer = format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", BODY.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(","));
    for (message, named) in [
        ("", "nothing-signed"),
        ("undefined", "nothing-signed"),
        ("{}", "nothing-signed"),
        ("[object Object]", "js-object"),
        (&serde_json::to_string(BODY).unwrap(), "js-stringify-string"),
        (&buffer, "js-stringify-buffer"),
    ] {
        assert_eq!(code(BODY, &of(message)), Some(named), "{message}");
    }
}

#[test]
fn another_key_than_the_secret_as_typed_is_named() {
    for (secret, key, named) in [
        ("abcdefgh\n", "abcdefgh", "key-trimmed"),
        ("abcdefgh", "abcdefgh\n", "key-with-space"),
        ("\"abcdefgh\"", "abcdefgh", "key-unquoted"),
        ("abcdefgh", "'abcdefgh'", "key-quoted"),
        ("abcdefgh", "", "key-empty"),
        ("abcdefgh", "undefined", "key-unset"),
        ("6162", "ab", "key-from-hex"),
        ("YWJj", "abc", "key-from-base64"),
        ("ab", "6162", "key-to-hex"),
        ("abc", "YWJj", "key-to-base64"),
        ("ab", &hex(&Sha256::digest("ab")), "key-hashed"),
    ] {
        let found = diagnose(&secret.into(), BODY.as_bytes(), &signed(&key.into(), BODY.as_bytes()), &[]);
        assert_eq!(found.map(|found| found.code), Some(named), "{secret:?}");
    }
}

#[test]
fn another_notation_is_named() {
    let right = of(BODY);
    let digest = super::super::from_hex(&right).unwrap();
    for (signature, named) in [
        (right.to_uppercase(), "upper-case"),
        (BASE64_STANDARD.encode(&digest), "base64"),
        (BASE64_STANDARD.encode(&right), "base64-of-hex"),
        (format!("sha256={right}"), "prefix"),
        (format!("hmac-sha256={right}"), "prefix"),
        (format!("v1={right}"), "prefix"),
        (format!("Bearer {right}"), "prefix"),
        (format!("t=1790000000,v1={right}"), "stripe-form"),
        (format!(" {right}\n"), "signature-spaced"),
        (format!("\"{right}\""), "signature-quoted"),
    ] {
        assert_eq!(code(BODY, &signature), Some(named), "{signature}");
    }
    let tilted =
        (0..99).map(|n| format!("{{\"n\":{n}}}")).find(|body| BASE64_STANDARD.encode(super::super::from_hex(&of(body)).unwrap()).contains(['+', '/'])).unwrap();
    assert_eq!(code(&tilted, &BASE64_URL_SAFE_NO_PAD.encode(super::super::from_hex(&of(&tilted)).unwrap())), Some("base64-url"));
}

#[test]
fn another_algorithm_is_named() {
    let with = |algorithm: Algorithm| hex(&algorithm.hmac(SECRET.as_bytes(), BODY.as_bytes()));
    let hash = |pieces: &[&str]| hex(&Sha256::digest(pieces.concat()));
    for (signature, named) in [
        (with(Algorithm::Sha1), "hmac-sha1"),
        (with(Algorithm::Sha384), "hmac-sha384"),
        (with(Algorithm::Sha512), "hmac-sha512"),
        (hash(&[BODY]), "hash-of-body"),
        (hash(&[SECRET, BODY]), "hash-of-secret-and-body"),
        (hash(&[BODY, SECRET]), "hash-of-body-and-secret"),
        (signed(&BODY.into(), SECRET.as_bytes()), "arguments-swapped"),
    ] {
        assert_eq!(code(BODY, &signature), Some(named));
    }
}

#[test]
fn a_time_that_was_signed_with_the_body_is_found_in_the_headers_or_the_signature() {
    let sent = headers(&[
        ("X-Webhook-Event-Timestamp", "2026-09-27T20:16:27+00:00"),
        ("x-webhook-delivery-attempt-timestamp", "2026-09-27T20:16:28+00:00"),
        ("x-webhook-message-id", "01a0e483"),
        ("x-webhook-signature", ""),
    ]);
    for start in ["2026-09-27T20:16:27+00:00.", "1790540188.", "1790540187", "v0:1790540187:", "01a0e483.1790540187.", "1790540187000."] {
        let found = diagnose(&SECRET.into(), BODY.as_bytes(), &of(&format!("{start}{BODY}")), &sent);
        assert_eq!(found.map(|found| found.code), Some("timestamp-signed"), "{start}");
    }
    assert_eq!(code(BODY, &format!("t=1790540187,v1={}", of(&format!("1790540187.{BODY}")))), Some("timestamp-signed"));
}

#[test]
fn a_signature_that_cannot_be_one_is_told_by_its_form() {
    for (signature, named) in [
        ("", "signature-empty"),
        (" ", "signature-empty"),
        (SECRET, "secret-sent"),
        ("Bearer s3cret-of-ours", "secret-sent"),
        ("d41d8cd98f00b204e9800998ecf8427e", "signature-length"),
        ("abc", "signature-length"),
        (&"x".repeat(64), "signature-not-hex"),
        (&"é".repeat(9999), "signature-length"),
    ] {
        assert_eq!(code(BODY, signature), Some(named), "{signature:.80}");
    }
}

#[test]
fn a_signature_under_another_name_is_found_even_when_it_is_right() {
    let named = |pairs: &[(&str, &str)]| diagnose(&SECRET.into(), BODY.as_bytes(), "", &headers(pairs));
    let found = named(&[("content-type", "application/json"), ("x-hub-signature-256", &of(BODY))]).unwrap();
    assert_eq!(
        (found.code, found.message.as_str()),
        ("header-name", "the signature stands in the header X-Hub-Signature-256, and systeme.io's is X-Webhook-Signature")
    );
    let found = named(&[("X-Signature", &format!("sha256={}", of(BODY)))]).unwrap();
    assert_eq!((found.code, found.message.contains("X-Signature,")), ("prefix", true), "{found:?}");
    assert_eq!(named(&[("Signature", &of("x"))]).map(|found| found.code), Some("header-name"));
    assert_eq!(named(&[("authorization", "Basic YTpi")]).map(|found| found.code), Some("header-missing"));
    assert_eq!(named(&[("authorization", &format!("Bearer {}", of(BODY)))]).map(|found| found.code), Some("prefix"));
    assert_eq!(named(&[("accept", "*/*")]).map(|found| found.code), Some("header-missing"));
    assert_eq!(named(&[("x-webhook-signature", ""), ("signature", &of(BODY))]).map(|found| found.code), Some("signature-empty"));
    let given = diagnose(&SECRET.into(), BODY.as_bytes(), &of(BODY), &headers(&[("X-Signature", &of(BODY))]));
    assert_eq!(given.map(|found| found.code), Some("header-name"), "the value that was found there");
    assert_eq!(diagnose(&SECRET.into(), BODY.as_bytes(), &of(BODY), &headers(&[("accept", "*/*")])), None, "a signature that was given otherwise");
}

#[test]
fn two_causes_at_once_are_told_both() {
    let javascript = BODY.replace("\\/", "/").replace("\\u00e9", "é").replace("\\ud83d\\ude00", "😀").replace("0.0", "0");
    let signature = format!("sha256={}", signed(&SECRET.into(), javascript.as_bytes()).to_uppercase());
    let found = diagnose(&format!("{SECRET}\n").as_str().into(), BODY.as_bytes(), &signature, &[]).unwrap();
    assert_eq!(found.code, "js-stringify");
    for part in ["the secret without the white space", "\"sha256=\" stands before", "upper-case hex"] {
        assert!(found.message.contains(part), "{}", found.message);
    }
}

/// Bodies that are likely to be taken for something.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<Vec<u8>>(),
        any::<String>().prop_map(String::into_bytes),
        any::<(String, f64)>().prop_map(|(text, number)| serde_json::json!({"vat": 0, "a": {text: number}, "fields": []}).to_string().into_bytes()),
        "[\\[\\]{}\":,0-9eE.\\\\ua-f\\-\n &;]{0,40}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn anything_is_explained_without_the_secret_and_the_right_signature(
        body in any_body(),
        secret in "[!-~]{8,24}",
        odd: String,
        variant in 0..8_usize,
        value: String,
    ) {
        let key = Secret::from(secret.as_str());
        let right = signed(&key, &body);
        let signature = match variant {
            0 => odd,
            1 => right.to_uppercase(),
            2 => format!("sha256={right}"),
            3 => secret.clone(),
            4 => format!("t={odd},v1={right}"),
            5 => hex(odd.as_bytes()),
            6 => signed(&key, &[&body[..], b"\n"].concat()),
            _ => String::new(),
        };
        let named = headers(&[("x-webhook-event-timestamp", &value), ("X-Signature", &signature), ("authorization", &value)]);
        for headers in [&[][..], &named] {
            let all = explanations(&key, &body, &signature, headers);
            let first = diagnose(&key, &body, &signature, headers);
            prop_assert_eq!(first.as_ref(), all.first());
            for Diagnosis { message, hint, .. } in &all {
                for text in [message, hint] {
                    prop_assert!(!text.contains(&secret) && !text.contains(&right), "{}", text);
                }
            }
        }
    }
}
