//! The ids around a delivery of Settings > Webhooks. They are UUIDs of version 7, which begin with their time (wire).

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus as Rng;
use uuid::Builder;

use crate::time;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub event_at: String,
    pub attempt_id: String,
    /// About a second after the event (wire).
    pub attempt_at: String,
    /// The webhook's own: the same throughout a run.
    pub subscription_id: String,
}

impl Message {
    /// `run` draws what all messages of a run share.
    pub fn drawn(rng: &mut Rng, run: &mut Rng, event_at: i64) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        let attempt_at = event_at + 1;
        let subscribed_at = (event_at - run.random_range(DAY..300 * DAY)).max(0);
        Self {
            id: id(rng, event_at),
            event_at: time::written(event_at),
            attempt_id: id(rng, attempt_at),
            attempt_at: time::written(attempt_at),
            subscription_id: id(run, subscribed_at),
        }
    }
}

impl Message {
    /// The next attempt to deliver it, `seconds` after this one: with an id and a time of its own (reported).
    #[must_use]
    pub fn again(&self, rng: &mut Rng, seconds: i64) -> Self {
        let attempt_at = time::parse(&self.attempt_at).unwrap_or_default() + seconds;
        Self { attempt_id: id(rng, attempt_at), attempt_at: time::written(attempt_at), ..self.clone() }
    }
}

/// An id that was made within a second.
fn id(rng: &mut Rng, second: i64) -> String {
    let millisecond = u64::try_from(second).unwrap_or_default() * 1000 + rng.random_range(0..1000);
    Builder::from_unix_timestamp_millis(millisecond, &rng.random()).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_further_attempt_has_its_own_id_and_time_and_all_else_stays() {
        let mut rng = Rng::seed_from_u64(1);
        let first = Message::drawn(&mut rng, &mut Rng::seed_from_u64(2), 1_790_540_187);
        let second = first.again(&mut rng, 4);
        assert_eq!((&second.id, &second.event_at, &second.subscription_id), (&first.id, &first.event_at, &first.subscription_id));
        assert_eq!(second.attempt_at, "2026-09-27T20:16:32+00:00");
        assert_ne!(second.attempt_id, first.attempt_id);
    }

    #[test]
    fn an_id_is_of_version_7_and_begins_with_its_time() {
        const AT: i64 = 1_790_540_187;
        let message = Message::drawn(&mut Rng::seed_from_u64(1), &mut Rng::seed_from_u64(2), AT);
        for (id, second) in [(&message.id, AT), (&message.attempt_id, AT + 1)] {
            let parsed = uuid::Uuid::parse_str(id).expect("a UUID");
            assert_eq!((parsed.get_version_num(), parsed.get_timestamp().map(|time| time.to_unix().0)), (7, u64::try_from(second).ok()));
            assert_eq!(*id, id.to_lowercase());
        }
        assert_eq!((message.event_at.as_str(), message.attempt_at.as_str()), ("2026-09-27T20:16:27+00:00", "2026-09-27T20:16:28+00:00"));
    }
}
