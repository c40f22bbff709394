//! One story per contact, from a seed: a person, what they opted in to, bought, were tagged and enrolled in, the times in order. An event shows a
//! part of it. A story knows facts by name and no event; the same seed and clock tell the same story, whatever else is told.

mod locale;
mod person;
mod places;
mod shop;
pub mod time;
mod words;

use std::borrow::Cow;
use std::cell::OnceCell;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus as Rng;

pub use locale::Locale;
use person::{Affiliate, Business, Home, Person, Presence};
use shop::{Order, Shop, Webinar};

/// A fact as a story tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<'s> {
    Text(Cow<'s, str>),
    Number(i64),
    /// The story has none: the contact gave no name, no friend referred them.
    Lacking,
}

impl<'s> Told<'s> {
    fn text(text: impl Into<Cow<'s, str>>) -> Self {
        Self::Text(text.into())
    }

    fn if_known(text: Option<impl Into<Cow<'s, str>>>) -> Self {
        text.map_or(Self::Lacking, Self::text)
    }
}

type Teller = for<'s> fn(&'s Story, usize) -> Told<'s>;

/// Every fact, and how it is told. The number is which of several is meant (the second tag, the third course); 0 is the one the event is about.
const FACTS: &[(&str, Teller)] = &[
    ("account.email", |_, _| Told::text("owner@example.com")),
    ("event.at", |s, _| Told::text(s.event_at.as_str())),
    ("contact.id", |s, _| Told::Number(s.id(440_000_000, 9_000_000, "contact"))),
    ("contact.email", |s, _| Told::text(s.person().email.as_str())),
    ("contact.first_name", |s, _| Told::if_known(s.presence.named.then_some(s.person().first_name))),
    ("contact.surname", |s, _| Told::if_known(s.presence.named.then_some(s.person().surname))),
    ("contact.phone_number", |s, _| Told::if_known(s.home().map(|p| p.phone_number.as_str()))),
    ("contact.country", |s, _| Told::if_known(s.home().map(|_| s.person().country.code))),
    ("contact.street_address", |s, _| Told::if_known(s.home().map(|p| p.street_address.as_str()))),
    ("contact.city", |s, _| Told::if_known(s.home().map(|p| p.city))),
    ("contact.postcode", |s, _| Told::if_known(s.home().map(|p| p.postcode))),
    ("contact.company_name", |s, _| Told::if_known(s.business().map(|p| p.company_name.as_str()))),
    ("contact.tax_number", |s, _| Told::if_known(s.business().map(|p| p.tax_number.as_str()))),
    ("contact.custom", |s, _| Told::if_known(s.presence.custom.then(|| s.shop().found_through()))),
    ("contact.ip", |s, _| Told::if_known(s.presence.ip.then(|| s.ip()))),
    ("referrer.id", |s, _| s.affiliate().map_or(Told::Lacking, |a| Told::Number(a.id))),
    ("referrer.email", |s, _| Told::if_known(s.affiliate().map(|a| a.email.as_str()))),
    ("funnel.id", |s, _| Told::Number(s.shop().funnel_id())),
    ("funnel.name", |s, _| Told::text(s.shop().funnel_name())),
    ("optin_step.id", |s, _| Told::Number(s.shop().step_id(0))),
    ("optin_step.name", |s, _| Told::text(s.shop().words.optin_step)),
    ("visited_step.id", |s, _| Told::Number(s.shop().step_id(1))),
    ("visited_step.name", |s, _| Told::text(s.shop().words.thanks_step)),
    ("order_step.id", |s, _| Told::Number(s.shop().step_id(2))),
    ("order_step.name", |s, _| Told::text(s.shop().words.order_step)),
    ("webinar_step.id", |s, _| Told::Number(s.shop().step_id(3))),
    ("webinar_step.name", |s, _| Told::text(s.shop().words.webinar_step)),
    ("blog_page.id", |s, _| Told::Number(s.shop().blog_page_id())),
    ("blog_page.name", |s, _| Told::text(s.shop().blog_page_name())),
    ("blog.id", |s, _| Told::Number(s.shop().blog_id())),
    ("blog.name", |s, _| Told::text(s.shop().blog_name())),
    ("optin.source_url", |s, _| Told::if_known(s.presence.source_url.then(|| s.shop().source_url()))),
    ("tag.id", |s, nth| Told::Number(s.shop().tag_id(nth))),
    ("tag.name", |s, nth| Told::text(s.shop().tag_name(nth))),
    ("course.id", |s, nth| Told::Number(s.shop().course_id(nth))),
    ("course.name", |s, nth| Told::text(s.shop().course_name(nth))),
    ("course.description", |s, _| Told::text(s.shop().description())),
    ("course_bundle.id", |s, _| Told::Number(s.shop().bundle_id())),
    ("course_bundle.name", |s, _| Told::text(s.shop().bundle_name())),
    ("enrollment.access_type", |s, _| Told::text(s.order().access_type)),
    ("campaign.id", |s, _| Told::Number(s.shop().campaign_id())),
    ("campaign.name", |s, _| Told::text(s.shop().campaign_name())),
    ("campaign.description", |s, _| Told::text(s.shop().description())),
    ("sent_email.id", |s, _| Told::Number(s.id(13_200_000, 90_000, "sent_email"))),
    ("sent_email.subject", |s, _| Told::text(s.shop().subject(s.presence.named.then_some(s.person().first_name)))),
    ("customer.id", |s, _| Told::Number(s.id(13_000_000, 90_000, "customer"))),
    ("customer.payment_processor", |s, _| Told::text(s.order().payment_processor)),
    ("price_plan.id", |s, _| Told::Number(s.shop().price_plan_id())),
    ("price_plan.name", |s, _| Told::text(s.shop().course_name(0))),
    ("price_plan.inner_name", |s, _| Told::text(s.shop().price_plan_inner_name())),
    ("price_plan.amount", |s, _| Told::Number(s.shop().amount())),
    ("price_plan.currency", |s, _| Told::text(s.shop().words.currency)),
    ("order.id", |s, _| Told::Number(s.id(13_100_000, 90_000, "order"))),
    ("order.at", |s, _| Told::text(time::written(s.at - s.order().seconds_ago))),
    ("order_item.id", |s, _| Told::Number(s.id(15_100_000, 90_000, "order_item"))),
    ("webinar.id", |s, _| Told::Number(s.shop().webinar_id())),
    ("webinar.duration", |s, _| Told::text(s.webinar().duration)),
    ("webinar.registered_at", |s, _| Told::text(s.event_at.as_str())),
    ("webinar.scheduled_at", |s, _| Told::text(time::written(s.webinar().starts_at))),
];

/// A fact's name, known to exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(u8);

impl Fact {
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FACTS.len()).filter_map(|at| u8::try_from(at).ok()).map(Self)
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::all().find(|fact| fact.name() == name)
    }

    pub fn name(self) -> &'static str {
        FACTS[usize::from(self.0)].0
    }
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What all stories of a run share: the same seed, clock and locales tell the same stories.
#[derive(Debug, Clone)]
pub struct Stories {
    pub seed: u64,
    /// When the events happen.
    pub at: i64,
    /// Where contacts come from, each with its share.
    pub locales: Vec<(Locale, u32)>,
    /// Facts that every contact has: one who could not carry them is not drawn.
    pub given: Vec<Fact>,
}

impl Stories {
    /// The story of delivery `number`, which depends on the seed and that number alone.
    pub fn story(&self, number: u64) -> Story {
        let mut rng = stream(self.seed, Some(number), "locale");
        let shares: u32 = self.locales.iter().map(|(_, share)| share).sum();
        let mut drawn = rng.random_range(0..shares.max(1));
        let local = self.locales.iter().find(|(_, share)| drawn.checked_sub(*share).map(|rest| drawn = rest).is_none());
        let locale = local.map_or_else(|| Locale::mix()[0].0, |(locale, _)| *locale);
        let mut story = Story {
            seed: self.seed,
            number,
            at: self.at,
            locale,
            presence: Presence::FULL,
            event_at: time::written(self.at),
            person: OnceCell::new(),
            home: OnceCell::new(),
            business: OnceCell::new(),
            affiliate: OnceCell::new(),
            shop: OnceCell::new(),
            order: OnceCell::new(),
            webinar: OnceCell::new(),
        };
        const DRAWS: usize = 50;
        let mut rng = stream(self.seed, Some(number), "presence");
        for _ in 0..DRAWS {
            story.presence = Presence::drawn(&mut rng);
            if self.given.iter().all(|fact| story.tell(*fact, 0) != Told::Lacking) {
                return story;
            }
        }
        story.presence = Presence::FULL;
        story
    }
}

/// Each group of facts draws from its own stream, so that a new fact in one leaves the others as they were. FNV-1a over the seed, the delivery's
/// number and the group's name, spread by SplitMix64, is the state of a xoshiro256++: all three are fixed by their papers, on every platform.
fn stream(seed: u64, number: Option<u64>, group: &str) -> Rng {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let number = number.map(u64::to_le_bytes);
    let bytes = seed.to_le_bytes().into_iter().chain(number.into_iter().flatten()).chain(group.bytes());
    Rng::seed_from_u64(bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)))
}

/// A group of facts is drawn when the first of them is told.
#[derive(Debug)]
pub struct Story {
    seed: u64,
    number: u64,
    at: i64,
    locale: Locale,
    presence: Presence,
    event_at: String,
    person: OnceCell<Person>,
    home: OnceCell<Home>,
    business: OnceCell<Business>,
    affiliate: OnceCell<Affiliate>,
    shop: OnceCell<Shop>,
    order: OnceCell<Order>,
    webinar: OnceCell<Webinar>,
}

impl Story {
    /// The fact as this story tells it; `nth` where several are told of (the second tag), 0 being the one the event is about.
    pub fn tell(&self, fact: Fact, nth: usize) -> Told<'_> {
        FACTS[usize::from(fact.0)].1(self, nth)
    }

    fn stream(&self, group: &str) -> Rng {
        stream(self.seed, Some(self.number), group)
    }

    /// An id that no other story of the run has, in a range of its own from `base` on.
    fn id(&self, base: i64, room: i64, group: &str) -> i64 {
        const STRIDE: u64 = 7;
        let start = stream(self.seed, None, group).random_range(0..room);
        let step = self.stream(group).random_range(0..STRIDE);
        base + start + (self.number * STRIDE + step) as i64
    }

    fn person(&self) -> &Person {
        self.person.get_or_init(|| Person::drawn(&mut self.stream("person"), self.locale, self.number))
    }

    fn home(&self) -> Option<&Home> {
        let home = || Home::drawn(&mut self.stream("home"), self.locale, self.person().country);
        self.presence.addressed.then(|| self.home.get_or_init(home))
    }

    fn business(&self) -> Option<&Business> {
        let business = || Business::drawn(&mut self.stream("business"), self.person());
        self.presence.business.then(|| self.business.get_or_init(business))
    }

    fn affiliate(&self) -> Option<&Affiliate> {
        let affiliate = || {
            let which = self.stream("referrer").random_range(0..Affiliate::MANY);
            Affiliate::drawn(&mut stream(self.seed, Some(which), "affiliate"))
        };
        self.presence.referred.then(|| self.affiliate.get_or_init(affiliate))
    }

    fn ip(&self) -> String {
        person::ip(&mut self.stream("ip"))
    }

    fn shop(&self) -> &Shop {
        self.shop.get_or_init(|| {
            let run = stream(self.seed, None, "shop").random_range(0..400);
            Shop::drawn(&mut self.stream("shop"), self.locale.words(), run)
        })
    }

    fn order(&self) -> &Order {
        self.order.get_or_init(|| Order::drawn(&mut self.stream("order")))
    }

    fn webinar(&self) -> &Webinar {
        self.webinar.get_or_init(|| Webinar::drawn(&mut self.stream("webinar"), self.at))
    }
}
