//! Who the contact is: a name, the e-mail made from it, a home and a business in one country; how much of it they gave; who referred them.

use deunicode::AsciiChars;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus as Rng;

use super::locale::{Locale, chosen};
use super::places::Country;

/// A custom field: not there, there without a value, or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Custom {
    Absent,
    Empty,
    Answered,
}

/// How much is known of the contact.
#[derive(Debug, Clone, Copy)]
pub struct Presence {
    pub named: bool,
    pub addressed: bool,
    pub business: bool,
    pub custom: Custom,
    pub ip: bool,
    pub referred: bool,
    pub source_url: bool,
}

impl Presence {
    /// What a contact could have given besides, each by itself and the least first.
    pub fn with_more(self) -> [Self; 7] {
        let named = Self { named: true, ..self };
        let addressed = Self { addressed: true, ..named };
        [
            named,
            addressed,
            Self { business: true, ..addressed },
            Self { custom: Custom::Answered, ..self },
            Self { ip: true, ..self },
            Self { referred: true, ..self },
            Self { source_url: true, ..self },
        ]
    }

    pub fn drawn(rng: &mut Rng) -> Self {
        let named = rng.random_ratio(4, 5);
        let addressed = named && rng.random_ratio(2, 5);
        Self {
            named,
            addressed,
            business: addressed && rng.random_ratio(1, 3),
            custom: if named {
                chosen(&[Custom::Absent, Custom::Absent, Custom::Absent, Custom::Answered, Custom::Answered, Custom::Empty], rng)
            } else {
                Custom::Absent
            },
            ip: rng.random_ratio(4, 5),
            referred: rng.random_ratio(1, 6),
            source_url: rng.random_ratio(5, 6),
        }
    }
}

#[derive(Debug)]
pub struct Person {
    pub first_name: &'static str,
    pub surname: &'static str,
    pub email: String,
    pub country: &'static Country,
}

impl Person {
    /// `number` is the delivery's, and stands, scattered, in the address of all but the first: that keeps addresses apart within a run.
    pub fn drawn(rng: &mut Rng, locale: Locale, number: u64) -> Self {
        let (first_name, surname) = (locale.first_name(rng), locale.surname(rng));
        let separator = chosen(&[".", ".", "", "_"], rng);
        let mut email = String::with_capacity(64);
        fold(first_name, &mut email);
        if !email.is_empty() {
            email.push_str(separator);
        }
        fold(surname, &mut email);
        if number > 0 || email.is_empty() {
            email.push_str(itoa::Buffer::new().format(scattered(number)));
        }
        email.push_str(chosen(&["@example.com", "@example.org"], rng));
        Self { first_name, surname, email, country: locale.country(rng) }
    }
}

#[derive(Debug)]
pub struct Home {
    pub phone_number: String,
    pub street_address: String,
    pub city: &'static str,
    pub postcode: &'static str,
}

impl Home {
    pub fn drawn(rng: &mut Rng, locale: Locale, country: &Country) -> Self {
        let (city, postcode) = chosen(country.cities, rng);
        let house_number = rng.random_range(1..=180).to_string();
        let street = chosen(country.street, rng).replace("{s}", locale.surname(rng)).replace("{n}", &house_number);
        Self { phone_number: digits(country.phone, rng), street_address: street, city, postcode }
    }
}

#[derive(Debug)]
pub struct Business {
    pub company_name: String,
    pub tax_number: String,
}

impl Business {
    pub fn drawn(rng: &mut Rng, person: &Person) -> Self {
        let company_name = chosen(person.country.company, rng).replace("{s}", person.surname);
        Self { company_name, tax_number: digits(person.country.tax_number, rng) }
    }
}

/// One of the account's few affiliates.
#[derive(Debug)]
pub struct Affiliate {
    pub id: i64,
    pub email: String,
}

impl Affiliate {
    /// How many an account has.
    pub const MANY: u64 = 5;

    pub fn drawn(rng: &mut Rng) -> Self {
        let (locale, _) = chosen(&Locale::mix(), rng);
        let mut email = String::new();
        fold(locale.first_name(rng), &mut email);
        email.push('.');
        fold(locale.surname(rng), &mut email);
        email.push_str("@example.net");
        Self { id: rng.random_range(430_000_000..439_000_000), email }
    }
}

/// A number for each number, out of order: those up to 90 have two digits, the next 900 three, and so on.
fn scattered(number: u64) -> u64 {
    let (mut first, mut before, mut many) = (10, 1, 90);
    while number >= before + many && many < u64::MAX / 100 {
        (first, before, many) = (first * 10, before + many, many * 10);
    }
    // 37 has no factor in common with 9 or 10: each is met once.
    first + (number.saturating_sub(before) % many * 37) % many
}

/// An address of the ranges kept for documentation.
pub fn ip(rng: &mut Rng) -> String {
    if rng.random_ratio(1, 6) {
        let part = |rng: &mut Rng| rng.random_range(1..=0xffff_u32);
        format!("2001:db8:{:x}:{:x}::{:x}", part(rng), part(rng), part(rng))
    } else {
        [chosen(&["192.0.2.", "198.51.100.", "203.0.113."], rng), itoa::Buffer::new().format(rng.random_range(1..=254_u32))].concat()
    }
}

/// Appends the letters and digits of `name` in lower-case ASCII: accents folded, apostrophes and spaces dropped.
fn fold(name: &str, out: &mut String) {
    let mut push = |c: char| {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        }
    };
    if name.is_ascii() {
        name.chars().for_each(push);
    } else {
        name.ascii_chars().flatten().flat_map(str::chars).for_each(&mut push);
    }
}

fn digits(pattern: &str, rng: &mut Rng) -> String {
    pattern.chars().map(|c| if c == '#' { char::from(b'0' + rng.random_range(0..10_u8)) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_apostrophes_are_folded_to_ascii() {
        for (name, ascii) in [("Zoé", "zoe"), ("O'Hara-Nuñez", "oharanunez"), ("Straße", "strasse"), ("あかり", "akari")] {
            let mut folded = String::new();
            fold(name, &mut folded);
            assert_eq!(folded, ascii);
        }
    }
}
