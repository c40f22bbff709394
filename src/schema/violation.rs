//! What is wrong at a place, in words: what was expected, and what stands there.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::error::{nearest, quoted};
use crate::pointer;

/// One way in which a body is not as its schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where; for a missing key, where it would stand.
    pub pointer: String,
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

const MISSING: &str = "missing-key";
const TYPE: &str = "wrong-type";
const FORM: &str = "wrong-form";
const VALUE: &str = "wrong-value";

impl Violation {
    pub(super) fn new(error: &ValidationError<'_>, document: &Value) -> Self {
        let place = error.instance_path().as_str();
        let instead = |expected: String| format!("expected {expected}, found {}", described(error.instance()));
        let subschema = pointer::split(error.schema_path().as_str()).and_then(|(parent, _)| document.pointer(parent));
        let expected = || subschema.map_or_else(|| error.to_string(), expectation);
        let mut hint = None;
        let (place, code, message) = match error.kind() {
            Kind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                hint = misspelt(key, error.instance(), subschema);
                (pointer::join(place, key), MISSING, format!("the key {} is missing", quoted(key)))
            }
            Kind::Type { .. } => (place.to_owned(), TYPE, instead(expected())),
            Kind::Pattern { .. } | Kind::Not { .. } | Kind::MaxLength { .. } => (place.to_owned(), FORM, instead(expected())),
            Kind::Constant { expected_value } => (place.to_owned(), VALUE, instead(expected_value.to_string())),
            _ => (place.to_owned(), VALUE, instead(expected())),
        };
        Self { pointer: place, code, message, hint }
    }

    /// In place of all that follow.
    pub(super) fn more() -> Self {
        Self { pointer: String::new(), code: "and-more", message: "more is wrong than is listed here".to_owned(), hint: None }
    }

    pub(super) fn is_type(&self) -> bool {
        self.code == TYPE
    }
}

/// The key that was probably meant to be the missing one: alike, and unknown to the schema.
fn misspelt(missing: &str, object: &Value, subschema: Option<&Value>) -> Option<String> {
    let known = |key: &str| subschema.is_some_and(|subschema| subschema["properties"].get(key).is_some());
    let unknown = object.as_object()?.keys().map(String::as_str).filter(|key| !known(key));
    let nearest = nearest(missing, unknown).into_iter().next()?;
    Some(format!("there is {nearest}: is it misspelt?"))
}

/// What a subschema asks for: its title, else its types.
fn expectation(subschema: &Value) -> String {
    let types: Vec<&str> = match &subschema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match subschema["title"].as_str() {
        Some(title) if types.contains(&"null") => format!("{title}, or null"),
        Some(title) => title.to_owned(),
        None => types.into_iter().map(with_article).collect::<Vec<_>>().join(" or "),
    }
}

/// The JSON Schema type of a value.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A JSON Schema type, as a sentence names it.
pub fn with_article(name: &str) -> String {
    match name {
        "null" => name.to_owned(),
        "integer" | "object" | "array" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

/// A value as it stands, short enough for a line.
pub fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Number(number) if number.is_f64() => format!("the number {number}"),
        Value::Number(number) => format!("the integer {number}"),
        Value::String(text) => format!("the string {}", quoted(text)),
        Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(object) if object.is_empty() => "an empty object".to_owned(),
        Value::Object(object) => format!("an object with {} {}", object.len(), if object.len() == 1 { "key" } else { "keys" }),
    }
}
