//! The stored texts of a context: one exact copy, which its children share.

use std::sync::Arc;

/// The texts of a context.
#[derive(Clone)]
pub(crate) struct Kept {
    both: Arc<[u8]>,
    /// The length of the first; the core limits it to 2,048.
    baggage: u16,
}

impl Kept {
    /// Copies the texts that the core wrote or read.
    #[inline(always)]
    pub(crate) fn of(baggage: &[u8], tracestate: &[u8]) -> Self {
        let both = if tracestate.is_empty() { baggage.into() } else { [baggage, tracestate].concat().into() };
        Kept { both, baggage: u16::try_from(baggage.len()).unwrap_or(0) }
    }

    /// The bytes of both texts.
    pub(crate) fn lent(&self) -> (&[u8], &[u8]) {
        self.both.split_at(self.baggage.into())
    }

    /// Their length in bytes.
    pub(crate) fn size(&self) -> usize {
        self.both.len()
    }
}
