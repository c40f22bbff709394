//! A receiver for the tests: real sockets, and an answer that the path asks for.
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A request as it came, head and body apart.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub head: String,
    pub body: Vec<u8>,
}

impl Request {
    /// The headers in their order, names as they came.
    pub fn headers(&self) -> Vec<(String, String)> {
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.head.lines().skip(1).filter_map(header).collect()
    }

    pub fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

/// Reads one request off a connection; nothing where it was closed.
pub fn request(stream: &mut impl BufRead) -> Option<Request> {
    let mut request = Request::default();
    while !request.head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut request.head).ok()? == 0 {
            return None;
        }
    }
    let length = request.headers().iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length")).and_then(|(_, value)| value.parse().ok());
    request.body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut request.body).ok()?;
    Some(request)
}

#[derive(Debug)]
pub struct Receiver {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Answers each request with `answer` of it, on a connection that stays open.
    pub fn start(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (received, answer) = (requests.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (received, answer) = (received.clone(), answer.clone());
                thread::spawn(move || serve(stream, &received, answer.as_ref()));
            }
        });
        Self { address, requests }
    }

    /// Answers 200 to everything.
    pub fn pleased() -> Self {
        Self::start(|_| status("200 OK", "", "ok"))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }
}

fn serve(mut stream: TcpStream, received: &Mutex<Vec<Request>>, answer: &impl Fn(&Request) -> Vec<u8>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a clone"));
    while let Some(request) = request(&mut reader) {
        let bytes = answer(&request);
        received.lock().expect("no panic").push(request);
        // No answer at all: the connection ends.
        if bytes.is_empty() || stream.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// A whole answer.
pub fn status(line: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// `listen` as a program of its own, on a free port.
#[derive(Debug)]
pub struct Listen {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    pub url: String,
    pub address: SocketAddr,
}

impl Listen {
    /// Prints records, the first of its lines having told where it listens.
    pub fn start(args: &[&str]) -> Self {
        let mut child = systeme_hook();
        let child = child.args(["listen", "--port", "0", "--json"]).args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().expect("it runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut ready = String::new();
        stdout.read_line(&mut ready).expect("a line");
        let ready: Value = serde_json::from_str(&ready).expect("JSON");
        assert_eq!(ready["type"], "ready");
        let url = ready["url"].as_str().expect("a URL").to_owned();
        let address = url.trim_start_matches("http://").split('/').next().and_then(|address| address.parse().ok()).expect("an address");
        Self { child, stdout: Some(stdout), url, address }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    }

    /// The next line that it prints.
    pub fn line(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.as_mut().expect("it is read").read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().expect("kill").success());
    }

    /// What it still prints until it ends, and its exit code.
    pub fn end(mut self) -> (Vec<Value>, Option<i32>) {
        let lines = self.stdout.take().expect("it is read").lines().map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON")).collect();
        (lines, self.child.wait().expect("it ends").code())
    }

    /// Ends it as Ctrl-C does.
    pub fn stop(self) -> (Vec<Value>, Option<i32>) {
        self.signal("INT");
        self.end()
    }

    /// Nobody reads any more what it prints.
    pub fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// Its exit code and what it said on stderr.
    pub fn wait(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
        (self.child.wait().expect("it ends").code(), said)
    }
}

impl Drop for Listen {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn systeme_hook() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_systeme-hook"));
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(variable);
    }
    command
}

pub fn run(args: &[&str]) -> Output {
    systeme_hook().args(args).output().expect("it runs")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
