//! Where a part of a text stands: what was read once is found again, in the same text or in a copy of it.

use crate::ascii;

/// The place of a part in its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    start: usize,
    end: usize,
}

impl Place {
    /// The place of a part of this text.
    pub(crate) fn of(part: &str, text: &str) -> Self {
        let start = ascii::offset(text.as_bytes(), part.as_bytes());
        Place { start, end: start.wrapping_add(part.len()) }
    }

    /// What stands in this place of a text; nothing where the text is too short.
    pub(crate) fn part(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}
