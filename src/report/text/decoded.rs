//! A decoded event in rows: what a thing is called, then the rest, broken between values.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::paint::{Color, Paint};
use super::{counted, hanging, padded, visible, wrapped};
use crate::decoded::{Decoded, Kind, Named, Row};

/// How far the decoded event stands in.
const MARGIN: usize = 4;
/// The widest column for the names of rows.
const WIDEST: usize = 28;

pub fn laid_out(decoded: &Decoded, paint: Paint, width: usize) -> String {
    let name = |row: &Row| format!("{}{}", "  ".repeat(row.depth), visible(&row.name));
    let column = decoded.rows.iter().map(|row| name(row).width()).max().unwrap_or_default().min(WIDEST);
    let indent = MARGIN + column + 2;
    let mut text = String::new();
    for row in &decoded.rows {
        let shown = padded(&name(row), column);
        let shown = if row.is_known { paint.color(&shown, Color::Cyan) } else { paint.color(&shown, Color::Yellow) };
        let mut pieces: Vec<Piece> = row.values.iter().map(|value| piece(value, paint)).collect();
        if !row.is_known {
            pieces.push(Piece::new("(unknown)", paint.color("(unknown)", Color::Yellow).to_string()));
        }
        let _ = writeln!(text, "{}{shown}  {}", " ".repeat(MARGIN), flowed(&pieces, indent, width));
    }
    if decoded.more > 0 {
        text.push_str(&wrapped(&format!("… and {}", counted(decoded.more as u64, "place", "places")), width));
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Some text that is not broken where it fits into a line.
struct Piece {
    plain: String,
    painted: String,
}

impl Piece {
    fn new(plain: impl Into<String>, painted: String) -> Self {
        Self { plain: plain.into(), painted }
    }
}

fn piece(value: &Named, paint: Paint) -> Piece {
    let text = visible(&value.text);
    let painted = match value.kind {
        Kind::Title => paint.bold(&text),
        Kind::Money => paint.color(&text, Color::Green),
        Kind::Nothing => paint.dim(&text),
        Kind::Text | Kind::Json | Kind::Time => text.as_str().into(),
    };
    let name = value.name.as_ref().map_or_else(String::new, |name| format!("{}: ", visible(name)));
    let unknown = if value.is_known { "" } else { " (unknown)" };
    Piece::new(format!("{name}{text}{unknown}"), format!("{}{painted}{}", paint.dim(&name), paint.color(unknown, Color::Yellow)))
}

/// Pieces one after the other, in lines that begin at column `indent`.
fn flowed(pieces: &[Piece], indent: usize, width: usize) -> String {
    const BETWEEN: &str = " · ";
    let room = width.saturating_sub(indent).max(20);
    let mut lines: Vec<String> = Vec::new();
    // Columns of the last line that are taken.
    let mut used = room;
    for piece in pieces {
        let wide = piece.plain.width();
        match lines.last_mut() {
            Some(line) if used + BETWEEN.width() + wide <= room => {
                line.push_str(BETWEEN);
                line.push_str(&piece.painted);
                used += BETWEEN.width() + wide;
            }
            _ if wide <= room => {
                lines.push(piece.painted.clone());
                used = wide;
            }
            // It has lines of its own, without colour, which would not end with a line.
            _ => {
                lines.extend(hanging("", "", &piece.plain, room).lines().map(str::to_owned));
                used = room;
            }
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}
