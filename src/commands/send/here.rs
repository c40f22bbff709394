//! The receiver of its own that `send` delivers to where no other is named, so that one sees both sides. It answers as `listen --strict` does.

use crate::commands::desk::{Desk, Shown, Taken, tell_refused};
use crate::delivery::Delivery;
use crate::error::Result;
use crate::judgement::{MOST_BYTES, Seal};
use crate::receiver::{Arrival, Options, Receiver, Refused};
use crate::report::Output;
use crate::schema::Schemas;
use crate::sender::{Outcome, Sender};
use crate::signature::Secret;

/// The receiver that is delivered to where no other is named.
pub struct Here<'c> {
    receiver: Receiver,
    desk: Desk<'c>,
    /// Headers that were given by hand: what they hold may be a token.
    given: Vec<String>,
    /// Every request has the same headers: one is shown.
    is_request_shown: bool,
}

impl<'c> Here<'c> {
    pub async fn listening(schemas: &'c Schemas<'c>, secret: Option<Secret>, given: Vec<String>) -> Result<Self> {
        let receiver = Receiver::bind("127.0.0.1", 0, Options { max_body: MOST_BYTES, path: None }).await?;
        Ok(Self { receiver, desk: Desk::new(schemas, Seal { secret, is_shown: false }, true), given, is_request_shown: false })
    }

    pub fn url(&self) -> String {
        self.receiver.url()
    }

    pub fn tell(&mut self, came: &[Came], schemas: &Schemas<'_>, output: &mut Output<'_>) -> Result<()> {
        for came in came {
            match came {
                Came::Taken(taken) => {
                    let is_request_shown = std::mem::replace(&mut self.is_request_shown, true);
                    taken.tell(schemas, if is_request_shown { Shown::Decoded } else { Shown::Whole { without: &self.given } }, output)?;
                }
                Came::Refused(refused) => tell_refused(refused, None, false, output)?,
            }
        }
        Ok(())
    }
}

/// What came of a delivery on this side.
pub enum Came {
    Taken(Taken),
    Refused(Refused),
}

/// Delivers once, and takes what arrives here meanwhile.
pub async fn delivered(sender: &Sender, delivery: Delivery, here: Option<&mut Here<'_>>) -> Result<(Outcome, Vec<Came>)> {
    let mut came = Vec::new();
    let Some(here) = here else { return Ok((sender.deliver(delivery).await, came)) };
    let mut delivering = std::pin::pin!(sender.deliver(delivery));
    loop {
        tokio::select! {
            outcome = &mut delivering => return Ok((outcome, came)),
            Some(arrival) = here.receiver.next() => {
                came.push(match arrival {
                    Arrival::Delivery(received, reply) => Came::Taken(here.desk.take(received, reply)?),
                    Arrival::Refused(refused) => Came::Refused(refused),
                });
            }
        }
    }
}
