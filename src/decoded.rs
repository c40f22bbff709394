//! An event laid open for a person: a row for each object, in the payload's order, with money as money and times as times, and what the schema does
//! not know marked. It takes any document, faulty ones too, and bounds what it tells of one.

use iso_currency::Currency;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::error::shortened;
use crate::schema::{EventSchema, Place, Unit};
use crate::time;

/// Rows told of one document: systeme.io's longest has about forty.
const MOST_ROWS: usize = 100;
/// Values told of one row.
const MOST_VALUES: usize = 24;
/// How far a row stands in at most.
const DEEPEST: usize = 8;
/// Characters told of one value.
const LONGEST: usize = 300;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    pub rows: Vec<Row>,
    /// Rows that were left out.
    pub more: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// How many objects it stands in.
    pub depth: usize,
    /// The key or index.
    pub name: String,
    /// The schema speaks of it.
    pub is_known: bool,
    pub values: Vec<Named>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    /// The key; nothing where the row's own name says it, or where the value is what the thing is called.
    pub name: Option<String>,
    pub is_known: bool,
    pub kind: Kind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the thing is called.
    Title,
    Text,
    /// As JSON writes it.
    Json,
    Money,
    Time,
    Nothing,
}

/// The e-mail address of whom an event of either sender is about.
pub fn contact(document: &Value) -> Option<&str> {
    let holders = [document.get("data"), Some(document)];
    // The documentation nests the contact of CONTACT_TAG_REMOVED in another.
    let people = holders.into_iter().flatten().flat_map(|holder| [&holder["contact"], &holder["customer"], &holder["contact"]["contact"]]);
    people.into_iter().find_map(|who| who["email"].as_str())
}

/// `document` laid open; without a schema nothing is marked. Times are told as far from `now`.
pub fn decoded(document: &Value, schema: Option<&EventSchema>, now: i64) -> Decoded {
    let mut laid = Laid { document, now, decoded: Decoded::default() };
    let place = schema.map(EventSchema::place);
    match document {
        Value::Object(object) => {
            // What stands in the envelope's data is what happened: it comes first, after its time. The name stands above.
            let envelope = object.get("data").filter(|data| data.is_object() && object.contains_key("type"));
            let (first, rest): (Vec<_>, Vec<_>) =
                object.iter().filter(|(key, _)| envelope.is_none() || *key != "type").partition(|(key, _)| *key == "created_at");
            for (key, value) in first.into_iter().chain(rest) {
                let place = within(place.as_ref(), key);
                match value {
                    Value::Object(data) if envelope.is_some() && key == "data" => laid.members(data, place.as_ref(), 0),
                    value => laid.row(0, key, value, place.as_ref()),
                }
            }
        }
        other => laid.row(0, "", other, place.as_ref()),
    }
    laid.decoded
}

struct Laid<'d> {
    document: &'d Value,
    now: i64,
    decoded: Decoded,
}

/// What a thing is called stands before all else in its row.
const TITLES: [&str; 3] = ["name", "email", "subject"];

impl Laid<'_> {
    fn row(&mut self, depth: usize, name: &str, value: &Value, place: Option<&Place<'_>>) {
        match value {
            Value::Object(object) if !object.is_empty() => {
                let is_map = place.is_some_and(Place::is_map);
                let values = if is_map { Vec::new() } else { self.values(object, place) };
                self.push(depth, name, place, values);
                if is_map {
                    self.members(object, place, depth + 1);
                } else {
                    for (key, value) in object.iter().filter(|(_, value)| is_nested(value)) {
                        self.row(depth + 1, key, value, within(place, key).as_ref());
                    }
                }
            }
            Value::Array(items) if items.iter().any(is_nested) => {
                let place = item(place);
                for (at, item) in items.iter().enumerate() {
                    self.row(depth, &format!("{name}[{at}]"), item, place.as_ref());
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let place = item(place);
                let values = items.iter().map(|item| self.named(None, item, place.as_ref())).collect();
                self.push(depth, name, place.as_ref(), bounded(values));
            }
            value => {
                let value = self.named(None, value, place);
                self.push(depth, name, place, vec![value]);
            }
        }
    }

    /// A row for each key of an object.
    fn members(&mut self, object: &Map<String, Value>, place: Option<&Place<'_>>, depth: usize) {
        for (key, value) in object {
            self.row(depth, key, value, within(place, key).as_ref());
        }
    }

    fn push(&mut self, depth: usize, name: &str, place: Option<&Place<'_>>, values: Vec<Named>) {
        if self.decoded.rows.len() == MOST_ROWS {
            self.decoded.more += 1;
            return;
        }
        self.decoded.rows.push(Row { depth: depth.min(DEEPEST), name: shortened(name).into_owned(), is_known: is_known(place), values });
    }

    /// What stands in an object and is no object itself. Of several values those that are null say nothing.
    fn values(&self, object: &Map<String, Value>, place: Option<&Place<'_>>) -> Vec<Named> {
        let title = TITLES.iter().find(|key| object.get(**key).is_some_and(Value::is_string)).copied();
        let of = |key: &str, value: &Value| {
            let place = within(place, key);
            let named = self.named(Some(key).filter(|key| Some(*key) != title), value, place.as_ref());
            Named { is_known: is_known(place.as_ref()), ..named }
        };
        let titled = title.and_then(|key| object.get(key).map(|value| Named { kind: Kind::Title, ..of(key, value) }));
        let others = object.iter().filter(|(key, value)| Some(key.as_str()) != title && !is_nested(value) && !value.is_null());
        bounded(titled.into_iter().chain(others.map(|(key, value)| of(key, value))).collect())
    }

    fn named(&self, name: Option<&str>, value: &Value, place: Option<&Place<'_>>) -> Named {
        let (kind, text) = self.told(value, place);
        Named { name: name.map(|name| shortened(name).into_owned()), is_known: true, kind, text }
    }

    fn told(&self, value: &Value, place: Option<&Place<'_>>) -> (Kind, String) {
        match (place.and_then(Place::unit), value) {
            (Some(Unit::Cents { currency }), Value::Number(amount)) => match amount.as_i64() {
                Some(amount) => (Kind::Money, money(amount, self.document.pointer(currency).and_then(Value::as_str))),
                None => (Kind::Json, value.to_string()),
            },
            (Some(Unit::Seconds), _) => match value.as_u64().or_else(|| value.as_str()?.parse().ok()) {
                Some(seconds) => (Kind::Text, format!("{seconds} s, {}", time::duration(seconds))),
                None => (Kind::Json, cut(&value.to_string())),
            },
            (None | Some(Unit::Cents { .. }), Value::String(text)) => match time::read(text) {
                Some(second) => (Kind::Time, format!("{} {} UTC, {}", &text[..10], &text[11..19], time::distance(second, self.now))),
                // The string "12" is not the number, and what is told looks like nothing that was sent.
                None if text.trim() != text || text.contains(" · ") || text.is_empty() || serde_json::from_str::<IgnoredAny>(text).is_ok() => {
                    (Kind::Text, cut(&value.to_string()))
                }
                None => (Kind::Text, cut(text)),
            },
            (_, Value::Null) => (Kind::Nothing, "null".to_owned()),
            (_, value) => (Kind::Json, cut(&value.to_string())),
        }
    }
}

/// The place of a key; what stands in something unknown is not spoken of again.
fn within<'s>(place: Option<&Place<'s>>, key: &str) -> Option<Place<'s>> {
    place.filter(|place| place.is_known()).map(|place| place.key(key))
}

/// The place of an array's items.
fn item<'s>(place: Option<&Place<'s>>) -> Option<Place<'s>> {
    place.map(|place| if place.is_known() { place.item() } else { place.clone() })
}

/// `values`, and how many were left out where they are very many.
fn bounded(mut values: Vec<Named>) -> Vec<Named> {
    if values.len() > MOST_VALUES {
        let more = values.len() - MOST_VALUES;
        values.truncate(MOST_VALUES);
        values.push(Named { name: None, is_known: true, kind: Kind::Nothing, text: format!("… and {more} more") });
    }
    values
}

fn is_known(place: Option<&Place<'_>>) -> bool {
    place.is_none_or(Place::is_known)
}

/// It has a row of its own.
fn is_nested(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}

/// An amount in the coins of its currency: `97.00 EUR`, `9700 JPY`.
fn money(amount: i64, currency: Option<&str>) -> String {
    let known = currency.and_then(|code| Currency::from_code(&code.to_uppercase()));
    let Some((currency, digits)) = known.and_then(|currency| Some((currency, usize::from(currency.exponent()?)))) else {
        return format!("{amount} cents of {}", currency.map_or_else(|| "an unknown currency".to_owned(), cut));
    };
    let sign = if amount < 0 { "-" } else { "" };
    let coins = format!("{:0>width$}", amount.unsigned_abs(), width = digits + 1);
    let (whole, part) = coins.split_at(coins.len() - digits);
    let point = if digits > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{part} {}", currency.code())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rows(document: &Value) -> Vec<String> {
        let values = |row: &Row| {
            row.values.iter().map(|value| format!("{}{}", value.name.as_ref().map_or_else(String::new, |n| format!("{n}=")), value.text)).collect::<Vec<_>>()
        };
        decoded(document, None, 0).rows.iter().map(|row| format!("{}{}: {}", "  ".repeat(row.depth), row.name, values(row).join(", "))).collect()
    }

    #[test]
    fn an_amount_is_told_in_the_coins_of_its_currency() {
        for (amount, currency, told) in [
            (9700, Some("eur"), "97.00 EUR"),
            (5, Some("usd"), "0.05 USD"),
            (-1234, Some("eur"), "-12.34 EUR"),
            (9700, Some("jpy"), "9700 JPY"),
            (9700, Some("kwd"), "9.700 KWD"),
            (0, Some("EUR"), "0.00 EUR"),
            (i64::MIN, Some("eur"), "-92233720368547758.08 EUR"),
            (9700, Some("zzz"), "9700 cents of zzz"),
            (9700, None, "9700 cents of an unknown currency"),
        ] {
            assert_eq!(money(amount, currency), told);
        }
    }

    #[test]
    fn an_object_is_a_row_and_what_it_is_called_comes_first() {
        let document = json!({"type": "x", "data": {"tag": {"id": 1, "name": "vip", "old": null}, "coupon": null, "list": [1, "a"], "none": []}, "created_at": "1970-01-01T00:00:00+00:00"});
        assert_eq!(rows(&document), ["created_at: 1970-01-01 00:00:00 UTC, now", "tag: vip, id=1", "coupon: null", "list: 1, a", "none: []"]);
    }

    #[test]
    fn what_stands_deeper_is_indented_and_items_are_numbered() {
        let document = json!({"a": {"x": "", "b": {"y": 1.5}}, "c": [{"d": true}, 7]});
        assert_eq!(rows(&document), ["a: x=\"\"", "  b: y=1.5", "c[0]: d=true", "c[1]: 7"]);
    }

    #[test]
    fn whom_an_event_is_about_is_found_in_every_sample() {
        let catalog = crate::catalog::Catalog::embedded().expect("the catalogue");
        for shape in catalog.events.iter().flat_map(|event| &event.shapes) {
            let sample = serde_json::from_str(&shape.sample).expect("JSON");
            assert_eq!(contact(&sample), Some("zoe.lefevre@example.com"));
        }
    }

    #[test]
    fn a_huge_document_is_told_in_part() {
        let many: Value = (0..5000).map(|n| json!({"n": n})).collect();
        let told = decoded(&json!({"many": many, "long": "x".repeat(5000)}), None, 0);
        assert_eq!((told.rows.len(), told.more), (MOST_ROWS, 4901));
        assert_eq!(rows(&json!({"long": "x".repeat(5000)})), [format!("long: {}… (5000 characters)", "x".repeat(LONGEST))]);
    }

    #[test]
    fn a_string_that_reads_as_something_else_keeps_its_quotes() {
        let document = json!({"a": {"x": "12", "y": 12, "z": "null", "w": "one 2", "v": "true", "u": "+3"}});
        assert_eq!(rows(&document), [r#"a: x="12", y=12, z="null", w=one 2, v="true", u=+3"#]);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), any::<i64>().prop_map(Value::from), any::<String>().prop_map(Value::from)];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::hash_map(any::<String>(), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_document_is_decoded(document in any_value(), now in any::<i64>()) {
            prop_assert!(decoded(&document, None, now).rows.len() <= MOST_ROWS);
        }
    }
}
