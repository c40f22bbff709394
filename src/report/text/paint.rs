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

    /// Codes around nothing are only in the way.
    fn paints(self, text: &str) -> bool {
        self.0 && !text.is_empty()
    }

    pub fn color(self, text: &str, color: Color) -> ColoredString {
        if self.paints(text) { text.color(color) } else { ColoredString::from(text) }
    }

    pub fn bold(self, text: &str) -> ColoredString {
        if self.paints(text) { text.bold() } else { ColoredString::from(text) }
    }

    pub fn dim(self, text: &str) -> ColoredString {
        if self.paints(text) { text.dimmed() } else { ColoredString::from(text) }
    }

    pub fn dimmed_lines(self, text: &str) -> String {
        text.lines().map(|line| format!("{}\n", self.dim(line))).collect()
    }
}
