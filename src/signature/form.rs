//! In what a JSON text was written otherwise: what an escape, a number or an empty object became when somebody parsed it and wrote it again.

use serde_json::Value;

/// What of the form of JSON is lost or gained in writing it again, counted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Form {
    escaped_slashes: usize,
    escaped_letters: usize,
    letters: usize,
    escaped_markup: usize,
    spaces: usize,
    zero_fractions: usize,
    empty_objects: usize,
}

/// How `after`, which somebody wrote, differs from `before`, which they parsed: "\/ became /, 0.0 became 0".
pub(super) fn differences(before: &[u8], after: &[u8]) -> String {
    let (old, new) = (form(before), form(after));
    let told = [
        (old.escaped_slashes > new.escaped_slashes, "\\/ became /"),
        (old.escaped_slashes < new.escaped_slashes, "/ became \\/"),
        (old.escaped_letters > new.escaped_letters && new.letters > old.letters, "\\u00e9 became é (and so every letter that is not ASCII)"),
        (old.escaped_letters < new.escaped_letters && new.letters < old.letters, "é became \\u00e9 (and so every letter that is not ASCII)"),
        (old.escaped_markup < new.escaped_markup, "<, > and & were escaped"),
        (old.escaped_markup > new.escaped_markup, "<, > and & are no longer escaped"),
        (old.spaces < new.spaces, "white space was added"),
        (old.spaces > new.spaces, "white space was dropped"),
        (old.zero_fractions > new.zero_fractions, "0.0 became 0"),
        (old.zero_fractions < new.zero_fractions, "0 became 0.0"),
        (old.empty_objects > new.empty_objects, "{} became []"),
        (old.empty_objects < new.empty_objects, "[] became {}"),
        (are_reordered(before, after), "the keys stand in another order"),
    ];
    let told: Vec<_> = told.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
    if told.is_empty() { "an escape or a number is written otherwise".to_owned() } else { told.join(", ") }
}

fn form(json: &[u8]) -> Form {
    let mut form = Form::default();
    let mut in_string = false;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        at += 1;
        match (in_string, byte) {
            (_, b'"') => in_string = !in_string,
            (true, b'\\') => {
                match json.get(at) {
                    Some(b'/') => form.escaped_slashes += 1,
                    Some(b'u') => match code_unit(json.get(at + 1..at + 5)) {
                        Some(0x80..) => form.escaped_letters += 1,
                        Some(0x3c | 0x3e | 0x26) => form.escaped_markup += 1,
                        _ => {}
                    },
                    _ => {}
                }
                at += 1;
            }
            (true, 0x80..) => form.letters += 1,
            (false, b' ' | b'\t' | b'\n' | b'\r') => form.spaces += 1,
            (false, b'.') if json.get(at) == Some(&b'0') && !json.get(at + 1).is_some_and(u8::is_ascii_digit) => form.zero_fractions += 1,
            (false, b'{') if json[at..].trim_ascii_start().first() == Some(&b'}') => form.empty_objects += 1,
            _ => {}
        }
    }
    form
}

fn code_unit(digits: Option<&[u8]>) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits?).ok()?, 16).ok()
}

/// Whether the same keys stand in another order.
fn are_reordered(before: &[u8], after: &[u8]) -> bool {
    let keys = |json| {
        let mut keys = Vec::new();
        collect_keys(&serde_json::from_slice::<Value>(json).unwrap_or_default(), &mut keys);
        keys
    };
    let (mut old, mut new) = (keys(before), keys(after));
    if old == new {
        return false;
    }
    old.sort();
    new.sort();
    old == new
}

fn collect_keys(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            keys.push(key.clone());
            collect_keys(value, keys);
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_is_named() {
        for (before, after, told) in [
            (r#"["a\/b"]"#, r#"["a/b"]"#, r"\/ became /"),
            (r#"["\u00e9"]"#, r#"["é"]"#, r"\u00e9 became é (and so every letter that is not ASCII)"),
            (r#"["<"]"#, r#"["\u003c"]"#, "<, > and & were escaped"),
            ("[1,2]", "[1, 2]", "white space was added"),
            ("[ ]", "[]", "white space was dropped"),
            (r#"{"vat":0.0}"#, r#"{"vat":0}"#, "0.0 became 0"),
            (r#"{"a":{},"b":12.05}"#, r#"{"a":[],"b":12.05}"#, "{} became []"),
            (r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#, "the keys stand in another order"),
            (r#"["\u00E9\/"]"#, r#"["\u00e9/"]"#, r"\/ became /"),
            ("[1e5]", "[100000]", "an escape or a number is written otherwise"),
            (r#"["\"\\", "{}0.0 "]"#, r#"["\"\\","{}0.0 "]"#, "white space was dropped"),
        ] {
            assert_eq!(differences(before.as_bytes(), after.as_bytes()), told, "{before}");
        }
    }
}
