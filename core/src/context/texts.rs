//! Where the texts of a context lie: in the context itself, or where a host keeps them.

use heapless::Vec;

use crate::ascii;
use crate::dsc::{Dsc, Edit, Members};

/// How many bytes of `tracestate` are forwarded (rule C6).
pub const TRACESTATE_BYTES: usize = 512;

/// The texts of a context, just as core wrote them.
pub trait Texts {
    /// The frozen sampling context as header text, ASCII; empty where there is none.
    fn baggage(&self) -> &[u8];

    /// The `tracestate` that goes on, ASCII; empty where there is none.
    fn tracestate(&self) -> &[u8];
}

/// Where the texts of a context go that is being made from a message.
pub(crate) trait Room<'h> {
    fn clear(&mut self);

    /// Takes the sampling context; was a member dropped for want of room?
    fn freeze(&mut self, members: Option<&Members<'h>>, edits: &[Edit<'_>]) -> bool;

    fn tracestate_room(&mut self) -> &mut Vec<u8, TRACESTATE_BYTES>;
}

/// Room for the texts of any context, in place: 2,048 bytes of sampling context and 512 of `tracestate`.
#[derive(Clone, Debug)]
pub struct Inline {
    pub(crate) dsc: Dsc,
    pub(crate) tracestate: Vec<u8, TRACESTATE_BYTES>,
}

impl Inline {
    pub(super) fn new() -> Self {
        Inline { dsc: Dsc::empty(), tracestate: ascii::empty_vec() }
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

impl<'h> Room<'h> for Inline {
    fn clear(&mut self) {
        self.dsc.clear();
        self.tracestate.clear();
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn freeze(&mut self, members: Option<&Members<'h>>, edits: &[Edit<'_>]) -> bool {
        self.dsc.freeze(members, edits)
    }

    fn tracestate_room(&mut self) -> &mut Vec<u8, TRACESTATE_BYTES> {
        &mut self.tracestate
    }
}
