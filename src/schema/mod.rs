//! The schemas, each compiled when it is first met: what in a body is not as it says, and what it notes of each place. It knows no fact's
//! meaning and no event's name beyond the schema's own.

mod bundle;
mod place;
mod violation;

use std::collections::HashMap;
use std::ptr;
use std::sync::OnceLock;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, Event};
use crate::error::{Error, Result};
use crate::pointer;

pub use place::{Place, Unit};
pub use violation::{Violation, described, type_name, with_article};

/// The schemas of a catalogue.
#[derive(Debug)]
pub struct Schemas<'c> {
    catalog: &'c Catalog,
    events: Vec<OnceLock<EventSchema>>,
    envelope: OnceLock<EventSchema>,
}

impl<'c> Schemas<'c> {
    pub fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, events: catalog.events.iter().map(|_| OnceLock::new()).collect(), envelope: OnceLock::new() }
    }

    pub fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// The schema of an event of this catalogue.
    pub fn of(&self, event: &Event) -> Result<&EventSchema> {
        let path = format!("schemas/{}/{}.json", event.sender, event.name);
        let known = self.catalog.events.iter().position(|known| ptr::eq(known, event));
        let slot = known.map(|at| &self.events[at]).ok_or_else(|| Error::new(format!("{path} is not in this catalogue")))?;
        self.compiled(slot, &path, || parsed(&path, &event.schema))
    }

    /// What every automation event has, known or not.
    pub fn envelope(&self) -> Result<&EventSchema> {
        let path = "schemas/common.json";
        self.compiled(&self.envelope, path, || Ok(json!({"$schema": bundle::DIALECT, "$ref": "../common.json#/$defs/envelope"})))
    }

    fn compiled<'s>(&'s self, slot: &'s OnceLock<EventSchema>, path: &str, schema: impl FnOnce() -> Result<Value>) -> Result<&'s EventSchema> {
        if slot.get().is_none() {
            let common = parsed("schemas/common.json", &self.catalog.common)?;
            let document = bundle::bundled(schema()?, &common).map_err(|what| Error::new(format!("{path}: {what}")))?;
            let _ = slot.set(EventSchema::new(document).map_err(|what| Error::new(format!("{path}: {what}")))?);
        }
        slot.get().ok_or_else(|| Error::new(format!("{path} could not be compiled")))
    }
}

/// The value in a JSON text of the catalogue.
pub fn parsed(path: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| Error::new(format!("{path} is not JSON: {error}")))
}

/// What the schema notes of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    pub description: Option<String>,
    /// How well the place is known: documented, wire, reported or inferred.
    pub evidence: Option<String>,
    /// What a story fills it with.
    pub fact: Option<String>,
    /// Values of an open set.
    pub known_values: Vec<String>,
}

/// How many places are named where a body is not as its schema says.
pub const MOST_VIOLATIONS: usize = 100;

#[derive(Debug)]
pub struct EventSchema {
    /// Self-contained, annotations and all: every location that the validator names is in it.
    document: Value,
    validator: Validator,
}

impl EventSchema {
    fn new(document: Value) -> std::result::Result<Self, String> {
        // The linear-time engine: a pattern meets hostile input.
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        let validator = options.build(&document).map_err(|error| format!("{error} at {}", error.instance_path()))?;
        Ok(Self { document, validator })
    }

    pub fn is_valid(&self, body: &Value) -> bool {
        self.validator.is_valid(body)
    }

    /// What in `body` is not as the schema says, in the schema's order: at one place one thing, for a value of the wrong type is of no form either. Of
    /// a body that is wrong in very many places, the first of them, and that there are more.
    pub fn violations(&self, body: &Value) -> Vec<Violation> {
        let mut violations: Vec<Violation> = Vec::new();
        for error in self.validator.iter_errors(body) {
            let violation = Violation::new(&error, &self.document);
            match violations.iter().position(|known| known.pointer == violation.pointer) {
                Some(known) if violation.is_type() => violations[known] = violation,
                Some(_) => {}
                None if violations.len() < MOST_VIOLATIONS => violations.push(violation),
                None => {
                    violations.push(Violation::more());
                    break;
                }
            }
        }
        violations
    }

    /// Every annotation of a valid body: the place, the keyword, its value. The place where a shared object is used comes before the object itself.
    pub fn annotations(&self, body: &Value) -> Vec<(String, String, Value)> {
        let evaluation = self.validator.evaluate(body);
        let entries = evaluation.iter_annotations().filter_map(|entry| Some((entry.instance_location.as_str(), entry.annotations.value().as_object()?)));
        entries.flat_map(|(place, object)| object.iter().map(move |(keyword, value)| (place.to_owned(), keyword.clone(), value.clone()))).collect()
    }

    /// What the schema notes of each place of a valid body, in the body's order.
    pub fn places(&self, body: &Value) -> Vec<(String, Note)> {
        let mut notes: HashMap<String, Map<String, Value>> = HashMap::new();
        for (place, keyword, value) in self.annotations(body) {
            notes.entry(place).or_default().entry(keyword).or_insert(value);
        }
        let mut places = Vec::new();
        each_place(body, String::new(), &mut |pointer, _| {
            let note = notes.get(pointer);
            let text = |keyword| note.and_then(|note| note.get(keyword)?.as_str()).map(str::to_owned);
            let known_values = note.and_then(|note| note.get("examples")?.as_array());
            places.push((
                pointer.to_owned(),
                Note {
                    description: text("description"),
                    evidence: text("x-evidence"),
                    fact: text("x-fact"),
                    known_values: known_values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
                },
            ));
        });
        places
    }

    /// What the schema may say of a whole document, and from there of each place.
    pub fn place(&self) -> Place<'_> {
        Place::root(&self.document)
    }

    /// The JSON Schema types that the schema allows at a place of `body`; the validator itself is asked.
    pub fn types_at(&self, body: &Value, place: &str) -> Vec<&'static str> {
        let probes = [
            ("string", json!("x")),
            ("integer", json!(1)),
            ("number", json!(1.5)),
            ("boolean", json!(true)),
            ("object", json!({})),
            ("array", json!([])),
            ("null", Value::Null),
        ];
        let mut changed = body.clone();
        let mut allowed = Vec::new();
        for (name, probe) in probes {
            if let Some(value) = changed.pointer_mut(place) {
                *value = probe;
                if !self.violations(&changed).iter().any(|v| v.is_type() && v.pointer == place) {
                    allowed.push(name);
                }
            }
        }
        // What takes any number takes an integer.
        if allowed.contains(&"number") {
            allowed.retain(|name| *name != "integer");
        }
        allowed
    }

    /// Whether `body` stays valid without what stands at a place.
    pub fn may_miss(&self, body: &Value, place: &str) -> bool {
        let mut without = body.clone();
        let Some((parent, key)) = pointer::split(place) else { return false };
        let removed = without.pointer_mut(parent).and_then(Value::as_object_mut).and_then(|object| object.shift_remove(&key));
        removed.is_some() && self.is_valid(&without)
    }

    /// One schema that stands alone, without our annotations.
    pub fn exported(&self) -> Value {
        bundle::plain(&self.document)
    }
}

/// Calls `visit` with each place of `value` and what stands there, the document itself first.
pub fn each_place(value: &Value, pointer: String, visit: &mut impl FnMut(&str, &Value)) {
    visit(&pointer, value);
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| each_place(value, pointer::join(&pointer, key), visit)),
        Value::Array(array) => array.iter().enumerate().for_each(|(at, value)| each_place(value, format!("{pointer}/{at}"), visit)),
        _ => {}
    }
}
