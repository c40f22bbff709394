//! What there is to say, and to whom: data goes to stdout, talk to stderr. The messages are the same in every format, so that they cannot disagree;
//! this is the only code that writes. A closed pipe ends the writing, quietly.

mod json;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::catalog::Sender;
use crate::decoded::Decoded;
use crate::delivery::{About, Delivery};
use crate::error::{Error, Result};
use crate::judgement::{Judgement, Verdict};
use crate::schema::Note;
use crate::time;

pub use json::findings;
pub use text::visible;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
}

/// How it may look.
#[derive(Debug, Clone, Copy)]
pub struct Looks {
    pub out_color: bool,
    pub err_color: bool,
    pub err_is_terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
}

#[derive(Debug)]
pub enum Message<'m> {
    /// A line of data as it is.
    Line(&'m [u8]),
    /// A JSON document of its own.
    Document(&'m Value),
    /// Talk.
    Note(&'m str),
    /// Talk that something is not as it should be.
    Warning(&'m str),
    /// A receiver listens.
    Ready {
        url: &'m str,
    },
    Heard(&'m Heard<'m>),
    Turned(&'m Turned<'m>),
    HeardAll(&'m HeardAll),
    Sent(&'m Sent),
    SentAll(&'m SentAll),
    Judged {
        file: &'m str,
        /// Where the document begins, in a file of one a line.
        line: Option<usize>,
        judgement: &'m Judgement,
    },
    JudgedAll {
        documents: usize,
        invalid: usize,
    },
    Event(&'m EventRow<'m>),
    Field(&'m Field),
}

/// One delivery, and what came of it.
#[derive(Debug)]
pub struct Sent {
    pub number: u64,
    /// From 1: further ones are made of what was not accepted.
    pub attempt: usize,
    /// systeme.io's name.
    pub event: String,
    pub shape: String,
    /// What one types.
    pub label: String,
    pub contact: String,
    pub bytes: usize,
    /// The body is as the schema says: it always is, unless something was set by hand.
    pub valid: bool,
    /// The answer's status; nothing where there was no answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub failure: Option<String>,
    pub latency: Duration,
    /// The answer is what was expected.
    pub accepted: bool,
    /// The beginning of an answer that was not expected.
    pub answer: String,
    pub hint: Option<String>,
}

/// A delivery that was received.
#[derive(Debug)]
pub struct Heard<'m> {
    pub at: SystemTime,
    /// Path and query.
    pub target: &'m str,
    /// The version of HTTP.
    pub http: &'m str,
    pub delivery: &'m Delivery,
    pub judgement: &'m Judgement,
    /// The e-mail address of whom it is about.
    pub contact: Option<&'m str>,
    /// What it says, where that is to be shown.
    pub decoded: Option<&'m Decoded>,
    /// Its request line, headers and the beginning of its body are shown too, but for the values of these headers: they may be tokens.
    pub request_without: Option<&'m [String]>,
    /// In one line.
    pub is_compact: bool,
}

/// A request that was no delivery.
#[derive(Debug)]
pub struct Turned<'m> {
    pub at: SystemTime,
    /// Both are empty where it came to no request.
    pub method: &'m str,
    pub target: &'m str,
    /// What it was answered.
    pub status: Option<u16>,
    pub why: &'m str,
    pub hint: Option<&'m str>,
    /// In one line.
    pub is_compact: bool,
}

/// All that a receiver received.
#[derive(Debug, Default)]
pub struct HeardAll {
    pub by_event: BTreeMap<(Option<String>, Verdict), u64>,
    /// Requests that were no delivery.
    pub turned: u64,
}

/// A run of deliveries.
#[derive(Debug, Default)]
pub struct SentAll {
    pub accepted: u64,
    pub not_accepted: u64,
    /// Under way when the run was interrupted.
    pub unanswered: u64,
    pub seed: u64,
    pub at: String,
    /// Neither was given, or one was not: they are told, to repeat the run.
    pub repeats: bool,
    pub interrupted: bool,
}

#[derive(Debug)]
pub struct EventRow<'m> {
    pub name: &'m str,
    pub short: &'m str,
    /// Further short names, each with its shape.
    pub shape_names: &'m [(String, String)],
    pub sender: &'m str,
    /// Each with whether it is sent only when named; none where there is one shape only.
    pub shapes: Vec<(&'m str, bool)>,
    pub fires: &'m str,
}

/// A place of an event.
#[derive(Debug)]
pub struct Field {
    pub pointer: String,
    pub types: Vec<&'static str>,
    pub optional: bool,
    pub note: Note,
    pub example: Value,
    /// The shape that it was first met in.
    pub shape: Option<String>,
}

/// Where messages go.
pub struct Output<'w> {
    format: Format,
    looks: Looks,
    out: &'w mut dyn Write,
    err: &'w mut dyn Write,
    quiet: bool,
    closed: bool,
}

/// What a message comes to: bytes for each stream.
#[derive(Debug, Default)]
struct Written {
    out: Vec<u8>,
    err: String,
}

impl<'w> Output<'w> {
    pub fn new(looks: Looks, out: &'w mut dyn Write, err: &'w mut dyn Write) -> Self {
        Self { format: Format::Text, looks, out, err, quiet: false, closed: false }
    }

    pub fn set(&mut self, format: Format, quiet: bool) {
        self.format = format;
        self.quiet = quiet;
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// What is told is read by people, and not only what is wrong.
    pub fn is_for_people(&self) -> bool {
        self.format == Format::Text
    }

    /// Nobody reads on.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Says nothing more once nobody reads on. Fails only where stdout cannot be written to for another reason than that nobody reads it.
    pub fn tell(&mut self, message: &Message<'_>) -> Result<()> {
        if self.closed || self.quiet && message.is_good_news() {
            return Ok(());
        }
        let written = match self.format {
            Format::Text => text::written(message, self.looks),
            Format::Json => json::written(message, self.looks),
        };
        if !written.err.is_empty() {
            // In one terminal, talk follows the data it is about.
            self.flush()?;
            // Where even stderr is gone, there is nobody to tell.
            let _ = self.err.write_all(written.err.as_bytes()).and_then(|()| self.err.flush());
        }
        self.written(|out| out.write_all(&written.out))
    }

    /// Passes on what is still held back.
    pub fn flush(&mut self) -> Result<()> {
        self.written(|out| out.flush())
    }

    /// Tells an error, the last word of a run.
    pub fn fail(&mut self, error: &Error) {
        let _ = self.flush();
        let _ = self.err.write_all(text::error(error, self.looks).as_bytes());
    }

    fn written(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        match write(self.out) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.closed = true,
            Err(error) => return Err(Error::new(format!("cannot write to stdout: {error}"))),
            Ok(()) => {}
        }
        Ok(())
    }
}

impl Message<'_> {
    /// What `--quiet` leaves out.
    fn is_good_news(&self) -> bool {
        match self {
            Self::Sent(sent) => sent.accepted,
            Self::SentAll(all) => all.not_accepted == 0 && !all.interrupted,
            Self::Heard(heard) => heard.judgement.verdict == Verdict::Ok && heard.judgement.findings.is_empty(),
            Self::HeardAll(all) => all.turned == 0 && all.by_event.keys().all(|(_, verdict)| *verdict == Verdict::Ok),
            Self::Judged { judgement, .. } => judgement.findings.is_empty(),
            Self::JudgedAll { invalid, .. } => *invalid == 0,
            Self::Note(_) => true,
            _ => false,
        }
    }
}

impl Heard<'_> {
    pub fn record(&self) -> Value {
        let about = About {
            at: &time::stamp(self.at),
            target: self.target,
            http: self.http,
            event: self.judgement.event.as_deref(),
            sender: self.judgement.sender.map(Sender::name),
            verdict: self.judgement.verdict.name(),
            findings: findings(self.judgement).into(),
        };
        self.delivery.record(&about)
    }
}

impl HeardAll {
    /// How many there were of each verdict, among all or those of an event.
    fn verdicts<'a>(by_event: impl Iterator<Item = (&'a (Option<String>, Verdict), &'a u64)>) -> BTreeMap<Verdict, u64> {
        let mut verdicts = BTreeMap::new();
        for ((_, verdict), many) in by_event {
            *verdicts.entry(*verdict).or_default() += many;
        }
        verdicts
    }

    pub fn deliveries(&self) -> u64 {
        self.by_event.values().sum()
    }
}

impl SentAll {
    /// What repeats the run.
    pub fn repeat(&self) -> String {
        format!("the same again: --seed {} --at {}", self.seed, self.at)
    }
}
