//! JSON Pointers (RFC 6901): how a place in a payload is named everywhere.

/// The pointer to `key` of the object at `parent`.
pub fn join(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The pointer to the containing value, and the last key or index; nothing for the whole document or for what is no pointer.
pub fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, last) = pointer.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

/// The one way to write a pointer: what need not be escaped is not, and what must be is.
pub fn canonical(pointer: &str) -> String {
    let mut tokens = pointer.split('/');
    let first = tokens.next().unwrap_or_default().to_owned();
    tokens.fold(first, |parent, token| join(&parent, &token.replace("~1", "/").replace("~0", "~")))
}

/// Whether `place` is `pointer` or stands beneath it.
pub fn covers(pointer: &str, place: &str) -> bool {
    place.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_slash_or_a_tilde_comes_back() {
        let pointer = join("/a", "x/~y");
        assert_eq!(pointer, "/a/x~1~0y");
        assert_eq!(split(&pointer), Some(("/a", "x/~y".to_owned())));
        assert_eq!(split("no pointer"), None);
    }

    #[test]
    fn a_pointer_has_one_form() {
        assert_eq!(canonical("/a~b/c~1d/~01"), "/a~0b/c~1d/~01");
        assert_eq!(canonical("contact.email"), "contact.email");
    }

    #[test]
    fn a_place_is_covered_by_those_above_it_only() {
        assert!(covers("/a", "/a/b"));
        assert!(covers("/a", "/a"));
        assert!(!covers("/a", "/ab"));
    }
}
