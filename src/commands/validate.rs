//! `validate`: which texts, and what is wrong with each.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Exit, Input};
use crate::cli::Validate;
use crate::error::{Error, Result};
use crate::judgement::{Judge, MOST_BYTES};
use crate::report::{Format, Message, Output};
use crate::schema::Schemas;

pub fn run(args: &Validate, schemas: &Schemas<'_>, input: Input<'_>, output: &mut Output<'_>) -> Result<Exit> {
    output.set(if args.json { Format::Json } else { Format::Text }, args.quiet);
    let event = args.event.as_deref().map(|name| schemas.catalog().find(name)).transpose()?.map(|(event, _)| event);
    let mut paths = args.paths.clone();
    if paths.is_empty() && !input.is_terminal {
        paths.push(PathBuf::from(STDIN));
    }
    if paths.is_empty() {
        return Err(Error::new("there is nothing to validate").hint("name files or directories, or pipe a payload in"));
    }
    let mut texts = Texts { judge: Judge::new(schemas, event, args.allow_unknown), output, documents: 0, invalid: 0 };
    let mut unreadable = false;
    for path in &paths {
        let done = match path.to_str() == Some(STDIN) {
            true => {
                bounded(&mut *input.stdin).map_err(|error| Error::new(format!("cannot read standard input: {error}"))).and_then(|text| texts.judge("-", &text))
            }
            false => texts.judge_path(path),
        };
        // One file that cannot be read does not hide what is wrong with the others.
        if let Err(error) = done {
            texts.output.fail(&error);
            unreadable = true;
        }
    }
    let (documents, invalid) = (texts.documents, texts.invalid);
    output.flush()?;
    output.tell(&Message::JudgedAll { documents, invalid })?;
    Ok(match (unreadable, invalid) {
        (true, _) => Exit::Unasked,
        (false, 0) => Exit::Ok,
        (false, _) => Exit::Bad,
    })
}

const STDIN: &str = "-";

struct Texts<'a, 'c, 'w> {
    judge: Judge<'c>,
    output: &'a mut Output<'w>,
    documents: usize,
    invalid: usize,
}

impl Texts<'_, '_, '_> {
    fn judge_path(&mut self, path: &Path) -> Result<()> {
        let cannot = |error: io::Error| Error::new(format!("cannot read {}: {error}", path.display()));
        if path.is_dir() {
            let files = json_files(path).map_err(cannot)?;
            if files.is_empty() {
                return Err(Error::new(format!("{} holds no .json file", path.display())).hint("name the files, or another directory"));
            }
            return files.iter().try_for_each(|file| self.judge_path(file));
        }
        let text = File::open(path).and_then(bounded).map_err(cannot)?;
        self.judge(&path.display().to_string(), &text)
    }

    /// One document, or one a line.
    fn judge(&mut self, name: &str, text: &[u8]) -> Result<()> {
        if !is_lines(text) {
            return self.judge_document(name, text);
        }
        for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
            if !line.trim_ascii().is_empty() && !is_about_records(line) {
                self.judge_document(&format!("{name}:{}", at + 1), line)?;
            }
        }
        Ok(())
    }

    fn judge_document(&mut self, name: &str, text: &[u8]) -> Result<()> {
        let judgement = self.judge.judge(text)?;
        self.documents += 1;
        self.invalid += usize::from(!judgement.is_ok());
        self.output.tell(&Message::Judged { file: name, judgement: &judgement })
    }
}

/// Whether a text is one JSON document a line: its first line is one, and more follows.
fn is_lines(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text).trim_ascii();
    let mut lines = text.splitn(2, |byte| *byte == b'\n');
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else { return false };
    serde_json::from_slice::<IgnoredAny>(first).is_ok()
}

/// The lines that stand around records: `ready` and `summary`.
fn is_about_records(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|value| value["type"] == "ready" || value["type"] == "summary")
}

/// All of it, or just enough to see that it is too large.
fn bounded(source: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    source.take(MOST_BYTES as u64 + 1).read_to_end(&mut text)?;
    Ok(text)
}

/// Every .json file below a directory, sorted.
fn json_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            files.extend(json_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            files.push(path);
        }
    }
    Ok(files)
}
