//! The usual cause of an answer that was not hoped for, in a line, and what to do about it.

use std::time::Duration;

use reqwest::Url;

use crate::catalog::Sender;
use crate::delivery::masked;
use crate::sender::Failure;

/// What a failure is called, and its usual cause. Where there is a proxy, it is the proxy that is connected to.
pub fn of_failure(failure: &Failure, target: &Url, proxy: Option<&Url>, timeout: Duration) -> (String, String) {
    let (target, what) = proxy.map_or((target, "server"), |proxy| (proxy, "proxy"));
    let host = target.host_str().unwrap_or_default();
    let port = target.port_or_known_default().unwrap_or_default();
    let (name, cause) = match failure {
        Failure::Refused => ("connection refused", format!("nothing listens at {host}:{port}: is the {what} running there?")),
        Failure::UnknownHost => ("unknown host", format!("the name {host} does not resolve: check its spelling")),
        Failure::Timeout => {
            return (format!("no answer within {timeout:?}"), "answer first and work afterwards; --timeout waits longer".to_owned());
        }
        Failure::Closed => {
            let other = if target.scheme() == "https" { "http" } else { "https" };
            ("the connection was closed without an answer", format!("the receiver broke off, and its log should say why; or the port speaks {other}"))
        }
        Failure::Tls(what) => {
            let cause = match what.contains("corrupt message") {
                true => "the port does not speak TLS: is it http?",
                false if what.contains("CaUsedAsEndEntity") => {
                    "the certificate is an authority's (CA:TRUE), and not a server's: make one without, or skip the check with -k"
                }
                false => "--cacert FILE trusts a certificate of your own, -k skips the check",
            };
            return (format!("TLS: {what}"), cause.to_owned());
        }
        Failure::NotHttp => ("what answered is no HTTP", format!("another service listens at {host}:{port}: check the port")),
        Failure::Other(what) => return (what.clone(), "check the URL and what stands between".to_owned()),
    };
    (name.to_owned(), cause)
}

/// The usual cause of a status that was not expected.
pub fn of_status(status: u16, location: Option<&str>, target: &Url, sender: Sender) -> Option<String> {
    let cause = match status {
        301..=303 => {
            return Some(format!(
                "redirects are not followed. systeme.io's own delivery would go on as a GET without its body (reported): give systeme.io the final URL{}",
                moved(location, target)
            ));
        }
        307 | 308 => {
            return Some(format!(
                "redirects are not followed, and systeme.io's own delivery is reported to lose its body on one: give systeme.io the final URL{}",
                moved(location, target)
            ));
        }
        200..=299 => "an answer like this was not expected: --expect names the right one",
        400 => "the receiver cannot read the request: does it expect another body or content type?",
        401 | 403 if sender == Sender::Settings => {
            "the receiver refuses who sends: has it the same secret, and does it check the exact bytes? listen --secret and validate --secret say why a signature does not match"
        }
        401 | 403 => {
            "the receiver asks who sends: automation deliveries carry no signature, so a secret in the URL's query or the source IP is what receivers check"
        }
        404 | 410 => "no handler at this path: check it against the receiver's routes",
        405 => "the path exists and takes no POST: systeme.io sends POST only",
        406 => "the receiver does not answer application/json, which is what systeme.io accepts",
        408 => "the receiver gave up waiting for the body",
        413 => "the receiver's limit for bodies is below this one",
        415 => "the receiver wants another content type: systeme.io sends application/json, without a charset",
        422 => "the receiver read the body and refused what is in it",
        429 => "the receiver limits how many requests it takes",
        502..=504 => "a proxy or tunnel answered, and the app behind it did not: is the app running?",
        500..=599 => "the receiver failed at this body: its log should say why",
        _ => return None,
    };
    Some(cause.to_owned())
}

/// Where a redirect points, as it can be told.
fn moved(location: Option<&str>, target: &Url) -> String {
    location.and_then(|location| target.join(location).ok()).map_or_else(String::new, |url| format!(", {}", masked(&url)))
}
