//! The locales a contact can have: whose names, which countries, whose words. Names are `fake`'s where it has the locale.

use std::fmt;
use std::str::FromStr;

use fake::Fake;
use fake::faker::name::raw::{FirstName, LastName};
use fake::locales::{AR_SA, CY_GB, DE_DE, EN, FA_IR, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR, PT_PT, TR_TR, ZH_CN, ZH_TW};
use rand::seq::IndexedRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::places::{self, Country};
use super::words::{self, Words};
use crate::error::{Error, Result};

type Name = fn(&mut Xoshiro256PlusPlus) -> &'static str;

struct Entry {
    /// What one types; the second name is the same with its country.
    names: [&'static str; 2],
    countries: &'static [&'static Country],
    first_name: Name,
    surname: Name,
    words: &'static Words,
    /// Its share of a mix, in hundredths; 0 where it is told only when asked for.
    share: u32,
}

macro_rules! of_fake {
    ($locale:expr, $names:expr, $share:expr, $words:expr, $countries:expr) => {
        Entry {
            names: $names,
            countries: $countries,
            first_name: |rng| FirstName($locale).fake_with_rng(rng),
            surname: |rng| LastName($locale).fake_with_rng(rng),
            words: $words,
            share: $share,
        }
    };
}

static ENTRIES: &[Entry] = &[
    of_fake!(FR_FR, ["fr", "fr_FR"], 30, &words::FR, &[&places::FR, &places::FR, &places::FR, &places::BE]),
    of_fake!(EN, ["en", "en_US"], 26, &words::EN, &[&places::US, &places::GB]),
    Entry {
        names: ["es", "es_ES"],
        countries: &[&places::ES, &places::MX],
        first_name: |rng| chosen(words::ES_FIRST_NAMES, rng),
        surname: |rng| chosen(words::ES_SURNAMES, rng),
        words: &words::ES,
        share: 16,
    },
    of_fake!(PT_BR, ["pt_BR", "pt"], 12, &words::PT, &[&places::BR]),
    of_fake!(IT_IT, ["it", "it_IT"], 9, &words::IT, &[&places::IT]),
    of_fake!(DE_DE, ["de", "de_DE"], 7, &words::DE, &[&places::DE, &places::DE, &places::AT]),
    of_fake!(NL_NL, ["nl", "nl_NL"], 0, &words::EN_IN_EUROS, &[&places::NL]),
    of_fake!(PT_PT, ["pt_PT", "pt_PT"], 0, &words::PT_IN_EUROS, &[&places::PT]),
    of_fake!(TR_TR, ["tr", "tr_TR"], 0, &words::EN, &[&places::TR]),
    of_fake!(JA_JP, ["ja", "ja_JP"], 0, &words::EN, &[&places::JP]),
    of_fake!(AR_SA, ["ar", "ar_SA"], 0, &words::EN, &[&places::SA]),
    of_fake!(FA_IR, ["fa", "fa_IR"], 0, &words::EN, &[&places::IR]),
    of_fake!(ZH_CN, ["zh_CN", "zh"], 0, &words::EN, &[&places::CN]),
    of_fake!(ZH_TW, ["zh_TW", "zh_TW"], 0, &words::EN, &[&places::TW]),
    of_fake!(CY_GB, ["cy", "cy_GB"], 0, &words::EN, &[&places::WALES]),
];

/// One of the locales.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Locale(usize);

impl Locale {
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ENTRIES.len()).map(Self)
    }

    /// What real traffic is: a mix, each locale with its share.
    pub fn mix() -> Vec<(Self, u32)> {
        Self::all().map(|locale| (locale, locale.entry().share)).filter(|(_, share)| *share > 0).collect()
    }

    pub fn name(self) -> &'static str {
        self.entry().names[0]
    }

    /// As systeme.io names the language, where it does (documented): ja is jp there; Persian and Welsh are not there.
    pub(super) fn language(self) -> &'static str {
        match self.name() {
            "ja" => "jp",
            "fa" | "cy" => "en",
            name => name.split('_').next().unwrap_or(name),
        }
    }

    fn entry(self) -> &'static Entry {
        &ENTRIES[self.0]
    }

    pub(super) fn country(self, rng: &mut Xoshiro256PlusPlus) -> &'static Country {
        chosen(self.entry().countries, rng)
    }

    pub(super) fn first_name(self, rng: &mut Xoshiro256PlusPlus) -> &'static str {
        (self.entry().first_name)(rng)
    }

    pub(super) fn surname(self, rng: &mut Xoshiro256PlusPlus) -> &'static str {
        (self.entry().surname)(rng)
    }

    pub(super) fn words(self) -> &'static Words {
        self.entry().words
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Locale {
    type Err = Error;

    /// Case, `-` and `_` do not matter.
    fn from_str(name: &str) -> Result<Self> {
        let same = |known: &str| known.replace('_', "").eq_ignore_ascii_case(&name.trim().replace(['-', '_'], ""));
        Self::all().find(|locale| locale.entry().names.iter().any(|known| same(known))).ok_or_else(|| {
            let names: Vec<_> = Self::all().map(Self::name).collect();
            Error::unknown("locale", name, names.iter().copied(), &format!("there are {}", names.join(", ")))
        })
    }
}

/// One of `items`, of which there is at least one.
pub(super) fn chosen<T: Copy>(items: &[T], rng: &mut Xoshiro256PlusPlus) -> T {
    items.choose(rng).copied().unwrap_or(items[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_found_however_it_is_written() {
        for name in ["pt_BR", "pt-br", "PTBR", "pt"] {
            assert_eq!(name.parse::<Locale>().map(Locale::name), Ok("pt_BR"));
        }
        assert!("xx".parse::<Locale>().is_err());
    }

    #[test]
    fn the_shares_of_the_mix_make_a_whole() {
        assert_eq!(Locale::mix().iter().map(|(_, share)| share).sum::<u32>(), 100);
    }
}
