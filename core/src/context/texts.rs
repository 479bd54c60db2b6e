//! Where the texts of a context lie: in the context itself, or where a host keeps them.

use heapless::Vec;

use crate::dsc::Dsc;
use crate::text;

/// How many bytes of `tracestate` are forwarded (rule C6).
pub const TRACESTATE_BYTES: usize = 512;

/// The texts of a context, just as core wrote them.
pub trait Texts {
    /// The frozen sampling context as header text, ASCII; empty where there is none.
    fn baggage(&self) -> &[u8];

    /// The `tracestate` that goes on, ASCII; empty where there is none.
    fn tracestate(&self) -> &[u8];
}

/// Room for the texts of any context, in place: 2,048 bytes of sampling context and 512 of `tracestate`.
#[derive(Clone, Debug)]
pub struct Inline {
    pub(crate) dsc: Dsc,
    pub(crate) tracestate: Vec<u8, TRACESTATE_BYTES>,
}

impl Inline {
    pub(super) fn new() -> Self {
        Inline { dsc: Dsc::empty(), tracestate: text::no_items() }
    }
}

impl Texts for Inline {
    fn baggage(&self) -> &[u8] {
        self.dsc.as_bytes()
    }

    fn tracestate(&self) -> &[u8] {
        &self.tracestate
    }
}
