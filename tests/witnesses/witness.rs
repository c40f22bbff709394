//! What other people's tools are shown, one JSON object a line:
//!
//! - `documents`: JSON texts and how we encode them, for PHP to compare;
//! - `judged`: payloads and mutants with our verdict, for other validators to compare;
//! - `unsigned`: bodies and secrets, for integrators' code to sign in its own ways; and `diagnosed`, which reads from stdin what that code computed and fails
//!   unless the doctor names what it did.

#[path = "../common/mutants.rs"]
#[allow(dead_code, reason = "the verdict is asked for, not the place")]
mod mutants;

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufWriter, Write};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use systeme_hook::catalog::Catalog;
use systeme_hook::error::{Error, Result};
use systeme_hook::payload::{Overrides, payloads};
use systeme_hook::php_json;
use systeme_hook::schema::{Schemas, each_place, parsed};
use systeme_hook::signature::doctor::explanations;
use systeme_hook::signature::{Secret, is_signed};
use systeme_hook::story::{Locale, Stories};

fn main() -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match std::env::args().nth(1).as_deref() {
        Some("documents") => documents(&mut out),
        Some("judged") => judged(&mut out),
        Some("unsigned") => unsigned(&mut out),
        Some("diagnosed") => diagnosed(&mut out),
        _ => Err(Error::new("documents, judged, unsigned or diagnosed?")),
    }
}

fn line(out: &mut impl Write, value: &Value) -> Result<()> {
    writeln!(out, "{value}").map_err(|error| Error::new(error.to_string()))
}

/// Any JSON that PHP can hold: integers in i64, no key that begins with NUL.
fn any_document() -> impl Strategy<Value = Value> {
    let odd_float = prop::sample::select(vec![0.0, -0.0, 1e25, 1e17, 1e16, 9.999_999_999_999_999e16, 1e-4, 1e-5, 5e-324, f64::MAX, 0.1, 1.0, 100_000.0]);
    let odd_text = prop::sample::select(vec!["", "/", "é", "😀", "\u{2028}", "\u{7f}", "\u{0}", "\"\\\u{8}\u{c}\n\r\t", "<>&'", "\u{ffff}"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1000..1000_i64).prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no infinity", |float| float.is_finite()).prop_map(Value::from),
        (-1_000_000..1_000_000_i32).prop_map(|cents| json!(f64::from(cents) / 100.0)),
        odd_float.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        odd_text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        let key = any::<String>().prop_filter("PHP refuses it", |key| !key.starts_with('\0'));
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn documents(out: &mut impl Write) -> Result<()> {
    let mut shown = |document: &str, encoded: &[u8]| line(out, &json!({"document": document, "encoded": String::from_utf8_lossy(encoded)}));
    let mut runner = TestRunner::deterministic();
    for _ in 0..10_000 {
        let tree = any_document().new_tree(&mut runner).map_err(|error| Error::new(error.to_string()))?;
        let document = tree.current();
        shown(&document.to_string(), &php_json::to_vec(&document))?;
    }
    for exponent in -1074..1024 {
        let document = json!(2.0_f64.powi(exponent));
        shown(&document.to_string(), &php_json::to_vec(&document))?;
    }
    let deep = (0..490).fold(json!(0.0), |inner, _| json!([inner]));
    shown(&deep.to_string(), &php_json::to_vec(&deep))?;
    each_story(50, |_, body| shown(&String::from_utf8_lossy(body), body))
}

/// Calls `visit` with the label and the body of every shape of some stories of every locale.
fn each_story(seeds: u64, mut visit: impl FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
    let catalog = Catalog::embedded()?;
    let schemas = Schemas::new(&catalog);
    let shapes: Vec<_> = catalog.events.iter().flat_map(|event| event.shapes.iter().map(move |shape| (event, shape))).collect();
    let mut payloads = payloads(&schemas, &shapes, &Overrides::default())?;
    for locale in Locale::all() {
        for seed in 0..seeds {
            let stories = Stories::new(seed, 1_790_000_000, vec![(locale, 1)], Vec::new());
            for payload in &mut payloads {
                let mut body = Vec::new();
                payload.write(&stories.story(seed), &mut body);
                visit(&payload.event.name, &body)?;
            }
        }
    }
    Ok(())
}

fn judged(out: &mut impl Write) -> Result<()> {
    let catalog = Catalog::embedded()?;
    let schemas = Schemas::new(&catalog);
    let mut shown = |event: &str, body: &Value| {
        let (known, _) = catalog.find(event)?;
        line(out, &json!({"event": event, "valid": schemas.of(known)?.is_valid(body), "payload": body}))
    };
    each_story(10, |event, body| shown(event, &serde_json::from_slice(body).unwrap_or_default()))?;
    for entry in std::fs::read_dir("tests/documented/automation").map_err(|error| Error::new(error.to_string()))?.flatten() {
        let text = std::fs::read_to_string(entry.path()).map_err(|error| Error::new(error.to_string()))?;
        let body = parsed("a documented payload", &text)?;
        shown(body["type"].as_str().unwrap_or_default(), &body)?;
    }
    let texts = [
        "2021-10-05 08:10:29",
        "2021-10-05T08:10:29Z",
        "2021-10-05T24:10:29+00:00",
        "2021-13-05T08:10:29+00:00",
        "2021-10-05T08:10:29+02:00",
        "2021-10-05T08:10:29+00:00",
        "a@b",
        "a b@c",
        "a@b@c",
        "@",
        "é@ü",
        "a\u{a0}@b",
        "0.0.0.0",
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "::",
        "::1",
        "1::2::3",
        "2001:db8::1",
        "12345::",
        ":::",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "g::1",
        "eur",
        "EUR",
        "eu",
        "7200",
        "7 200",
        "-1",
        "systeme_tag",
        "a@b\n",
        "a\u{85}@b",
        "a\u{1c}@b",
        "a@\u{feff}b",
        "2021-10-05T08:10:29+00:00\n",
        "eur\n",
        "7200\n",
        "::1\n",
        "64:ff9b::192.0.2.33",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4.5",
        "1::2:3:4:5:6:1.2.3.4",
        "membership_course",
        "systemeio_tag",
    ];
    for event in &catalog.events {
        for shape in &event.shapes {
            let sample = parsed(&event.label(shape), &shape.sample)?;
            shown(&event.name, &sample)?;
            for mutant in mutants::of(&sample) {
                shown(&event.name, &mutant.body)?;
            }
            let mut strings = Vec::new();
            each_place(&sample, String::new(), &mut |place, value| strings.extend(value.is_string().then(|| place.to_owned())));
            for (place, text) in strings.iter().flat_map(|place| texts.iter().map(move |text| (place, *text))) {
                let mut other = sample.clone();
                if let Some(there) = other.pointer_mut(place) {
                    *there = text.into();
                }
                shown(&event.name, &other)?;
            }
        }
    }
    Ok(())
}

/// The documented bodies of Settings as systeme.io writes them, and some with all that others write otherwise.
fn unsigned(out: &mut impl Write) -> Result<()> {
    let mut bodies = Vec::new();
    for entry in std::fs::read_dir("tests/documented/settings").map_err(|error| Error::new(error.to_string()))?.flatten() {
        let text = std::fs::read_to_string(entry.path()).map_err(|error| Error::new(error.to_string()))?;
        bodies.push(php_json::to_vec(&parsed("a documented payload", &text)?));
    }
    for document in [
        json!({"vat": 0.0, "amount": 12.5, "totalPrice": 8766, "fields": {}, "options": []}),
        json!({"url": "https://example.com/a/?b=1&c=<d>", "name": "Ren\u{e9}e \u{1f600}", "odd": "\u{2028}\u{2029}\u{7f}\u{1}\n\t\"\\'", "vat": 19.0}),
        json!({"b": {"x": {}, "fields": {"20": "z", "3": "y", "a": "x"}}, "a": [[], {}, {"0": 1, "1": 2}, [0.0, -0.0, 1e-5, 1.5e-7, 1e16, 1e21, 1e25, 0.1]]}),
        json!({"vat": null, "name": "\u{417}\u{434}\u{440}\u{430}\u{432} \u{4e2d}\u{6587}", "big": 9_007_199_254_740_993_i64, "min": i64::MIN, "": [true, false]}),
    ] {
        bodies.push(php_json::to_vec(&document));
    }
    for (number, body) in bodies.iter().enumerate() {
        line(out, &json!({"secret": format!("s3cret number {number} \u{e9}"), "body": String::from_utf8_lossy(body)}))?;
    }
    Ok(())
}

/// Of several that are true at once, one must be what the code did.
fn diagnosed(out: &mut impl Write) -> Result<()> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for text in io::stdin().lock().lines() {
        let case = parsed("a case", &text.map_err(|error| Error::new(error.to_string()))?)?;
        let [variant, secret, body, signature] = ["variant", "secret", "body", "signature"].map(|key| case[key].as_str().unwrap_or_default());
        let secret = Secret::from(secret);
        // A body without anything that is written otherwise is still itself.
        if is_signed(&secret, body.as_bytes(), signature) {
            continue;
        }
        let found = explanations(&secret, body.as_bytes(), signature, &[]);
        if !found.iter().any(|diagnosis| diagnosis.code == variant) {
            return Err(Error::new(format!("{case}\nis {variant}, and we say {found:?}")));
        }
        *met.entry(variant.to_owned()).or_default() += 1;
    }
    let all: usize = met.values().sum();
    if all < 50 {
        return Err(Error::new(format!("only {all} signatures")));
    }
    writeln!(out, "the doctor explains {all} signatures of {} kinds", met.len()).map_err(|error| Error::new(error.to_string()))
}
