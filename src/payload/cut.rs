//! A sample cut into encoded bytes with holes, for one set of facts that a story lacks.

use serde_json::Value;

use super::Slot;
use crate::php_json;
use crate::pointer;

/// Encoded bytes, each run followed by the slot after it.
#[derive(Debug)]
pub struct Cut {
    /// A bit per slot whose fact the story lacks.
    pub lacking: u64,
    pub segments: Vec<(Vec<u8>, usize)>,
    pub end: Vec<u8>,
}

impl Cut {
    pub fn new(base: &Value, slots: &[Slot], unset: &[String], lacking: u64) -> Self {
        let mut knife = Knife { slots, unset, lacking, segments: Vec::new(), bytes: Vec::new() };
        knife.cut(base, String::new());
        Self { lacking, segments: knife.segments, end: knife.bytes }
    }
}

struct Knife<'a> {
    slots: &'a [Slot],
    unset: &'a [String],
    lacking: u64,
    segments: Vec<(Vec<u8>, usize)>,
    bytes: Vec<u8>,
}

impl Knife<'_> {
    fn cut(&mut self, value: &Value, place: String) {
        match (self.slots.iter().position(|slot| slot.place == place), value) {
            (Some(slot), _) if self.lacks(slot) => self.bytes.extend_from_slice(b"null"),
            (Some(slot), _) => self.segments.push((std::mem::take(&mut self.bytes), slot)),
            (None, Value::Object(object)) => {
                let keys: Vec<_> = object.iter().map(|(key, value)| (key, value, pointer::join(&place, key))).filter(|(.., place)| self.stays(place)).collect();
                // What PHP makes of an array that lost its last key.
                let emptied = keys.is_empty() && !object.is_empty();
                self.bytes.push(if emptied { b'[' } else { b'{' });
                for (at, (key, value, place)) in keys.into_iter().enumerate() {
                    self.separate(at);
                    php_json::write_str(&mut self.bytes, key);
                    self.bytes.push(b':');
                    self.cut(value, place);
                }
                self.bytes.push(if emptied { b']' } else { b'}' });
            }
            (None, Value::Array(array)) => {
                let items =
                    array.iter().enumerate().map(|(at, value)| (value, format!("{place}/{at}"))).filter(|(_, place)| self.stays(place)).collect::<Vec<_>>();
                self.bytes.push(b'[');
                for (at, (value, place)) in items.into_iter().enumerate() {
                    self.separate(at);
                    self.cut(value, place);
                }
                self.bytes.push(b']');
            }
            (None, scalar) => self.bytes.extend(php_json::to_vec(scalar)),
        }
    }

    fn lacks(&self, slot: usize) -> bool {
        self.lacking >> slot & 1 == 1
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.bytes.push(b',');
        }
    }

    fn stays(&self, place: &str) -> bool {
        let left_out = self.slots.iter().enumerate().any(|(at, slot)| slot.place == place && slot.optional && self.lacks(at));
        !left_out && !self.unset.iter().any(|unset| unset == place)
    }
}
