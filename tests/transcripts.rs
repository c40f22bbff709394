//! What the user reads: every console block of the README and of tests/transcripts/ is run, and must print what stands there. Latencies, clocks and
//! ports are let differ, and an escape character stands as `^[`. A line `? N` gives an exit code that is not 0. What is sent to a `listen` before it is stopped stands in a comment before its
//! block, `<!-- meanwhile: STEP; STEP -->`: a command, `post FILE [name:value]…`, or `get PATH`. `SNAPSHOTS=overwrite cargo test` writes down what is printed now.
#![cfg(unix)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Receiver, status};
use regex::Regex;
use snapbox::{Data, assert_data_eq};

/// The receiver that the transcripts speak of.
const RECEIVER: &str = "localhost:8000";
/// Where `listen` listens when nothing else is said.
const LISTEN: &str = "127.0.0.1:8787";

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
        let meanwhile = actual.lines().next_back().and_then(|line| line.strip_prefix("<!-- meanwhile: ")?.strip_suffix(" -->")).map(str::to_owned);
        let (block, after) = part.split_once("```").expect("a block ends");
        actual.push_str("```console\n");
        for step in block.split("$ ").skip(1) {
            let (command, expected) = step.split_once('\n').expect("a command line");
            let printed = match &meanwhile {
                Some(meanwhile) => listened(command, meanwhile),
                None => printed(command, &receiver),
            };
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
    let address = receiver.address.to_string();
    let spoken = if command.contains(LISTEN) { LISTEN } else { RECEIVER };
    let output = sh(&format!("{} 2>&1", command.replace(spoken, &address))).output().expect("sh");
    let text = String::from_utf8(output.stdout).expect("UTF-8").replace(&address, spoken);
    with_code(&text, output.status.code())
}

/// What `listen` prints on both streams while another command is run, and when it is then stopped.
fn listened(command: &str, meanwhile: &str) -> String {
    let mut child = sh(&format!("exec {command} --port 0 2>&1")).stdout(Stdio::piped()).spawn().expect("sh");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    while !text.contains("http://") {
        assert!(stdout.read_line(&mut text).expect("a line") > 0, "it ends: {text}");
    }
    let address = text.split("http://").nth(1).and_then(|rest| rest.split(['/', '"']).next()).expect("an address").to_owned();
    for step in meanwhile.split("; ") {
        match step.split(' ').collect::<Vec<_>>()[..] {
            ["post", file, ref headers @ ..] => {
                let body = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file);
                let kind = if headers.iter().any(|header| header.starts_with("content-type:")) { "" } else { "content-type: application/json\r\n" };
                let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
                ask(&address, &format!("POST / HTTP/1.1\r\n{kind}{headers}content-length: {}\r\n", body.len()), &body);
            }
            ["get", path] => ask(&address, &format!("GET {path} HTTP/1.1\r\n"), b""),
            _ => {
                sh(&step.replace(LISTEN, &address)).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("sh");
            }
        }
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    stdout.read_to_string(&mut text).expect("UTF-8");
    with_code(&text.replace(&address, LISTEN), child.wait().expect("it ends").code())
}

/// Sends one request, and waits for its answer.
fn ask(address: &str, head: &str, body: &[u8]) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(&[head.as_bytes(), b"host: localhost:8787\r\nconnection: close\r\n\r\n", body].concat()).expect("it is sent");
    stream.read_to_end(&mut Vec::new()).expect("an answer");
}

fn sh(command: &str) -> Command {
    let bin = Path::new(env!("CARGO_BIN_EXE_systeme-hook")).parent().expect("a folder");
    let search = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut sh = Command::new("sh");
    sh.args(["-c", command]).env("PATH", search).env("TZ", "UTC").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    sh.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    sh
}

fn with_code(text: &str, code: Option<i32>) -> String {
    let code = code.filter(|code| *code != 0).map_or_else(String::new, |code| format!("? {code}\n"));
    format!("{text}{code}").replace('\u{1b}', "^[").trim_end_matches('\n').to_owned()
}

/// `text` without what differs from run to run.
fn normal(text: &str) -> String {
    const DIFFERING: [(&str, &str); 6] = [
        (r#""latency_ms":[0-9.]+"#, "[LATENCY]"),
        (r" B +[0-9]+ ms *(?m:$)", " B [LATENCY]"),
        (r"(?m:^)((?:\^\[\[2m)?)[0-9]{2}:[0-9]{2}:[0-9]{2}", "$1[CLOCK]"),
        (r" UTC, (?:now|in [0-9]+ [a-z]+|[0-9]+ [a-z]+ ago)", " UTC, [DISTANCE]"),
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:[PORT]"),
        (r#""at":"[0-9T:.-]+Z""#, r#""at":"[TIME]""#),
    ];
    let same = |text: String, (pattern, instead): &(&str, &str)| Regex::new(pattern).expect("a pattern").replace_all(&text, *instead).into_owned();
    let text = DIFFERING.iter().fold(text.to_owned(), same);
    let text = without_moving_breaks(&text);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// How far a time is away moves the breaks of the row that tells it: such a row is one line here, and its values have a space between them. All other
/// lines stay as they are.
fn without_moving_breaks(text: &str) -> String {
    let mut rows: Vec<String> = Vec::new();
    // Where the values of the event begin.
    let mut column = usize::MAX;
    for line in text.lines() {
        if let Some(time) = line.strip_prefix("    created_at").map(|rest| rest.len() - rest.trim_start().len()) {
            column = "    created_at".len() + time;
        }
        let indent = line.len() - line.trim_start().len();
        match rows.last_mut() {
            Some(row) if indent == column && line.len() > column => *row = format!("{row}\n{line}"),
            _ => rows.push(line.to_owned()),
        }
    }
    let unbroken = |row: &String| match row.contains("[DISTANCE]") {
        true => row.split([' ', '\n', '·']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "),
        false => row.clone(),
    };
    rows.iter().map(unbroken).collect::<Vec<_>>().join("\n")
}
