//! `send`: which payloads, told by which stories, and what came of each delivery.

mod here;
mod plan;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use super::interrupt::Interrupt;
use super::{Exit, causes, secret};
use crate::catalog;
use crate::cli::{HttpArgs, Send, SettingsArgs};
use crate::decoded;
use crate::delivery::{self, About, Delivery, HeaderEdit};
use crate::error::{Error, Result};
use crate::judgement::{Judge, Judgement};
use crate::payload::{Overrides, Payloads, payloads};
use crate::pointer;
use crate::report::{Format, Message, Output, Sent, SentAll, findings};
use crate::schema::Schemas;
use crate::sender::{self, Outcome, Sender};
use crate::signature::Secret;
use crate::story::{Locale, Stories};
use crate::time;

use here::{Here, delivered};
use plan::Plan;

pub fn run(args: &Send, schemas: &Schemas<'_>, output: &mut Output<'_>) -> Result<Exit> {
    output.set(if args.json { Format::Json } else { Format::Text }, args.quiet);
    let target = args.to.as_deref().map(delivery::target).transpose()?;
    let overrides = Overrides { sets: args.change.set.clone(), unsets: args.change.unset.iter().map(|place| pointer::canonical(place)).collect() };
    let plan = Plan::new(args, schemas)?;
    let seed = args.story.seed.unwrap_or_else(|| rand::random_range(0..1_000_000));
    let at = args.story.at.unwrap_or_else(|| if args.story.seed.is_some() { time::from_seed(seed) } else { time::now() });
    let locales = if args.story.locale.is_empty() { Locale::mix() } else { args.story.locale.iter().map(|locale| (*locale, 1)).collect() };
    let mut run = Run {
        payloads: payloads(schemas, &plan.shapes, &overrides)?,
        plan,
        stories: Stories::new(seed, at, locales, overrides.facts()),
        is_changed: !overrides.is_empty(),
        schemas,
        args,
        // Parsed here, so that no usage error shows a value: it may be a token.
        headers: args.http.headers.iter().map(|text| text.parse()).collect::<Result<_>>()?,
        proxy: args.http.proxy.as_deref().map(proxy).transpose()?,
        secret: secret::given(&args.settings.secret)?,
        faults: HashSet::new(),
    };
    if args.settings.retry
        && let Some((event, _)) = run.plan.shapes.iter().find(|(event, _)| event.sender == catalog::Sender::Automation)
    {
        let hint = "nothing is known of an automation's retries; --retry is for Settings > Webhooks";
        return Err(Error::new(format!("{} is an automation's event, and is not delivered again", event.name)).hint(hint));
    }
    // Bodies alone are not signed.
    if (args.json || !args.dry_run) && run.sends_settings() {
        run.prepare_settings(target.as_ref(), output)?;
    }
    let added: BTreeSet<&String> = run.payloads.iter().flat_map(|payloads| &payloads.added).collect();
    for place in added {
        output.tell(&Message::Note(&format!("{place} is a new key")))?;
    }
    let all = SentAll { seed, at: time::written(at), repeats: args.story.seed.is_none(), ..SentAll::default() };
    match target {
        Some(target) if args.curl => run.print_curl(&target, &all, output),
        Some(target) if !args.dry_run => run.deliver(target, all, output),
        target if args.dry_run => run.print(target.as_ref(), &all, output),
        _ => run.deliver_here(all, output),
    }
}

struct Run<'a, 'c> {
    plan: Plan<'c>,
    payloads: Vec<Payloads<'c>>,
    stories: Stories,
    /// Where something was set by hand, each body is judged before it goes out.
    is_changed: bool,
    schemas: &'a Schemas<'c>,
    args: &'a Send,
    headers: Vec<HeaderEdit>,
    proxy: Option<Url>,
    /// What deliveries of Settings > Webhooks are signed with.
    secret: Option<Secret>,
    /// What was already told to be invalid.
    faults: HashSet<(String, String, &'static str)>,
}

impl<'c> Run<'_, 'c> {
    fn body(&mut self, number: u64) -> (usize, Vec<u8>) {
        let shape = self.plan.shape_of(number);
        let mut body = Vec::with_capacity(2048);
        self.payloads[shape].write(&self.stories.story(number), &mut body);
        (shape, body)
    }

    fn sends_settings(&self) -> bool {
        self.plan.shapes.iter().any(|(event, _)| event.sender == catalog::Sender::Settings)
    }

    /// Makes the secret where none was given, and tells what systeme.io asks of a target.
    fn prepare_settings(&mut self, target: Option<&Url>, output: &mut Output<'_>) -> Result<()> {
        if self.secret.is_none() {
            let made = self.stories.made_secret();
            output.tell(&Message::Note(&format!("signed with --secret {made}, which was made for this run")))?;
            self.secret = Some(Secret::from(made));
        }
        if target.is_some_and(|target| target.scheme() == "http") {
            output.tell(&Message::Note("Settings > Webhooks takes https URLs only (documented); this one is http, and is delivered to all the same"))?;
        }
        Ok(())
    }

    /// A body with all that travels with it, after so many waits for further attempts.
    fn delivery(&self, number: u64, shape: usize, body: Vec<u8>, waited: &[Duration]) -> Delivery {
        let event = self.plan.shapes[shape].0;
        match (event.sender, &self.secret) {
            (catalog::Sender::Settings, Some(secret)) => {
                let seconds: Vec<_> = waited.iter().map(|wait| i64::try_from(wait.as_secs()).unwrap_or(i64::MAX >> 8)).collect();
                let message = self.stories.story(number).message_again(&seconds);
                Delivery::settings(body, &event.name, &message, self.args.settings.schema_version, secret, &self.headers)
            }
            _ => Delivery::automation(body, &self.headers),
        }
    }

    /// What is wrong with a body since something was set by hand, told once.
    fn judged(&mut self, shape: usize, body: &[u8], output: &mut Output<'_>) -> Result<Judgement> {
        let (event, shape) = self.plan.shapes[shape];
        if !self.is_changed {
            return Ok(Judgement::of_event(&event.name, event.sender, Vec::new()));
        }
        let judgement = Judge::new(self.schemas, Some(event), false).judge(body)?;
        for finding in &judgement.findings {
            if self.faults.insert((event.label(shape), finding.pointer.clone(), finding.code)) {
                let fault = format!("{} is no longer valid and goes out all the same: {}: {}", event.label(shape), finding.pointer, finding.message);
                output.tell(&Message::Warning(&fault))?;
            }
        }
        Ok(judgement)
    }

    /// `--dry-run`: bodies, or records.
    fn print(&mut self, target: Option<&Url>, all: &SentAll, output: &mut Output<'_>) -> Result<Exit> {
        let target = target.map_or_else(|| "/".to_owned(), delivery::request_target);
        let interrupt = Interrupt::watched();
        for number in 0..self.plan.deliveries {
            let (shape, body) = self.body(number);
            let judgement = self.judged(shape, &body, output)?;
            if output.format() == Format::Text {
                output.tell(&Message::Line(&body))?;
            } else {
                let event = self.plan.shapes[shape].0;
                let about = About {
                    at: self.stories.at(),
                    target: &target,
                    http: "1.1",
                    event: Some(&event.name),
                    sender: Some(event.sender.name()),
                    verdict: judgement.verdict.name(),
                    findings: findings(&judgement).into(),
                };
                let record = self.delivery(number, shape, body, &[]).record(&about);
                output.tell(&Message::Document(&record))?;
            }
            if interrupt.is_met() {
                return Ok(Exit::Interrupted);
            }
            if output.is_closed() {
                return Ok(Exit::Ok);
            }
        }
        self.tell_repeat(all, output)?;
        Ok(Exit::Ok)
    }

    fn print_curl(&mut self, target: &Url, all: &SentAll, output: &mut Output<'_>) -> Result<Exit> {
        let options = curl_options(&self.args.http);
        for number in 0..self.plan.deliveries {
            let (shape, body) = self.body(number);
            self.judged(shape, &body, output)?;
            let command = self.delivery(number, shape, body, &[]).as_curl(target, &options);
            output.tell(&Message::Line(command.as_bytes()))?;
            if output.is_closed() {
                return Ok(Exit::Ok);
            }
        }
        self.tell_repeat(all, output)?;
        Ok(Exit::Ok)
    }

    fn tell_repeat(&self, all: &SentAll, output: &mut Output<'_>) -> Result<()> {
        if all.repeats { output.tell(&Message::Note(&all.repeat())) } else { Ok(()) }
    }

    fn deliver(&mut self, target: Url, all: SentAll, output: &mut Output<'_>) -> Result<Exit> {
        runtime()?.block_on(self.deliver_each(&target, None, all, output))
    }

    /// To a receiver of its own, on a free port of this machine.
    fn deliver_here(&mut self, all: SentAll, output: &mut Output<'_>) -> Result<Exit> {
        runtime()?.block_on(async {
            let given = self.headers.iter().map(|edit| edit.name().to_owned()).collect();
            let here = Here::listening(self.schemas, self.secret.clone(), given).await?;
            let target = delivery::target(&here.url())?;
            output.tell(&Message::Note(&format!("no --to: a receiver of its own listens on {target}")))?;
            self.deliver_each(&target, Some(here), all, output).await
        })
    }

    async fn deliver_each(&mut self, target: &Url, mut here: Option<Here<'_>>, mut all: SentAll, output: &mut Output<'_>) -> Result<Exit> {
        let sender = Sender::new(target.clone(), &self.http_options()?)?;
        let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
        let waits = waits(&self.args.settings);
        for number in 0..self.plan.deliveries {
            let (shape, body) = self.body(number);
            let valid = self.judged(shape, &body, output)?.is_ok();
            let mut attempts = 0;
            let accepted = loop {
                let delivery = self.delivery(number, shape, body.clone(), &waits[..attempts]);
                let (outcome, came) = tokio::select! {
                    biased;
                    _ = &mut interrupt => break None,
                    outcome = delivered(&sender, delivery, here.as_mut()) => outcome?,
                };
                let sent = Sent { attempt: attempts + 1, ..self.sent(number, shape, &body, valid, outcome, target) };
                output.tell(&Message::Sent(&sent))?;
                if let Some(here) = &mut here {
                    here.tell(&came, self.schemas, output)?;
                }
                let Some(wait) = waits.get(attempts).filter(|_| !sent.accepted) else { break Some(sent.accepted) };
                attempts += 1;
                output.tell(&Message::Note(&format!("attempt {} of {} in {wait:?}", attempts + 1, waits.len() + 1)))?;
                output.flush()?;
                tokio::select! {
                    _ = &mut interrupt => break None,
                    () = tokio::time::sleep(*wait) => {}
                }
            };
            match accepted {
                Some(true) => all.accepted += 1,
                Some(false) => all.not_accepted += 1,
                None => {
                    all.interrupted = true;
                    all.unanswered = 1;
                    break;
                }
            }
        }
        output.tell(&Message::SentAll(&all))?;
        Ok(match all {
            SentAll { interrupted: true, .. } => Exit::Interrupted,
            SentAll { not_accepted: 0, .. } => Exit::Ok,
            _ => Exit::Bad,
        })
    }

    /// What there is to tell of a delivery.
    fn sent(&self, number: u64, shape: usize, body: &[u8], valid: bool, outcome: Outcome, target: &Url) -> Sent {
        let (event, shape) = self.plan.shapes[shape];
        let mut sent = Sent {
            number,
            attempt: 1,
            event: event.name.clone(),
            shape: shape.name.clone(),
            label: if event.usual_shapes().count() == 1 && !shape.only_when_named { event.short.clone() } else { format!("{}:{}", event.short, shape.name) },
            contact: contact(body),
            bytes: body.len(),
            valid,
            status: None,
            failure: None,
            latency: outcome.latency,
            accepted: false,
            answer: String::new(),
            hint: None,
        };
        match outcome.answer {
            Ok(answer) => {
                sent.status = Some(answer.status);
                sent.accepted = self.args.expect.takes(answer.status);
                if !sent.accepted {
                    sent.answer = String::from_utf8_lossy(&answer.body).into_owned();
                    sent.hint = causes::of_status(answer.status, answer.location.as_deref(), target, event.sender);
                }
            }
            Err(failure) => {
                let (name, cause) = causes::of_failure(&failure, target, self.proxy.as_ref(), self.args.http.timeout);
                sent.failure = Some(name);
                sent.hint = Some(cause);
            }
        }
        sent
    }

    fn http_options(&self) -> Result<sender::Options> {
        let http = &self.args.http;
        let read = |path: &std::path::PathBuf| {
            fs::read(path).map_err(|error| Error::new(format!("cannot read {}: {error}", path.display())).hint("--cacert takes a PEM file"))
        };
        let certificates = http.cacert.as_ref().map(read).transpose()?;
        Ok(sender::Options { timeout: http.timeout, insecure: http.insecure, certificates, proxy: self.proxy.clone() })
    }
}

/// How long is waited before each further attempt.
fn waits(args: &SettingsArgs) -> Vec<Duration> {
    // "At most 12 attempts over 5 days", each wait four times the last (reported): capped at a day, twelve further ones take 5.0 days (inferred).
    const FURTHER: u32 = 12;
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    match (args.retry, args.retry_schedule.is_empty()) {
        (false, _) => Vec::new(),
        (true, false) => args.retry_schedule.clone(),
        (true, true) => (1..=FURTHER).map(|nth| DAY.min(Duration::from_secs(4_u64.saturating_pow(nth)))).collect(),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let no_runtime = |error| Error::new(format!("no connection can be made: {error}"));
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_runtime)
}

/// A proxy that can be gone through.
fn proxy(text: &str) -> Result<Url> {
    let hint = "give its URL, such as http://localhost:3128";
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(Error::new("--proxy is no http or https URL").hint(hint)),
    }
}

/// The same choices in curl's words.
fn curl_options(http: &HttpArgs) -> Vec<String> {
    let mut options = vec!["--max-time".to_owned(), http.timeout.as_secs_f64().to_string()];
    if http.insecure {
        options.push("--insecure".to_owned());
    }
    if let Some(path) = &http.cacert {
        options.extend(["--cacert".to_owned(), path.display().to_string()]);
    }
    match &http.proxy {
        Some(proxy) => options.extend(["--proxy".to_owned(), proxy.clone()]),
        None => options.extend(["--noproxy", "*"].map(str::to_owned)),
    }
    options
}

/// The e-mail address of whom a body is about.
fn contact(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    decoded::contact(&body).unwrap_or("-").to_owned()
}
