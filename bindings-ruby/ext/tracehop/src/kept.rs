//! What a context keeps of its texts: exactly as long as they are.

use tracehop_core::Texts;

/// The texts of a context.
#[derive(Clone)]
pub(crate) struct Kept {
    baggage: Box<[u8]>,
    tracestate: Box<[u8]>,
}

impl Kept {
    /// Copies what the core wrote.
    pub(crate) fn of(texts: &impl Texts) -> Self {
        Kept { baggage: texts.baggage().into(), tracestate: texts.tracestate().into() }
    }

    /// How many bytes they take.
    pub(crate) fn size(&self) -> usize {
        self.baggage.len() + self.tracestate.len()
    }
}

impl Texts for Kept {
    fn baggage(&self) -> &[u8] {
        &self.baggage
    }

    fn tracestate(&self) -> &[u8] {
        &self.tracestate
    }
}
