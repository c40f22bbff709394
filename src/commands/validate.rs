//! `validate`: which texts, and what is wrong with each.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::interrupt::Interrupt;
use super::{Exit, Input, secret};
use crate::catalog::Event;
use crate::cli::Validate;
use crate::error::{Error, Result};
use crate::judgement::{Judge, Judgement, Level, MOST_BYTES, NO_TYPE, Seal, Signed, UNKNOWN_EVENT, WHICH_EVENT};
use crate::report::{Format, Message, Output};
use crate::schema::Schemas;

pub fn run(args: &Validate, schemas: &Schemas<'_>, input: Input<'_>, output: &mut Output<'_>) -> Result<Exit> {
    output.set(if args.json { Format::Json } else { Format::Text }, args.quiet);
    let event = args.event.as_deref().map(|name| event_named(schemas, name)).transpose()?;
    let mut paths = args.paths.clone();
    if paths.is_empty() && !input.is_terminal {
        paths.push(PathBuf::from(STDIN));
    }
    if paths.is_empty() {
        return Err(Error::new("there is nothing to validate").hint("name files or directories, or pipe a payload in"));
    }
    let seal = Seal { secret: secret::given(&args.verify.secret)?, is_shown: args.verify.show_signature };
    if args.signature.is_some() && seal.secret.is_none() {
        return Err(Error::new("a signature is verified with a secret").hint("give it with --secret, --secret-file or SYSTEME_HOOK_SECRET"));
    }
    let mut texts = Texts {
        judge: Judge::new(schemas, event, args.allow_unknown).verifying(seal, args.signature.clone()),
        output,
        interrupt: Interrupt::watched(),
        documents: 0,
        invalid: 0,
        without_signature: 0,
    };
    let mut unreadable = false;
    for source in paths.iter().flat_map(|path| sources(path)) {
        if texts.interrupt.is_met() {
            break;
        }
        let judged = source.and_then(|path| match path.to_str() {
            Some(STDIN) => texts.judge_stream(STDIN, false, BufReader::new(&mut *input.stdin)),
            _ => texts.judge_file(&path),
        });
        // One file that cannot be read does not hide what is wrong with the others.
        if let Err(error) = judged {
            texts.output.fail(&error);
            unreadable = true;
        }
    }
    if texts.without_signature > 0 {
        let many = texts.without_signature;
        texts.output.tell(&Message::Note(&format!(
            "{many} of {} came without a signature, as an automation's deliveries and bodies alone do: of those nothing was verified",
            texts.documents
        )))?;
    }
    let (documents, invalid, interrupted) = (texts.documents, texts.invalid, texts.interrupt.is_met());
    output.flush()?;
    output.tell(&Message::JudgedAll { documents, invalid })?;
    if interrupted {
        return Ok(Exit::Interrupted);
    }
    Ok(match (unreadable, invalid) {
        (true, _) => Exit::Unasked,
        (false, 0) => Exit::Ok,
        (false, _) => Exit::Bad,
    })
}

/// The event that `--event` names. Which shape a payload has is its own to say.
fn event_named<'c>(schemas: &Schemas<'c>, name: &str) -> Result<&'c Event> {
    match schemas.catalog().find(name)? {
        (event, None) => Ok(event),
        (event, Some(shape)) => {
            let hint = format!("--event {} judges all its shapes", event.short);
            Err(Error::new(format!("--event takes an event, and {} is a shape of one", event.label(shape))).hint(hint))
        }
    }
}

const STDIN: &str = "-";

struct Texts<'a, 'c, 'w> {
    judge: Judge<'c>,
    output: &'a mut Output<'w>,
    interrupt: Interrupt,
    documents: usize,
    invalid: usize,
    /// Of those that were to be verified.
    without_signature: usize,
}

impl Texts<'_, '_, '_> {
    fn judge_file(&mut self, path: &Path) -> Result<()> {
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        self.judge_stream(&path.display().to_string(), has_extension(path, &["ndjson", "jsonl"]), BufReader::new(file))
    }

    /// One document, or one a line: where that is known, or the first line is one and more follows.
    fn judge_stream(&mut self, name: &str, is_lines: bool, source: impl BufRead) -> Result<()> {
        let cannot = |error| Error::new(format!("cannot read {}: {error}", if name == STDIN { "standard input" } else { name }));
        let mut lines = Lines { source, at: 0 };
        let mut head = Vec::new();
        // Blank lines before it count among the document's.
        let mut met = 0;
        while head[met..].trim_ascii().is_empty() && head.len() <= MOST_BYTES {
            met = head.len();
            if !lines.read(&mut head).map_err(cannot)? {
                break;
            }
        }
        if !is_lines && !is_document(&head) {
            let room = (MOST_BYTES + 1).saturating_sub(head.len()) as u64;
            lines.source.by_ref().take(room).read_to_end(&mut head).map_err(cannot)?;
            return self.judge(name, None, &head);
        }
        let head_at = lines.at;
        let mut line = Vec::new();
        while line.trim_ascii().is_empty() {
            line.clear();
            if !lines.read(&mut line).map_err(cannot)? {
                return if is_aside(&head) { Ok(()) } else { self.judge(name, None, &head) };
            }
        }
        self.judge_line(name, head_at, &head)?;
        while !line.is_empty() && !self.interrupt.is_met() {
            self.judge_line(name, lines.at, &line)?;
            line.clear();
            lines.read(&mut line).map_err(cannot)?;
        }
        Ok(())
    }

    fn judge_line(&mut self, name: &str, at: usize, line: &[u8]) -> Result<()> {
        if is_aside(line) || line.trim_ascii().is_empty() { Ok(()) } else { self.judge(name, Some(at), line.trim_ascii_end()) }
    }

    fn judge(&mut self, name: &str, line: Option<usize>, text: &[u8]) -> Result<()> {
        let judgement = advised(self.judge.judge(text)?);
        self.documents += 1;
        self.invalid += usize::from(!judgement.is_ok());
        self.without_signature += usize::from(judgement.signed == Signed::Without);
        self.output.tell(&Message::Judged { file: name, line, judgement: &judgement })
    }
}

/// `judgement`, with the flags that would change it.
fn advised(mut judgement: Judgement) -> Judgement {
    for finding in judgement.findings.iter_mut().filter(|finding| finding.level == Level::Error) {
        match (finding.code, &mut finding.hint) {
            (UNKNOWN_EVENT, Some(hint)) => hint.push_str(": --allow-unknown lets them pass"),
            (WHICH_EVENT | NO_TYPE, hint @ None) => *hint = Some("--event NAME says which event it is".to_owned()),
            _ => {}
        }
    }
    judgement
}

/// The lines that stand around records.
fn is_aside(line: &[u8]) -> bool {
    let start: &[&[u8]] = &[b"{\"type\":\"ready\"", b"{\"type\":\"refused\"", b"{\"type\":\"sent\"", b"{\"type\":\"summary\""];
    start.iter().any(|start| line.trim_ascii_start().starts_with(start))
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    path.extension().is_some_and(|extension| known.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

fn is_document(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Lines of which none is kept beyond what is judged.
struct Lines<R> {
    source: R,
    /// The number of the line that was read last.
    at: usize,
}

impl<R: BufRead> Lines<R> {
    /// Appends the next line, if there is one; of a line that is too long, just enough to see that it is.
    fn read(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        let read = self.source.by_ref().take(MOST_BYTES as u64 + 1).read_until(b'\n', line)?;
        self.at += usize::from(read > 0);
        if read > MOST_BYTES && line.last() != Some(&b'\n') {
            self.source.skip_until(b'\n')?;
        }
        Ok(read > 0)
    }
}

/// What a path names: itself, or every .json, .ndjson and .jsonl file below it, sorted.
fn sources(path: &Path) -> Vec<Result<PathBuf>> {
    if path.to_str() == Some(STDIN) || !path.is_dir() {
        return vec![Ok(path.to_owned())];
    }
    let mut files = Vec::new();
    json_files(path, &mut files);
    if files.is_empty() {
        files.push(Err(Error::new(format!("{} holds no .json, .ndjson or .jsonl file", path.display())).hint("name the files, or another directory")));
    }
    files
}

fn json_files(directory: &Path, files: &mut Vec<Result<PathBuf>>) {
    let entries = fs::read_dir(directory).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return files.push(Err(cannot_read(directory, &error))),
    };
    entries.sort();
    for path in entries {
        // A link to a directory is not followed: it may lead back here.
        if path.is_dir() {
            if !path.is_symlink() {
                json_files(&path, files);
            }
        } else if has_extension(&path, &["json", "ndjson", "jsonl"]) {
            files.push(Ok(path));
        }
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot read {}: {error}", path.display()))
}
