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
    /// A text made from parts.
    Made(Made<'s>),
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

/// A text that a template and what fills it make, which is written without being put together first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made<'s> {
    /// One after the other.
    pub parts: [&'s str; 4],
    /// After a space.
    pub number: Option<i64>,
}

impl<'s> Made<'s> {
    fn filled(template: &'s str, hole: &str, with: &'s str) -> Self {
        let (before, after) = template.split_once(hole).unwrap_or((template, ""));
        let with = if before.len() == template.len() { "" } else { with };
        Self { parts: ["", before, with, after], number: None }
    }

    fn after(mut self, start: &'s str) -> Self {
        self.parts[0] = start;
        self
    }

    fn numbered(self, number: i64) -> Self {
        Self { number: Some(number), ..self }
    }
}

type Teller = for<'s> fn(&'s Story<'_>, usize) -> Told<'s>;

/// Every fact, and how it is told. The number is which of several is meant (the second tag, the third course); 0 is the one the event is about.
const FACTS: &[(&str, Teller)] = &[
    ("account.email", |_, _| Told::text("owner@example.com")),
    ("event.at", |s, _| Told::text(s.run.event_at.as_str())),
    ("contact.id", |s, _| Told::Number(440_000_000 + s.ids().contact)),
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
    ("funnel.name", |s, _| Told::Made(s.shop().funnel_name())),
    ("optin_step.id", |s, _| Told::Number(s.shop().step_id(0))),
    ("optin_step.name", |s, _| Told::text(s.shop().words.optin_step)),
    ("visited_step.id", |s, _| Told::Number(s.shop().step_id(1))),
    ("visited_step.name", |s, _| Told::text(s.shop().words.thanks_step)),
    ("order_step.id", |s, _| Told::Number(s.shop().step_id(2))),
    ("order_step.name", |s, _| Told::text(s.shop().words.order_step)),
    ("webinar_step.id", |s, _| Told::Number(s.shop().step_id(3))),
    ("webinar_step.name", |s, _| Told::text(s.shop().words.webinar_step)),
    ("blog_page.id", |s, _| Told::Number(s.shop().blog_page_id())),
    ("blog_page.name", |s, _| Told::Made(s.shop().blog_page_name())),
    ("blog.id", |s, _| Told::Number(s.shop().blog_id())),
    ("blog.name", |s, _| Told::Made(s.shop().blog_name())),
    ("optin.source_url", |s, _| if s.presence.source_url { Told::Made(s.shop().source_url()) } else { Told::Lacking }),
    ("tag.id", |s, nth| Told::Number(s.shop().tag_id(nth))),
    ("tag.name", |s, nth| Told::Made(s.shop().tag_name(nth))),
    ("course.id", |s, nth| Told::Number(s.shop().course_id(nth))),
    ("course.name", |s, nth| Told::Made(s.shop().course_name(nth))),
    ("course.description", |s, _| Told::text(s.shop().description())),
    ("course_bundle.id", |s, _| Told::Number(s.shop().bundle_id())),
    ("course_bundle.name", |s, _| Told::Made(s.shop().bundle_name())),
    ("enrollment.access_type", |s, _| Told::text(s.order().access_type)),
    ("campaign.id", |s, _| Told::Number(s.shop().campaign_id())),
    ("campaign.name", |s, _| Told::Made(s.shop().campaign_name())),
    ("campaign.description", |s, _| Told::text(s.shop().description())),
    ("sent_email.id", |s, _| Told::Number(13_200_000 + s.ids().sent_email)),
    ("sent_email.subject", |s, _| Told::Made(s.shop().subject(s.presence.named.then_some(s.person().first_name)))),
    ("customer.id", |s, _| Told::Number(13_000_000 + s.ids().customer)),
    ("customer.payment_processor", |s, _| Told::text(s.order().payment_processor)),
    ("price_plan.id", |s, _| Told::Number(s.shop().price_plan_id())),
    ("price_plan.name", |s, _| Told::Made(s.shop().course_name(0))),
    ("price_plan.inner_name", |s, _| Told::Made(s.shop().price_plan_inner_name())),
    ("price_plan.amount", |s, _| Told::Number(s.shop().amount())),
    ("price_plan.currency", |s, _| Told::text(s.shop().words.currency)),
    ("order.id", |s, _| Told::Number(13_100_000 + s.ids().order)),
    ("order.at", |s, _| Told::text(s.order().placed_at.as_str())),
    ("order_item.id", |s, _| Told::Number(15_100_000 + s.ids().order_item)),
    ("webinar.id", |s, _| Told::Number(s.shop().webinar_id())),
    ("webinar.duration", |s, _| Told::text(s.webinar().duration)),
    ("webinar.registered_at", |s, _| Told::text(s.run.event_at.as_str())),
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
        };
        for _ in 0..50 {
            if self.given.iter().all(|fact| story.tell(*fact, 0) != Told::Lacking) {
                return story;
            }
            story.presence = Presence::drawn(&mut rng);
        }
        story.presence = Presence::FULL;
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
}

impl Story<'_> {
    /// The fact as this story tells it; `nth` where several are told of (the second tag), 0 being the one the event is about.
    pub fn tell(&self, fact: Fact, nth: usize) -> Told<'_> {
        FACTS[usize::from(fact.0)].1(self, nth)
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

    fn webinar(&self) -> &Webinar {
        self.webinar.get_or_init(|| Webinar::drawn(&mut self.stream(group("webinar")), self.run.at))
    }
}
