//! What travels: real sockets on the other side of `send`, and the bytes looked at.

mod common;

use std::io::{BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{Receiver, request, run, status, stderr, stdout, systeme_hook};
use serde_json::{Value, json};
use systeme_hook::signature::{Secret, is_signed};

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Vec<&'h str> {
    headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()).collect()
}

#[test]
fn the_request_is_systeme_s_own_and_nothing_else() {
    let receiver = Receiver::pleased();
    let output = run(&["send", "sale", "--seed", "3", "--to", &receiver.url("/hook?key=1")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let request = &receiver.requests()[0];
    assert_eq!(request.request_line(), "POST /hook?key=1 HTTP/1.1");
    let mut headers = request.headers();
    headers.sort();
    let length = request.body.len().to_string();
    let host = receiver.address.to_string();
    let expected = [
        ("accept", "application/json"),
        ("accept-charset", "ISO-8859-1,utf-8;q=0.7,*;q=0.7"),
        ("accept-language", "en-us,en;q=0.5"),
        ("content-length", &length),
        ("content-type", "application/json"),
        ("host", &host),
        ("user-agent", "Symfony"),
    ];
    assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn the_body_on_the_wire_is_the_one_of_the_dry_run() {
    let receiver = Receiver::pleased();
    let asked = ["send", "all", "--seed", "11", "--at", "2026-11-02T09:30:00Z", "--count", "3"];
    let sent = run(&[&asked[..], &["--to", &receiver.url("/")]].concat());
    let dry = run(&[&asked[..], &["--dry-run"]].concat());
    let bodies: Vec<_> = receiver.requests().into_iter().map(|request| String::from_utf8(request.body).expect("ASCII")).collect();
    assert!(sent.status.success());
    assert_eq!(bodies, stdout(&dry).lines().collect::<Vec<_>>());
    assert_eq!(bodies.len(), 3 * (14 + 12));
    for body in bodies {
        assert!(body.is_ascii() && !body.contains("\": ") && !body.contains("://"), "compact, and / is escaped: {body}");
    }
}

#[test]
fn a_record_holds_the_bytes_and_headers_that_would_travel() {
    let receiver = Receiver::pleased();
    let asked = ["send", "optin", "--seed", "4", "-H", "X-Key: 1", "-H", "Accept-Charset:", "--to", &receiver.url("/a?b=c")];
    assert!(run(&asked).status.success());
    let record: Value = serde_json::from_slice(&run(&[&asked[..], &["--dry-run", "--json"]].concat()).stdout).expect("a record");
    let request = &receiver.requests()[0];
    assert_eq!(record["body"].as_str().map(str::as_bytes), Some(&request.body[..]));
    assert_eq!(record["target"], "/a?b=c");
    assert_eq!((&record["verdict"], &record["event"], &record["sender"]), (&json!("ok"), &json!("contact.optin.completed"), &json!("automation")));
    let sent: Vec<Value> = request
        .headers()
        .into_iter()
        .filter(|(name, _)| name != "host" && name != "content-length")
        .map(|(name, value)| json!([name.to_lowercase(), value]))
        .collect();
    let recorded: Vec<Value> =
        record["headers"].as_array().expect("headers").iter().map(|pair| json!([pair[0].as_str().unwrap_or_default().to_lowercase(), pair[1]])).collect();
    assert_eq!(recorded, sent);
}

#[test]
fn a_delivery_of_settings_has_its_headers_and_is_signed_over_its_bytes() {
    let receiver = Receiver::pleased();
    let output = run(&["send", "SALE_NEW", "--seed", "3", "--schema-version", "1", "--secret", "s3cret!", "--to", &receiver.url("/")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let request = &receiver.requests()[0];
    let headers = request.headers();
    let mut names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let expected = "accept accept-encoding content-length content-type host user-agent x-webhook-delivery-attempt-id x-webhook-delivery-attempt-timestamp \
                    x-webhook-event x-webhook-event-timestamp x-webhook-message-id x-webhook-schema-version x-webhook-signature x-webhook-subscription-id";
    assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!(header(&headers, "user-agent"), ["SystemeIO-Webhook"]);
    assert_eq!((header(&headers, "x-webhook-event"), header(&headers, "x-webhook-schema-version")), (vec!["SALE_NEW"], vec!["1"]));
    let secret = Secret::from("s3cret!");
    assert!(is_signed(&secret, &request.body, header(&headers, "x-webhook-signature")[0]));
    assert!(String::from_utf8_lossy(&request.body).contains(":0.0}"), "vat keeps its zero fraction");
}

#[test]
fn ids_differ_between_deliveries_and_the_subscription_s_does_not() {
    let output = run(&["send", "SALE_NEW", "--seed", "3", "--count", "50", "--dry-run", "--json"]);
    let mut ids = [const { Vec::new() }; 3];
    for line in stdout(&output).lines() {
        let record: Value = serde_json::from_str(line).expect("a record");
        let headers: Vec<(String, String)> = serde_json::from_value(record["headers"].clone()).expect("headers");
        for (ids, name) in ids.iter_mut().zip(["x-webhook-message-id", "x-webhook-delivery-attempt-id", "x-webhook-subscription-id"]) {
            ids.push(header(&headers, name)[0].to_owned());
        }
    }
    for ids in &mut ids {
        ids.sort();
        ids.dedup();
    }
    assert_eq!(ids.map(|ids| ids.len()), [50, 50, 1]);
}

#[test]
fn a_secret_is_taken_as_it_was_typed_from_wherever_it_is_given_and_never_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let signature = |output: &std::process::Output| {
        let record: Value = serde_json::from_slice(&output.stdout).expect("a record");
        let headers: Vec<(String, String)> = serde_json::from_value(record["headers"].clone()).expect("headers");
        header(&headers, "x-webhook-signature")[0].to_owned()
    };
    let asked = ["send", "CONTACT_CREATED", "--seed", "3", "--dry-run", "--json"];
    let typed = run(&[&asked[..], &["--secret", " s3cret \n"]].concat());
    for (name, content) in [("lf", " s3cret \n\n"), ("crlf", " s3cret \n\r\n")] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        let of_file = run(&[&asked[..], &["--secret-file", path.to_str().expect("UTF-8")]].concat());
        assert_eq!(signature(&of_file), signature(&typed), "one newline at its end is left out");
    }
    let of_environment = systeme_hook().args(asked).env("SYSTEME_HOOK_SECRET", " s3cret \n").output().expect("it runs");
    assert_eq!(signature(&of_environment), signature(&typed));
    let receiver = Receiver::start(|_| status("401 Unauthorized", "", "no"));
    for args in [&[][..], &["--json"], &["--dry-run", "--json"], &["--curl"], &["--expect", "s"], &["--unset", "x"], &["--color", "always"]] {
        let output = run(&[&["send", "SALE_NEW", "--seed", "1", "--secret", "s3cret!", "--to", &receiver.url("/")][..], args].concat());
        assert!(!format!("{}{}", stdout(&output), stderr(&output)).contains("s3cret!"), "{args:?}");
    }
}

#[test]
fn without_a_secret_one_is_made_and_told() {
    let receiver = Receiver::pleased();
    let told = stderr(&run(&["send", "CONTACT_OPT_IN", "--seed", "1", "--to", &receiver.url("/")]));
    let secret = told.split("--secret ").nth(1).and_then(|rest| rest.split(',').next()).expect("a secret");
    let request = &receiver.requests()[0];
    assert!(is_signed(&Secret::from(secret), &request.body, header(&request.headers(), "x-webhook-signature")[0]));
}

#[test]
fn what_is_not_accepted_is_delivered_again_with_the_same_message_and_another_attempt() {
    let met = AtomicUsize::new(0);
    let receiver = Receiver::start(move |_| if met.fetch_add(1, Ordering::Relaxed) < 2 { status("503 Busy", "", "") } else { status("200 OK", "", "") });
    let schedule = ["--retry", "--retry-schedule", "1ms,2s,3s"];
    let output = run(&[&["send", "SALE_NEW", "--seed", "3", "--to", &receiver.url("/"), "--json"][..], &schedule].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let requests = receiver.requests();
    let all = |name: &str| requests.iter().map(|request| header(&request.headers(), name)[0].to_owned()).collect::<Vec<_>>();
    for same in ["x-webhook-message-id", "x-webhook-event-timestamp", "x-webhook-subscription-id", "x-webhook-signature"] {
        assert!(all(same).iter().all(|value| *value == all(same)[0]) && all(same).len() == 3, "{same}: {:?}", all(same));
    }
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    let mut ids = all("x-webhook-delivery-attempt-id");
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let times = all("x-webhook-delivery-attempt-timestamp");
    assert!(times[0] <= times[1] && times[1] < times[2], "{times:?}");
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| line["attempt"].clone()).collect::<Vec<_>>(), [json!(1), json!(2), json!(3), Value::Null]);
    assert_eq!((&lines[3]["deliveries"], &lines[3]["accepted"]), (&json!(1), &json!(1)));
}

#[test]
fn attempts_end_with_the_schedule_and_automations_have_none() {
    let receiver = Receiver::start(|_| status("500 Oh", "", ""));
    let output = run(&["send", "SALE_NEW", "--to", &receiver.url("/"), "--retry", "--retry-schedule", "1ms,1ms"]);
    assert_eq!((output.status.code(), receiver.requests().len()), (Some(1), 3));
    for events in [&["sale"][..], &["all"], &["SALE_NEW", "page"]] {
        let output = run(&[&["send", "--retry", "--to", "http://127.0.0.1:1/"][..], events].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("nothing is known of an automation's retries"), "{}", stderr(&output));
    }
}

#[test]
fn all_is_of_both_senders_and_one_can_be_chosen() {
    let events = |args: &[&str]| {
        let output = run(&[&["send", "all", "--seed", "1", "--dry-run", "--json"][..], args].concat());
        stdout(&output).lines().map(|line| serde_json::from_str::<Value>(line).expect("a record")["sender"].clone()).collect::<Vec<_>>()
    };
    let many = |events: &[Value], sender: &str| events.iter().filter(|of| *of == sender).count();
    assert_eq!((many(&events(&[]), "automation"), many(&events(&[]), "settings")), (14, 12));
    assert_eq!(events(&["--sender", "settings"]), vec![json!("settings"); 12]);
    assert_eq!(events(&["--sender", "automation"]), vec![json!("automation"); 14]);
    assert_eq!(run(&["send", "sale", "--sender", "settings", "--dry-run"]).status.code(), Some(2));
}

#[test]
fn a_header_can_be_replaced_repeated_and_left_out() {
    let receiver = Receiver::pleased();
    run(&["send", "link", "--to", &receiver.url("/"), "-H", "User-Agent: me", "-H", "X-A: 1", "-H", "x-a: 2", "-H", "Accept-Language:"]);
    let headers = receiver.requests()[0].headers();
    assert_eq!(header(&headers, "user-agent"), ["me"]);
    assert_eq!(header(&headers, "x-a"), ["1", "2"]);
    assert!(header(&headers, "accept-language").is_empty());
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Receiver::pleased();
    let location = format!("location: {}\r\n", elsewhere.url("/"));
    let receiver = Receiver::start(move |_| status("307 Temporary Redirect", &location, ""));
    let output = run(&["send", "link", "--to", &receiver.url("/")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((receiver.requests().len(), elsewhere.requests().len()), (1, 0));
}

#[test]
fn a_proxy_of_the_environment_is_ignored_and_one_that_is_asked_for_is_used() {
    let (receiver, proxy) = (Receiver::pleased(), Receiver::pleased());
    let mut command = systeme_hook();
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.url(""));
    }
    assert!(command.args(["send", "link", "--to", &receiver.url("/")]).status().expect("it runs").success());
    assert_eq!((receiver.requests().len(), proxy.requests().len()), (1, 0));
    assert!(run(&["send", "link", "--to", &receiver.url("/x"), "--proxy", &proxy.url("")]).status.success());
    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(proxy.requests()[0].request_line(), format!("POST {} HTTP/1.1", receiver.url("/x")));
}

#[test]
fn a_receiver_that_closes_after_each_answer_loses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
            request(&mut reader);
            // It does not say that it closes.
            let _ = stream.write_all(&status("200 OK", "", "ok"));
        }
    });
    let output = run(&["send", "tag-added", "--count", "200", "--quiet", "--to", &url]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
}

#[test]
fn what_answers_without_http_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
            let _ = stream.read(&mut [0; 4096]);
        }
    });
    for _ in 0..10 {
        let told = stdout(&run(&["send", "link", "--to", &url]));
        assert!(told.contains("another service listens"), "{told}");
    }
}

#[test]
fn a_proxy_that_is_down_is_told_by_its_own_name() {
    let output = run(&["send", "link", "--to", "http://127.0.0.1:2/", "--proxy", "http://127.0.0.1:1"]);
    assert!(stdout(&output).contains("nothing listens at 127.0.0.1:1: is the proxy running"), "{}", stdout(&output));
    for proxy in ["socks5://127.0.0.1:1", "nothing"] {
        assert_eq!(run(&["send", "link", "--to", "http://127.0.0.1:2/", "--proxy", proxy]).status.code(), Some(2));
    }
}

#[test]
fn every_delivery_is_made_though_nobody_reads_on() {
    let receiver = Receiver::start(|_| status("500 Oh", "", ""));
    let mut child = systeme_hook();
    let child = child.args(["send", "link", "--count", "30", "--to", &receiver.url("/")]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(1));
    assert_eq!(receiver.requests().len(), 30);
}

#[test]
fn an_endless_answer_is_cut_short() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
            request(&mut reader);
            let _ = stream.write_all(b"HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\n");
            while stream.write_all(b"400\r\n").and_then(|()| stream.write_all(&[b'x'; 0x400])).and_then(|()| stream.write_all(b"\r\n")).is_ok() {}
        }
    });
    let output = run(&["send", "link", "--to", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.len() < 4096, "{} bytes", output.stdout.len());
}

#[test]
fn what_a_run_tells_repeats_it() {
    let told = run(&["send", "all", "--dry-run", "--count", "2"]);
    let line = stderr(&told);
    let flags: Vec<_> = line.trim().strip_prefix("the same again: ").expect("flags").split(' ').collect();
    let again = run(&[&["send", "all", "--dry-run", "--count", "2"][..], &flags].concat());
    assert_eq!(stdout(&told), stdout(&again));
    assert_eq!(stderr(&again), "");
}

#[test]
fn the_event_of_one_delivery_does_not_depend_on_how_many_are_sent() {
    let one = run(&["send", "sale", "--seed", "8", "--dry-run"]);
    let many = run(&["send", "sale", "--seed", "8", "--dry-run", "--count", "9"]);
    assert_eq!(stdout(&many).lines().next(), stdout(&one).lines().next());
}

#[test]
fn an_inferred_shape_is_sent_only_when_it_is_named() {
    let kinds = |events: &[&str]| {
        let output = run(&[&["send", "--dry-run", "--seed", "1", "--count", "10"][..], events].concat());
        stdout(&output).lines().filter(|body| body.contains("\"type\":\"subscription\"")).count()
    };
    assert_eq!(kinds(&["all", "sale"]), 0);
    assert_eq!(kinds(&["sale:subscription"]), 10);
}

fn body(args: &[&str]) -> Value {
    let output = run(&[&["send", "--dry-run", "--seed", "2"][..], args].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("one body")
}

#[test]
fn a_fact_that_is_set_changes_every_place_that_carries_it() {
    let sale = body(&["sale", "--set", "contact.email=me@example.com", "--set", "contact.id=7", "--set", "course.name=A/B"]);
    assert_eq!(sale["data"]["customer"]["email"], "me@example.com");
    assert_eq!(sale["data"]["customer"]["contact_id"], 7);
    assert_eq!(sale["data"]["order_item"]["resources"][1]["data"]["name"], "A/B");
}

#[test]
fn a_fact_that_is_set_fills_a_null_and_is_on_every_contact() {
    for seed in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        let output = run(&[
            "send",
            "--dry-run",
            "tag-added",
            "--seed",
            seed,
            "--set",
            "contact.ip=203.0.113.7",
            "--set",
            "contact.postcode=01000",
            "--set",
            "contact.company_name=A",
        ]);
        let body: Value = serde_json::from_slice(&output.stdout).expect("one body");
        let contact = &body["data"]["contact"];
        assert_eq!((&contact["ip"], &contact["fields"]["postcode"]), (&json!("203.0.113.7"), &json!("01000")), "text first");
        assert!(contact["fields"]["city"].is_string(), "a contact with a postcode has the rest of an address");
        let as_drawn: Value = serde_json::from_slice(&run(&["send", "--dry-run", "tag-added", "--seed", seed]).stdout).expect("one body");
        for other in ["referred_by_contact_email", "email"] {
            assert_eq!(contact[other], as_drawn["data"]["contact"][other], "the rest is as it was");
        }
        assert!(contact["fields"]["tax_number"].is_string(), "a contact with a company has the rest of it");
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn a_value_that_is_set_takes_the_type_of_its_place() {
    let sale = body(&[
        "sale",
        "--set",
        "price_plan.amount=4900",
        "--set",
        "/data/coupon={\"code\":\"X\"}",
        "--set",
        "contact.ip:=null",
        "--set",
        "/data/order_item/resources/0/quantity=3",
    ]);
    assert_eq!(sale["data"]["offer_price_plan"]["direct_charge_amount"], 4900);
    assert_eq!(sale["data"]["coupon"], json!({"code": "X"}));
    assert_eq!(sale["data"]["customer"]["client_ip"], Value::Null);
    assert_eq!(sale["data"]["order_item"]["resources"][0]["quantity"], 3);
    assert_eq!(body(&["webinar", "--set", "webinar.duration=60"])["data"]["webinar"]["duration"], "60");
}

#[test]
fn facts_come_first_then_places_then_what_is_taken_out() {
    let tag = body(&[
        "tag-added",
        "--unset",
        "/data/tag/new",
        "--set",
        "/data/tag/new:=[1]",
        "--set",
        "/data/tag/id=2",
        "--set",
        "tag.id=1",
        "--set",
        "tag.name=a",
        "--set",
        "tag.name=b",
    ]);
    assert_eq!(tag["data"]["tag"], json!({"id": 2, "name": "b"}));
    let twice = body(&["tag-added", "--set", "/data/tag:={}", "--set", "/data/tag/a:={}", "--set", "/data/tag/a/b=c"]);
    assert_eq!(twice["data"]["tag"], json!({"a": {"b": "c"}}));
}

#[test]
fn what_is_taken_out_must_be_a_place() {
    for args in [&["--set", "contact.email=a@b", "--unset", "contact.email"][..], &["--unset", "contact.email"], &["--unset", ""]] {
        let output = run(&[&["send", "tag-added", "--dry-run"][..], args].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("--unset takes a JSON Pointer"), "{}", stderr(&output));
    }
    assert_eq!(body(&["tag-added", "--set", "/data/a~b=1", "--unset", "/data/a~0b"])["data"].get("a~b"), None);
}

#[test]
fn an_object_that_loses_its_last_key_is_written_as_php_writes_it() {
    let output = run(&["send", "tag-added", "--dry-run", "--seed", "2", "--unset", "/account/email"]);
    assert!(stdout(&output).contains("\"account\":[]"), "{}", stdout(&output));
}

#[test]
fn an_element_of_an_array_can_be_taken_out() {
    let sale = body(&["sale", "--unset", "/data/order_item/resources/0"]);
    let resources = sale["data"]["order_item"]["resources"].as_array().expect("an array");
    assert_eq!(resources.len(), 1);
    assert_eq!(resources[0]["type"], "membership_course");
}

#[test]
fn a_secret_in_the_target_or_a_header_is_never_told() {
    let receiver = Receiver::start(|_| status("401 Unauthorized", "location: /?again=s3cret\r\n", "no"));
    let url = receiver.url("/?token=s3cret").replace("http://", "http://user:s3cret@");
    for args in [
        &["-H", "Authorization: Bearer s3cret"][..],
        &["-H", "Authorization Bearer s3cret"],
        &["-H", "Authorization Bearer s3cret:abc"],
        &["--json", "-H", "X: s3cret\u{1}"],
        &["--expect", "s"],
    ] {
        let output = run(&[&["send", "link", "--to", &url][..], args].concat());
        assert_ne!(output.status.code(), Some(0));
        assert!(!format!("{}{}", stdout(&output), stderr(&output)).contains("s3cret"), "{args:?}: {} {}", stdout(&output), stderr(&output));
    }
    for url in ["localhost/?token=s3cret", "ftp://user:s3cret@host/x", "http://user:s3cret@host:99999/", "user:s3cret@localhost:8000/hook"] {
        let output = run(&["send", "link", "--to", url]);
        assert_eq!(output.status.code(), Some(2));
        assert!(!stderr(&output).contains("s3cret"), "{}", stderr(&output));
    }
}

#[test]
fn a_closed_pipe_ends_a_run_quietly_with_its_own_code() {
    let until_closed = |args: &[&str]| {
        let mut child = systeme_hook().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        (output.status.code(), stderr(&output))
    };
    assert_eq!(until_closed(&["send", "all", "--seed", "1", "--dry-run", "--count", "1000000"]), (Some(0), String::new()));
    assert_eq!(until_closed(&["events", "sale"]), (Some(0), String::new()));
    let many = vec!["tests/broken"; 40];
    assert_eq!(until_closed(&[&["validate"][..], &many].concat()), (Some(1), String::new()));
    assert_eq!(until_closed(&["--help"]).0, Some(0));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_reports_what_was_done() {
    let receiver = Receiver::start(|_| {
        thread::sleep(Duration::from_millis(20));
        status("200 OK", "", "")
    });
    let mut command = systeme_hook();
    let child =
        command.args(["send", "link", "--seed", "1", "--count", "100000", "--quiet", "--to", &receiver.url("/")]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = child.spawn().expect("it runs");
    let begun = Instant::now();
    while receiver.requests().len() < 3 && begun.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(5));
    }
    assert!(std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(stderr(&output).contains("interrupted after") && stderr(&output).contains("all accepted"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn an_interrupted_dry_run_or_validation_ends_with_130() {
    for args in [&["send", "link", "--dry-run", "--count", "100000000"][..], &["validate", "-"]] {
        let child = systeme_hook().args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        thread::sleep(Duration::from_millis(500));
        assert!(std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().expect("sh").success());
        let mut child = child;
        let stdin = child.stdin.take();
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{args:?}");
        drop(stdin);
    }
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let escapes = |args: &[&str], env: &[(&str, &str)]| {
        let output = systeme_hook().args(args).envs(env.iter().copied()).output().expect("it runs");
        [&output.stdout, &output.stderr].iter().any(|bytes| bytes.contains(&0x1b))
    };
    for args in [&["validate", "tests/broken/empty.json"][..], &["events"], &["events", "nope"], &["send", "--help"], &["nope"]] {
        assert!(!escapes(args, &[]), "{args:?}: a pipe is no terminal");
        assert!(escapes(&[args, &["--color", "always"]].concat(), &[]), "{args:?}");
        assert!(escapes(args, &[("CLICOLOR_FORCE", "1")]), "{args:?}");
        assert!(!escapes(args, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{args:?}");
        assert!(!escapes(&[args, &["--color=never"]].concat(), &[("CLICOLOR_FORCE", "1")]), "{args:?}");
    }
}

#[test]
fn what_a_payload_holds_never_reaches_the_terminal_raw() {
    let receiver = Receiver::start(|_| status("500 Oh", "", "\u{1b}]0;owned\u{7}\u{202e}txt"));
    let output = run(&["send", "link", "--to", &receiver.url("/"), "--set", "contact.email:=\"\\u001b[2J@x\\u202e\""]);
    let told = format!("{}{}", stdout(&output), stderr(&output));
    assert!(!told.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{told:?}");
    assert!(told.contains("\\u001b[2J@x\\u202e") && told.contains("\\u001b]0;owned\\u0007"), "{told}");
}

/// A TLS server with a certificate of its own making; the PEM of it.
fn tls_receiver() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).expect("a server"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(config.clone()).expect("a connection");
            let mut reader = BufReader::new(rustls::StreamOwned::new(connection, stream));
            if request(&mut reader).is_some() {
                let _ = reader.get_mut().write_all(&status("200 OK", "connection: close\r\n", ""));
                let _ = reader.get_mut().flush();
                reader.get_mut().conn.send_close_notify();
                let _ = reader.get_mut().flush();
            }
            let _ = reader.read(&mut [0; 1]);
        }
    });
    (port, made.cert.pem())
}

#[test]
fn a_certificate_is_verified_unless_told_otherwise() {
    let (port, pem) = tls_receiver();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, pem).expect("written");
    let (file, url) = (file.to_string_lossy().into_owned(), format!("https://localhost:{port}/"));
    let refused = run(&["send", "link", "--to", &url]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stdout(&refused).contains("TLS: ") && stdout(&refused).contains("--cacert FILE trusts"), "{}", stdout(&refused));
    for trust in [&["-k"][..], &["--insecure"], &["--cacert", &file]] {
        let output = run(&[&["send", "link", "--to", &url][..], trust].concat());
        assert_eq!(output.status.code(), Some(0), "{trust:?}: {}{}", stdout(&output), stderr(&output));
    }
    std::fs::write(folder.path().join("no.pem"), "nothing").expect("written");
    let empty = run(&["send", "link", "--to", &url, "--cacert", &folder.path().join("no.pem").to_string_lossy()]);
    assert_eq!(empty.status.code(), Some(2), "{}", stdout(&empty));
}
