//! Times as systeme.io writes them, and the clock that is given or follows from the seed. A time is whole seconds since 1970 in UTC.

use std::cmp::Ordering;
use std::time::SystemTime;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::error::{Error, Result};

/// What `--at` takes: the years whose times a story can still add days to.
const FIRST: i64 = 0;
const LAST: i64 = 250_000_000_000;

/// The time that `text` names: RFC 3339 with an offset.
pub fn parse(text: &str) -> Result<i64> {
    let time = text.parse::<Timestamp>().map_or(-1, Timestamp::as_second);
    if (FIRST..=LAST).contains(&time) {
        return Ok(time);
    }
    let example = "2026-11-02T09:30:00Z or 2026-11-02T10:30:00+01:00";
    Err(Error::new("not a time that can be told").hint(format!("give a day that exists, from 1970 to 9892, and the offset, such as {example}")))
}

/// Now.
pub fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A time in 2026 that follows from a seed.
pub fn from_seed(seed: u64) -> i64 {
    const NEW_YEAR_2026: i64 = 1_767_225_600;
    const YEAR: u64 = 365 * 24 * 60 * 60;
    NEW_YEAR_2026 + (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) % YEAR) as i64
}

/// systeme.io's form: `2021-10-05T08:10:29+00:00`.
pub fn written(second: i64) -> String {
    let time = Offset::UTC.to_datetime(Timestamp::from_second(second).unwrap_or_default());
    let mut text = String::with_capacity("2021-10-05T08:10:29+00:00".len());
    let two_digits = |text: &mut String, number: i16| text.extend([number / 10, number % 10].map(|digit| char::from(b'0' + digit.unsigned_abs() as u8)));
    two_digits(&mut text, time.year() / 100);
    two_digits(&mut text, time.year() % 100);
    for (separator, number) in [('-', time.month()), ('-', time.day()), ('T', time.hour()), (':', time.minute()), (':', time.second())] {
        text.push(separator);
        two_digits(&mut text, number.into());
    }
    text.push_str("+00:00");
    text
}

/// The time in systeme.io's form, to the letter.
pub fn read(text: &str) -> Option<i64> {
    let second = text.parse::<Timestamp>().ok()?.as_second();
    (written(second) == text).then_some(second)
}

/// A time in whole seconds.
pub fn second(time: SystemTime) -> i64 {
    Timestamp::try_from(time).unwrap_or_default().as_second()
}

/// For records: RFC 3339 in UTC, to the millisecond.
pub fn stamp(time: SystemTime) -> String {
    format!("{:.3}", Timestamp::try_from(time).unwrap_or_default())
}

/// What the clock on this machine's wall shows: `14:01:02`.
pub fn wall_clock(time: SystemTime) -> String {
    Zoned::new(Timestamp::try_from(time).unwrap_or_default(), TimeZone::system()).strftime("%H:%M:%S").to_string()
}

/// How far a time is from another: `3 min ago`, `in 2 days`.
pub fn distance(second: i64, now: i64) -> String {
    let length = length(now.abs_diff(second));
    match now.cmp(&second) {
        Ordering::Equal => "now".to_owned(),
        Ordering::Greater => format!("{length} ago"),
        Ordering::Less => format!("in {length}"),
    }
}

/// A length of time in the largest unit that fits, and no more precise than it need be.
fn length(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const YEAR: u64 = 365 * DAY;
    match seconds {
        0..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        DAY..YEAR => counted(seconds / DAY, "day"),
        YEAR.. => counted(seconds / YEAR, "year"),
    }
}

fn counted(many: u64, unit: &str) -> String {
    format!("{many} {unit}{}", if many == 1 { "" } else { "s" })
}

/// A whole length of time: `1 h 30 min`.
pub fn duration(seconds: u64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let parts: Vec<_> = parts.iter().filter(|(many, _)| *many > 0).map(|(many, unit)| format!("{many} {unit}")).collect();
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// The first full half hour that is at least `seconds` after `second`.
pub fn half_hour_after(second: i64, seconds: i64) -> i64 {
    const HALF_HOUR: i64 = 30 * 60;
    (second + seconds).div_euclid(HALF_HOUR) * HALF_HOUR + HALF_HOUR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_it_was_read() {
        for (given, told) in [
            ("2021-10-05T08:10:29+00:00", "2021-10-05T08:10:29+00:00"),
            ("2021-10-05T10:10:29+02:00", "2021-10-05T08:10:29+00:00"),
            ("2021-10-05T08:10:29.9Z", "2021-10-05T08:10:29+00:00"),
        ] {
            assert_eq!(parse(given).map(written).as_deref(), Ok(told));
        }
    }

    #[test]
    fn only_systeme_s_own_form_is_read() {
        assert_eq!(read("2021-10-05T08:10:29+00:00").map(written).as_deref(), Some("2021-10-05T08:10:29+00:00"));
        for other in ["2021-10-05T08:10:29Z", "2021-10-05T10:10:29+02:00", "2021-10-05T08:10:29.5+00:00", "2021-13-05T08:10:29+00:00", "", "now"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_distance_is_told_in_its_largest_unit() {
        const DAY: i64 = 86_400;
        let told = [(0, "now"), (1, "1 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (DAY, "1 day ago"), (69 * DAY, "69 days ago")];
        for (past, text) in told {
            assert_eq!(distance(-past, 0), text);
        }
        assert_eq!(distance(3 * DAY, 0), "in 3 days");
        assert_eq!(distance(i64::MIN, i64::MAX), "584942417355 years ago");
    }

    #[test]
    fn a_duration_is_told_whole() {
        assert_eq!([0, 59, 5400, 7200, 3661].map(duration), ["0 s", "59 s", "1 h 30 min", "2 h", "1 h 1 min 1 s"]);
    }

    #[test]
    fn a_time_without_its_offset_is_refused() {
        for given in ["2021-10-05 08:10", "2021-10-05T08:10:29", "yesterday", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"] {
            assert!(parse(given).is_err(), "{given}");
        }
    }
}
