//! What the user reads: every console block of the README and of tests/transcripts/ is run, and must print what stands there. Latencies and ports
//! are let differ. A line `? N` gives an exit code that is not 0. `SNAPSHOTS=overwrite cargo test` writes down what is printed now.
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Receiver, status};
use snapbox::{Data, assert_data_eq};

/// The receiver that the transcripts speak of.
const RECEIVER: &str = "localhost:8000";

#[test]
fn the_readme_shows_what_is_printed() {
    check(Path::new("README.md"));
}

#[test]
fn the_transcripts_show_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut met = 0;
    for entry in fs::read_dir(root.join("tests/transcripts")).expect("a folder") {
        check(&Path::new("tests/transcripts").join(entry.expect("an entry").file_name()));
        met += 1;
    }
    assert!(met > 0);
}

fn check(path: &Path) {
    let receiver = Receiver::start(|request| match request.request_line().split(' ').nth(1).unwrap_or_default() {
        "/webhok" => status("404 Not Found", "", "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"),
        "/get-only" => status("405 Method Not Allowed", "allow: GET\r\n", ""),
        "/form" => status("415 Unsupported Media Type", "", "{\"error\":\"form data expected\"}"),
        "/login" => status("401 Unauthorized", "", "who are you?"),
        "/bug" => status("500 Internal Server Error", "", "KeyError: 'first_name'\n\u{1b}[31m  at line 12\u{1b}[0m\n"),
        "/moved" => status("301 Moved Permanently", "location: https://www.example.com/moved?token=s3cret\r\n", ""),
        "/silent" => {
            std::thread::sleep(std::time::Duration::from_secs(3));
            Vec::new()
        }
        "/broken" => Vec::new(),
        _ => status("200 OK", "", "ok"),
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path).expect("a transcript");
    let mut actual = String::new();
    let mut commands = 0;
    let mut parts = text.split("```console\n");
    actual.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (block, after) = part.split_once("```").expect("a block ends");
        actual.push_str("```console\n");
        for step in block.split("$ ").skip(1) {
            let (command, expected) = step.split_once('\n').expect("a command line");
            let printed = printed(command, &receiver);
            let same = normal(&printed) == normal(expected.trim_end_matches('\n'));
            let blank = if expected.ends_with("\n\n") { "\n" } else { "" };
            let shown = if same { expected.to_owned() } else { format!("{printed}\n{blank}") };
            actual.push_str(&format!("$ {command}\n{}", shown.trim_start_matches('\n')));
            commands += 1;
        }
        actual.push_str("```");
        actual.push_str(after);
    }
    assert!(commands > 0, "{} shows no command", path.display());
    assert_data_eq!(Data::text(actual).raw(), Data::read_from(&path, None).raw());
}

/// What a command prints on both streams, and its exit code where that is not 0.
fn printed(command: &str, receiver: &Receiver) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_systeme-hook")).parent().expect("a folder");
    let search = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let address = receiver.address.to_string();
    let output = Command::new("sh")
        .args(["-c", &format!("{} 2>&1", command.replace(RECEIVER, &address))])
        .env("PATH", search)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(std::process::Stdio::null())
        .output()
        .expect("sh");
    let text = String::from_utf8(output.stdout).expect("UTF-8").replace(&address, RECEIVER);
    let code = output.status.code().unwrap_or(-1);
    let code = if code == 0 { String::new() } else { format!("? {code}\n") };
    format!("{text}{code}").trim_end_matches('\n').to_owned()
}

/// `text` without what differs from run to run.
fn normal(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let (before, after) = line.split_once("\"latency_ms\":").unwrap_or((line, ""));
        let line = &format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
        lines.push(match line.rsplit_once(" B ") {
            Some((before, after)) if after.trim_end().ends_with(" ms") => format!("{before} B [LATENCY]"),
            _ => line.trim_end().to_owned(),
        });
    }
    lines.join("\n")
}
