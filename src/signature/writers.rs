//! What other people's code makes of a parsed JSON text when it writes it again: JavaScript, Python, PHP, Go, Ruby and Rust, each as its own library
//! does by default or with the options that are in use. They write what systeme.io sends exactly; of what it never sends (integers beyond 64 bits,
//! lone surrogates) they may differ.

use serde_json::{Map, Value};

use super::numbers::Numbers;
use crate::php_json;

/// No rewriting is followed further: indentation can make of a megabyte a thousand.
const LONGEST: usize = 8 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Python,
    Php,
    Go,
    Ruby,
    Rust,
}

impl Language {
    /// How a receiver in it gets at the bytes that were sent.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::JavaScript => "in Express take express.raw({type: 'application/json'}), elsewhere await request.text(), and parse afterwards",
            Self::Python => "in Flask take request.get_data(), in Django request.body, in FastAPI await request.body()",
            Self::Php => "take file_get_contents('php://input'), in Laravel or Symfony $request->getContent()",
            Self::Go => "take io.ReadAll(r.Body) before decoding",
            Self::Ruby => "take request.raw_post in Rails, request.body.read in Rack",
            Self::Rust => "take the body as Bytes, and parse afterwards",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spacing {
    /// `{"a":1,"b":2}`
    None,
    /// `{"a": 1, "b": 2}`
    Python,
    /// A line each, indented by so many.
    Lines(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Kept,
    Sorted,
    /// JavaScript's: keys that are indices come first, in numeric order.
    IndicesFirst,
}

#[derive(Clone, Copy)]
pub(super) struct Style {
    spacing: Spacing,
    order: Order,
    numbers: Numbers,
    escapes_slashes: bool,
    escapes_letters: bool,
    /// U+2028 and U+2029, which are no line ends in JSON and were in JavaScript.
    escapes_line_ends: bool,
    /// `<`, `>` and `&`.
    escapes_markup: bool,
    /// DEL, which JSON leaves alone.
    escapes_delete: bool,
    /// PHP's associative arrays: an object with the keys 0, 1, 2 … or none is a list.
    has_arrays_only: bool,
}

const JAVASCRIPT: Style = Style {
    spacing: Spacing::None,
    order: Order::IndicesFirst,
    numbers: Numbers::JavaScript,
    escapes_slashes: false,
    escapes_letters: false,
    escapes_line_ends: false,
    escapes_markup: false,
    escapes_delete: false,
    has_arrays_only: false,
};
const PYTHON: Style =
    Style { spacing: Spacing::Python, order: Order::Kept, numbers: Numbers::Python, escapes_letters: true, escapes_delete: true, ..JAVASCRIPT };
const PYTHON_UNICODE: Style = Style { escapes_letters: false, escapes_delete: false, ..PYTHON };
const PHP_OBJECT: Style =
    Style { order: Order::Kept, numbers: Numbers::Php, escapes_slashes: true, escapes_letters: true, escapes_line_ends: true, ..JAVASCRIPT };
const PHP: Style = Style { has_arrays_only: true, ..PHP_OBJECT };
const GO: Style = Style { order: Order::Sorted, numbers: Numbers::Go, escapes_line_ends: true, escapes_markup: true, ..JAVASCRIPT };
const RUBY: Style = Style { order: Order::Kept, numbers: Numbers::Ruby, ..JAVASCRIPT };

#[derive(Clone, Copy)]
pub(super) struct Writer {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) language: Language,
    style: Style,
}

const fn writer(language: Language, code: &'static str, name: &'static str, style: Style) -> Writer {
    Writer { code, name, language, style }
}

/// The likeliest first.
pub(super) const WRITERS: [Writer; 26] = {
    use Language::{Go, JavaScript, Php, Python, Ruby, Rust};
    const fn compact(style: Style) -> Style {
        Style { spacing: Spacing::None, ..style }
    }
    const fn sorted(style: Style) -> Style {
        Style { order: Order::Sorted, ..style }
    }
    const fn pretty(style: Style, indent: usize) -> Style {
        Style { spacing: Spacing::Lines(indent), ..style }
    }
    const fn slashes(style: Style) -> Style {
        Style { escapes_slashes: false, ..style }
    }
    const fn unicode(style: Style) -> Style {
        Style { escapes_letters: false, ..style }
    }
    [
        writer(JavaScript, "js-stringify", "JSON.stringify", JAVASCRIPT),
        writer(Python, "python-dumps", "Python's json.dumps", PYTHON),
        writer(Python, "python-dumps-compact", "Python's json.dumps with separators=(',', ':')", compact(PYTHON)),
        writer(Python, "python-dumps-unicode", "Python's json.dumps with ensure_ascii=False", PYTHON_UNICODE),
        writer(Python, "python-dumps-compact-unicode", "Python's json.dumps with separators=(',', ':'), ensure_ascii=False", compact(PYTHON_UNICODE)),
        writer(Python, "python-dumps-sorted", "Python's json.dumps with sort_keys=True", sorted(PYTHON)),
        writer(Python, "python-dumps-compact-sorted", "Python's json.dumps with separators=(',', ':'), sort_keys=True", sorted(compact(PYTHON))),
        writer(Python, "python-dumps-unicode-sorted", "Python's json.dumps with ensure_ascii=False, sort_keys=True", sorted(PYTHON_UNICODE)),
        writer(
            Python,
            "python-dumps-compact-unicode-sorted",
            "Python's json.dumps with separators=(',', ':'), ensure_ascii=False, sort_keys=True",
            sorted(compact(PYTHON_UNICODE)),
        ),
        writer(Php, "php-encode", "PHP's json_encode (of json_decode's arrays)", PHP),
        writer(Php, "php-encode-slashes", "PHP's json_encode with JSON_UNESCAPED_SLASHES", slashes(PHP)),
        writer(Php, "php-encode-unicode", "PHP's json_encode with JSON_UNESCAPED_UNICODE", unicode(PHP)),
        writer(Php, "php-encode-slashes-unicode", "PHP's json_encode with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE", unicode(slashes(PHP))),
        writer(Php, "php-encode-pretty", "PHP's json_encode with JSON_PRETTY_PRINT", pretty(PHP, 4)),
        writer(
            Php,
            "php-encode-pretty-slashes-unicode",
            "PHP's json_encode with JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE",
            pretty(unicode(slashes(PHP)), 4),
        ),
        writer(
            Php,
            "php-encode-zero",
            "PHP's json_encode with JSON_PRESERVE_ZERO_FRACTION (of json_decode's arrays)",
            Style { numbers: Numbers::PhpZero, ..PHP },
        ),
        writer(Php, "php-encode-objects", "PHP's json_encode (of json_decode's objects)", PHP_OBJECT),
        writer(Php, "php-encode-objects-slashes", "PHP's json_encode with JSON_UNESCAPED_SLASHES (of json_decode's objects)", slashes(PHP_OBJECT)),
        writer(
            Php,
            "php-encode-objects-slashes-unicode",
            "PHP's json_encode with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE (of json_decode's objects)",
            unicode(slashes(PHP_OBJECT)),
        ),
        writer(Go, "go-marshal", "Go's json.Marshal", GO),
        writer(Ruby, "ruby-generate", "Ruby's JSON.generate", RUBY),
        writer(Rust, "rust-serde", "serde_json", Style { order: Order::Sorted, numbers: Numbers::Rust, ..RUBY }),
        writer(Rust, "rust-serde-ordered", "serde_json with preserve_order", Style { numbers: Numbers::Rust, ..RUBY }),
        writer(JavaScript, "js-stringify-pretty", "JSON.stringify with an indent of 2", pretty(JAVASCRIPT, 2)),
        writer(JavaScript, "js-stringify-pretty-4", "JSON.stringify with an indent of 4", pretty(JAVASCRIPT, 4)),
        writer(Python, "python-dumps-indent", "Python's json.dumps with indent=2", pretty(PYTHON, 2)),
    ]
};

impl Writer {
    /// What it makes of `value`; nothing where that would be very long.
    pub(super) fn write(&self, value: &Value) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.style.value(&mut out, value, 0);
        (out.len() <= LONGEST).then_some(out)
    }
}

impl Style {
    fn value(&self, out: &mut Vec<u8>, value: &Value, depth: usize) {
        if out.len() > LONGEST {
            return;
        }
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(is) => out.extend_from_slice(if *is { b"true" } else { b"false" }),
            Value::Number(number) => out.extend_from_slice(self.numbers.written(number).as_bytes()),
            Value::String(text) => self.string(out, text),
            Value::Array(items) => self.list(out, b"[]", items.iter(), depth, |out, item| self.value(out, item, depth + 1)),
            Value::Object(map) if self.has_arrays_only && map.keys().enumerate().all(|(at, key)| *key == at.to_string()) => {
                self.list(out, b"[]", map.values(), depth, |out, item| self.value(out, item, depth + 1));
            }
            Value::Object(map) => self.list(out, b"{}", self.ordered(map).into_iter(), depth, |out, (key, value)| {
                self.string(out, key);
                out.extend_from_slice(if self.spacing == Spacing::None { b":" } else { b": " });
                self.value(out, value, depth + 1);
            }),
        }
    }

    fn list<T>(&self, out: &mut Vec<u8>, ends: &[u8; 2], items: impl Iterator<Item = T>, depth: usize, write: impl Fn(&mut Vec<u8>, T)) {
        let line = |out: &mut Vec<u8>, depth: usize| {
            if let Spacing::Lines(indent) = self.spacing {
                out.push(b'\n');
                out.extend(std::iter::repeat_n(b' ', indent * depth));
            }
        };
        out.push(ends[0]);
        let mut is_empty = true;
        for item in items {
            if out.len() > LONGEST {
                return;
            }
            if !is_empty {
                out.extend_from_slice(if self.spacing == Spacing::Python { b", " } else { b"," });
            }
            is_empty = false;
            line(out, depth + 1);
            write(out, item);
        }
        if !is_empty {
            line(out, depth);
        }
        out.push(ends[1]);
    }

    fn ordered<'v>(&self, map: &'v Map<String, Value>) -> Vec<(&'v String, &'v Value)> {
        let mut members: Vec<_> = map.iter().collect();
        match self.order {
            Order::Kept => {}
            Order::Sorted => members.sort_by_key(|(key, _)| *key),
            // The sort is stable: what is no index stays where it was.
            Order::IndicesFirst => members.sort_by_key(|(key, _)| index(key).map_or(u64::MAX, u64::from)),
        }
        members
    }

    fn string(&self, out: &mut Vec<u8>, text: &str) {
        out.push(b'"');
        for c in text.chars() {
            match c {
                '/' if !self.escapes_slashes => out.push(b'/'),
                '\u{7f}' if self.escapes_delete => out.extend_from_slice(b"\\u007f"),
                '<' | '>' | '&' if self.escapes_markup => out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes()),
                '\u{80}'.. if !self.escapes(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                // All escape the rest alike.
                _ => php_json::write_fragment(out, c.encode_utf8(&mut [0; 4])),
            }
        }
        out.push(b'"');
    }

    /// Whether a letter that is not ASCII is escaped.
    fn escapes(&self, letter: char) -> bool {
        self.escapes_letters || self.escapes_line_ends && matches!(letter, '\u{2028}' | '\u{2029}')
    }
}

/// A key that JavaScript takes for an index: at most 2^32 - 2, written as a number is.
fn index(key: &str) -> Option<u32> {
    key.parse::<u32>().ok().filter(|index| *index < u32::MAX && index.to_string() == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the writer of this code makes of a text.
    fn written(code: &str, json: &str) -> String {
        let writer = WRITERS.iter().find(|writer| writer.code == code).unwrap();
        String::from_utf8(writer.write(&serde_json::from_str(json).unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn each_library_has_its_own_form() {
        let sent = "{\"b\":{},\"2\":[],\"a\":[0.0,12.5,\"\\u00e9\\/\\ud83d\\ude00\\u2028\\u007f\\u001f<\"],\"1\":1e16}";
        for (code, form) in [
            ("js-stringify", "{\"1\":10000000000000000,\"2\":[],\"b\":{},\"a\":[0,12.5,\"é/😀\u{2028}\u{7f}\\u001f<\"]}"),
            ("python-dumps", "{\"b\": {}, \"2\": [], \"a\": [0.0, 12.5, \"\\u00e9/\\ud83d\\ude00\\u2028\\u007f\\u001f<\"], \"1\": 1e+16}"),
            ("python-dumps-compact-unicode-sorted", "{\"1\":1e+16,\"2\":[],\"a\":[0.0,12.5,\"é/😀\u{2028}\u{7f}\\u001f<\"],\"b\":{}}"),
            ("php-encode", "{\"b\":[],\"2\":[],\"a\":[0,12.5,\"\\u00e9\\/\\ud83d\\ude00\\u2028\u{7f}\\u001f<\"],\"1\":10000000000000000}"),
            ("php-encode-slashes-unicode", "{\"b\":[],\"2\":[],\"a\":[0,12.5,\"é/😀\\u2028\u{7f}\\u001f<\"],\"1\":10000000000000000}"),
            ("go-marshal", "{\"1\":10000000000000000,\"2\":[],\"a\":[0,12.5,\"é/😀\\u2028\u{7f}\\u001f\\u003c\"],\"b\":{}}"),
            ("ruby-generate", "{\"b\":{},\"2\":[],\"a\":[0.0,12.5,\"é/😀\u{2028}\u{7f}\\u001f<\"],\"1\":1.0e+16}"),
            ("rust-serde", "{\"1\":1e+16,\"2\":[],\"a\":[0.0,12.5,\"é/😀\u{2028}\u{7f}\\u001f<\"],\"b\":{}}"),
        ] {
            assert_eq!(written(code, sent), form, "{code}");
        }
        assert_eq!(
            written("php-encode-pretty", r#"{"a":[1,{}],"b":{"0":1,"1":2}}"#),
            "{\n    \"a\": [\n        1,\n        []\n    ],\n    \"b\": [\n        1,\n        2\n    ]\n}"
        );
    }

    #[test]
    fn what_would_be_very_long_is_not_written() {
        let deep = (0..120).fold(serde_json::json!(vec![1; 100_000]), |inner, _| serde_json::json!([inner]));
        assert!(WRITERS.iter().filter(|writer| writer.name.contains("PRETTY")).all(|writer| writer.write(&deep).is_none()));
    }

    #[test]
    fn a_code_names_one_writer() {
        let mut codes: Vec<_> = WRITERS.iter().map(|writer| writer.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), WRITERS.len());
    }
}
