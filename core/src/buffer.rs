//! The memory that a context's texts are written to if they cannot be borrowed from the incoming headers.

use core::fmt;

use heapless::Vec;

use crate::ascii;
use crate::dsc::DSC_BYTES;

/// Maximum bytes of `tracestate` that are forwarded (rule C6).
pub(crate) const TRACESTATE_BYTES: usize = 512;

/// Memory for the texts of one [`crate::TraceContext`]: 2,560 bytes, reusable, never zeroed.
///
/// A context borrows its text from the incoming headers if they contain it in one piece, else from the buffer.
#[derive(Clone)]
pub struct Buffer {
    pub(crate) dsc: Vec<u8, DSC_BYTES>,
    pub(crate) tracestate: Vec<u8, TRACESTATE_BYTES>,
}

impl Buffer {
    /// An empty buffer.
    pub fn new() -> Self {
        Buffer { dsc: ascii::empty_vec(), tracestate: ascii::empty_vec() }
    }

    /// Replaces both texts; each is one of a context and so fits.
    pub(crate) fn assign(&mut self, baggage: &[u8], tracestate: &[u8]) {
        self.dsc.clear();
        self.tracestate.clear();
        ascii::push(&mut self.dsc, baggage);
        ascii::push(&mut self.tracestate, tracestate);
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Buffer::new()
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Buffer")
            .field(&ascii::as_str(&self.dsc))
            .field(&ascii::as_str(&self.tracestate))
            .finish()
    }
}
