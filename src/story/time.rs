//! Times as systeme.io writes them, and the clock that is given or follows from the seed. A time is whole seconds since 1970 in UTC.

use jiff::{Timestamp, tz::Offset};

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
    fn a_time_without_its_offset_is_refused() {
        for given in ["2021-10-05 08:10", "2021-10-05T08:10:29", "yesterday", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"] {
            assert!(parse(given).is_err(), "{given}");
        }
    }
}
