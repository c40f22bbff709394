//! What `validate` takes in: streams of one document a line, and what is too large or odd to be one.

mod common;

use std::io::Write;
use std::process::{Output, Stdio};

use common::{run, stdout, systeme_hook};

fn piped(args: &[&str], text: &[u8]) -> Output {
    let mut command = systeme_hook();
    let mut child = command.arg("validate").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let text = text.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&text));
    let output = child.wait_with_output().expect("it ends");
    let _ = writer.join();
    output
}

fn lines(output: &Output) -> Vec<String> {
    stdout(output).lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
}

#[test]
fn what_send_prints_is_valid_one_document_a_line() {
    for json in [&[][..], &["--json"]] {
        let sent = run(&[&["send", "all", "--seed", "5", "--count", "20", "--dry-run"][..], json].concat());
        let output = piped(&[], &sent.stdout);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(lines(&output).len(), 20 * 26);
    }
}

#[test]
fn a_line_that_is_bad_does_not_hide_the_others() {
    let good = stdout(&run(&["send", "link", "--seed", "5", "--dry-run"]));
    let text = format!("\n{good}{{\"type\":\n\n{{\"type\":\"ready\",\"url\":\"x\"}}\n{good}\n");
    let output = piped(&[], text.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output), ["ok       -:2  contact.email_link.clicked", "invalid  -:3", "ok       -:6  contact.email_link.clicked"]);
    let finding: serde_json::Value = serde_json::from_str(lines(&piped(&["--json"], text.as_bytes()))[0].as_str()).expect("a finding");
    assert_eq!((&finding["file"], &finding["line"]), (&"-".into(), &3.into()));
    assert_eq!(finding["message"], "the document ends too early");
}

#[test]
fn one_document_may_stand_on_many_lines_between_blank_ones() {
    let sample = stdout(&run(&["events", "sale", "--sample"]));
    assert_eq!(lines(&piped(&[], format!("\n\n{sample}\n\n").as_bytes())), ["ok       -  customer.sale.completed"]);
    assert_eq!(lines(&piped(&["-"], sample.replace('\n', "\r\n").as_bytes())), ["ok       -  customer.sale.completed"]);
}

#[test]
fn what_is_too_large_is_told_and_what_follows_is_still_judged() {
    const LIMIT: usize = 16 << 20;
    let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(LIMIT));
    for text in [long.clone(), "\n".repeat(LIMIT + 1), " ".repeat(LIMIT + 1)] {
        let output = piped(&["--json"], text.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        assert!(stdout(&output).contains("\"too-large\""), "{}", stdout(&output));
    }
    let output = piped(&[], format!("{{}}\n{long}{{}}\n").as_bytes());
    assert_eq!(lines(&output), ["invalid  -:1", "invalid  -:2", "invalid  -:3"]);
}
