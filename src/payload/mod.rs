//! A body: a sample gives the shape, its schema says where facts stand, a story fills them, and what was set by hand has the last word. A shape is
//! cut once per set of lacking facts into encoded bytes with holes; a payload is then bytes and facts written in turn. It refuses a name or a
//! place that no shape of the run has.

mod cut;
mod overrides;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::catalog::{Event, Shape};
use crate::error::{Error, Result, quoted};
use crate::php_json;
use crate::pointer;
use crate::schema::{EventSchema, Schemas, each_place, parsed};
use crate::story::{Fact, Story, Told};

use cut::Cut;
pub use overrides::{Given, Overrides, Set};
use overrides::{Put, put};

/// The payloads of one shape.
#[derive(Debug)]
pub struct Payloads<'c> {
    pub event: &'c Event,
    pub shape: &'c Shape,
    /// The sample, with what was set by hand.
    base: Value,
    /// Keys that were set by hand where the sample has none.
    pub added: Vec<String>,
    /// Every fact that the sample has a place for.
    facts: Vec<&'static str>,
    slots: Vec<Slot>,
    unset: Vec<String>,
    /// One per set of lacking facts that was met: a handful.
    cuts: Vec<Cut>,
}

/// One bit each.
const MOST_SLOTS: usize = 64;

/// A place that a story fills.
#[derive(Debug)]
struct Slot {
    place: String,
    fact: Fact,
    /// Which of several, in the order of the array it stands in.
    nth: usize,
    /// The sample stays valid without it.
    optional: bool,
}

/// The payloads of each of `shapes`, in their order.
pub fn payloads<'c>(schemas: &Schemas<'c>, shapes: &[(&'c Event, &'c Shape)], overrides: &Overrides) -> Result<Vec<Payloads<'c>>> {
    let mut unused =
        Unused { sets: overrides.sets.iter().map(|set| set.name.as_str()).collect(), unsets: overrides.unsets.iter().map(String::as_str).collect() };
    let payloads: Vec<_> = shapes.iter().map(|(event, shape)| Payloads::new(schemas, event, shape, overrides, &mut unused)).collect::<Result<_>>()?;
    match (unused.sets.first(), unused.unsets.first()) {
        (None, None) => Ok(payloads),
        (Some(name), _) => Err(unknown_name(name, &payloads)),
        (None, Some(place)) if place.starts_with('/') => Err(unknown_name(place, &payloads)),
        (None, Some(name)) => Err(Error::new(format!("--unset takes a JSON Pointer, such as /data/contact/ip, not {}", quoted(name))).hint(LISTING)),
    }
}

/// The names of overrides that no shape has had a place for yet.
struct Unused<'o> {
    sets: Vec<&'o str>,
    unsets: Vec<&'o str>,
}

const LISTING: &str = "systeme-hook events EVENT lists facts and places";

impl<'c> Payloads<'c> {
    /// Takes the names of the overrides that this shape has a place for out of `unused`.
    fn new(schemas: &Schemas<'c>, event: &'c Event, shape: &'c Shape, overrides: &Overrides, unused: &mut Unused<'_>) -> Result<Self> {
        let schema = schemas.of(event)?;
        let label = event.label(shape);
        let sample = parsed(&label, &shape.sample)?;
        let mut base = sample.clone();
        let mut slots = fact_places(schema, &sample)?;
        let mut facts: Vec<&'static str> = slots.values().map(|(fact, _)| fact.name()).collect();
        facts.sort_unstable();
        facts.dedup();

        let (by_place, by_fact): (Vec<&Set>, Vec<&Set>) = overrides.sets.iter().partition(|set| set.name.starts_with('/'));
        for set in by_fact {
            let carrying = |(_, (fact, nth)): &(&String, &(Fact, usize))| fact.name() == set.name && *nth == 0;
            let places: Vec<String> = slots.iter().filter(carrying).map(|(place, _)| place.clone()).collect();
            for place in places {
                put(schema, &mut base, &place, set)?;
                // Set twice, the later one counts: the place still carries its fact, and `given` keeps the story away from it.
                unused.sets.retain(|name| *name != set.name);
            }
        }
        let given = overrides.facts();
        slots.retain(|_, (fact, nth)| *nth > 0 || !given.contains(fact));
        let mut added = Vec::new();
        for set in by_place {
            match put(schema, &mut base, &set.name, set)? {
                Put::Nowhere => continue,
                Put::Added => added.push(set.name.clone()),
                Put::Replaced => {}
            }
            slots.retain(|place, _| !pointer::covers(&set.name, place));
            unused.sets.retain(|name| *name != set.name);
        }
        unused.unsets.retain(|place| !place.starts_with('/') || base.pointer(place).is_none());

        slots.retain(|place, _| sample.pointer(place).is_some_and(|value| !value.is_null()));
        if slots.len() > MOST_SLOTS {
            return Err(Error::new(format!("{label} carries more than {MOST_SLOTS} facts")));
        }
        let slot = |(place, (fact, nth)): (String, (Fact, usize))| Slot { optional: schema.may_miss(&sample, &place), place, fact, nth };
        let slots = slots.into_iter().map(slot).collect();
        Ok(Self { event, shape, base, added, facts, slots, unset: overrides.unsets.clone(), cuts: Vec::new() })
    }

    /// Appends the body that `story` gives this shape.
    pub fn write(&mut self, story: &Story<'_>, out: &mut Vec<u8>) {
        let told: Vec<Told<'_>> = self.slots.iter().map(|slot| story.tell(slot.fact, slot.nth)).collect();
        let lacking = told.iter().enumerate().filter(|(_, told)| **told == Told::Lacking).fold(0, |set, (at, _)| set | 1 << at);
        let cut = match self.cuts.iter().find(|cut| cut.lacking == lacking) {
            Some(cut) => cut,
            None => {
                self.cuts.push(Cut::new(&self.base, &self.slots, &self.unset, lacking));
                &self.cuts[self.cuts.len() - 1]
            }
        };
        for (bytes, slot) in &cut.segments {
            out.extend_from_slice(bytes);
            match &told[*slot] {
                Told::Text(text) => php_json::write_str(out, text),
                Told::Made(made) => {
                    out.push(b'"');
                    made.parts.iter().for_each(|part| php_json::write_fragment(out, part));
                    if let Some(number) = made.number {
                        out.push(b' ');
                        out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
                    }
                    out.push(b'"');
                }
                Told::Number(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
                Told::Null | Told::Lacking => out.extend_from_slice(b"null"),
            }
        }
        out.extend_from_slice(&cut.end);
    }
}

/// Where facts stand in a sample, and which of several each is: inside an array they are counted in its order.
fn fact_places(schema: &EventSchema, sample: &Value) -> Result<BTreeMap<String, (Fact, usize)>> {
    let mut seen: HashMap<(String, Fact), usize> = HashMap::new();
    let mut places = BTreeMap::new();
    for (place, note) in schema.places(sample) {
        let Some(name) = note.fact else { continue };
        let fact = Fact::find(&name).ok_or_else(|| Error::new(format!("x-fact {} at {place} is no fact", quoted(&name))))?;
        let nth = match array_above(sample, &place) {
            Some(array) => {
                let count = seen.entry((array, fact)).or_default();
                std::mem::replace(count, *count + 1)
            }
            None => 0,
        };
        places.insert(place, (fact, nth));
    }
    Ok(places)
}

/// The pointer to the nearest array that `place` stands in.
fn array_above(sample: &Value, place: &str) -> Option<String> {
    let mut above = place;
    while let Some((parent, _)) = above.rsplit_once('/') {
        if sample.pointer(parent).is_some_and(Value::is_array) {
            return Some(parent.to_owned());
        }
        above = parent;
    }
    None
}

fn unknown_name(name: &str, payloads: &[Payloads<'_>]) -> Error {
    if name.starts_with('/') {
        let mut places = Vec::new();
        for payloads in payloads {
            each_place(&payloads.base, String::new(), &mut |place, _| places.push(place.to_owned()));
        }
        Error::unknown("place", name, places.iter().map(String::as_str), LISTING)
    } else if name.contains('/') {
        Error::new(format!("{} is no fact", quoted(name))).hint("a pointer begins with a slash, such as /data/contact/email")
    } else if Fact::find(name).is_some() {
        Error::new(format!("nothing that is sent carries the fact {name}")).hint(LISTING)
    } else {
        Error::unknown("fact", name, payloads.iter().flat_map(|payloads| payloads.facts.iter().copied()), LISTING)
    }
}
