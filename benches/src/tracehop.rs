//! tracehop at work: each of W1 to W7 on the variant with an index. Texts and contexts are written into room that is kept.

use std::fmt::Write;

use tracehop_core::{
    Baggage, Error, HeaderValue, Headers, Options, Propagator, Seed, SentryMembers, SentryTrace, TraceContext,
};

use crate::Workloads;

/// Room for what a workload writes.
#[derive(Debug)]
pub struct Scratch {
    headers: [u8; 1024],
    text: String,
    page: Vec<u8>,
    context: TraceContext,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            headers: [0; 1024],
            text: String::with_capacity(1024),
            page: Vec::with_capacity(1024),
            context: TraceContext::empty(),
        }
    }
}

/// A propagator and the contexts that it made of the inputs.
#[derive(Debug)]
pub struct Tracehop {
    work: &'static Workloads,
    propagator: Propagator<'static>,
    contexts: Vec<TraceContext>,
}

impl Tracehop {
    /// At work on these inputs.
    ///
    /// # Panics
    /// Where the options of the workloads are not valid.
    #[must_use]
    pub fn new(work: &'static Workloads) -> Self {
        let options = Options { trace_propagation_targets: Some(&work.targets), ..Options::default() };
        let propagator = Propagator::new(options).expect("the options are valid");
        let proceed = |at| propagator.continue_trace(&Headers::from_pairs(work.pairs(at)), seed(at));
        let contexts = (0..Workloads::VARIANTS).map(proceed).collect();
        Tracehop { work, propagator, contexts }
    }

    /// W1: one trace header.
    ///
    /// # Errors
    /// Where it is none.
    pub fn w1(&self, at: usize) -> Result<SentryTrace, Error> {
        SentryTrace::parse(self.work.sentry_trace[at].as_bytes())
    }

    /// W2: all of Sentry's values, decoded.
    pub fn w2<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a str {
        scratch.text.clear();
        let mut sentry = SentryMembers::empty();
        Baggage::new(self.work.baggage[at].as_bytes()).sentry_into(&mut sentry);
        for member in sentry.iter() {
            match member.value().as_plain() {
                Some(text) => scratch.text.push_str(text),
                None => drop(write!(scratch.text, "{}", member.value())),
            }
        }
        &scratch.text
    }

    /// W3: continue.
    pub fn w3<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a TraceContext {
        let mut headers = Headers::new();
        headers.extend(self.work.pairs(at));
        self.propagator.continue_into(&mut scratch.context, &headers, seed(at), None, None);
        &scratch.context
    }

    /// W4: both headers of a context.
    pub fn w4<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        both_headers(&self.contexts[at], &mut scratch.headers)
    }

    /// W5: a hop.
    pub fn w5<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        self.w3(at, scratch);
        both_headers(&scratch.context, &mut scratch.headers)
    }

    /// W6: may this URL have headers?
    #[must_use]
    pub fn w6(&self, at: usize) -> bool {
        self.propagator.allows(&self.work.urls[at], None)
    }

    /// W7: both meta tags.
    pub fn w7<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        scratch.page.clear();
        self.contexts[at].meta_tags().write_to(|piece| scratch.page.extend_from_slice(piece));
        &scratch.page
    }

    /// W8: a hop with these headers.
    pub fn w8<'a>(&self, headers: &Headers<'_>, scratch: &'a mut Scratch) -> &'a [u8] {
        self.propagator.continue_into(&mut scratch.context, headers, seed(1), None, None);
        both_headers(&scratch.context, &mut scratch.headers)
    }
}

/// The core owns no randomness, so the workloads bring some bytes.
fn seed(at: usize) -> Seed {
    Seed([at as u8 | 0x40; 24])
}

/// Both values, one behind the other.
fn both_headers<'a>(context: &TraceContext, room: &'a mut [u8]) -> &'a [u8] {
    let mut len = 0;
    context.headers(&Headers::new(), |_, value: HeaderValue<'_>| {
        len += value.copy_to(&mut room[len..]);
    });
    &room[..len]
}
