//! Numbers as other languages' JSON libraries write what they read.

use serde_json::Number;

use crate::php_json;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// All are floats; a whole one has no fraction.
    JavaScript,
    Go,
    Python,
    /// A whole float has no fraction.
    Php,
    /// With `JSON_PRESERVE_ZERO_FRACTION`.
    PhpZero,
    Ruby,
    Rust,
}

impl Numbers {
    /// `number` as it is written.
    pub(super) fn written(self, number: &Number) -> String {
        let float = || number.as_f64().unwrap_or_default();
        match self {
            Numbers::JavaScript | Numbers::Go => es_float(float(), self == Numbers::Go),
            Numbers::Rust => number.to_string(),
            Numbers::Php | Numbers::PhpZero if number.as_i64().is_none() => {
                let text = php_json::float(float());
                if self == Numbers::Php { text.strip_suffix(".0").unwrap_or(&text).to_owned() } else { text }
            }
            Numbers::Python | Numbers::Ruby if number.is_f64() => repr_float(float(), self == Numbers::Ruby),
            Numbers::Python | Numbers::Ruby | Numbers::Php | Numbers::PhpZero => number.to_string(),
        }
    }
}

/// The shortest digits that read back as `value`, which is 0.DIGITS times ten to the power that comes with them.
fn digits(value: f64) -> (String, i32) {
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse::<i32>().unwrap_or(0) + 1)
}

/// `digits` with the point after so many of them, filled up with zeros.
fn plain(digits: &str, point: i32) -> String {
    match usize::try_from(point) {
        Ok(0) | Err(_) => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        Ok(before) if before < digits.len() => format!("{}.{}", &digits[..before], &digits[before..]),
        Ok(before) => format!("{digits:0<before$}"),
    }
}

/// `1.5e` of the digits 15, before an exponent.
fn scientific(digits: &str) -> String {
    let point = if digits.len() > 1 { "." } else { "" };
    format!("{}{point}{}e", &digits[..1], &digits[1..])
}

/// As ECMAScript writes a number, and Go; JavaScript loses the sign of a zero.
fn es_float(value: f64, keeps_sign: bool) -> String {
    let sign = if value < 0.0 || keeps_sign && value.is_sign_negative() { "-" } else { "" };
    let (digits, point) = digits(value);
    match point {
        _ if value == 0.0 => format!("{sign}0"),
        -5..=21 => format!("{sign}{}", plain(&digits, point)),
        _ => format!("{sign}{}{:+}", scientific(&digits), point - 1),
    }
}

/// As Python and Ruby write a float: always with a fraction or an exponent, which has two digits at least.
fn repr_float(value: f64, is_ruby: bool) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (digits, point) = digits(value);
    match point {
        _ if value == 0.0 => format!("{sign}0.0"),
        -3..=16 => {
            let text = plain(&digits, point);
            let fraction = if text.contains('.') { "" } else { ".0" };
            format!("{sign}{text}{fraction}")
        }
        _ => {
            let digits = if is_ruby && digits.len() == 1 { format!("{digits}0") } else { digits };
            format!("{sign}{}{:+03}", scientific(&digits), point - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_each_language_s() {
        let all = [Numbers::JavaScript, Numbers::Python, Numbers::Php, Numbers::Go, Numbers::Ruby];
        for (json, written) in [
            ("8766", ["8766", "8766", "8766", "8766", "8766"]),
            ("12.5", ["12.5", "12.5", "12.5", "12.5", "12.5"]),
            ("0.0", ["0", "0.0", "0", "0", "0.0"]),
            ("-0.0", ["0", "-0.0", "-0", "-0", "-0.0"]),
            ("1e-7", ["1e-7", "1e-07", "1.0e-7", "1e-7", "1.0e-07"]),
            ("0.000001", ["0.000001", "1e-06", "1.0e-6", "0.000001", "1.0e-06"]),
            ("1.5e300", ["1.5e+300", "1.5e+300", "1.5e+300", "1.5e+300", "1.5e+300"]),
            ("1e21", ["1e+21", "1e+21", "1.0e+21", "1e+21", "1.0e+21"]),
            (
                "123456789012345680000.0",
                ["123456789012345680000", "1.2345678901234568e+20", "1.2345678901234568e+20", "123456789012345680000", "1.2345678901234568e+20"],
            ),
            ("-12.25", ["-12.25", "-12.25", "-12.25", "-12.25", "-12.25"]),
            ("9007199254740993", ["9007199254740992", "9007199254740993", "9007199254740993", "9007199254740992", "9007199254740993"]),
        ] {
            let number: Number = serde_json::from_str(json).unwrap();
            assert_eq!(all.map(|numbers| numbers.written(&number)), written, "{json}");
        }
    }
}
