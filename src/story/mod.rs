//! One story per contact, from a seed: a person, what they opted in to, bought, were tagged and enrolled in, the times in order. An event shows a
//! part of it. A story knows facts by name and no event; the same seed and clock tell the same story, whatever else is told.

mod fact;
mod locale;
mod message;
mod person;
mod places;
mod shop;
mod words;

use std::cell::OnceCell;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus as Rng;

use crate::time;

pub use fact::{Fact, Made, Told};
pub use locale::Locale;
pub use message::Message;
use person::{Affiliate, Business, Home, Person, Presence};
use shop::{Checkout, Order, Shop, Webinar};

/// What all stories of a run share: the same seed, clock and locales tell the same stories.
#[derive(Debug, Clone)]
pub struct Stories {
    seed: u64,
    at: i64,
    event_at: String,
    locales: Vec<(Locale, u32)>,
    shares: u32,
    given: Vec<Fact>,
    starts: Ids,
    shop_start: i64,
}

impl Stories {
    /// `at` is when the events happen; `locales` where contacts come from, each with its share, of which there is one at least; every contact has
    /// the `given` facts: one who could not carry them is not drawn.
    pub fn new(seed: u64, at: i64, locales: Vec<(Locale, u32)>, given: Vec<Fact>) -> Self {
        let mut rng = stream(seed, 0, group("run"));
        let starts = Ids::drawn(&mut rng, [9_000_000, 90_000, 90_000, 90_000, 90_000]);
        let shares = locales.iter().map(|(_, share)| share).sum();
        Self { seed, at, event_at: time::written(at), locales, shares, given, starts, shop_start: rng.random_range(0..400) }
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// When the events happen.
    pub fn at(&self) -> &str {
        &self.event_at
    }

    /// A secret for who was given none: the same again with the same seed.
    pub fn made_secret(&self) -> String {
        let mut rng = stream(self.seed, 0, group("secret"));
        (0..32).map(|_| char::from(b"abcdefghijkmnpqrstuvwxyz23456789"[rng.random_range(0..32)])).collect()
    }

    /// The story of delivery `number`, which depends on the seed and that number alone.
    pub fn story(&self, number: u64) -> Story<'_> {
        let mut rng = stream(self.seed, number, group("presence"));
        let mut story = Story {
            run: self,
            number,
            locale: self.locale(&mut rng),
            presence: Presence::drawn(&mut rng),
            ids: OnceCell::new(),
            person: OnceCell::new(),
            home: OnceCell::new(),
            business: OnceCell::new(),
            affiliate: OnceCell::new(),
            shop: OnceCell::new(),
            order: OnceCell::new(),
            webinar: OnceCell::new(),
            checkout: OnceCell::new(),
        };
        // A contact who could not carry a given fact is not drawn: this one gives just as much more as it takes.
        for fact in &self.given {
            if story.tell(*fact, 0) == Told::Lacking {
                let drawn = story.presence;
                let more = drawn.with_more().into_iter().find(|more| {
                    story.presence = *more;
                    story.tell(*fact, 0) != Told::Lacking
                });
                story.presence = more.unwrap_or(drawn);
            }
        }
        story
    }

    fn locale(&self, rng: &mut Rng) -> Locale {
        let mut drawn = rng.random_range(0..self.shares.max(1));
        for (locale, share) in &self.locales {
            match drawn.checked_sub(*share) {
                Some(rest) => drawn = rest,
                None => return *locale,
            }
        }
        Locale::mix()[0].0
    }
}

/// Each group of facts draws from its own stream, so that a new fact in one leaves the others as they were: the seed, the delivery's number and the
/// group, mixed as SplitMix64 mixes, seed a xoshiro256++. Both are fixed by their papers, on every platform.
fn stream(seed: u64, number: u64, group: u64) -> Rng {
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    Rng::seed_from_u64(mix(mix(seed ^ group).wrapping_add(number)))
}

/// A group's name, by FNV-1a.
const fn group(name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name.as_bytes()[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// What is added to where each kind of id begins.
#[derive(Debug, Clone, Copy)]
struct Ids {
    contact: i64,
    customer: i64,
    order: i64,
    order_item: i64,
    sent_email: i64,
}

impl Ids {
    fn drawn(rng: &mut Rng, rooms: [i64; 5]) -> Self {
        let [contact, customer, order, order_item, sent_email] = rooms.map(|room| rng.random_range(0..room));
        Self { contact, customer, order, order_item, sent_email }
    }
}

/// A group of facts is drawn when the first of them is told.
#[derive(Debug)]
pub struct Story<'r> {
    run: &'r Stories,
    number: u64,
    locale: Locale,
    presence: Presence,
    ids: OnceCell<Ids>,
    person: OnceCell<Person>,
    home: OnceCell<Home>,
    business: OnceCell<Business>,
    affiliate: OnceCell<Affiliate>,
    shop: OnceCell<Shop>,
    order: OnceCell<Order>,
    webinar: OnceCell<Webinar>,
    checkout: OnceCell<Checkout>,
}

impl Story<'_> {
    /// The fact as this story tells it; `nth` where several are told of (the second tag), 0 being the one the event is about.
    pub fn tell(&self, fact: Fact, nth: usize) -> Told<'_> {
        fact.told_by(self, nth)
    }

    /// What is around its delivery by Settings > Webhooks.
    pub fn message(&self) -> Message {
        Message::drawn(&mut self.stream(group("message")), &mut stream(self.run.seed, 0, group("subscription")), self.run.at)
    }

    /// What is around a further attempt, so many seconds after each one before it.
    pub fn message_again(&self, waits: &[i64]) -> Message {
        let mut rng = self.stream(group("attempts"));
        waits.iter().fold(self.message(), |message, seconds| message.again(&mut rng, *seconds))
    }

    fn stream(&self, group: u64) -> Rng {
        stream(self.run.seed, self.number, group)
    }

    /// No other story of the run has them: each has its own few.
    fn ids(&self) -> &Ids {
        const STRIDE: i64 = 7;
        self.ids.get_or_init(|| {
            let own = Ids::drawn(&mut self.stream(group("ids")), [STRIDE; 5]);
            let from = |start: i64, own: i64| start + own + i64::try_from(self.number).unwrap_or(i64::MAX >> 8).saturating_mul(STRIDE);
            let starts = &self.run.starts;
            Ids {
                contact: from(starts.contact, own.contact),
                customer: from(starts.customer, own.customer),
                order: from(starts.order, own.order),
                order_item: from(starts.order_item, own.order_item),
                sent_email: from(starts.sent_email, own.sent_email),
            }
        })
    }

    fn person(&self) -> &Person {
        self.person.get_or_init(|| Person::drawn(&mut self.stream(group("person")), self.locale, self.number))
    }

    fn home(&self) -> Option<&Home> {
        let home = || Home::drawn(&mut self.stream(group("home")), self.locale, self.person().country);
        self.presence.addressed.then(|| self.home.get_or_init(home))
    }

    fn business(&self) -> Option<&Business> {
        let business = || Business::drawn(&mut self.stream(group("business")), self.person());
        self.presence.business.then(|| self.business.get_or_init(business))
    }

    fn affiliate(&self) -> Option<&Affiliate> {
        let affiliate = || {
            let which = self.stream(group("referrer")).random_range(0..Affiliate::MANY);
            Affiliate::drawn(&mut stream(self.run.seed, which, group("affiliate")))
        };
        self.presence.referred.then(|| self.affiliate.get_or_init(affiliate))
    }

    fn ip(&self) -> String {
        person::ip(&mut self.stream(group("ip")))
    }

    fn shop(&self) -> &Shop {
        self.shop.get_or_init(|| Shop::drawn(&mut self.stream(group("shop")), self.locale.words(), self.run.shop_start))
    }

    fn order(&self) -> &Order {
        self.order.get_or_init(|| Order::drawn(&mut self.stream(group("order")), self.run.at))
    }

    fn checkout(&self) -> &Checkout {
        self.checkout.get_or_init(|| Checkout::drawn(&mut self.stream(group("checkout")), self.run.at))
    }

    /// What the coupon takes off, in cents.
    fn discount(&self) -> i64 {
        self.shop().amount() * self.checkout().percent / 100
    }

    fn webinar(&self) -> &Webinar {
        self.webinar.get_or_init(|| Webinar::drawn(&mut self.stream(group("webinar")), self.run.at))
    }
}
