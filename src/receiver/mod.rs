//! The engine beneath `listen`: HTTP/1.1 and HTTP/2 without TLS on one address. What arrived whole waits for its answer; what is no delivery is
//! refused here, and told. It bounds how large a body is and how long one may take, judges nothing, and knows no terminal.

mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::delivery::Delivery;
use crate::error::{Error, Result};

use connection::{Door, asked, serve};

/// How long what is in flight has once the receiver is stopped.
const GRACE: Duration = Duration::from_secs(5);
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
    /// Its body has more bytes than this.
    TooLarge(usize),
    TooSlow,
    /// The sender broke off before the end.
    BrokenOff,
    HeadTooLarge,
    /// No HTTP, or broken HTTP.
    NotHttp,
    /// TLS, where none is spoken.
    Tls,
}

impl Refusal {
    /// What it is answered, where that is known.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::NotPost => Some(405),
            Self::OtherPath => Some(404),
            Self::TooLarge(_) => Some(413),
            Self::TooSlow => Some(408),
            Self::NotHttp => Some(400),
            Self::BrokenOff | Self::HeadTooLarge | Self::Tls => None,
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
        tokio::spawn(accept(listener, Arc::new(Door { options, arrived, stopped: stopped.clone() }), stopped));
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

async fn accept(listener: TcpListener, door: Arc<Door>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
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
