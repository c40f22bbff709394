//! What the account sells and the contact got: a topic in the contact's language, and the funnel, offer, course, tag and mails about it. A thing of
//! one name has one id throughout a run, as on a real account.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus as Rng;

use super::Made;
use super::locale::chosen;
use super::words::{LANGUAGES, TOPICS, Words};
use crate::time;

/// Cents.
const PRICES: [i64; 8] = [700, 1900, 2700, 4700, 9700, 19_700, 29_700, 49_700];

/// At most so many of a kind about one topic.
const KINDS: usize = 32;

#[derive(Debug)]
pub struct Shop {
    pub words: &'static Words,
    topic: usize,
    /// Which funnel, course and tag about the topic the story begins with.
    first: usize,
    price: usize,
    found_through: &'static str,
    site: &'static str,
    query: &'static str,
    /// Where the run's ids begin: the same for all its stories.
    run: i64,
}

impl Shop {
    pub fn drawn(rng: &mut Rng, words: &'static Words, run: i64) -> Self {
        Self {
            words,
            topic: rng.random_range(0..TOPICS),
            first: rng.random_range(0..KINDS),
            price: rng.random_range(0..PRICES.len()),
            found_through: chosen(words.found_through, rng),
            site: chosen(&["https://school.example.com/", "https://www.example.com/", "https://academy.example.org/"], rng),
            query: chosen(
                &[
                    "",
                    "?utm_source=instagram&utm_medium=social",
                    "?utm_source=newsletter&utm_medium=email&utm_campaign=launch",
                    "?utm_source=google&utm_medium=cpc&gclid=Cj0KCQ",
                ],
                rng,
            ),
            run,
        }
    }

    fn topic(&self) -> &'static str {
        self.words.topics[self.topic].0
    }

    fn slug(&self) -> &'static str {
        self.words.topics[self.topic].1
    }

    /// The `nth` of `templates` from the story's first on, about the topic; a second round is numbered.
    fn named(&self, templates: &[&'static str], nth: usize, topic: &'static str) -> Made<'static> {
        let made = Made::filled(templates[(self.first + nth) % templates.len()], "{t}", topic);
        match nth / templates.len() {
            0 => made,
            round => made.numbered(round as i64 + 1),
        }
    }

    /// The id of the thing that `named` names, in a range of its own from `base` on.
    fn id(&self, base: i64, templates: usize, nth: usize) -> i64 {
        let thing = (self.words.language * TOPICS + self.topic) * KINDS + (self.first + nth) % templates + nth / templates * templates;
        debug_assert!(thing < LANGUAGES * TOPICS * KINDS);
        base + self.run + thing as i64
    }

    pub fn funnel_id(&self) -> i64 {
        self.id(7_600_000, self.words.funnel.len(), 0)
    }

    pub fn funnel_name(&self) -> Made<'static> {
        self.named(self.words.funnel, 0, self.topic())
    }

    /// A step or page of the funnel: one id per role.
    pub fn step_id(&self, role: i64) -> i64 {
        const ROLES: i64 = 8;
        26_000_000 + (self.funnel_id() - 7_600_000) * ROLES + role
    }

    pub fn blog_id(&self) -> i64 {
        self.id(330_000, 1, 0)
    }

    pub fn blog_name(&self) -> Made<'static> {
        Made::filled(self.words.blog, "{t}", self.topic())
    }

    pub fn blog_page_id(&self) -> i64 {
        self.id(26_900_000, self.words.blog_page.len(), 0)
    }

    pub fn blog_page_name(&self) -> Made<'static> {
        self.named(self.words.blog_page, 0, self.topic())
    }

    pub fn source_url(&self) -> Made<'static> {
        Made { parts: [self.site, self.slug(), self.query, ""], number: None }
    }

    pub fn tag_id(&self, nth: usize) -> i64 {
        self.id(1_410_000, self.words.tag.len(), nth)
    }

    pub fn tag_name(&self, nth: usize) -> Made<'static> {
        self.named(self.words.tag, nth, self.slug())
    }

    pub fn course_id(&self, nth: usize) -> i64 {
        self.id(680_000, self.words.course.len(), nth)
    }

    pub fn course_name(&self, nth: usize) -> Made<'static> {
        self.named(self.words.course, nth, self.topic())
    }

    /// A course that is sold as a thing: a book.
    pub fn product_id(&self) -> i64 {
        170_000 + self.course_id(0) - 680_000
    }

    /// What the codes of coupons begin with.
    pub fn coupon_word(&self) -> String {
        self.slug().split(['-', '/']).next().unwrap_or_default().to_ascii_uppercase()
    }

    pub fn bundle_id(&self) -> i64 {
        self.id(66_000, 1, 0)
    }

    pub fn bundle_name(&self) -> Made<'static> {
        Made::filled(self.words.bundle, "{t}", self.topic())
    }

    pub fn campaign_id(&self) -> i64 {
        self.id(820_000, 1, 0)
    }

    pub fn campaign_name(&self) -> Made<'static> {
        Made::filled(self.words.campaign, "{t}", self.topic())
    }

    /// Most courses have none.
    pub fn course_description(&self) -> Option<&'static str> {
        self.first.is_multiple_of(4).then(|| self.description())
    }

    pub fn description(&self) -> &'static str {
        self.words.description[self.topic % self.words.description.len()]
    }

    pub fn webinar_id(&self) -> i64 {
        self.id(540_000, self.words.funnel.len(), 0)
    }

    /// A mail's subject, to a contact whose first name is known or not.
    pub fn subject<'s>(&self, first_name: Option<&'s str>) -> Made<'s> {
        match first_name {
            Some(name) => self.named(self.words.personal_subject, 0, self.topic()).after(name),
            None => self.named(self.words.subject, 0, self.topic()),
        }
    }

    pub fn found_through(&self) -> &'static str {
        self.found_through
    }

    /// A course is sold at several prices, each a plan of its own.
    pub fn price_plan_id(&self) -> i64 {
        3_450_000 + (self.course_id(0) - 680_000) * PRICES.len() as i64 + self.price as i64
    }

    pub fn price_plan_inner_name(&self) -> Made<'static> {
        self.course_name(0).numbered(self.amount() / 100)
    }

    pub fn amount(&self) -> i64 {
        PRICES[self.price]
    }
}

/// How it was paid, and what it opened.
#[derive(Debug)]
pub struct Order {
    pub payment_processor: &'static str,
    pub access_type: &'static str,
    /// A little before the event.
    pub placed_at: String,
}

impl Order {
    pub fn drawn(rng: &mut Rng, event_at: i64) -> Self {
        Self {
            payment_processor: chosen(&["stripe", "stripe", "stripe", "paypal", "paypal", "cash on delivery", "mollie"], rng),
            access_type: chosen(&["full_access", "full_access", "full_access", "partial_access", "dripping_content", "partial_dripping_access"], rng),
            placed_at: time::written(event_at - rng.random_range(3..=40)),
        }
    }
}

/// What a price is changed by, and how long the contact was there before.
#[derive(Debug)]
pub struct Checkout {
    /// Cents.
    pub shipping_fee: i64,
    /// What a coupon takes off.
    pub percent: i64,
    pub limit_of_use: i64,
    pub coupon_expires_at: String,
    /// Before the event.
    pub registered_at: String,
}

impl Checkout {
    pub fn drawn(rng: &mut Rng, event_at: i64) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        Self {
            shipping_fee: chosen(&[390, 490, 590, 790], rng),
            percent: chosen(&[10, 15, 20, 30, 50], rng),
            limit_of_use: chosen(&[1, 20, 100, 500], rng),
            coupon_expires_at: time::written(event_at + rng.random_range(DAY..60 * DAY)),
            registered_at: time::written((event_at - rng.random_range(DAY..400 * DAY)).max(0)),
        }
    }
}

#[derive(Debug)]
pub struct Webinar {
    /// Seconds.
    pub duration: &'static str,
    /// After the registration.
    pub starts_at: i64,
}

impl Webinar {
    pub fn drawn(rng: &mut Rng, registered_at: i64) -> Self {
        let ahead = rng.random_range(10 * 60..=7 * 24 * 60 * 60);
        Self { duration: chosen(&["1800", "3600", "5400", "7200"], rng), starts_at: time::half_hour_after(registered_at, ahead) }
    }
}
