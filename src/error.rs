//! Questions that could not be asked: what is wrong, and what to do next. Whoever returns an `Error` ends the program with exit code 2; that
//! something asked about is bad is no error but a result.

use std::borrow::Cow;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    what: String,
    hint: Option<String>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `kind` named `word` does not exist; the nearest of `candidates` are offered, then `how_to_list`.
    pub fn unknown<'a>(kind: &str, word: &str, candidates: impl IntoIterator<Item = &'a str>, how_to_list: &str) -> Self {
        let nearest = nearest(word, candidates);
        Self::new(format!("unknown {kind} {}", quoted(word))).hint(match nearest.is_empty() {
            true => how_to_list.to_owned(),
            false => format!("did you mean {}? ({how_to_list})", nearest.join(" or ")),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// `word` between quotes, cut where it is longer than a name can be.
pub fn quoted(word: &str) -> String {
    format!("\"{}\"", shortened(word))
}

/// `word`, cut where it is longer than a name can be.
pub fn shortened(word: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match word.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &word[..cut]).into(),
        None => word.into(),
    }
}

/// At most three of `candidates`, quoted: those that are nearly `word`, else those that contain it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const ENOUGH: f64 = 0.75;
    // Comparing takes the product of both lengths, and what comes from outside may be as long as it likes.
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| {
            let lower = name.to_lowercase();
            let part = word.len() > 2 && (lower.contains(&word) || (lower.len() > 2 && word.contains(&lower)));
            let score = strsim::jaro_winkler(&word, &lower).max(strsim::normalized_damerau_levenshtein(&word, &lower));
            (if part { score.max(ENOUGH) } else { score }, name)
        })
        .filter(|(score, _)| *score >= ENOUGH)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.len().cmp(&b.1.len())).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    // Where one is clearly meant, the others only distract.
    let clear = scored.first().is_some_and(|best| best.0 > 0.9);
    let best = scored.first().map_or(0.0, |best| best.0);
    scored.into_iter().filter(|(score, _)| !clear || *score > best - 0.05).take(3).map(|(_, name)| quoted(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let names = ["sale", "optin", "tag-added", "tag-removed", "page"];
        assert_eq!(nearest("sales", names), ["\"sale\""]);
        assert_eq!(nearest("tag-add", names), ["\"tag-added\""]);
        assert_eq!(nearest("opt", names), ["\"optin\""]);
        assert!(nearest("zebra", names).is_empty());
    }
}
