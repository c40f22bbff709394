//! The engine beneath `send`: one delivery to one target over HTTP/1.1, and what came back. It follows no redirect, reads no proxy from the
//! environment, and keeps no more of an answer than a person reads. It knows no terminal.

use std::error::Error as _;
use std::io;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy, Url};

use crate::delivery::Delivery;
use crate::error::{Error, Result};

/// How much of an answer is kept.
const MOST_KEPT: usize = 2 << 10;
/// How much of an answer is read, so that a receiver can finish it.
const MOST_READ: usize = 64 << 10;

#[derive(Debug, Clone)]
pub struct Options {
    /// For a whole delivery, from connecting to the end of the answer.
    pub timeout: Duration,
    /// Certificates are not verified.
    pub insecure: bool,
    /// PEM: trusted besides those of the system.
    pub certificates: Option<Vec<u8>>,
    pub proxy: Option<Url>,
}

#[derive(Debug)]
pub struct Sender {
    client: Client,
    target: Url,
}

#[derive(Debug)]
pub struct Outcome {
    /// Until the answer's headers, or until it failed.
    pub latency: Duration,
    pub answer: std::result::Result<Answer, Failure>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Where a redirect points.
    pub location: Option<String>,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    Refused,
    UnknownHost,
    Timeout,
    /// The connection was reset or closed before an answer.
    Closed,
    Tls(String),
    /// What came back is no HTTP.
    NotHttp,
    Other(String),
}

impl Sender {
    pub fn new(target: Url, options: &Options) -> Result<Self> {
        // Only the first of a process counts, and all are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .http1_only()
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(options.timeout)
            .tcp_nodelay(true)
            // A receiver may close a connection that it was idle on just as the next delivery goes out, and that would be told as its failure.
            .pool_max_idle_per_host(0)
            .tls_danger_accept_invalid_certs(options.insecure);
        if let Some(pem) = &options.certificates {
            let hint = "--cacert takes a PEM file";
            let certificates = Certificate::from_pem_bundle(pem).map_err(|error| Error::new(format!("the certificates cannot be read: {error}")).hint(hint))?;
            if certificates.is_empty() {
                return Err(Error::new("there is no certificate in the file").hint(hint));
            }
            builder = builder.tls_certs_merge(certificates);
        } else if [Some(&target), options.proxy.as_ref()].into_iter().flatten().all(|url| url.scheme() == "http") {
            // Reading the system's certificates takes longer than a delivery.
            builder = builder.tls_certs_only([]);
        }
        if let Some(proxy) = &options.proxy {
            builder = builder.proxy(Proxy::all(proxy.clone()).map_err(|error| Error::new(format!("the proxy cannot be used: {}", innermost(&error))))?);
        }
        let client = builder.build().map_err(|error| Error::new(format!("no connection can be made: {}", innermost(&error))))?;
        Ok(Self { client, target })
    }

    /// Delivers once.
    pub async fn deliver(&self, delivery: Delivery) -> Outcome {
        let headers: HeaderMap =
            delivery.headers.iter().filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))).collect();
        let begun = Instant::now();
        let response = self.client.post(self.target.clone()).headers(headers).body(delivery.body).send().await;
        let latency = begun.elapsed();
        let answer = match response {
            Ok(response) => {
                let status = response.status().as_u16();
                let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
                Ok(Answer { status, location, body: beginning(response).await })
            }
            Err(error) => Err(Failure::of(&error)),
        };
        Outcome { latency, answer }
    }
}

/// The beginning of an answer's body. What goes wrong after the headers changes no status.
async fn beginning(mut response: reqwest::Response) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(MOST_KEPT - kept.len())]);
        if read > MOST_READ {
            break;
        }
    }
    kept
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Timeout;
        }
        if error.is_dns() {
            return Self::UnknownHost;
        }
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls.to_string());
            }
            let Some(io) = error.downcast_ref::<io::Error>() else {
                cause = error.source();
                continue;
            };
            // An io error hides what it wraps from its sources.
            let wrapped = io.get_ref();
            if let Some(tls) = wrapped.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                return Self::Tls(tls.to_string());
            }
            match io.kind() {
                io::ErrorKind::ConnectionRefused => return Self::Refused,
                io::ErrorKind::TimedOut => return Self::Timeout,
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
                    return Self::Closed;
                }
                _ => cause = wrapped.map(|inner| inner as &(dyn std::error::Error + 'static)),
            }
        }
        let text = innermost(error);
        // hyper names these in its texts only.
        match text.as_str() {
            "connection closed before message completed" => Self::Closed,
            "received unexpected message from connection" => Self::NotHttp,
            invalid if invalid.starts_with("invalid HTTP") => Self::NotHttp,
            _ => Self::Other(text),
        }
    }
}

/// What the last of the causes says: those above it only repeat the URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
