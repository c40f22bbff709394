//! What a judgement says: findings, each with its level, its place and what to do, and the verdict that they come to.

use crate::catalog::Sender;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Warning,
    Error,
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing to say about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    pub code: &'static str,
    /// Where in the document, as a JSON Pointer; empty for the whole of it.
    pub pointer: String,
    /// Line and column from 1, the column in characters, where the text itself is at fault.
    pub position: Option<(usize, usize)>,
    pub message: String,
    pub hint: Option<String>,
}

impl Finding {
    pub(super) fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Error, code, pointer: String::new(), position: None, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn at(mut self, pointer: &str) -> Self {
        pointer.clone_into(&mut self.pointer);
        self
    }
}

/// A judgement in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Ok,
    /// An event that no schema knows, with nothing else wrong.
    Unknown,
    Invalid,
    /// Its signature is missing, or not of this body and the secret.
    Unsigned,
    /// JSON, and no event.
    NoEvent,
    NotJson,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
            Self::Unsigned => "unsigned",
            Self::NoEvent => "no-event",
            Self::NotJson => "not-json",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The event it was judged as, or called itself.
    pub event: Option<String>,
    /// Who sent it, where that can be told.
    pub sender: Option<Sender>,
    pub verdict: Verdict,
    pub signed: Signed,
    pub findings: Vec<Finding>,
}

impl Judgement {
    pub fn is_ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.level < Level::Error)
    }

    /// Of an event, for which `findings` say whether it is one that is known and valid.
    pub fn of_event(event: &str, sender: Sender, findings: Vec<Finding>) -> Self {
        let wrong = |finding: &Finding| finding.level == Level::Error && finding.code != UNKNOWN_EVENT;
        let verdict = match findings.iter().any(wrong) {
            true => Verdict::Invalid,
            false if findings.iter().any(|finding| finding.code == UNKNOWN_EVENT) => Verdict::Unknown,
            false => Verdict::Ok,
        };
        Self { event: Some(event.to_owned()), sender: Some(sender), verdict, signed: Signed::default(), findings }
    }

    pub(super) fn of_no_event(finding: Finding) -> Self {
        Self { event: None, sender: None, verdict: Verdict::NoEvent, signed: Signed::default(), findings: vec![finding] }
    }

    pub(super) fn of_no_json(finding: Finding) -> Self {
        Self { verdict: Verdict::NotJson, ..Self::of_no_event(finding) }
    }
}

/// What stands between the names of events that a body can be.
pub const OR: &str = " or ";

/// The codes that others act on.
pub const UNKNOWN_EVENT: &str = "unknown-event";
pub const NO_TYPE: &str = "no-type";
pub const WHICH_EVENT: &str = "which-event";

/// What was found of a signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signed {
    /// There is no secret to verify it with.
    #[default]
    Unasked,
    Right,
    Wrong,
    /// There is none, and none is due: an automation does not sign, and a body alone holds none.
    Without,
}
