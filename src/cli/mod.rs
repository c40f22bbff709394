//! What can be typed. It reads nothing and decides nothing; the texts here are the help.

mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ColorChoice, Parser, Subcommand};
use clap_complete::Shell;

use crate::catalog::Sender;
use crate::payload::Set;
use crate::signature::Secret;
use crate::story::Locale;
use crate::time;

pub use values::Expected;
use values::{count, duration, path, secret, seed, senders, set, size};

/// Send, validate and understand systeme.io webhooks
///
/// systeme.io has no test button: to see one sale, you must place an order. This sends realistic deliveries of every event to your receiver, shows
/// what arrives on this machine, and checks captured payloads against the same schemas.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,

    /// Colour the output: auto is only on a terminal, and obeys NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = false)]
    pub color: ColorChoice,
}

const EXIT_CODES: &str = "Exit codes:
  0  yes: delivered and accepted, or valid; listen was stopped
  1  what was asked about is bad: a payload is invalid, a delivery was not accepted
  2  the question could not be asked: usage, a malformed URL, a file that cannot be opened, a port that is taken
  130  send or validate was interrupted";

#[derive(Debug, Subcommand)]
pub enum Command {
    Send(Box<Send>),
    Validate(Validate),
    Listen(Listen),
    Events(Events),
    Completions(Completions),
}

/// Deliver synthetic events to a URL, or to a receiver of its own
///
/// Without --to they go to a receiver on this machine that shows how each arrived and what it says.
///
/// Every delivery is a different, coherent story: a person of one country, what they opted in to, bought or were tagged with. The headers are
/// systeme.io's own, and so is the encoding, as far as it is known.
#[derive(Debug, Args)]
#[command(after_help = SEND_EXAMPLES)]
pub struct Send {
    /// Events to send: sale, optin, optin:blog, contact.tag.added …, or all for every shape once
    ///
    /// An event's shapes are sent in turn; EVENT:SHAPE picks one. systeme-hook events lists them.
    #[arg(required = true, value_name = "EVENT")]
    pub events: Vec<String>,

    /// The receiver's URL [default: a receiver of its own, which shows what arrived]
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,

    /// How many of each event
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1, value_parser = count, allow_negative_numbers = true)]
    pub count: u64,

    /// Of all, only the events of one sender
    #[arg(long, value_name = "SENDER", value_parser = senders())]
    pub sender: Option<Sender>,

    #[command(flatten)]
    pub story: StoryArgs,

    #[command(flatten)]
    pub change: ChangeArgs,

    #[command(flatten)]
    pub settings: SettingsArgs,

    #[command(flatten)]
    pub http: HttpArgs,

    /// The status that is right: a number or a class, several with commas
    #[arg(long, value_name = "STATUS", default_value = "2xx", value_parser = Expected::parse, help_heading = "Answer")]
    pub expect: Expected,

    /// Print the exact bodies, one a line, and send nothing (with --json: records)
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,

    /// Print a curl command that sends the same bytes to --to, and send nothing
    #[arg(long, requires = "to", conflicts_with_all = ["dry_run", "json"], help_heading = "Output")]
    pub curl: bool,

    /// Print JSON, one object a line
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Print only what went wrong
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
}

const SEND_EXAMPLES: &str = "Examples:
  systeme-hook send sale
  systeme-hook send sale --to http://localhost:8000/webhook
  systeme-hook send all --to http://localhost:8000/webhook --seed 7
  systeme-hook send sale --to $URL --set contact.email=me@example.com --set price_plan.amount=4900
  systeme-hook send SALE_NEW --to $URL --secret $SECRET
  systeme-hook send optin --count 1000 --dry-run > optins.ndjson";

#[derive(Debug, Args)]
#[command(next_help_heading = "Story")]
pub struct StoryArgs {
    /// Tell the same stories again: the same seed and time give the same bytes
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub seed: Option<u64>,

    /// When the events happen, such as 2026-11-02T09:30:00Z [default: now; with --seed a time of 2026 that follows from it]
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    pub at: Option<i64>,

    /// Where contacts come from, several with commas [default: a mix of fr, en, es, pt_BR, it, de]
    #[arg(long, value_name = "LOCALE", value_delimiter = ',')]
    pub locale: Vec<Locale>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Change the payload")]
pub struct ChangeArgs {
    /// Set a fact (contact.email) everywhere, or one place (/data/contact/email); NAME:=JSON takes any value
    #[arg(long, value_name = "NAME=TEXT", value_parser = set)]
    pub set: Vec<Set>,

    /// Take out what stands at a place
    #[arg(long, value_name = "POINTER")]
    pub unset: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Settings > Webhooks")]
pub struct SecretArgs {
    /// What its deliveries are signed with [default: what SYSTEME_HOOK_SECRET holds]
    #[arg(long, value_name = "SECRET", value_parser = secret, allow_hyphen_values = true)]
    pub secret: Option<Secret>,

    /// A file that holds the secret; one newline at its end is left out
    #[arg(long, value_name = "FILE", conflicts_with = "secret")]
    pub secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Settings > Webhooks")]
pub struct VerifyArgs {
    #[command(flatten)]
    pub secret: SecretArgs,

    /// Tell the signature that would be right where one is not
    #[arg(long)]
    pub show_signature: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Settings > Webhooks")]
pub struct SettingsArgs {
    #[command(flatten)]
    pub secret: SecretArgs,

    /// What X-Webhook-Schema-Version says
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub schema_version: u32,

    /// Deliver again what was not accepted, as systeme.io does (reported): after 4s, 16s, 64s …, twelve times over 5 days
    #[arg(long)]
    pub retry: bool,

    /// How long to wait before each further attempt instead: 1s,2s
    #[arg(long, value_name = "TIME", value_delimiter = ',', value_parser = duration, requires = "retry")]
    pub retry_schedule: Vec<Duration>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "HTTP")]
pub struct HttpArgs {
    /// Send a header, in place of the usual one of its name; 'Name:' leaves one out
    #[arg(short = 'H', long = "header", value_name = "K: V")]
    pub headers: Vec<String>,

    /// How long to wait for an answer: 10, 2.5s, 500ms
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, allow_negative_numbers = true)]
    pub timeout: Duration,

    /// Do not verify the receiver's certificate
    #[arg(short = 'k', long, requires = "to")]
    pub insecure: bool,

    /// Trust the certificates in a PEM file besides those of the system
    #[arg(long, value_name = "FILE", requires = "to")]
    pub cacert: Option<PathBuf>,

    /// Go through a proxy; those in the environment are ignored
    #[arg(long, value_name = "URL", requires = "to")]
    pub proxy: Option<String>,
}

/// Check captured payloads against the events' schemas
///
/// Takes bodies and recorded deliveries, one JSON document a file or one a line.
#[derive(Debug, Args)]
pub struct Validate {
    /// Files, directories (every .json, .ndjson and .jsonl below them), or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Judge every payload as this event [default: what its "type" says]
    #[arg(long, value_name = "EVENT")]
    pub event: Option<String>,

    /// An event that is documented nowhere is a warning
    #[arg(long)]
    pub allow_unknown: bool,

    #[command(flatten)]
    pub verify: VerifyArgs,

    /// The signature of the one body that is given, as X-Webhook-Signature would hold it
    #[arg(long, value_name = "HEX", help_heading = "Settings > Webhooks", allow_hyphen_values = true)]
    pub signature: Option<String>,

    /// Print JSON, one finding a line, then a summary
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Print only what is wrong
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
}

/// Receive deliveries on this machine, and show what they say
///
/// Every delivery that arrives whole is answered 200, judged by its event's schema, and shown: when (by this machine's clock), which event, whom it is
/// about, and what it says. What the schema does not know is marked; where several values share a line, those that are null are left out.
#[derive(Debug, Args)]
#[command(after_help = LISTEN_EXAMPLES)]
pub struct Listen {
    /// The port; 0 takes a free one
    #[arg(long, short, value_name = "PORT", default_value_t = 8787)]
    pub port: u16,

    /// The address; 0.0.0.0 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: String,

    /// Listen on this path only, and answer 404 on others
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub path: Option<String>,

    /// The largest body, in bytes or with a unit, up to 16M: 65536, 64K; a larger one is answered 413
    #[arg(long, value_name = "SIZE", default_value = "1M", value_parser = size)]
    pub max_body: usize,

    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Answer 400 to what is no JSON, 401 to what is not signed with the secret, 422 to what is no valid event
    #[arg(long, help_heading = "Answer")]
    pub strict: bool,

    /// Print one line for each delivery
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    pub compact: bool,

    /// Print JSON, one object a line: ready, then a record for each delivery, then a summary
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Print only what is wrong, or not as systeme.io sends it
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
}

const LISTEN_EXAMPLES: &str = "Examples:
  systeme-hook listen
  systeme-hook listen --port 9000 --path /webhook --strict
  systeme-hook listen --json > deliveries.ndjson

Then deliver to it from another terminal:
  systeme-hook send all --to http://127.0.0.1:8787/";

/// Print a script that completes commands, options and event names in a shell
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

const COMPLETIONS_EXAMPLES: &str = "Examples:
  bash  source <(systeme-hook completions bash)          in ~/.bashrc
  zsh   source <(systeme-hook completions zsh)           in ~/.zshrc, after compinit
  fish  systeme-hook completions fish | source           in ~/.config/fish/config.fish";

/// List the events, or the fields of one
#[derive(Debug, Args)]
pub struct Events {
    /// Show the fields of this event: sale, optin:blog, contact.tag.added …
    #[arg(value_name = "EVENT")]
    pub event: Option<String>,

    /// Print its JSON Schema (draft 2020-12), which stands alone
    #[arg(long, requires = "event", conflicts_with = "sample", help_heading = "Output")]
    pub schema: bool,

    /// Print a sample of it
    #[arg(long, requires = "event", help_heading = "Output")]
    pub sample: bool,

    /// Print JSON, one object a line
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// What `--color` asks, before the rest is parsed: it holds for the help and for usage errors too.
pub fn color_asked(args: impl Iterator<Item = OsString>) -> ColorChoice {
    let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut values = args.iter().enumerate().filter_map(|(at, arg)| match arg.strip_prefix("--color") {
        Some("") => args.get(at + 1).map(String::as_str),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    values.next_back().and_then(|value| value.parse().ok()).unwrap_or(ColorChoice::Auto)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }
}
