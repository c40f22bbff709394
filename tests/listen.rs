//! What arrives: raw sockets against `listen`, and its records looked at.
#![cfg(unix)]

mod common;

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Stdio;
use std::thread;

use common::{Listen, Request, run, stderr, stdout, systeme_hook};
use hyper::body::Bytes;
use serde_json::{Value, json};
use systeme_hook::signature::{Secret, signed};

const TAG: &str = include_str!("../samples/automation/contact.tag.added.json");
const JSON: &str = "content-type: application/json\r\n";

fn post(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!("POST /hook?key=1 HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend_from_slice(body);
    request
}

/// Reads one answer: its status and its body.
fn answer(stream: &mut impl BufRead) -> (u16, String) {
    let Request { head, body } = common::request(stream).expect("an answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, String::from_utf8(body).expect("UTF-8"))
}

/// Sends one request on a connection of its own.
fn asked(listen: &Listen, request: &[u8]) -> (u16, String) {
    let mut stream = listen.connect();
    stream.write_all(request).expect("it is sent");
    answer(&mut BufReader::new(stream))
}

fn of_type(lines: &[Value], kind: &str) -> Vec<Value> {
    lines.iter().filter(|line| line["type"] == kind).cloned().collect()
}

#[test]
fn a_record_holds_the_delivery_as_it_came() {
    let mut listen = Listen::start(&[]);
    let headers = "Content-Type: application/json\r\nX-A: 1\r\nx-b: \"two\"\r\nX-a: 3\r\n";
    assert_eq!(asked(&listen, &post(headers, TAG.as_bytes())), (200, "ok contact.tag.added\n".to_owned()));
    let record = listen.line();
    assert_eq!(record["body"], TAG, "byte for byte, spaces and all");
    assert_eq!((&record["method"], &record["target"], &record["http"], &record["record"]), (&json!("POST"), &json!("/hook?key=1"), &json!("1.1"), &json!(1)));
    assert_eq!((&record["event"], &record["sender"], &record["verdict"]), (&json!("contact.tag.added"), &json!("automation"), &json!("ok")));
    let names: Vec<_> = record["headers"].as_array().expect("headers").iter().map(|pair| format!("{}={}", pair[0], pair[1])).collect();
    let length = format!("\"content-length\"=\"{}\"", TAG.len());
    assert_eq!(
        names,
        ["\"host\"=\"localhost\"", "\"content-type\"=\"application/json\"", "\"x-a\"=\"1\"", "\"x-a\"=\"3\"", "\"x-b\"=\"\\\"two\\\"\"", &length],
        "a name that stands twice keeps both values"
    );
    let mut validate = systeme_hook().args(["validate", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    validate.stdin.take().expect("a pipe").write_all(record.to_string().as_bytes()).expect("it reads");
    assert!(validate.wait_with_output().expect("it ends").status.success(), "validate takes the record");
}

#[test]
fn what_send_sends_arrives_byte_for_byte() {
    let mut listen = Listen::start(&["--strict"]);
    let asked = ["send", "all", "--seed", "5", "--at", "2026-11-02T09:30:00Z"];
    let sent = run(&[&asked[..], &["--to", &listen.url]].concat());
    assert!(sent.status.success(), "{}", stdout(&sent));
    for body in stdout(&run(&[&asked[..], &["--dry-run"]].concat())).lines() {
        let record = listen.line();
        assert_eq!((record["body"].as_str(), &record["verdict"]), (Some(body), &json!("ok")));
    }
    let (lines, code) = listen.stop();
    assert_eq!((lines[0]["deliveries"].as_u64(), code), (Some(26), Some(0)));
}

#[test]
fn a_connection_is_kept_and_requests_may_follow_each_other_at_once() {
    let listen = Listen::start(&[]);
    let mut stream = listen.connect();
    let many = [post(JSON, TAG.as_bytes()), post(JSON, b"{"), post(JSON, TAG.as_bytes())].concat();
    stream.write_all(&many).expect("it is sent");
    let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
    let answers: Vec<_> = (0..3).map(|_| answer(&mut reader).1.lines().next().unwrap_or_default().to_owned()).collect();
    assert_eq!(answers, ["ok contact.tag.added", "not-json", "ok contact.tag.added"], "in their order");
    stream.write_all(&post(JSON, TAG.as_bytes())).expect("the connection is still there");
    assert_eq!(answer(&mut reader).0, 200);
    assert_eq!(of_type(&listen.stop().0, "delivery").len(), 4);
}

#[test]
fn a_chunked_body_is_put_together() {
    let mut listen = Listen::start(&[]);
    let (first, second) = TAG.split_at(100);
    let chunks = format!("{:x}\r\n{first}\r\n{:x};ext=1\r\n{second}\r\n0\r\nTrailer: x\r\n\r\n", first.len(), second.len());
    let request = format!("POST / HTTP/1.1\r\nhost: x\r\n{JSON}transfer-encoding: chunked\r\n\r\n{chunks}");
    assert_eq!(asked(&listen, request.as_bytes()).0, 200);
    assert_eq!(listen.line()["body"], TAG);
}

#[test]
fn a_sender_that_waits_for_leave_gets_it() {
    let listen = Listen::start(&[]);
    let mut stream = listen.connect();
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\n{JSON}expect: 100-continue\r\ncontent-length: {}\r\n\r\n", TAG.len());
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
    let mut leave = String::new();
    reader.read_line(&mut leave).expect("a line");
    assert_eq!(leave, "HTTP/1.1 100 Continue\r\n");
    reader.read_line(&mut leave).expect("an empty line");
    stream.write_all(TAG.as_bytes()).expect("it is sent");
    assert_eq!(answer(&mut reader).0, 200);
}

#[test]
fn a_sender_that_waits_for_leave_with_too_much_gets_413_instead() {
    let listen = Listen::start(&["--max-body", "64K"]);
    let head = "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 70000\r\n\r\n";
    assert_eq!(asked(&listen, head.as_bytes()).0, 413);
}

#[test]
fn http_2_without_tls_is_spoken() {
    let listen = Listen::start(&[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let statuses = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(listen.address).await.expect("it listens");
        let (mut client, connection) = h2::client::handshake(stream).await.expect("a handshake");
        tokio::spawn(connection);
        let mut answers = Vec::new();
        for body in [TAG, "{"] {
            let request = hyper::Request::post("http://hooks.example.com/two?x=1").header("content-type", "application/json").body(()).expect("a request");
            let (answer, mut sending) = client.send_request(request, false).expect("a stream");
            sending.send_data(Bytes::from_static(body.as_bytes()), true).expect("it is sent");
            answers.push(answer);
        }
        let mut statuses = Vec::new();
        for answer in answers {
            statuses.push(answer.await.expect("an answer").status().as_u16());
        }
        statuses
    });
    assert_eq!(statuses, [200, 200]);
    let (lines, _) = listen.stop();
    let records = of_type(&lines, "delivery");
    assert_eq!(records.len(), 2);
    let whole = records.iter().find(|record| record["verdict"] == "ok").expect("the sound one");
    assert_eq!((&whole["http"], &whole["target"], &whole["body"]), (&json!("2"), &json!("/two?x=1"), &json!(TAG)));
    assert_eq!(whole["headers"][0], json!(["host", "hooks.example.com"]));
}

#[test]
fn a_hundred_deliveries_at_once_all_arrive() {
    let listen = Listen::start(&[]);
    let bodies: Vec<String> = stdout(&run(&["send", "sale", "--seed", "1", "--count", "100", "--dry-run"])).lines().map(str::to_owned).collect();
    let mut streams: Vec<TcpStream> = bodies.iter().map(|_| listen.connect()).collect();
    thread::scope(|scope| {
        for (stream, body) in streams.iter_mut().zip(&bodies) {
            scope.spawn(move || {
                stream.write_all(&post(JSON, body.as_bytes())).expect("it is sent");
                assert_eq!(answer(&mut BufReader::new(stream)).0, 200);
            });
        }
    });
    let (lines, _) = listen.stop();
    let arrived: HashSet<String> = of_type(&lines, "delivery").iter().map(|record| record["body"].as_str().expect("a body").to_owned()).collect();
    assert_eq!(arrived, bodies.into_iter().collect(), "none lost, none twice");
    assert_eq!(of_type(&lines, "delivery").len(), 100);
    assert_eq!(lines.last().map(|line| line["deliveries"].clone()), Some(json!(100)));
}

#[test]
fn broken_ones_between_good_ones_hurt_nobody() {
    let listen = Listen::start(&["--max-body", "64K"]);
    let large = vec![b'x'; 70_000];
    let chunked = format!("POST / HTTP/1.1\r\nhost: x\r\n{JSON}transfer-encoding: chunked\r\n\r\n");
    let broken: &[(&[u8], &str)] = &[
        (b"hello\r\n\r\n", "what came is no HTTP, or broken"),
        (&[b"GET /", &large[..], b" HTTP/1.1\r\n\r\n"].concat(), "its path or headers are too large"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "what came is TLS, and this port speaks plain HTTP"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{", "the sender broke off before the end of the body"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}", "what came is no HTTP, or broken"),
        (&[chunked.as_bytes(), b"zz\r\n"].concat(), "the sender broke off before the end of the body"),
        (&post(JSON, &large), "its body has more than 65536 bytes"),
        (&[chunked.as_bytes(), b"11170\r\n", &large, b"\r\n0\r\n\r\n"].concat(), "its body has more than 65536 bytes"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense, and no frames of HTTP/2 at all", ""),
        (b"", ""),
    ];
    let mut told = Vec::new();
    for (bytes, why) in broken {
        let mut stream = listen.connect();
        stream.write_all(bytes).expect("it is sent");
        stream.shutdown(Shutdown::Write).expect("it ends");
        let _ = stream.read_to_end(&mut Vec::new());
        assert_eq!(asked(&listen, &post(JSON, TAG.as_bytes())).0, 200, "after {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
        if !why.is_empty() {
            told.push((*why).to_owned());
        }
    }
    let (lines, code) = listen.stop();
    let refused: Vec<_> = of_type(&lines, "refused").iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(refused, told);
    assert_eq!((of_type(&lines, "delivery").len(), code), (broken.len(), Some(0)));
}

#[test]
fn a_body_that_is_too_large_is_answered_even_while_it_is_sent() {
    let listen = Listen::start(&[]);
    // More than the buffers between two sockets hold.
    let large = vec![b'x'; 20 << 20];
    assert_eq!(asked(&listen, &post(JSON, &large)), (413, "a body may have 1048576 bytes\n".to_owned()));
}

#[test]
fn what_arrived_whole_is_answered_200_and_strictly_by_what_it_is() {
    let sale = include_str!("../samples/automation/customer.sale.completed.json");
    let unknown = TAG.replace("contact.tag.added", "subscription.payment.failed");
    let settings = include_str!("../samples/settings/CONTACT_CREATED.json");
    let data = r#"{"contact":{"email":"a@example.com","ip":null}}"#;
    let cases: &[(&str, &str, u16, &str)] = &[
        (JSON, sale, 200, "ok"),
        (JSON, &unknown, 200, "unknown"),
        ("content-type: application/json\r\nx-webhook-event: CONTACT_CREATED\r\n", settings, 200, "ok"),
        ("content-type: application/json\r\nx-webhook-event: CONTACT_MOVED\r\n", settings, 200, "unknown"),
        ("content-type: application/json\r\nx-webhook-event: SALE_NEW\r\n", settings, 422, "invalid"),
        (JSON, "", 400, "not-json"),
        (JSON, "{\"type\":", 400, "not-json"),
        ("content-type: application/x-www-form-urlencoded\r\n", "a=1", 400, "not-json"),
        (JSON, data, 422, "no-event"),
        (JSON, "[]", 422, "no-event"),
        (JSON, &TAG.replace("\"id\": 1410021", "\"id\": \"1410021\""), 422, "invalid"),
        ("content-type: application/json\r\nx-webhook-event: SALE_NEW\r\n", sale, 422, "invalid"),
        (JSON, &unknown.replace("account", "count"), 422, "invalid"),
    ];
    for strict in [false, true] {
        let listen = Listen::start(if strict { &["--strict"] } else { &[] });
        for (headers, body, status, verdict) in cases {
            let (answered, text) = asked(&listen, &post(headers, body.as_bytes()));
            assert_eq!((answered, text.split([' ', '\n']).next()), (if strict { *status } else { 200 }, Some(*verdict)), "{headers}{body}");
        }
        let records = of_type(&listen.stop().0, "delivery");
        assert_eq!(records.iter().map(|record| record["verdict"].clone()).collect::<Vec<_>>(), cases.iter().map(|case| json!(case.3)).collect::<Vec<_>>());
    }
}

#[test]
fn only_a_post_is_a_delivery() {
    let listen = Listen::start(&["--path", "/hook"]);
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let mut stream = listen.connect();
        stream.write_all(format!("{method} /hook HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).expect("it is sent");
        let answered = common::request(&mut BufReader::new(stream)).expect("an answer");
        assert!(answered.head.starts_with("HTTP/1.1 405 ") && answered.head.contains("allow: POST\r\n"), "{}", answered.head);
        assert!(String::from_utf8_lossy(&answered.body).contains("systeme-hook send sale --to URL"));
    }
    assert_eq!(asked(&listen, b"POST /other?x HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n").0, 404);
    assert_eq!(asked(&listen, &post(JSON, TAG.as_bytes())).0, 200, "the query is no part of the path");
    let (lines, _) = listen.stop();
    let hints = of_type(&lines, "refused").iter().filter(|line| line["message"].as_str().is_some_and(|message| message.contains("into a GET"))).count();
    assert_eq!((of_type(&lines, "refused").len(), of_type(&lines, "delivery").len(), hints), (5, 1, 1));
    assert_eq!(lines.last().map(|line| line["refused"].clone()), Some(json!(5)));
}

#[test]
fn who_has_said_all_and_closed_that_side_is_answered() {
    let listen = Listen::start(&[]);
    for _ in 0..20 {
        let mut stream = listen.connect();
        stream.write_all(&[post(JSON, TAG.as_bytes()), post(JSON, TAG.as_bytes())].concat()).expect("it is sent");
        stream.shutdown(Shutdown::Write).expect("half of it ends");
        let mut reader = BufReader::new(stream);
        assert_eq!([answer(&mut reader).0, answer(&mut reader).0], [200, 200]);
    }
    assert_eq!(of_type(&listen.stop().0, "delivery").len(), 40);
}

#[test]
fn the_answer_tells_what_is_wrong_and_nothing_that_a_terminal_obeys() {
    let listen = Listen::start(&[]);
    let body = TAG.replace("zoe.lefevre@example.com", "x\\u001b[31m\\u202e\\r\\nok");
    let (_, text) = asked(&listen, &post(JSON, body.as_bytes()));
    assert_eq!(text.lines().count(), 2, "{text:?}");
    assert!(text.contains("x\\u001b[31m\\u202e\\u000d\\u000aok") && !text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn a_record_of_either_sender_is_judged_as_when_it_came() {
    let listen = Listen::start(&[]);
    asked(&listen, &post("content-type: application/json\r\nx-webhook-event: SALE_MOVED\r\n", br#"{"customer":{}}"#));
    asked(&listen, &post("content-type: application/json\r\nx-webhook-event: SALE_NEW\r\n", TAG.as_bytes()));
    let records = of_type(&listen.stop().0, "delivery");
    let verdict = |record: &Value, args: &[&str]| {
        let mut child = systeme_hook().arg("validate").args(args).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(record.to_string().as_bytes()).expect("it reads");
        child.wait().expect("it ends").code()
    };
    assert_eq!((verdict(&records[0], &[]), verdict(&records[0], &["--allow-unknown"])), (Some(1), Some(0)));
    assert_eq!(verdict(&records[1], &["--allow-unknown"]), Some(1), "the senders are mixed up");
}

#[test]
fn what_is_not_signed_with_the_secret_is_told_and_strictly_refused() {
    let body = stdout(&run(&["send", "SALE_NEW:coupon", "--seed", "2", "--dry-run"])).trim_end().to_owned();
    let right = signed(&Secret::from("s3cret!"), body.as_bytes());
    let headers = |signature: &str| format!("content-type: application/json\r\nx-webhook-event: SALE_NEW\r\n{signature}");
    let of = |signature: &str| headers(&format!("X-Webhook-Signature: {signature}\r\n"));
    let spaced = body.replace(",\"", ", \"");
    let cases: &[(String, &str, u16, &str)] = &[
        (of(&right), &body, 200, "ok SALE_NEW"),
        (of(&right), &body.replace("0.0}", "0}"), 401, "0.0 became 0"),
        (of(&right), &spaced, 401, "written again"),
        (of(&right.to_uppercase()), &body, 401, "upper"),
        (of(&format!("sha256={right}")), &body, 401, "sha256="),
        (of("s3cret!"), &body, 401, "itself"),
        (headers(""), &body, 401, "there is no header X-Webhook-Signature"),
        (headers(&format!("X-Signature: {right}\r\n")), &body, 401, "X-Signature"),
        (JSON.to_owned(), TAG, 200, "ok contact.tag.added"),
        (of(&right), TAG, 401, "unsigned"),
    ];
    for strict in [false, true] {
        let listen = Listen::start(if strict { &["--secret", "s3cret!", "--show-signature", "--strict"] } else { &["--secret", "s3cret!"] });
        for (headers, body, status, told) in cases {
            let (answered, text) = asked(&listen, &post(headers, body.as_bytes()));
            assert_eq!(answered, if strict { *status } else { 200 }, "{headers}{text}");
            assert!(text.contains(told), "{headers}: {text}");
            assert!(!text.contains("s3cret!") && !text.contains(&right), "neither the secret nor what would be right is answered: {text}");
        }
        let lines = listen.stop().0;
        let shown = lines.iter().filter(|line| line["findings"].to_string().contains(&right)).count();
        assert_eq!(shown > 0, strict, "it is shown to who asks, here");
        assert!(!lines.iter().any(|line| line["findings"].to_string().contains("s3cret!")));
    }
}

#[test]
fn no_verb_tells_the_secret() {
    let record = run(&["send", "SALE_NEW", "--seed", "2", "--dry-run", "--json", "--secret", "other"]).stdout;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record.ndjson");
    std::fs::write(&path, record).expect("a file");
    let path = path.to_str().expect("UTF-8");
    for args in [
        &["validate", path][..],
        &["validate", path, "--show-signature"],
        &["validate", path, "--json"],
        &["validate", path, "--event", "nonsense"],
        &["validate", "samples/settings/SALE_NEW.json", "--signature", "s3cret!"],
        &["validate", "gone.json"],
        &["send", "all", "--json"],
        &["send", "SALE_NEW", "--color", "always", "--set", "x"],
        &["send", "SALE_NEW", "--to", "http://127.0.0.1:1/"],
        &["listen", "--host", "192.0.2.1"],
        &["listen", "--max-body", "x"],
    ] {
        let output = run(&[args, &["--secret", "s3cret!"]].concat());
        assert!(!format!("{}{}", stdout(&output), stderr(&output)).contains("s3cret!"), "{args:?}: {}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn what_is_in_flight_when_it_is_stopped_is_finished() {
    for signal in ["INT", "TERM"] {
        let listen = Listen::start(&[]);
        let (mut half, mut idle) = (listen.connect(), listen.connect());
        let request = post(JSON, TAG.as_bytes());
        half.write_all(&request[..200]).expect("it is sent");
        idle.write_all(&post(JSON, b"{}")).expect("it is sent");
        let mut idle = BufReader::new(idle);
        assert_eq!(answer(&mut idle).0, 200);
        listen.signal(signal);
        // Idle ones are closed: then it is stopping.
        assert_eq!(idle.read(&mut [0]).expect("it ends"), 0);
        half.write_all(&request[200..]).expect("the connection is still there");
        assert_eq!(answer(&mut BufReader::new(half)).0, 200);
        let (lines, code) = listen.end();
        assert_eq!((of_type(&lines, "delivery").len(), code), (2, Some(0)), "{signal}");
        assert_eq!(lines.last().map(|line| line["by_event"][1]["event"].clone()), Some(json!("contact.tag.added")));
    }
}

#[test]
fn what_was_sent_before_it_is_stopped_is_answered() {
    let listen = Listen::start(&[]);
    let mut streams: Vec<TcpStream> = (0..30).map(|_| listen.connect()).collect();
    // Half of them were used before.
    for stream in &mut streams[15..] {
        stream.write_all(&post(JSON, b"{}")).expect("it is sent");
        assert_eq!(answer(&mut BufReader::new(stream)).0, 200);
    }
    for stream in &mut streams {
        stream.write_all(&post(JSON, TAG.as_bytes())).expect("it is sent");
    }
    listen.signal("INT");
    for stream in &mut streams {
        assert_eq!(answer(&mut BufReader::new(stream)).0, 200);
    }
    assert_eq!(listen.end().0.last().map(|line| line["deliveries"].clone()), Some(json!(45)));
}

#[test]
fn a_stdout_that_nobody_reads_does_not_keep_it_from_ending() {
    let listen = Listen::start(&[]);
    for _ in 0..150 {
        assert_eq!(asked(&listen, &post(JSON, TAG.as_bytes())).0, 200, "an answer does not wait for the reader");
    }
    listen.signal("INT");
    while TcpStream::connect(listen.address).is_ok() {
        thread::yield_now();
    }
    listen.signal("INT");
    assert_eq!(listen.wait().0, Some(0));
}

#[test]
fn a_client_that_says_too_little_to_be_understood_hurts_nobody() {
    let listen = Listen::start(&[]);
    let mut silent: Vec<TcpStream> = (0..4).map(|_| listen.connect()).collect();
    for (stream, bytes) in silent.iter_mut().zip([&b""[..], b"P", b"PRI * HTTP/2.0\r\n", b"POST / HTTP/1.1\r\nhos"]) {
        stream.write_all(bytes).expect("it is sent");
    }
    assert_eq!(asked(&listen, &post(JSON, TAG.as_bytes())).0, 200);
    silent[1].write_all(&post(JSON, TAG.as_bytes())[1..]).expect("it is sent");
    assert_eq!(answer(&mut BufReader::new(&silent[1])).0, 200);
    let (lines, code) = listen.stop();
    assert_eq!((of_type(&lines, "delivery").len(), code), (2, Some(0)));
}

#[test]
fn what_never_ends_holds_up_no_stop() {
    let listen = Listen::start(&[]);
    let mut half = listen.connect();
    half.write_all(&post(JSON, TAG.as_bytes())[..200]).expect("it is sent");
    let (lines, code) = listen.stop();
    assert_eq!((lines.last().map(|line| line["deliveries"].clone()), code), (Some(json!(0)), Some(0)));
    assert_eq!(answer(&mut BufReader::new(half)).0, 408, "its sender is told");
    assert_eq!(lines[0]["message"], "its body did not come in time", "and so is who listens");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let listen = Listen::start(&[]);
    let output = run(&["listen", "--port", &listen.address.port().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another program listens there; --port 0 takes a free one"), "{}", stderr(&output));
    assert_eq!(run(&["listen", "--host", "192.0.2.1", "--port", "0"]).status.code(), Some(2));
}

#[test]
fn who_listens_to_the_world_is_warned() {
    let mut child = systeme_hook().args(["listen", "--port", "0", "--host", "0.0.0.0"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    let mut warning = String::new();
    BufReader::new(child.stderr.take().expect("a pipe")).read_line(&mut warning).expect("a line");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(warning.contains("0.0.0.0 is not a loopback address"), "{warning}");
}

#[test]
fn a_closed_stdout_ends_it_quietly_and_loses_no_answer() {
    let mut listen = Listen::start(&[]);
    let (mut stream, mut waiting) = (listen.connect(), listen.connect());
    let request = post(JSON, TAG.as_bytes());
    waiting.write_all(&request[..200]).expect("it is sent");
    listen.close_stdout();
    stream.write_all(&request).expect("it is sent");
    assert_eq!(answer(&mut BufReader::new(stream)).0, 200);
    waiting.write_all(&request[200..]).expect("it is sent");
    assert_eq!(answer(&mut BufReader::new(waiting)).0, 200);
    assert_eq!(listen.wait(), (Some(0), String::new()));
}

#[test]
fn without_a_target_send_delivers_to_a_receiver_of_its_own() {
    let asked = ["send", "all", "--seed", "4", "--at", "2026-11-02T09:30:00Z"];
    let output = run(&[&asked[..], &["--json"]].concat());
    assert!(output.status.success());
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let bodies: Vec<_> = of_type(&lines, "delivery").iter().map(|record| record["body"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(bodies, stdout(&run(&[&asked[..], &["--dry-run"]].concat())).lines().collect::<Vec<_>>());
    assert!(of_type(&lines, "sent").iter().all(|sent| sent["status"] == 200));
    assert!(of_type(&lines, "delivery").iter().all(|record| record["verdict"] == "ok" && record["method"] == "POST"));
}

#[test]
fn its_own_receiver_refuses_what_was_made_invalid() {
    let output = run(&["send", "tag-added", "--set", "tag.id:=\"x\"", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(of_type(&lines, "sent")[0]["status"], 422);
    assert_eq!(of_type(&lines, "delivery")[0]["findings"][0]["pointer"], "/data/tag/id");
    assert!(run(&["send", "tag-added", "--set", "tag.id:=\"x\"", "--expect", "422"]).status.success());
}

#[test]
fn every_shell_s_completions_name_the_events() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&run(&["completions", shell]));
        for name in ["customer.sale.completed", "tag-added", "blog-optin", "listen"] {
            assert!(script.contains(name), "{shell} does not know {name}");
        }
    }
    assert_eq!(run(&["completions", "tcsh"]).status.code(), Some(2));
}
