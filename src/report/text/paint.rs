//! The only code that colours: for one stream, or not at all.

pub use colored::Color;
use colored::{ColoredString, Colorize};

/// Colour for one stream, or none.
#[derive(Debug, Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    pub fn new(is_colored: bool) -> Self {
        // That is decided for each stream, and not by the library for the process.
        colored::control::set_override(true);
        Self(is_colored)
    }

    pub fn color(self, text: &str, color: Color) -> ColoredString {
        if self.0 { text.color(color) } else { ColoredString::from(text) }
    }

    pub fn bold(self, text: &str) -> ColoredString {
        if self.0 { text.bold() } else { ColoredString::from(text) }
    }

    pub fn dim(self, text: &str) -> ColoredString {
        if self.0 { text.dimmed() } else { ColoredString::from(text) }
    }

    pub fn dimmed_lines(self, text: &str) -> String {
        text.lines().map(|line| format!("{}\n", self.dim(line))).collect()
    }
}
