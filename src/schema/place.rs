//! What a schema may say of a place, whatever stands there and around it: every branch is followed, so that a document with faults can be read
//! too. Whether a document is valid is the validator's to say.

use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Place<'s> {
    document: &'s Value,
    /// Every subschema that may speak of it.
    subschemas: Vec<&'s Value>,
}

/// What a number, or the text of one, counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit<'s> {
    /// Hundredths, or whatever is the smallest coin, of the currency that stands at a pointer.
    Cents {
        currency: &'s str,
    },
    Seconds,
}

impl<'s> Unit<'s> {
    /// What `x-unit` says: `seconds`, or `cents of /pointer/to/currency`.
    pub fn find(text: &'s str) -> Option<Self> {
        match text.split_once(" of ") {
            None if text == "seconds" => Some(Self::Seconds),
            Some(("cents", currency)) if currency.starts_with('/') => Some(Self::Cents { currency }),
            _ => None,
        }
    }
}

impl<'s> Place<'s> {
    /// The whole of a document.
    pub(super) fn root(document: &'s Value) -> Self {
        Self::of(document, vec![document])
    }

    fn of(document: &'s Value, mut subschemas: Vec<&'s Value>) -> Self {
        let mut at = 0;
        while let Some(subschema) = subschemas.get(at).copied() {
            let referred = subschema["$ref"].as_str().and_then(|reference| document.pointer(reference.strip_prefix('#')?));
            let branches = [referred, subschema.get("then"), subschema.get("else")];
            for branch in branches.into_iter().flatten() {
                if !subschemas.iter().any(|known| std::ptr::eq(*known, branch)) {
                    subschemas.push(branch);
                }
            }
            at += 1;
        }
        Self { document, subschemas }
    }

    /// What stands at a key of the object here.
    pub fn key(&self, key: &str) -> Self {
        let named = |subschema: &&'s Value| subschema["properties"].get(key).or_else(|| subschema.get("additionalProperties"));
        Self::of(self.document, self.subschemas.iter().filter_map(named).collect())
    }

    /// An item of the array here.
    pub fn item(&self) -> Self {
        Self::of(self.document, self.subschemas.iter().filter_map(|subschema| subschema.get("items")).collect())
    }

    /// The schema speaks of it.
    pub fn is_known(&self) -> bool {
        !self.subschemas.is_empty()
    }

    /// An object from any key to values of one kind.
    pub fn is_map(&self) -> bool {
        self.subschemas.iter().any(|subschema| subschema.get("additionalProperties").is_some())
    }

    /// The keys that the object here must have.
    pub fn required(&self) -> impl Iterator<Item = &'s str> {
        self.subschemas.iter().filter_map(|subschema| subschema["required"].as_array()).flatten().filter_map(Value::as_str)
    }

    pub fn unit(&self) -> Option<Unit<'s>> {
        self.subschemas.iter().find_map(|subschema| Unit::find(subschema.get("x-unit")?.as_str()?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_branch_is_followed() {
        let document = json!({
            "$ref": "#/$defs/a",
            "$defs": {
                "a": {"properties": {"x": {"if": {"type": "null"}, "then": {}, "else": {"additionalProperties": {"type": "string"}}}}},
                "loop": {"$ref": "#/$defs/loop"},
            },
            "properties": {"y": {"items": {"x-unit": "seconds"}}, "z": {"$ref": "#/$defs/loop"}},
        });
        let root = Place::root(&document);
        assert!(root.key("x").is_map() && root.key("x").key("any").is_known());
        assert_eq!(root.key("y").item().unit(), Some(Unit::Seconds));
        assert!(root.key("z").is_known());
        assert!(!root.key("n").is_known() && !root.key("y").key("n").is_known());
    }

    #[test]
    fn cents_name_the_place_of_their_currency() {
        assert_eq!(Unit::find("cents of /a/currency"), Some(Unit::Cents { currency: "/a/currency" }));
        for other in ["cents", "cents of eur", "seconds of /a", ""] {
            assert_eq!(Unit::find(other), None);
        }
    }
}
