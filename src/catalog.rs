//! The events: their names, sender, schema and samples, and how a name that was typed finds one. It is made from (path, text) pairs: the
//! embedded `schemas/` and `samples/`, or a team's own. It refuses a schema without a sample, and a sample without a schema; it does not read
//! what is inside them.

use std::borrow::Cow;
use std::fmt;

use crate::error::{Error, Result, quoted};

/// Who sends: systeme.io has two senders with different bodies and headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sender {
    /// An automation rule or workflow action "Call a webhook".
    Automation,
    /// Settings > Webhooks.
    Settings,
}

impl Sender {
    pub const ALL: [Self; 2] = [Self::Automation, Self::Settings];

    /// The sender's name, which is also its folder's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::Settings => "settings",
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A line of the catalogue.
struct Line {
    sender: Sender,
    name: &'static str,
    short: &'static str,
    /// What the shape of the first sample is called, where the event has more than one.
    main_shape: &'static str,
    /// Further short names, each for one shape.
    shape_names: &'static [(&'static str, &'static str)],
}

const fn line(sender: Sender, name: &'static str, short: &'static str) -> Line {
    Line { sender, name, short, main_shape: DEFAULT_SHAPE, shape_names: &[] }
}

/// A new event is a line here, a schema and a sample; a new shape is a sample.
const LINES: &[Line] = &[
    Line { main_shape: "funnel", shape_names: &[("blog-optin", "blog")], ..line(Sender::Automation, "contact.optin.completed", "optin") },
    Line { main_shape: "both", ..line(Sender::Automation, "customer.sale.completed", "sale") },
    line(Sender::Automation, "contact.tag.added", "tag-added"),
    line(Sender::Automation, "contact.tag.removed", "tag-removed"),
    line(Sender::Automation, "contact.webinar.registered", "webinar"),
    line(Sender::Automation, "contact.course.enrolled", "course"),
    line(Sender::Automation, "contact.course_bundle.enrolled", "bundle"),
    line(Sender::Automation, "contact.campaign.finished", "campaign"),
    line(Sender::Automation, "contact.page.visited", "page"),
    line(Sender::Automation, "contact.email_link.clicked", "link"),
    Line { main_shape: "course", ..line(Sender::Settings, "SALE_NEW", "sale-new") },
    Line { main_shape: "course", ..line(Sender::Settings, "SALE_CANCELED", "sale-canceled") },
    line(Sender::Settings, "CONTACT_CREATED", "contact-created"),
    line(Sender::Settings, "CONTACT_OPT_IN", "contact-opt-in"),
    line(Sender::Settings, "CONTACT_TAG_ADDED", "contact-tag-added"),
    Line { main_shape: "single", ..line(Sender::Settings, "CONTACT_TAG_REMOVED", "contact-tag-removed") },
];

/// Names that receivers use and systeme.io does not (reported), each with what it means.
const WRONG_NAMES: &[(&str, &str)] = &[
    ("NEW_SALE", "SALE_NEW"),
    ("SALE_CANCELLED", "SALE_CANCELED"),
    ("sale.new", "SALE_NEW"),
    ("sale.canceled", "SALE_CANCELED"),
    ("order.completed", "SALE_NEW"),
    ("OPT_IN", "CONTACT_OPT_IN"),
    ("TAG_ADDED", "CONTACT_TAG_ADDED"),
    ("TAG_REMOVED", "CONTACT_TAG_REMOVED"),
];

/// systeme.io's name for what is often called `name`.
pub fn right_name(name: &str) -> Option<&'static str> {
    WRONG_NAMES.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(name)).map(|(_, right)| *right)
}

/// The only shape of an event that has one.
pub const DEFAULT_SHAPE: &str = "default";

const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A structural variant of an event, with the sample that shows it.
#[derive(Debug)]
pub struct Shape {
    pub name: String,
    pub sample: Cow<'static, str>,
    /// It rests on inference alone, or is no longer what is seen: sent only when it is named.
    pub only_when_named: bool,
}

#[derive(Debug)]
pub struct Event {
    pub sender: Sender,
    /// systeme.io's own name.
    pub name: String,
    /// For typing.
    pub short: String,
    /// Further short names, each with the shape it stands for.
    pub shape_names: Vec<(String, String)>,
    pub schema: Cow<'static, str>,
    /// The first is the main one.
    pub shapes: Vec<Shape>,
}

impl Event {
    /// `name`, with the shape where there is more than one.
    pub fn label(&self, shape: &Shape) -> String {
        if self.shapes.len() == 1 { self.name.clone() } else { format!("{}:{}", self.name, shape.name) }
    }

    /// The shapes that are sent when only the event is named.
    pub fn usual_shapes(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(|shape| !shape.only_when_named)
    }
}

#[derive(Debug)]
pub struct Catalog {
    pub events: Vec<Event>,
    /// `schemas/common.json`.
    pub common: Cow<'static, str>,
}

impl Catalog {
    pub fn embedded() -> Result<Self> {
        Self::from_texts(EMBEDDED.iter().map(|(path, text)| (*path, Cow::Borrowed(*text))))
    }

    /// From (path, text) pairs laid out as `schemas/` and `samples/` are. An event that no line knows goes by its name.
    pub fn from_texts<'p>(pairs: impl IntoIterator<Item = (&'p str, Cow<'static, str>)>) -> Result<Self> {
        let mut common = None;
        let mut events: Vec<Event> = Vec::new();
        let mut samples = Vec::new();
        for (path, text) in pairs {
            match parts(path) {
                Some(("schemas", None, "common")) => common = Some(text),
                Some(("schemas", Some(sender), name)) => events.push(event(sender, name, text)),
                Some(("samples", Some(sender), name)) => samples.push((path, sender, name, text)),
                _ => return Err(Error::new(format!("{path} is no place for a schema or a sample")).hint(LAYOUT)),
            }
        }
        for (path, sender, stem, sample) in samples {
            let (name, shape) = stem.split_once('+').map_or((stem, None), |(name, shape)| (name, Some(shape)));
            let event = events
                .iter_mut()
                .find(|event| event.sender == sender && event.name == name)
                .ok_or_else(|| Error::new(format!("{path} has no schema")).hint(format!("add schemas/{sender}/{name}.json")))?;
            match shape {
                None => event.shapes[0].sample = sample,
                Some(shape) => {
                    let (name, only_when_named) = shape.strip_suffix(ONLY_WHEN_NAMED).map_or((shape, false), |name| (name, true));
                    event.shapes.push(Shape { name: name.to_owned(), sample, only_when_named });
                }
            }
        }
        if let Some(bare) = events.iter().find(|event| event.shapes[0].sample.is_empty()) {
            let (sender, name) = (bare.sender, &bare.name);
            return Err(Error::new(format!("schemas/{sender}/{name}.json has no sample")).hint(format!("add samples/{sender}/{name}.json")));
        }
        let place = |event: &Event| LINES.iter().position(|line| line.sender == event.sender && line.name == event.name);
        events.sort_by_key(|event| place(event).unwrap_or(LINES.len()));
        let common = common.ok_or_else(|| Error::new("schemas/common.json is missing").hint(LAYOUT))?;
        Ok(Self { events, common })
    }

    /// The event that `name` means and, where it names one, the shape: `sale`, `customer.sale.completed`, `optin:blog`, `blog-optin`,
    /// `automation/sale`. Case, `-` and `_` do not matter.
    pub fn find(&self, name: &str) -> Result<(&Event, Option<&Shape>)> {
        let (event_name, shape_name) = name.split_once(':').map_or((name, None), |(event, shape)| (event, Some(shape)));
        let wanted = folded(event_name);
        let (event, shape_of_name) =
            self.events.iter().find_map(|event| event.names().find(|(name, _)| folded(name) == wanted).map(|(_, shape)| (event, shape))).ok_or_else(|| {
                if let Some(right) = right_name(event_name) {
                    return Error::new(format!("unknown event {}", quoted(name))).hint(format!("systeme.io calls it {right}"));
                }
                let names = self.events.iter().flat_map(|event| event.names().map(|(name, _)| name));
                let names: Vec<String> = names.filter(|known| name.contains('/') || !known.contains('/')).collect();
                Error::unknown("event", name, names.iter().map(String::as_str), "systeme-hook events lists them")
            })?;
        if let (Some(_), Some(shape)) = (shape_name, &shape_of_name) {
            return Err(Error::new(format!("{} names a shape already", quoted(event_name))).hint(format!("it is {}:{shape}", event.short)));
        }
        let Some(shape_name) = shape_name.or(shape_of_name.as_deref()) else { return Ok((event, None)) };
        let shape = event.shapes.iter().find(|shape| folded(&shape.name) == folded(shape_name)).ok_or_else(|| {
            let shapes: Vec<_> = event.shapes.iter().map(|shape| shape.name.as_str()).collect();
            Error::unknown("shape", shape_name, shapes.iter().copied(), &format!("{} has {}", event.name, shapes.join(", ")))
        })?;
        Ok((event, Some(shape)))
    }

    /// The event of Settings > Webhooks that a header names, to the letter.
    pub fn of_header(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.sender == Sender::Settings && event.name == name)
    }

    /// The automation event that a body's `type` names, to the letter.
    pub fn of_type(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.sender == Sender::Automation && event.name == name)
    }
}

impl Event {
    /// Every name that finds it, each with the shape it stands for.
    fn names(&self) -> impl Iterator<Item = (String, Option<String>)> {
        // Often the short name is the other one, as one types it.
        let short = Some(&self.short).filter(|short| folded(short) != folded(&self.name));
        let own = short.into_iter().chain([&self.name]).map(|name| (name.clone(), None));
        let shapes = self.shape_names.iter().map(|(name, shape)| (name.clone(), Some(shape.clone())));
        let bare: Vec<_> = own.chain(shapes).collect();
        let full: Vec<_> = bare.iter().map(|(name, shape)| (format!("{}/{name}", self.sender), shape.clone())).collect();
        bare.into_iter().chain(full)
    }
}

const LAYOUT: &str = "schemas/common.json, schemas/SENDER/EVENT.json, samples/SENDER/EVENT.json and EVENT+SHAPE.json are the places";

/// A shape that is sent only when it is named says so in its file's name.
const ONLY_WHEN_NAMED: &str = ".named";

fn event(sender: Sender, name: &str, schema: Cow<'static, str>) -> Event {
    let line = LINES.iter().find(|line| line.sender == sender && line.name == name);
    let main = line.map_or(DEFAULT_SHAPE, |line| line.main_shape);
    let shape_names = line.map_or(&[][..], |line| line.shape_names);
    Event {
        sender,
        name: name.to_owned(),
        short: line.map_or(name, |line| line.short).to_owned(),
        shape_names: shape_names.iter().map(|(name, shape)| ((*name).to_owned(), (*shape).to_owned())).collect(),
        schema,
        shapes: vec![Shape { name: main.to_owned(), sample: Cow::Borrowed(""), only_when_named: false }],
    }
}

/// `schemas/automation/x.json` → ("schemas", Some(Automation), "x").
fn parts(path: &str) -> Option<(&str, Option<Sender>, &str)> {
    let (folder, rest) = path.strip_suffix(".json")?.split_once('/')?;
    match rest.split_once('/') {
        None => Some((folder, None, rest)),
        Some((sender, name)) => {
            let sender = Sender::ALL.into_iter().find(|known| known.name() == sender)?;
            Some((folder, Some(sender), name))
        }
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str) -> String {
        match Catalog::embedded().and_then(|catalog| catalog.find(name).map(|(event, shape)| (event.name.clone(), shape.map(|s| s.name.clone())))) {
            Ok((event, Some(shape))) => format!("{event}:{shape}"),
            Ok((event, None)) => event,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_schema_has_a_line_and_every_line_a_schema() {
        let catalog = Catalog::embedded().expect("the catalogue");
        let schemas: Vec<_> = catalog.events.iter().map(|event| (event.sender, event.name.as_str())).collect();
        let lines: Vec<_> = LINES.iter().map(|line| (line.sender, line.name)).collect();
        assert_eq!(schemas, lines, "a new event is a line in LINES, a schema and a sample");
    }

    #[test]
    fn no_two_events_share_a_name() {
        let catalog = Catalog::embedded().expect("the catalogue");
        let mut names: Vec<_> = catalog.events.iter().flat_map(|event| event.names().map(|(name, _)| folded(&name)).collect::<Vec<_>>()).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn an_event_is_found_by_each_of_its_names() {
        for name in ["sale", "SALE", "customer.sale.completed", "automation/sale", "Automation/customer.sale.completed"] {
            assert_eq!(shown(name), "customer.sale.completed", "{name}");
        }
        assert_eq!(shown("tag_added"), "contact.tag.added");
        assert_eq!(shown("TagAdded"), "contact.tag.added");
        assert_eq!(shown("contact.coursebundle.enrolled"), "contact.course_bundle.enrolled");
    }

    #[test]
    fn a_shape_is_found_by_its_own_short_name() {
        assert_eq!(shown("blog-optin"), "contact.optin.completed:blog");
        assert_eq!(shown("optin:blog"), shown("blog-optin"));
        assert_eq!(shown("automation/blog_optin"), shown("blog-optin"));
        assert_eq!(shown("optin:funnel"), "contact.optin.completed:funnel");
    }

    #[test]
    fn a_dot_matters_in_a_name() {
        assert_eq!(
            shown("contactpagevisited"),
            "unknown event \"contactpagevisited\": did you mean \"contact.page.visited\"? (systeme-hook events lists them)"
        );
    }

    #[test]
    fn a_name_that_is_wrong_in_the_wild_is_told_the_right_one() {
        assert_eq!(shown("NEW_SALE"), "unknown event \"NEW_SALE\": systeme.io calls it SALE_NEW");
        assert_eq!(shown("sale.new"), "unknown event \"sale.new\": systeme.io calls it SALE_NEW");
        assert_eq!(shown("sale-new"), "SALE_NEW");
        assert_eq!(shown("settings/sale-canceled"), "SALE_CANCELED");
    }

    #[test]
    fn an_unknown_name_is_told_the_nearest() {
        assert_eq!(shown("sales"), "unknown event \"sales\": did you mean \"sale\"? (systeme-hook events lists them)");
        assert_eq!(
            shown("sale:cours"),
            "unknown shape \"cours\": did you mean \"course\"? (customer.sale.completed has both, course, several, subscription, tag)"
        );
    }

    #[test]
    fn a_sample_without_a_schema_is_refused() {
        let pairs = [("schemas/common.json", "{}"), ("samples/automation/x.json", "{}")];
        let refused = Catalog::from_texts(pairs.map(|(path, text)| (path, Cow::Borrowed(text))));
        assert_eq!(refused.map(|_| ()).map_err(|e| e.to_string()), Err("samples/automation/x.json has no schema: add schemas/automation/x.json".to_owned()));
    }

    #[test]
    fn a_schema_without_a_sample_is_refused() {
        let pairs = [("schemas/common.json", "{}"), ("schemas/settings/X.json", "{}"), ("samples/settings/X+y.json", "{}")];
        let refused = Catalog::from_texts(pairs.map(|(path, text)| (path, Cow::Borrowed(text))));
        assert_eq!(refused.map(|_| ()).map_err(|e| e.to_string()), Err("schemas/settings/X.json has no sample: add samples/settings/X.json".to_owned()));
    }
}
