//! One connection: what comes over it is read within bounds, refused where it is no delivery, and handed on where it is.

use std::convert::Infallible;
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
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::{Answer, Arrival, Options, Received, Refusal, Refused, Reply};
use crate::delivery::Delivery;

/// How long a request's head may take, and how long a connection may stay idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(30);
/// How long a body may still take once the receiver is stopped: short of what all that is in flight has, so that its sender is answered.
const LAST_BODY_TIME: Duration = Duration::from_secs(4);
/// How much of a body that is too large is still read, so that its sender comes to read the answer.
const MOST_DRAINED: usize = 64 << 20;
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
pub struct Door {
    pub options: Options,
    pub arrived: mpsc::Sender<Arrival>,
    pub stopped: watch::Receiver<bool>,
}

/// Until the receiver is stopped, and a little longer: what was sent before that may still be on its way through the kernel.
pub async fn asked(stopped: &mut watch::Receiver<bool>) {
    const ON_ITS_WAY: Duration = Duration::from_millis(200);
    let _ = stopped.wait_for(|stopped| *stopped).await;
    sleep(ON_ITS_WAY).await;
}

/// One connection, to its end.
pub async fn serve(stream: TcpStream, door: Arc<Door>, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    // What has come goes before the end, here and below.
    let peeked = tokio::select! {
        biased;
        peeked = timeout(HEAD_TIME, beginning(&stream)) => peeked,
        () = asked(&mut stopped) => return,
    };
    // A tunnel that was told https for this port: HTTP would only see bytes that are none.
    const TLS_HANDSHAKE: u8 = 0x16;
    match peeked {
        Ok(Some(TLS_HANDSHAKE)) => return door.refuse(Refusal::Tls, "", "").await,
        Ok(Some(_)) => {}
        Ok(None) | Err(_) => return,
    }
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Who has said all that there is to say still wants the answer.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).half_close(true);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD_TIME).keep_alive_timeout(HEAD_TIME);
    let service = service_fn(|request| answer(door.clone(), request));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let served = tokio::select! {
        biased;
        served = connection.as_mut() => served,
        () = asked(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    let error = served.err().and_then(|error| error.downcast::<hyper::Error>().ok());
    match error {
        Some(error) if error.is_parse_too_large() => door.refuse(Refusal::HeadTooLarge, "", "").await,
        Some(error) if error.is_parse() => door.refuse(Refusal::NotHttp, "", "").await,
        _ => {}
    }
}

/// The first byte, once enough has come to tell which HTTP it is: telling takes no time of its own.
async fn beginning(stream: &TcpStream) -> Option<u8> {
    const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const BETWEEN: Duration = Duration::from_millis(20);
    let mut bytes = [0; HTTP_2.len()];
    loop {
        let many = stream.peek(&mut bytes).await.ok().filter(|many| *many > 0)?;
        if many == HTTP_2.len() || !HTTP_2.starts_with(&bytes[..many]) {
            return Some(bytes[0]);
        }
        sleep(BETWEEN).await;
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
        Some(Refusal::TooLarge(door.options.max_body))
    } else {
        None
    };
    let mut body = body;
    let whole = match refusal {
        Some(refusal) => Err(refusal),
        None => tokio::select! {
            whole = collected(&mut body, door.options.max_body) => whole,
            () = door.time_is_up() => Err(Refusal::TooSlow),
        },
    };
    let whole = match whole {
        Ok(whole) => whole,
        Err(refusal) => {
            door.refuse(refusal, head.method.as_str(), &target).await;
            let mut response = door.response(refusal.status().unwrap_or(400), door.why(refusal));
            if refusal == Refusal::NotPost {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            if matches!(refusal, Refusal::TooLarge(_)) {
                tokio::spawn(timeout(BODY_TIME, drained(body)));
                if version < Version::HTTP_2 {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
            }
            return Ok(response);
        }
    };
    // What is no UTF-8 is read as HTTP once read all: byte for byte, as Latin-1.
    let text = |bytes: &[u8]| str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned);
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
    /// Until a body that is waited for comes too late.
    async fn time_is_up(&self) {
        let mut stopped = self.stopped.clone();
        let ending = async {
            asked(&mut stopped).await;
            sleep(LAST_BODY_TIME).await;
        };
        tokio::select! {
            () = sleep(BODY_TIME) => {}
            () = ending => {}
        }
    }

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
            Refusal::TooLarge(most) => format!("a body may have {most} bytes\n"),
            Refusal::TooSlow => "the body did not come in time\n".to_owned(),
            Refusal::BrokenOff | Refusal::HeadTooLarge | Refusal::NotHttp | Refusal::Tls => String::new(),
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
            return Err(Refusal::TooLarge(most));
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
