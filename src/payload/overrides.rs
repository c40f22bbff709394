//! What was set by hand, and how it takes its place in a body.

use serde_json::Value;

use crate::error::{Error, Result, quoted};
use crate::pointer;
use crate::schema::{EventSchema, type_name, with_article};
use crate::story::Fact;

/// What was set by hand. Facts come first, then places, then what is taken out.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub sets: Vec<Set>,
    /// Pointers.
    pub unsets: Vec<String>,
}

/// `NAME=TEXT` or `NAME:=JSON`.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// A fact, or a pointer.
    pub name: String,
    pub value: Given,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Takes the type that the schema allows at the place, a string first.
    Text(String),
    Json(Value),
}

impl Overrides {
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.unsets.is_empty()
    }

    /// The facts that were set: every contact of the run has them.
    pub fn facts(&self) -> Vec<Fact> {
        self.sets.iter().filter_map(|set| Fact::find(&set.name)).collect()
    }
}

/// What became of a value that was to be put somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Replaced,
    Added,
    /// There is no such place.
    Nowhere,
}

/// Puts what was given at a place: one that exists, or a new last key of an object that exists. What became of it.
pub(super) fn put(schema: &EventSchema, base: &mut Value, place: &str, set: &Set) -> Result<Put> {
    let mut changed = base.clone();
    let exists = changed.pointer(place).is_some();
    if !exists {
        let Some((parent, key)) = pointer::split(place) else { return Ok(Put::Nowhere) };
        let Some(object) = changed.pointer_mut(parent).and_then(Value::as_object_mut) else { return Ok(Put::Nowhere) };
        object.insert(key, Value::Null);
    }
    let value = match &set.value {
        Given::Json(value) => value.clone(),
        Given::Text(text) => typed(schema, &changed, place, text).ok_or_else(|| wrong_text(schema, &changed, place, set, text))?,
    };
    if let Some(there) = changed.pointer_mut(place) {
        *there = value;
    }
    *base = changed;
    Ok(if exists { Put::Replaced } else { Put::Added })
}

/// `text` as the type that the schema allows at a place, a string first.
fn typed(schema: &EventSchema, body: &Value, place: &str, text: &str) -> Option<Value> {
    let allowed = schema.types_at(body, place);
    if allowed.contains(&"string") || allowed.is_empty() {
        return Some(Value::String(text.to_owned()));
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let name = type_name(&value);
    (allowed.contains(&name) || name == "integer" && allowed.contains(&"number")).then_some(value)
}

fn wrong_text(schema: &EventSchema, body: &Value, place: &str, set: &Set, text: &str) -> Error {
    let types: Vec<_> = schema.types_at(body, place).into_iter().map(with_article).collect();
    Error::new(format!("{} takes {}, not {}", set.name, types.join(" or "), quoted(text))).hint(format!("{}:=JSON sends any value as it is", set.name))
}
