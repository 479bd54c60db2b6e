//! A context whose sampling context lies where it came in, for a host that keeps the lines of its messages.

use heapless::Vec;

use super::{Inline, Room, TRACESTATE_BYTES, Texts, TraceContext};
use crate::dsc::{Edit, Members};

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
    /// Room as [`TraceContext::empty`], for a host that keeps the lines of the message: what came in one piece, and goes
    /// out again just so, is not copied.
    ///
    /// # Example: the sampling context lies in the line that came
    /// ```
    /// use tracehop_core::{Headers, Options, Propagator, Seed, Texts, TraceContext};
    /// let line = b"tenant=acme,sentry-sample_rand=0.5,sentry-release=api";
    /// let trace = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
    /// let incoming = Headers::from_pairs([(&b"sentry-trace"[..], &trace[..]), (b"baggage", line)]);
    /// let mut context = TraceContext::lent();
    /// Propagator::new(Options::default())?.continue_into(&mut context, &incoming, Seed([7; 24]), None, None);
    /// assert_eq!(context.texts().baggage().as_ptr(), line[12..].as_ptr());
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn lent() -> Self {
        TraceContext::empty().with_texts(Lent { came: b"", written: Inline::new() })
    }
}
