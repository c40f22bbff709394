//! The facts: a name each, which schemas and `--set` speak of, and how a story tells it.

use std::borrow::Cow;
use std::fmt;

use super::Story;
use super::person::Custom;
use crate::time;

/// A fact as a story tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<'s> {
    Text(Cow<'s, str>),
    /// A text made from parts.
    Made(Made<'s>),
    Number(i64),
    /// There, and without a value.
    Null,
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
    pub(super) fn filled(template: &'s str, hole: &str, with: &'s str) -> Self {
        let (before, after) = template.split_once(hole).unwrap_or((template, ""));
        let with = if before.len() == template.len() { "" } else { with };
        Self { parts: ["", before, with, after], number: None }
    }

    pub(super) fn after(mut self, start: &'s str) -> Self {
        self.parts[0] = start;
        self
    }

    pub(super) fn numbered(self, number: i64) -> Self {
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
    ("contact.registered_at", |s, _| Told::text(s.checkout().registered_at.as_str())),
    ("contact.locale", |s, _| Told::text(s.locale.language())),
    ("contact.custom", |s, _| match s.presence.custom {
        Custom::Absent => Told::Lacking,
        Custom::Empty => Told::Null,
        Custom::Answered => Told::text(s.shop().found_through()),
    }),
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
    ("other_tag.id", |s, nth| Told::Number(s.shop().tag_id(nth + 1))),
    ("other_tag.name", |s, nth| Told::Made(s.shop().tag_name(nth + 1))),
    ("course.id", |s, nth| Told::Number(s.shop().course_id(nth))),
    ("course.name", |s, nth| Told::Made(s.shop().course_name(nth))),
    ("course.description", |s, _| Told::if_known(s.shop().course_description())),
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
    ("order.source_url", |s, _| if s.presence.source_url { Told::Made(s.shop().source_url()) } else { Told::Lacking }),
    ("order.shipping_fee", |s, _| Told::Number(s.checkout().shipping_fee)),
    ("order.total_price", |s, _| Told::Number(s.shop().amount())),
    ("order.discounted_price", |s, _| Told::Number(s.shop().amount() - s.discount())),
    ("order.shipped_price", |s, _| Told::Number(s.shop().amount() + s.checkout().shipping_fee)),
    ("coupon.inner_name", |s, _| Told::text(format!("{} %", s.checkout().percent))),
    ("coupon.code", |s, _| Told::text(format!("{}{}", s.shop().coupon_word(), s.checkout().percent))),
    ("coupon.discount_amount", |s, _| Told::Number(s.discount())),
    ("coupon.expires_at", |s, _| Told::text(s.checkout().coupon_expires_at.as_str())),
    ("coupon.limit_of_use", |s, _| Told::Number(s.checkout().limit_of_use)),
    ("physical_product.id", |s, _| Told::Number(s.shop().product_id())),
    ("physical_product.name", |s, _| Told::Made(s.shop().course_name(0))),
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

    pub(super) fn told_by<'s>(self, story: &'s Story<'_>, nth: usize) -> Told<'s> {
        FACTS[usize::from(self.0)].1(story, nth)
    }
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
