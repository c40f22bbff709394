//! What travels: the headers as ordered pairs and the exact bytes of the body, as systeme.io sends them; the record of it on disk; the curl command
//! that sends the same. It refuses headers that HTTP does not allow, and the ones that follow from the body.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::error::{Error, Result, quoted};
use crate::signature::{Secret, signed};
use crate::story::Message;

/// What the automation sender puts on the wire besides Host and Content-Length, and nothing else (wire).
const AUTOMATION: [(&str, &str); 5] = [
    ("content-type", "application/json"),
    ("user-agent", "Symfony"),
    ("accept", "application/json"),
    ("accept-language", "en-us,en;q=0.5"),
    ("accept-charset", "ISO-8859-1,utf-8;q=0.7,*;q=0.7"),
];

/// What Settings > Webhooks puts on the wire besides (wire), but for `sentry-trace` and `baggage`, which are of systeme.io's own monitoring.
const SETTINGS: [(&str, &str); 4] =
    [("user-agent", "SystemeIO-Webhook"), ("accept", "application/json"), ("accept-encoding", "gzip"), ("content-type", "application/json")];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Ordered; a name may stand more than once.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Delivery {
    /// As the automation sender sends `body`, with what was asked of the headers.
    pub fn automation(body: Vec<u8>, edits: &[HeaderEdit]) -> Self {
        Self { headers: edited(AUTOMATION.iter().map(|(name, value)| (*name, (*value).to_owned())), edits), body }
    }

    /// As Settings > Webhooks sends `body` of an event, signed, with what was asked of the headers.
    pub fn settings(body: Vec<u8>, event: &str, message: &Message, schema_version: u32, secret: &Secret, edits: &[HeaderEdit]) -> Self {
        let own = [
            ("x-webhook-event", event.to_owned()),
            ("x-webhook-message-id", message.id.clone()),
            ("x-webhook-event-timestamp", message.event_at.clone()),
            ("x-webhook-delivery-attempt-id", message.attempt_id.clone()),
            ("x-webhook-delivery-attempt-timestamp", message.attempt_at.clone()),
            ("x-webhook-subscription-id", message.subscription_id.clone()),
            ("x-webhook-schema-version", schema_version.to_string()),
            ("x-webhook-signature", signed(secret, &body)),
        ];
        let usual = own.into_iter().chain(SETTINGS.map(|(name, value)| (name, value.to_owned())));
        Self { headers: edited(usual, edits), body }
    }

    /// A POSIX shell command that sends the same bytes with curl.
    pub fn as_curl(&self, target: &Url, options: &[String]) -> String {
        let mut words = ["curl", "-sSi", "--http1.1", "--globoff"].map(str::to_owned).to_vec();
        words.extend(options.iter().cloned());
        for (name, value) in &self.headers {
            words.extend(["-H".to_owned(), format!("{name}: {value}")]);
        }
        // A header that curl adds by itself is left out by naming it bare.
        for (name, _) in AUTOMATION.iter().filter(|(name, _)| ["user-agent", "content-type"].contains(name)) {
            if !self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                words.extend(["-H".to_owned(), format!("{name}:")]);
            }
        }
        words.extend(["-H", "Expect:", "--data-raw"].map(str::to_owned));
        words.push(String::from_utf8_lossy(&self.body).into_owned());
        words.push(target.to_string());
        words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")
    }

    /// The record of a delivery.
    pub fn record(&self, about: &About<'_>) -> Value {
        let mut record = json!({
            "type": "delivery",
            "record": 1,
            "at": about.at,
            "method": "POST",
            "target": about.target,
            "http": about.http,
            "headers": self.headers,
        });
        match std::str::from_utf8(&self.body) {
            Ok(text) => record["body"] = text.into(),
            Err(_) => record["body_base64"] = BASE64_STANDARD.encode(&self.body).into(),
        }
        record["event"] = about.event.into();
        record["sender"] = about.sender.into();
        record["verdict"] = about.verdict.into();
        record["findings"] = about.findings.clone();
        record
    }
}

/// The usual headers, with what was asked of them.
fn edited<'n>(usual: impl Iterator<Item = (&'n str, String)>, edits: &[HeaderEdit]) -> Vec<(String, String)> {
    let is_edited = |name: &str| edits.iter().any(|edit| edit.name.eq_ignore_ascii_case(name));
    let kept = usual.filter(|(name, _)| !is_edited(name)).map(|(name, value)| (name.to_owned(), value));
    kept.chain(edits.iter().filter_map(|edit| Some((edit.name.clone(), edit.value.clone()?)))).collect()
}

/// What a record says besides the bytes.
#[derive(Debug)]
pub struct About<'a> {
    pub at: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The version of HTTP.
    pub http: &'a str,
    /// The event and who sent it, where that can be told.
    pub event: Option<&'a str>,
    pub sender: Option<&'a str>,
    /// The judgement in a word.
    pub verdict: &'a str,
    pub findings: Value,
}

/// Whether a document is the record of a delivery.
pub fn is_record(document: &Value) -> bool {
    document["type"] == "delivery" && document["headers"].is_array()
}

/// The body in the record of a delivery; what is wrong with the record where it has none.
pub fn recorded_body(record: &Value) -> std::result::Result<Vec<u8>, &'static str> {
    match (&record["body"], &record["body_base64"]) {
        (Value::String(text), Value::Null) => Ok(text.clone().into_bytes()),
        (Value::Null, Value::String(text)) => BASE64_STANDARD.decode(text).map_err(|_| "body_base64 is not base64"),
        _ => Err("a record has either body or body_base64, a string"),
    }
}

/// The headers in the record of a delivery.
pub fn recorded_headers(record: &Value) -> Vec<(String, String)> {
    let pairs = record["headers"].as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].as_str()?.to_owned()))).collect()
}

/// `-H`: a header to send, in place of the usual one of its name; without a value, one not to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderEdit {
    name: String,
    value: Option<String>,
}

impl HeaderEdit {
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl std::str::FromStr for HeaderEdit {
    type Err = Error;

    /// The value never stands in an error: it may be a token.
    fn from_str(text: &str) -> Result<Self> {
        let form = "write 'Name: value', or 'Name:' to leave one out";
        let (name, value) = text.split_once(':').ok_or_else(|| Error::new("a header needs a colon").hint(form))?;
        let (name, value) = (name.trim(), value.trim());
        if HeaderName::try_from(name).is_err() {
            return Err(Error::new("what stands before the colon is no header name").hint(form));
        }
        if ["content-length", "transfer-encoding", "connection"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return Err(Error::new(format!("{name} cannot be set")).hint("it follows from the body and the connection"));
        }
        if ["accept", "host"].iter().any(|kept| name.eq_ignore_ascii_case(kept)) && value.is_empty() {
            return Err(Error::new(format!("{name} cannot be left out")).hint("the HTTP client beneath always sends one; it can be given another value"));
        }
        if !value.is_ascii() || HeaderValue::try_from(value).is_err() {
            return Err(Error::new(format!("the value of {name} holds characters that HTTP does not allow")).hint("printable ASCII is sent as it is"));
        }
        Ok(Self { name: name.to_owned(), value: (!value.is_empty()).then(|| value.to_owned()) })
    }
}

/// A target that can be delivered to.
pub fn target(text: &str) -> Result<Url> {
    // What follows the question mark may be a token, and what stands before the @ a password.
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let shown = quoted(&path.rsplit_once('@').map_or_else(|| path.to_owned(), |(_, rest)| format!("…@{rest}")));
    let hint = match Url::parse(&format!("http://{text}")) {
        Ok(url) if !text.contains("//") && !text.starts_with('/') && url.has_host() => format!("did you mean {}?", quoted(&masked(&url))),
        _ => "give the whole URL, such as http://localhost:8000/webhook".to_owned(),
    };
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        Ok(_) => Err(Error::new(format!("{shown} is no http or https URL")).hint(hint)),
        Err(error) => Err(Error::new(format!("{shown} is no URL ({error})")).hint(hint)),
    }
}

/// A target as it is told: people keep tokens in the query and before the @.
pub fn masked(url: &Url) -> String {
    let mut shown = url.clone();
    if !shown.username().is_empty() || shown.password().is_some() {
        let _ = shown.set_username("…");
        let _ = shown.set_password(None);
    }
    let query = if url.query().is_some() { "?…" } else { "" };
    shown.set_query(None);
    shown.set_fragment(None);
    format!("{}{query}", shown.as_str().replace("%E2%80%A6@", "…@"))
}

/// Path and query, as they stand in the request line.
pub fn request_target(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

fn shell_word(word: &str) -> String {
    // Only a NUL cannot be quoted, and neither a header nor a body or a URL of ours has one.
    shlex::try_quote(word).map_or_else(|_| String::new(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(texts: &[&str]) -> Vec<HeaderEdit> {
        texts.iter().filter_map(|text| text.parse().ok()).collect()
    }

    #[test]
    fn a_header_takes_the_place_of_the_usual_one() {
        let delivery = Delivery::automation(Vec::new(), &edits(&["User-Agent: me", "Accept-Language:", "X-A: 1", "X-A: 2"]));
        let names: Vec<_> = delivery.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            names,
            ["content-type=application/json", "accept=application/json", "accept-charset=ISO-8859-1,utf-8;q=0.7,*;q=0.7", "User-Agent=me", "X-A=1", "X-A=2"]
        );
    }

    #[test]
    fn a_header_that_http_does_not_allow_is_refused() {
        for text in ["no colon", "Bad Name: x", ": x", "X: a\nb", "Content-Length: 3", "X: é", "Accept:"] {
            assert!(text.parse::<HeaderEdit>().is_err(), "{text:?}");
        }
        let error = "X: s3cret\u{7f}".parse::<HeaderEdit>().map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| !text.contains("s3cret")));
    }

    #[test]
    fn the_query_of_a_target_is_masked_when_it_is_told() {
        let shown = |text| target(text).map(|url| masked(&url));
        assert_eq!(shown("https://example.com/hook?token=abc#x"), Ok("https://example.com/hook?…".to_owned()));
        assert_eq!(shown("https://user:pass@example.com/hook"), Ok("https://…@example.com/hook".to_owned()));
        assert_eq!(shown("http://localhost:8000"), Ok("http://localhost:8000/".to_owned()));
    }

    #[test]
    fn a_target_that_is_no_url_is_refused() {
        for text in ["localhost:8000/x", "example.com", "ftp://example.com/", "http://", ""] {
            assert!(target(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_body_comes_back_from_its_record() {
        let about = About { at: "", target: "/", http: "1.1", event: Some("x"), sender: None, verdict: "ok", findings: json!([]) };
        for body in [b"{}".to_vec(), vec![0xff, 0]] {
            let record = Delivery { headers: Vec::new(), body: body.clone() }.record(&about);
            assert!(is_record(&record));
            assert_eq!(recorded_body(&record), Ok(body));
        }
    }
}
