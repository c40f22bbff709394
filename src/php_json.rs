//! systeme.io's JSON encoding, which is PHP's `json_encode` with `JSON_PRESERVE_ZERO_FRACTION`: compact, `/` as `\/`, non-ASCII as `\u00e9` in
//! lower-case hex with surrogate pairs, `0.0` kept. A `serde_json` formatter and no more; it refuses nothing.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

/// `value` as systeme.io would write it.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to memory cannot fail, and no type of ours fails to serialise: keys are strings.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, PhpFormatter));
    out
}

/// Appends `text` as a JSON string, quotes included.
pub fn write_str(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_fragment(out, text);
    out.push(b'"');
}

/// Appends `text` as it stands within a JSON string.
pub fn write_fragment(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    // Most of what is written needs no escape.
    while let Some(at) = rest.bytes().position(|byte| !PLAIN[usize::from(byte)]) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let mut chars = rest[at..].chars();
        if let Some(c) = chars.next() {
            write_escape(out, c);
        }
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

/// The bytes that stand for themselves.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x20;
    while byte < 0x80 {
        plain[byte] = !matches!(byte as u8, b'"' | b'\\' | b'/');
        byte += 1;
    }
    plain
};

fn write_escape(out: &mut Vec<u8>, c: char) {
    let escape: &[u8] = match c {
        '"' => b"\\\"",
        '\\' => b"\\\\",
        '/' => b"\\/",
        '\u{8}' => b"\\b",
        '\u{c}' => b"\\f",
        '\n' => b"\\n",
        '\r' => b"\\r",
        '\t' => b"\\t",
        _ => return c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.extend_from_slice(&escaped(*unit))),
    };
    out.extend_from_slice(escape);
}

fn escaped(unit: u16) -> [u8; 6] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u16| HEX[usize::from(unit >> shift & 0xf)];
    [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]
}

/// PHP's form of a finite float: the shortest digits that read back as it (of two that are as near, the even one, which std does not promise), an
/// exponent from 1.0e-5 down and from 1.0e+17 up, a fraction always.
pub fn float(value: f64) -> String {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let zeros = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0');
    // The value is 0.DIGITS times ten to this.
    let point = whole.len() as i32 - zeros as i32 + exponent.parse::<i32>().unwrap_or(0);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let after = |digits: &str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    match usize::try_from(point) {
        _ if digits.is_empty() => format!("{sign}0.0"),
        Ok(before @ 1..=17) if before < digits.len() => format!("{sign}{}.{}", &digits[..before], &digits[before..]),
        Ok(before @ 1..=17) => format!("{sign}{digits:0<before$}.0"),
        _ if (-3..=0).contains(&point) => format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        _ => format!("{sign}{}.{}e{:+}", &digits[..1], after(&digits[1..]), point - 1),
    }
}

struct PhpFormatter;

impl Formatter for PhpFormatter {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float(value).as_bytes())
    }

    /// PHP's integers end at i64; beyond, it reads a float.
    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        match i64::try_from(value) {
            Ok(value) => write!(writer, "{value}"),
            Err(_) => self.write_f64(writer, value as f64),
        }
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut escaped = Vec::with_capacity(fragment.len());
        write_fragment(&mut escaped, fragment);
        writer.write_all(&escaped)
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::AsciiControl(byte) => writer.write_all(&escaped(byte.into())),
            CharEscape::Solidus => writer.write_all(b"\\/"),
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => writer.write_all(b"\\\\"),
            CharEscape::Backspace => writer.write_all(b"\\b"),
            CharEscape::FormFeed => writer.write_all(b"\\f"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Tab => writer.write_all(b"\\t"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8_lossy(&to_vec(value)).into_owned()
    }

    #[test]
    fn slashes_accents_and_zero_fractions_are_php_s() {
        assert_eq!(text(&json!({"vat": 0.0, "url": "https://é😀"})), r#"{"vat":0.0,"url":"https:\/\/\u00e9\ud83d\ude00"}"#);
        assert_eq!(
            text(&json!(["\u{2028}", "\u{7f}", "\u{1f}\u{8}\u{c}\n\r\t\"\\", {}, []])),
            "[\"\\u2028\",\"\u{7f}\",\"\\u001f\\b\\f\\n\\r\\t\\\"\\\\\",{},[]]"
        );
    }

    #[test]
    fn floats_are_written_as_php_writes_them() {
        for (value, written) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (1e-5, "1.0e-5"),
            (1.5e-7, "1.5e-7"),
            (1e16, "10000000000000000.0"),
            (1e17, "1.0e+17"),
            (1e25, "1.0e+25"),
            (123_456_789_012_345_678.5, "1.2345678901234568e+17"),
            (-153_893_588_768_486.12, "-153893588768486.12"),
            (120_000.0, "120000.0"),
            (0.001_5, "0.0015"),
            (5e-324, "5.0e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
        ] {
            assert_eq!(float(value), written);
        }
    }

    #[test]
    fn an_integer_past_php_s_is_a_float() {
        assert_eq!(text(&json!(i64::MAX)), "9223372036854775807");
        assert_eq!(text(&json!(i64::MIN)), "-9223372036854775808");
        assert_eq!(text(&json!(9_223_372_036_854_775_808_u64)), "9.223372036854776e+18");
    }

    proptest! {
        #[test]
        fn what_is_written_is_ascii_and_reads_back(string in any::<String>(), number in any::<f64>()) {
            let value = json!({"key": string.clone(), string: number});
            let written = to_vec(&value);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(serde_json::from_slice::<Value>(&written).ok(), Some(value));
        }
    }
}
