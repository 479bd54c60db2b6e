//! A context whose sampling context lies where it came in, for a host that keeps the lines of its messages.

use super::{Inline, TRACESTATE_BYTES, Texts, TraceContext};
use crate::dsc::{Edit, Members};
use heapless::Vec;

/// Where the texts of a context go that is being made from a message.
pub(crate) trait Room<'h> {
    fn clear(&mut self);

    /// Takes the sampling context; was a member dropped for want of room?
    fn freeze(&mut self, members: Option<&Members<'h>>, edits: &[Edit<'_>]) -> bool;

    fn tracestate_room(&mut self) -> &mut Vec<u8, TRACESTATE_BYTES>;
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

/// Texts that lie in the message where they can: a sampling context that came in one piece, as most do, is lent
/// instead of copied. What has to be written lies here.
#[derive(Clone, Debug)]
pub struct Lent<'h> {
    /// Empty where the sampling context lies here.
    came: &'h [u8],
    written: Inline,
}

impl<'h> Room<'h> for Lent<'h> {
    fn clear(&mut self) {
        self.came = b"";
        self.written.clear();
    }

    fn freeze(&mut self, members: Option<&Members<'h>>, edits: &[Edit<'_>]) -> bool {
        let unchanged = members.filter(|_| edits.is_empty());
        self.came = unchanged.and_then(Members::fitting_run).unwrap_or_default();
        self.came.is_empty() && self.written.freeze(members, edits)
    }

    fn tracestate_room(&mut self) -> &mut Vec<u8, TRACESTATE_BYTES> {
        self.written.tracestate_room()
    }
}

impl Texts for Lent<'_> {
    fn baggage(&self) -> &[u8] {
        if self.came.is_empty() { self.written.baggage() } else { self.came }
    }

    fn tracestate(&self) -> &[u8] {
        &self.written.tracestate
    }
}

impl TraceContext<Lent<'_>> {
    /// Room as [`TraceContext::empty`], for `Propagator::continue_lent`.
    pub fn lent() -> Self {
        TraceContext::empty().with_texts(Lent { came: b"", written: Inline::new() })
    }
}
