//! Payloads with one change each: a place without its value, or with a value of another type.

use serde_json::{Value, json};
use systeme_hook::pointer;
use systeme_hook::schema::{each_place, type_name};

#[derive(Debug)]
pub struct Mutant {
    pub place: String,
    /// `missing`, or the type that stands there now.
    pub kind: &'static str,
    pub body: Value,
}

pub fn of(body: &Value) -> Vec<Mutant> {
    let mut places = Vec::new();
    each_place(body, String::new(), &mut |place, value| places.push((place.to_owned(), value.clone())));
    places.retain(|(place, _)| !place.is_empty());
    let mut mutants = Vec::new();
    for (place, value) in places {
        let mut without = body.clone();
        let (parent, key) = pointer::split(&place).expect("a place");
        match without.pointer_mut(parent) {
            Some(Value::Object(object)) => drop(object.shift_remove(&key)),
            Some(Value::Array(array)) => drop(array.remove(key.parse().expect("an index"))),
            _ => panic!("{place} has no parent"),
        }
        mutants.push(Mutant { place: place.clone(), kind: "missing", body: without });
        let own = type_name(&value);
        for probe in [Value::Null, json!(true), json!(7), json!(1.5), json!("x"), json!("203.0.113.7"), json!([]), json!({})] {
            if type_name(&probe) != own || matches!(own, "array" | "object") && value != probe {
                let mut other = body.clone();
                let kind = type_name(&probe);
                *other.pointer_mut(&place).expect("a place") = probe;
                mutants.push(Mutant { place: place.clone(), kind, body: other });
            }
        }
    }
    mutants
}
