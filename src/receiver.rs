//! The engine beneath `listen`: HTTP/1.1 and HTTP/2 without TLS on one address. What arrived whole waits for its answer; what is no delivery is
//! refused here, and told. It bounds how large a body is and how long one may take, judges nothing, and knows no terminal.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::delivery::Delivery;
use crate::error::{Error, Result};

/// How long a request's head may take, and how long a connection may stay idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(30);
/// How long what is in flight has once the receiver is stopped.
const GRACE: Duration = Duration::from_secs(5);
/// How much of a body that is too large is still read, so that its sender comes to read the answer.
const MOST_DRAINED: usize = 64 << 20;
/// Deliveries that wait to be taken.
const QUEUE: usize = 64;

#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes of the largest body.
    pub max_body: usize,
    /// The only path that is listened on.
    pub path: Option<String>,
}

#[derive(Debug)]
pub enum Arrival {
    /// A POST that arrived whole, and waits for its answer.
    Delivery(Received, Reply),
    Refused(Refused),
}

#[derive(Debug)]
pub struct Received {
    pub at: SystemTime,
    /// Path and query.
    pub target: String,
    /// The version of HTTP: 1.0, 1.1 or 2.
    pub http: &'static str,
    pub delivery: Delivery,
}

/// Where the answer goes.
#[derive(Debug)]
pub struct Reply(oneshot::Sender<Answer>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Plain text.
    pub text: String,
}

/// What was no delivery, and is answered so.
#[derive(Debug)]
pub struct Refused {
    pub at: SystemTime,
    pub method: String,
    pub target: String,
    pub why: Refusal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NotPost,
    OtherPath,
    TooLarge,
    TooSlow,
    /// The sender broke off before the end.
    BrokenOff,
    NotHttp,
    /// TLS, where none is spoken.
    Tls,
}

impl Refusal {
    /// What it is answered, where it can be answered at all.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::NotPost => Some(405),
            Self::OtherPath => Some(404),
            Self::TooLarge => Some(413),
            Self::TooSlow => Some(408),
            Self::NotHttp => Some(400),
            Self::BrokenOff | Self::Tls => None,
        }
    }
}

impl Reply {
    pub fn answer(self, answer: Answer) {
        // Who hung up gets none.
        let _ = self.0.send(answer);
    }
}

#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    arrivals: mpsc::Receiver<Arrival>,
    stop: Stop,
}

/// Stops a receiver from anywhere.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Nothing more is accepted; what is in flight is finished, in bounded time.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Receiver {
    /// Listens, from here on. It works on the runtime that this is called on.
    pub async fn bind(host: &str, port: u16, options: Options) -> Result<Self> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let listener = TcpListener::bind((host, port)).await.map_err(|error| cannot_listen(host, port, &error))?;
        let address = listener.local_addr().map_err(|error| cannot_listen(host, port, &error))?;
        let (arrived, arrivals) = mpsc::channel(QUEUE);
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(accept(listener, Arc::new(Door { options, arrived }), stopped));
        Ok(Self { address, arrivals, stop: Stop(Arc::new(stop)) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// What came next; nothing once the receiver was stopped and all that was in flight is finished.
    pub async fn next(&mut self) -> Option<Arrival> {
        self.arrivals.recv().await
    }
}

fn cannot_listen(host: &str, port: u16, error: &io::Error) -> Error {
    let what = Error::new(format!("cannot listen on {host}:{port}: {error}"));
    match error.kind() {
        io::ErrorKind::AddrInUse => what.hint("another program listens there; --port 0 takes a free one"),
        io::ErrorKind::PermissionDenied => what.hint("ports below 1024 are for the administrator"),
        io::ErrorKind::AddrNotAvailable => what.hint("--host takes an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0"),
        _ => what.hint("--host takes an address of this machine, such as 127.0.0.1"),
    }
}

/// What a browser shows.
const PAGE: &str = "\
This is systeme-hook listen, a receiver for systeme.io's webhooks.

It takes POST requests with a JSON body, such as

    curl -H 'content-type: application/json' --data-binary @payload.json URL
    systeme-hook send sale --to URL

where URL is this page's, and shows them where it runs.

If systeme.io should have delivered here: a host that redirects turns its POST
into a GET without the body (reported). Give systeme.io the final URL.
";

/// What every connection shares.
#[derive(Debug)]
struct Door {
    options: Options,
    arrived: mpsc::Sender<Arrival>,
}

async fn accept(listener: TcpListener, door: Arc<Door>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, door.clone(), stopped.clone()));
                }
                // Too many files are open, for one: others may close some.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            () = asked(&mut stopped) => break,
        }
    }
    drop(listener);
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

/// Until the receiver is stopped.
async fn asked(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// One connection, to its end.
async fn serve(stream: TcpStream, door: Arc<Door>, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    // A tunnel that was told https for this port: HTTP would only see bytes that are none.
    let mut first = [0];
    let peeked = tokio::select! {
        peeked = timeout(HEAD_TIME, stream.peek(&mut first)) => peeked,
        () = asked(&mut stopped) => return,
    };
    const TLS_HANDSHAKE: u8 = 0x16;
    match peeked {
        Ok(Ok(1..)) if first == [TLS_HANDSHAKE] => return door.refuse(Refusal::Tls, "", "").await,
        Ok(Ok(1..)) => {}
        _ => return,
    }
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    builder.http2().timer(TokioTimer::new());
    let service = service_fn(|request| answer(door.clone(), request));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = asked(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    let is_parse = |error: &hyper::Error| error.is_parse();
    if served.is_err_and(|error| error.downcast_ref::<hyper::Error>().is_some_and(is_parse)) {
        door.refuse(Refusal::NotHttp, "", "").await;
    }
}

async fn answer(door: Arc<Door>, request: Request<Incoming>) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let at = SystemTime::now();
    let version = request.version();
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let refusal = if door.options.path.as_deref().is_some_and(|path| path != head.uri.path()) {
        Some(Refusal::OtherPath)
    } else if head.method != Method::POST {
        Some(Refusal::NotPost)
    } else if body.size_hint().lower() > door.options.max_body as u64 {
        Some(Refusal::TooLarge)
    } else {
        None
    };
    let mut body = body;
    let whole = match refusal {
        Some(refusal) => Err(refusal),
        None => timeout(BODY_TIME, collected(&mut body, door.options.max_body)).await.unwrap_or(Err(Refusal::TooSlow)),
    };
    let whole = match whole {
        Ok(whole) => whole,
        Err(refusal) => {
            door.refuse(refusal, head.method.as_str(), &target).await;
            let mut response = door.response(refusal.status().unwrap_or(400), door.why(refusal));
            if refusal == Refusal::NotPost {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            if refusal == Refusal::TooLarge {
                tokio::spawn(timeout(BODY_TIME, drained(body)));
                if version < Version::HTTP_2 {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
            }
            return Ok(response);
        }
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // HTTP/2 names the host outside its headers.
    let authority = head.uri.authority().filter(|_| version == Version::HTTP_2).map(|host| ("host".to_owned(), host.to_string()));
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())));
    let headers = authority.into_iter().chain(headers).collect();
    let (reply, answer) = oneshot::channel();
    let received = Received { at, target, http: version_name(version), delivery: Delivery { headers, body: whole } };
    // Nobody takes it any more: systeme.io may send it again.
    let nobody = || Answer { status: 503, text: "this receiver is ending\n".to_owned() };
    let answer = match door.arrived.send(Arrival::Delivery(received, Reply(reply))).await {
        Ok(()) => answer.await.unwrap_or_else(|_| nobody()),
        Err(_) => nobody(),
    };
    Ok(door.response(answer.status, answer.text))
}

impl Door {
    async fn refuse(&self, why: Refusal, method: &str, target: &str) {
        let refused = Refused { at: SystemTime::now(), method: method.to_owned(), target: target.to_owned(), why };
        // At the end of the program nobody is told.
        let _ = self.arrived.send(Arrival::Refused(refused)).await;
    }

    /// The page that tells what is listened for.
    fn why(&self, refusal: Refusal) -> String {
        let path = self.options.path.as_deref().unwrap_or("/");
        match refusal {
            Refusal::NotPost => PAGE.to_owned(),
            Refusal::OtherPath => format!("only {path} is listened on\n"),
            Refusal::TooLarge => format!("a body may have {} bytes\n", self.options.max_body),
            Refusal::TooSlow => format!("the body did not come within {} s\n", BODY_TIME.as_secs()),
            Refusal::BrokenOff | Refusal::NotHttp | Refusal::Tls => String::new(),
        }
    }

    fn response(&self, status: u16, text: String) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }
}

/// The whole of a body.
async fn collected(body: &mut Incoming, most: usize) -> std::result::Result<Vec<u8>, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(most);
    let mut whole = Vec::with_capacity(announced.min(most));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::BrokenOff)?.into_data() else { continue };
        if whole.len() + data.len() > most {
            return Err(Refusal::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
}

/// Reads on for a while what nobody wants.
async fn drained(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > MOST_DRAINED {
            return;
        }
    }
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "2",
        Version::HTTP_10 => "1.0",
        _ => "1.1",
    }
}
