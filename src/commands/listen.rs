//! `listen`: what arrives is judged and answered on a thread of its own, so that a slow terminal holds up no answer before a long queue is full; it is
//! shown on this one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver as Queue, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use tokio::time::sleep;

use super::Exit;
use super::desk::{Desk, Shown, Taken};
use super::interrupt::Ending;
use crate::cli::Listen;
use crate::error::{Error, Result};
use crate::judgement::Verdict;
use crate::receiver::{Arrival, Options, Receiver, Refusal, Refused};
use crate::report::{Format, HeardAll, Message, Output, Turned};
use crate::schema::Schemas;

/// How many arrivals may wait to be shown before answers wait too.
const QUEUE: usize = 1024;
/// How long the end may take without a word.
const SHORT_WAIT: Duration = Duration::from_millis(300);
/// How many characters of a name are counted by.
const LONGEST_NAME: usize = 80;
/// How many different events are counted by name: an unknown one may have any.
const MOST_EVENTS: usize = 100;

pub fn run(args: &Listen, schemas: &Schemas<'_>, output: &mut Output<'_>) -> Result<Exit> {
    output.set(if args.json { Format::Json } else { Format::Text }, args.quiet);
    let no_runtime = |error| Error::new(format!("no connection can be made: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_runtime)?;
    let options = Options { max_body: args.max_body, path: args.path.clone() };
    let receiver = runtime.block_on(Receiver::bind(&args.host, args.port, options))?;
    let cannot_watch = |error| Error::new(format!("Ctrl-C cannot be watched for: {error}"));
    let ending = runtime.block_on(async { Ending::watched() }).map_err(cannot_watch)?;
    if !is_loopback(receiver.address()) {
        let reach = "whoever can reach this machine can deliver to it, and nothing says who they are: --host 127.0.0.1 keeps it to this machine";
        output.tell(&Message::Warning(&format!("{} is not a loopback address: {reach}", receiver.address().ip())))?;
    }
    output.tell(&Message::Ready { url: &format!("{}{}", receiver.url(), args.path.as_deref().unwrap_or_default().trim_start_matches('/')) })?;
    output.flush()?;
    let stop = receiver.stop();
    let desk = Desk::new(schemas, args.strict);
    let (tell, told) = sync_channel(QUEUE);
    thread::scope(|scope| {
        let desk = scope.spawn(|| runtime.block_on(received(receiver, &desk, ending, tell)));
        let mut shown = Show { args, schemas, all: HeardAll::default(), is_redirect_told: false };
        let telling = shown.show(told, output);
        // Whatever ended the showing, nobody is shown more.
        stop.stop();
        let receiving = desk.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        telling.and(receiving)?;
        output.tell(&Message::HeardAll(&shown.all))?;
        Ok(Exit::Ok)
    })
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// What there is to show.
enum Told {
    Taken(Taken),
    Refused(Refused),
    /// What is in flight holds up the end.
    Finishing,
}

/// Takes what arrives until the program is asked to end and what is in flight is finished; asked again, it ends at once.
async fn received(mut receiver: Receiver, desk: &Desk<'_>, mut ending: Ending, tell: SyncSender<Told>) -> Result<()> {
    let stop = receiver.stop();
    let mut is_asked = false;
    let mut long_wait = std::pin::pin!(sleep(Duration::MAX));
    loop {
        let arrival = tokio::select! {
            arrival = receiver.next() => arrival,
            () = &mut long_wait => {
                long_wait.set(sleep(Duration::MAX));
                let _ = tell.send(Told::Finishing);
                continue;
            }
            () = ending.asked() => {
                if is_asked {
                    return Ok(());
                }
                is_asked = true;
                stop.stop();
                long_wait.set(sleep(SHORT_WAIT));
                continue;
            }
        };
        let told = match arrival {
            None => return Ok(()),
            Some(Arrival::Delivery(received, reply)) => Told::Taken(desk.take(received, reply)?),
            Some(Arrival::Refused(refused)) => Told::Refused(refused),
        };
        // Nobody shows it any more: what was taken is answered all the same.
        let _ = tell.send(told);
    }
}

struct Show<'a, 'c> {
    args: &'a Listen,
    schemas: &'a Schemas<'c>,
    all: HeardAll,
    /// What a redirect does was told.
    is_redirect_told: bool,
}

impl Show<'_, '_> {
    /// Shows what is told until there is nothing more, or nobody looks.
    fn show(&mut self, told: Queue<Told>, output: &mut Output<'_>) -> Result<()> {
        while !output.is_closed() {
            let next = match told.try_recv() {
                Ok(next) => next,
                Err(TryRecvError::Disconnected) => return Ok(()),
                Err(TryRecvError::Empty) => {
                    output.flush()?;
                    if output.is_closed() {
                        return Ok(());
                    }
                    let Ok(next) = told.recv() else { return Ok(()) };
                    next
                }
            };
            match next {
                Told::Taken(taken) => {
                    self.count(&taken);
                    taken.tell(self.schemas, if self.args.compact { Shown::Compact } else { Shown::Decoded }, output)?;
                }
                Told::Finishing => output.tell(&Message::Note("finishing what is in flight; once more ends at once"))?,
                Told::Refused(refused) => {
                    self.all.turned += 1;
                    self.turned(&refused, output)?;
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, taken: &Taken) {
        let event = taken.judgement.event.as_ref().map(|name| name.chars().take(LONGEST_NAME).collect());
        let by_event: &mut BTreeMap<(Option<String>, Verdict), u64> = &mut self.all.by_event;
        let key = (event, taken.judgement.verdict);
        let key = if by_event.len() < MOST_EVENTS || by_event.contains_key(&key) { key } else { (Some("others".to_owned()), key.1) };
        *by_event.entry(key).or_default() += 1;
    }

    fn turned(&mut self, refused: &Refused, output: &mut Output<'_>) -> Result<()> {
        let mut hint = None;
        let why = match refused.why {
            Refusal::NotPost => {
                // A browser asks for more than one thing.
                if refused.method == "GET" && !std::mem::replace(&mut self.is_redirect_told, true) {
                    hint = Some(
                        "a host that redirects turns systeme.io's POST into a GET without its body (reported): if a delivery was due, give systeme.io the final URL",
                    );
                }
                "systeme.io delivers with POST".to_owned()
            }
            Refusal::OtherPath => format!("only {} is listened on", self.args.path.as_deref().unwrap_or("/")),
            Refusal::TooLarge => {
                hint = Some("systeme.io's own are about 2 kB; --max-body takes larger ones");
                format!("its body has more than {} bytes", self.args.max_body)
            }
            Refusal::TooSlow => "its body did not come in time".to_owned(),
            Refusal::BrokenOff => "the sender broke off before the end of the body".to_owned(),
            Refusal::HeadTooLarge => "its path or headers are too large".to_owned(),
            Refusal::NotHttp => "what came is no HTTP, or broken".to_owned(),
            Refusal::Tls => {
                hint = Some("a tunnel or proxy in front ends TLS: tell it http for this port, and not https");
                "what came is TLS, and this port speaks plain HTTP".to_owned()
            }
        };
        let Refused { at, method, target, why: refusal } = refused;
        output.tell(&Message::Turned(&Turned { at: *at, method, target, status: refusal.status(), why: &why, hint, is_compact: self.args.compact }))
    }
}
