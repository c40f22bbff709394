//! One document from an event's schema and the shared one. Shared objects are copied under `$defs` and referred to there, without `$id`s:
//! validators disagree about those, and all of them take this. It refuses a reference to anywhere else.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

const HERE: &str = "#/$defs/";

/// `schema` with every shared object that it refers to, directly or not, under its `$defs`.
pub fn bundled(mut schema: Value, common: &Value) -> Result<Value, String> {
    let mut wanted = BTreeSet::new();
    refer_here(&mut schema, &mut wanted)?;
    let mut defs = Map::new();
    while let Some(name) = wanted.pop_first() {
        let mut shared = common["$defs"].get(&name).ok_or_else(|| format!("{name:?} is not in the $defs of common.json"))?.clone();
        refer_here(&mut shared, &mut wanted)?;
        defs.insert(name, shared);
        wanted.retain(|name| !defs.contains_key(name));
    }
    defs.sort_keys();
    schema["$defs"] = Value::Object(defs);
    Ok(schema)
}

/// Points every reference to a shared object into this document, and collects their names.
fn refer_here(schema: &mut Value, names: &mut BTreeSet<String>) -> Result<(), String> {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref") {
                let name = reference.strip_prefix("../common.json").unwrap_or(reference).strip_prefix(HERE);
                let name = name.ok_or_else(|| format!("$ref {reference:?} is not to the $defs of common.json"))?.to_owned();
                *reference = format!("{HERE}{name}");
                names.insert(name);
            }
            object.values_mut().try_for_each(|value| refer_here(value, names))
        }
        Value::Array(array) => array.iter_mut().try_for_each(|value| refer_here(value, names)),
        _ => Ok(()),
    }
}

/// `document` without `x-*`: a strict validator knows no keyword of ours.
pub fn plain(document: &Value) -> Value {
    match document {
        Value::Object(object) => {
            let mut kept = Map::new();
            for (key, value) in object.iter().filter(|(key, _)| !key.starts_with("x-")) {
                kept.insert(key.clone(), plain(value));
            }
            Value::Object(kept)
        }
        Value::Array(array) => array.iter().map(plain).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shared_object_brings_those_it_refers_to() {
        let common = json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "string"}, "c": {}}});
        let schema = json!({"$ref": "../common.json#/$defs/a"});
        assert_eq!(bundled(schema, &common), Ok(json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "string"}}})));
    }

    #[test]
    fn a_reference_to_nothing_is_refused() {
        for reference in ["../common.json#/$defs/gone", "other.json#/$defs/a", "#/properties/a"] {
            assert!(bundled(json!({"$ref": reference}), &json!({"$defs": {"a": {}}})).is_err(), "{reference}");
        }
    }
}
