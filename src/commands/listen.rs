//! `listen`: what arrives is judged and answered on a thread of its own, so that a slow terminal holds up no answer before a long queue is full; it is
//! shown on this one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::sleep;

use super::Exit;
use super::desk::{self, Desk, Shown, Taken};
use super::interrupt::Ending;
use super::secret;
use crate::cli::Listen;
use crate::error::{Error, Result};
use crate::judgement::{Seal, Signed, Verdict};
use crate::receiver::{Arrival, Options, Received, Receiver, Refused};
use crate::report::{Format, HeardAll, Message, Output};
use crate::schema::Schemas;

/// How many arrivals may wait to be shown before answers wait too, and how many KiB they may hold.
const QUEUE: usize = 1024;
const QUEUE_KIB: usize = 64 << 10;
/// How long the end may take without a word.
const SHORT_WAIT: Duration = Duration::from_millis(300);
/// How many characters of a name are counted by.
const LONGEST_NAME: usize = 80;
/// How many different events are counted by name: an unknown one may have any.
const MOST_EVENTS: usize = 100;

pub fn run(args: &Listen, schemas: &Schemas<'_>, output: &mut Output<'_>) -> Result<Exit> {
    output.set(if args.json { Format::Json } else { Format::Text }, args.quiet);
    let desk = Desk::new(schemas, Seal { secret: secret::given(&args.verify.secret)?, is_shown: args.verify.show_signature }, args.strict);
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
    let (tell, mut told) = mpsc::channel(QUEUE);
    thread::scope(|scope| {
        let desk = scope.spawn(|| runtime.block_on(received(receiver, &desk, Ends { ending, is_asked: false }, tell)));
        let mut shown = Show { args, schemas, all: HeardAll::default(), is_unsigned_told: false };
        let telling = shown.show(&mut told, output).and_then(|()| output.tell(&Message::HeardAll(&shown.all))).and_then(|()| output.flush());
        // All is shown, or nobody looks: the desk, which watches for Ctrl-C until then, may go.
        stop.stop();
        drop(told);
        let receiving = desk.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        telling.and(receiving)?;
        Ok(Exit::Ok)
    })
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// What there is to show.
enum Told {
    /// With the room that it takes in the queue.
    Taken(Taken, Option<OwnedSemaphorePermit>),
    Refused(Refused),
    /// What is in flight holds up the end.
    Finishing,
    /// There is nothing more.
    End,
}

/// How often the program was asked to end.
struct Ends {
    ending: Ending,
    is_asked: bool,
}

impl Ends {
    /// Until it is asked for the first time. Asked again it ends at once, whatever a terminal that nobody reads holds up.
    async fn asked(&mut self) {
        self.ending.asked().await;
        if std::mem::replace(&mut self.is_asked, true) {
            process::exit(Exit::Ok.code().into());
        }
    }
}

/// Takes what arrives until the program is asked to end, what is in flight is finished, and all is shown.
async fn received(mut receiver: Receiver, desk: &Desk<'_>, mut ends: Ends, tell: mpsc::Sender<Told>) -> Result<()> {
    let stop = receiver.stop();
    let room = Arc::new(Semaphore::new(QUEUE_KIB));
    let mut long_wait = std::pin::pin!(sleep(Duration::MAX));
    loop {
        let arrival = tokio::select! {
            arrival = receiver.next() => arrival,
            () = ends.asked() => {
                stop.stop();
                long_wait.set(sleep(SHORT_WAIT));
                continue;
            }
            () = &mut long_wait => {
                long_wait.set(sleep(Duration::MAX));
                let _ = tell.try_send(Told::Finishing);
                continue;
            }
        };
        let is_last = arrival.is_none();
        let told = async {
            let told = match arrival {
                Some(Arrival::Delivery(received, reply)) => {
                    let room = room.clone().acquire_many_owned(kib(&received)).await;
                    Told::Taken(desk.take(received, reply)?, room.ok())
                }
                Some(Arrival::Refused(refused)) => Told::Refused(refused),
                None => Told::End,
            };
            // Nobody shows it any more: what was taken is answered all the same.
            let _ = tell.send(told).await;
            if is_last {
                tell.closed().await;
            }
            Ok(())
        };
        let mut told = std::pin::pin!(told);
        loop {
            tokio::select! {
                done = &mut told => break done?,
                () = ends.asked() => stop.stop(),
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// What a delivery takes of the queue's room.
fn kib(received: &Received) -> u32 {
    u32::try_from(received.delivery.body.len() >> 10).unwrap_or(u32::MAX - 1) + 1
}

struct Show<'a, 'c> {
    args: &'a Listen,
    schemas: &'a Schemas<'c>,
    all: HeardAll,
    /// That an automation does not sign was told.
    is_unsigned_told: bool,
}

impl Show<'_, '_> {
    /// Shows what is told until there is nothing more, or nobody looks.
    fn show(&mut self, told: &mut mpsc::Receiver<Told>, output: &mut Output<'_>) -> Result<()> {
        while !output.is_closed() {
            let next = match told.try_recv() {
                Ok(next) => next,
                Err(TryRecvError::Disconnected) => return Ok(()),
                Err(TryRecvError::Empty) => {
                    output.flush()?;
                    if output.is_closed() {
                        return Ok(());
                    }
                    let Some(next) = told.blocking_recv() else { return Ok(()) };
                    next
                }
            };
            match next {
                Told::Taken(taken, _room) => {
                    self.count(&taken);
                    if taken.judgement.signed == Signed::Without && !std::mem::replace(&mut self.is_unsigned_told, true) {
                        output.tell(&Message::Note("an automation's deliveries carry no signature (wire): of those there is nothing to verify"))?;
                    }
                    taken.tell(self.schemas, if self.args.compact { Shown::Compact } else { Shown::Decoded }, output)?;
                }
                Told::Refused(refused) => {
                    self.all.turned += 1;
                    desk::tell_refused(&refused, self.args.path.as_deref(), self.args.compact, output)?;
                }
                Told::End => return Ok(()),
                Told::Finishing => output.tell(&Message::Note("finishing what is in flight; once more ends at once"))?,
            }
        }
        Ok(())
    }

    fn count(&mut self, taken: &Taken) {
        let event = taken.judgement.event.as_ref().map(|name| name.chars().take(LONGEST_NAME).collect());
        let by_event: &mut BTreeMap<(Option<String>, Verdict), u64> = &mut self.all.by_event;
        let key = (event, taken.judgement.verdict);
        let key = if by_event.len() < MOST_EVENTS || by_event.contains_key(&key) { key } else { (Some("(others)".to_owned()), key.1) };
        *by_event.entry(key).or_default() += 1;
    }
}
