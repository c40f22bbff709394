//! What the values of options mean: statuses, durations, sizes, what is set to what. A value that means nothing is refused with the form that does.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::catalog::Sender;
use crate::judgement::MOST_BYTES;
use crate::payload::{Given, Set};
use crate::pointer;
use crate::signature::Secret;

/// The statuses that are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    text: String,
    ranges: Vec<(u16, u16)>,
}

impl Expected {
    pub fn parse(text: &str) -> Result<Self, String> {
        let range = |part: &str| {
            let part = part.trim();
            match part.strip_suffix("xx").or_else(|| part.strip_suffix("XX")) {
                Some(class) => class.parse().ok().filter(|class| (1..=5).contains(class)).map(|class: u16| (class * 100, class * 100 + 99)),
                None => part.parse().ok().filter(|status| (100..=599).contains(status)).map(|status| (status, status)),
            }
        };
        let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
        ranges.map(|ranges| Self { text: text.to_owned(), ranges }).ok_or_else(|| "give a status such as 200, or a class such as 2xx".to_owned())
    }

    pub fn takes(&self, status: u16) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&status))
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

pub fn set(text: &str) -> Result<Set, String> {
    let form = "write NAME=TEXT or NAME:=JSON";
    let (name, value) = text.split_once('=').ok_or(form)?;
    let set = |name: &str, value| Set { name: pointer::canonical(name), value };
    match name.strip_suffix(':') {
        _ if name.is_empty() || name == ":" => Err(form.to_owned()),
        None => Ok(set(name, Given::Text(value.to_owned()))),
        Some(name) => serde_json::from_str(value).map(|value| set(name, Given::Json(value))).map_err(|error| format!("what follows := is not JSON ({error})")),
    }
}

pub fn count(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "give a whole number from 1 up".to_owned())
}

pub fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "give a whole number from 0 up".to_owned())
}

/// A secret, exactly as it was typed.
pub fn secret(text: &str) -> Result<Secret, String> {
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(Secret::from(text)) }
}

/// One of the two senders.
pub fn senders() -> impl TypedValueParser<Value = Sender> {
    PossibleValuesParser::new(Sender::ALL.map(Sender::name)).try_map(|name| Sender::ALL.into_iter().find(|sender| sender.name() == name).ok_or("no sender"))
}

/// The path of a URL.
pub fn path(text: &str) -> Result<String, String> {
    let is_path = text.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte));
    if is_path { Ok(text.to_owned()) } else { Err("give the path of a URL, such as /webhook".to_owned()) }
}

/// Bytes, or a number with its unit.
pub fn size(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let number = lower.trim_end_matches('b').trim_end_matches('i');
    let units = [("k", 1 << 10), ("m", 1 << 20)];
    let (number, scale) = units.into_iter().find_map(|(unit, scale)| Some((number.strip_suffix(unit)?, scale))).unwrap_or((&lower, 1));
    let bytes = number.parse::<usize>().ok().and_then(|number| number.checked_mul(scale));
    bytes
        .filter(|bytes| (1..=MOST_BYTES).contains(bytes))
        .ok_or_else(|| format!("give bytes, or a number with its unit, such as 64K, up to {}M", MOST_BYTES >> 20))
}

/// Seconds, or a number with its unit.
pub fn duration(text: &str) -> Result<Duration, String> {
    let form = "give seconds, or a number with its unit, such as 500ms or 2.5s";
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let (number, scale) = units.into_iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, scale))).unwrap_or((text, 1.0));
    let seconds = number.trim().parse::<f64>().map_err(|_| form)? * scale;
    if (0.001..=86_400.0).contains(&seconds) { Ok(Duration::from_secs_f64(seconds)) } else { Err("give from 1ms to a day".to_owned()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_set_is_text_or_json() {
        assert_eq!(set("a.b=c=d"), Ok(Set { name: "a.b".to_owned(), value: Given::Text("c=d".to_owned()) }));
        assert_eq!(set("/a:={\"x\":1}"), Ok(Set { name: "/a".to_owned(), value: Given::Json(json!({"x": 1})) }));
        for bad in ["a", "=x", ":=1", "a:=x"] {
            assert!(set(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_expected_status_is_a_number_or_a_class() {
        let takes = |text: &str, status| Expected::parse(text).is_ok_and(|expected| expected.takes(status));
        assert!(takes("2xx", 204) && !takes("2xx", 300));
        assert!(takes("200,404", 404) && !takes("200,404", 401));
        for bad in ["", "6xx", "20", "2x", "ok", "200,"] {
            assert!(Expected::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_size_has_a_unit_or_is_bytes() {
        for (text, bytes) in [("1", 1), ("64K", 64 << 10), ("1M", 1 << 20), ("1MiB", 1 << 20), ("16mb", 16 << 20), ("1500", 1500)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for bad in ["0", "17M", "1G", "-1", "", "M", "1.5M", "99999999999999999999"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_begins_with_a_slash_and_has_no_query() {
        assert_eq!(path("/a/b%20c"), Ok("/a/b%20c".to_owned()));
        for bad in ["", "a", "/a?b", "/a#b", "/a b", "/é"] {
            assert!(path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_duration_has_a_unit_or_is_seconds() {
        assert_eq!(duration("10"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2.5s"), Ok(Duration::from_millis(2500)));
        for bad in ["0", "-1", "x", "NaN", "inf", ""] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
