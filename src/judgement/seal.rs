//! Signatures: whether a body is signed with the secret, and why not. Only Settings > Webhooks signs; an automation's delivery without a signature is
//! as it should be.

use super::delivery::{settings_header, value};
use super::{Finding, Judge, Judgement, Signed, Verdict};
use crate::catalog::Sender;
use crate::signature::doctor::{self, diagnose};
use crate::signature::{Secret, is_signed, signed};

impl Judge<'_> {
    /// Verifies the signature in the headers of a delivery, where one is due.
    pub(super) fn verify(&self, headers: &[(String, String)], body: &[u8], judgement: &mut Judgement) {
        let Some(secret) = &self.seal.secret else { return };
        let is_due = judgement.sender == Some(Sender::Settings) || settings_header(headers).is_some();
        match value(headers, doctor::HEADER) {
            Some(signature) => self.verify_with(secret, body, signature, headers, judgement),
            None if is_due => self.verify_with(secret, body, "", headers, judgement),
            None => judgement.signed = Signed::Without,
        }
    }

    /// Verifies the signature that was given of a body alone.
    pub(super) fn verify_body(&self, body: &[u8], judgement: &mut Judgement) {
        match (&self.seal.secret, &self.signature) {
            (None, _) => {}
            (Some(secret), Some(signature)) => self.verify_with(secret, body, signature, &[], judgement),
            (Some(_), None) => judgement.signed = Signed::Without,
        }
    }

    fn verify_with(&self, secret: &Secret, body: &[u8], signature: &str, headers: &[(String, String)], judgement: &mut Judgement) {
        if is_signed(secret, body, signature) {
            judgement.signed = Signed::Right;
            return;
        }
        judgement.signed = Signed::Wrong;
        judgement.verdict = Verdict::Unsigned;
        let (message, hint) = match diagnose(secret, body, signature, headers) {
            Some(diagnosis) => (diagnosis.message, diagnosis.hint),
            None => (
                "the signature is not of this body and this secret, and no known cause explains it".to_owned(),
                "is it the secret that stands in systeme.io, and is the body as it came?".to_owned(),
            ),
        };
        // In the hint, which is shown here and never answered: who does not know the secret could sign with it.
        let shown = if self.seal.is_shown { format!("; right would be {}", signed(secret, body)) } else { String::new() };
        judgement.findings.insert(0, Finding::error("bad-signature", message).hint(format!("{hint}{shown}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::judgement::Seal;
    use crate::php_json;
    use crate::schema::Schemas;

    const SECRET: &str = "s3cret!";

    fn body() -> Vec<u8> {
        php_json::to_vec(&serde_json::from_str::<serde_json::Value>(include_str!("../../samples/settings/SALE_NEW.json")).expect("JSON"))
    }

    fn judged(is_shown: bool, headers: &[(&str, &str)], body: &[u8]) -> Judgement {
        let catalog = Catalog::embedded().expect("the catalogue");
        let schemas = Schemas::new(&catalog);
        let seal = Seal { secret: Some(SECRET.into()), is_shown };
        let headers: Vec<_> =
            [("content-type", "application/json")].iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Judge::new(&schemas, None, true).verifying(seal, None).judge_delivery(&headers, body).expect("the schemas")
    }

    #[test]
    fn a_right_signature_is_told_and_a_tampered_body_is_refused() {
        let right = signed(&SECRET.into(), &body());
        let headers = [("X-Webhook-Event", "SALE_NEW"), ("X-Webhook-Signature", right.as_str())];
        let judgement = judged(false, &headers, &body());
        assert_eq!((judgement.verdict, judgement.signed), (Verdict::Ok, Signed::Right));
        let tampered = String::from_utf8(body()).expect("ASCII").replace("9700", "9701").into_bytes();
        let judgement = judged(false, &headers, &tampered);
        assert_eq!((judgement.verdict, judgement.signed, judgement.findings[0].code), (Verdict::Unsigned, Signed::Wrong, "bad-signature"));
    }

    #[test]
    fn a_signature_that_is_missing_is_refused_and_an_automation_s_is_not_due() {
        assert_eq!(judged(false, &[("X-Webhook-Event", "SALE_NEW")], &body()).verdict, Verdict::Unsigned);
        assert_eq!(judged(false, &[], &body()).verdict, Verdict::Unsigned, "its shape is of Settings > Webhooks");
        let automation = judged(false, &[], include_bytes!("../../samples/automation/contact.tag.added.json"));
        assert_eq!((automation.verdict, automation.signed), (Verdict::Ok, Signed::Without));
    }

    #[test]
    fn why_a_signature_does_not_match_is_told_and_the_right_one_only_when_asked_for() {
        let right = signed(&SECRET.into(), &body());
        let headers = |signature| [("X-Webhook-Event", "SALE_NEW"), ("X-Webhook-Signature", signature)];
        let upper = right.to_uppercase();
        for is_shown in [false, true] {
            let judgement = judged(is_shown, &headers(&upper), &body());
            let told = format!("{judgement:?}");
            assert!(told.contains("upper"), "{told}");
            assert_eq!(told.contains(&right), is_shown);
            assert!(!told.contains(SECRET));
        }
        let rewritten = serde_json::to_vec(&serde_json::from_slice::<serde_json::Value>(&body()).expect("JSON")).expect("JSON");
        let told = format!("{:?}", judged(false, &headers(&right), &rewritten));
        assert!(told.contains("slashes") || told.contains("written again"), "{told}");
    }
}
