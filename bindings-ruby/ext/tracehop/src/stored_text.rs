//! What a context keeps of its texts: the line that its baggage came in, or a copy exactly as long as they are.

use std::ops::Range;

use bytes::Bytes;

/// The texts of a context.
#[derive(Clone)]
pub(crate) struct Kept {
    line: Bytes,
    baggage: Range<usize>,
    tracestate: Box<[u8]>,
}

impl Kept {
    /// Copies what the core wrote.
    pub(crate) fn of(baggage: &[u8], tracestate: &[u8]) -> Self {
        let line = Bytes::copy_from_slice(baggage);
        Kept { baggage: 0..line.len(), line, tracestate: tracestate.into() }
    }

    /// The bytes of both texts.
    pub(crate) fn lent(&self) -> (&[u8], &[u8]) {
        (&self.line[self.baggage.clone()], &self.tracestate)
    }

    /// How many bytes they take.
    pub(crate) fn size(&self) -> usize {
        self.line.len() + self.tracestate.len()
    }
}

/// Texts on their way from the core into a context that keeps them.
pub(crate) struct Placed {
    baggage: Baggage,
    tracestate: Box<[u8]>,
}

enum Baggage {
    /// A part of the line with this number.
    In(usize, Range<usize>),
    Copied(Bytes),
}

impl Placed {
    /// Finds the texts in the lines of their message; what lies in none of them is copied.
    pub(crate) fn of<'l>(baggage: &[u8], tracestate: &[u8], lines: impl Iterator<Item = &'l [u8]>) -> Self {
        let mut places =
            lines.enumerate().filter_map(|(at, line)| Some(Baggage::In(at, place(line, baggage)?)));
        let copied = || Baggage::Copied(Bytes::copy_from_slice(baggage));
        Placed { baggage: places.next().unwrap_or_else(copied), tracestate: tracestate.into() }
    }

    /// Keeps them; `line` hands out the line with a number.
    pub(crate) fn keep(self, line: impl FnOnce(usize) -> Bytes) -> Kept {
        let (line, baggage) = match self.baggage {
            Baggage::In(at, place) => (line(at), place),
            Baggage::Copied(text) => {
                let whole = 0..text.len();
                (text, whole)
            }
        };
        Kept { line, baggage, tracestate: self.tracestate }
    }
}

/// Where a text lies in a line, if it is the greater part of it: others are not worth keeping.
fn place(line: &[u8], text: &[u8]) -> Option<Range<usize>> {
    let begin = text.as_ptr().addr().wrapping_sub(line.as_ptr().addr());
    let is_worth_it = begin < line.len() && line.len() <= 2 * text.len();
    is_worth_it.then(|| begin..begin + text.len())
}
