//! The life of a trace on a page, a screen or in a session (rules L1 to L3).

use core::mem::MaybeUninit;
use core::time::Duration;

use crate::buffer::Buffer;
use crate::context::{StoredContext, TraceContext};
use crate::continue_trace::Start;
use crate::headers::Headers;
use crate::id::Seed;
use crate::propagator::Propagator;
use crate::wire::sentry_trace::SentryTrace;

/// The current trace: only a page load, a navigation or an explicit new trace changes it.
///
/// Times are those of the caller's monotonic clock, from any fixed start.
#[derive(Clone, Debug)]
pub struct TraceLifetime {
    current: StoredContext,
    previous: Option<SentryTrace>,
    began: Duration,
}

impl TraceLifetime {
    /// Begins with a new trace.
    pub fn new(propagator: &Propagator<'_>, seed: Seed, now: Duration) -> Self {
        let mut buffer = Buffer::new();
        let current = StoredContext::new(&propagator.start_trace(Start::with(seed), &mut buffer));
        TraceLifetime { current, previous: None, began: now }
    }

    /// As `new`, written in place: saves a copy of 3.3 KiB.
    pub fn new_in<'p>(
        slot: &'p mut MaybeUninit<Self>,
        propagator: &Propagator<'_>,
        seed: Seed,
        now: Duration,
    ) -> &'p mut Self {
        let mut buffer = Buffer::new();
        let current = propagator.start_trace(Start::with(seed), &mut buffer);
        let lifetime =
            slot.write(TraceLifetime { current: StoredContext::empty(&current), previous: None, began: now });
        lifetime.current.assign(&current);
        lifetime
    }

    /// A page load: continues what its meta tags, Server-Timing or headers carry, else starts a trace (rule L1).
    pub fn page_load(
        &mut self,
        propagator: &Propagator<'_>,
        page: Option<&Headers<'_>>,
        seed: Seed,
        now: Duration,
    ) {
        let Some(page) = page else { return self.start_new_trace(propagator, seed, now) };
        let mut buffer = Buffer::new();
        let next = propagator.continue_trace(&page.of_page_load(), Start::with(seed), &mut buffer);
        self.change(&next, now);
    }

    /// A navigation within the page: starts a trace (rule L2).
    pub fn navigate(&mut self, propagator: &Propagator<'_>, seed: Seed, now: Duration) {
        self.start_new_trace(propagator, seed, now);
    }

    /// Starts a trace on demand.
    pub fn start_new_trace(&mut self, propagator: &Propagator<'_>, seed: Seed, now: Duration) {
        self.change(&propagator.start_trace(Start::with(seed), &mut Buffer::new()), now);
    }

    /// Starts a trace if the current one is older than `max_age`; returns true if it did (rule L3).
    pub fn rotate_if_older(
        &mut self,
        propagator: &Propagator<'_>,
        max_age: Duration,
        seed: Seed,
        now: Duration,
    ) -> bool {
        let is_older = now.saturating_sub(self.began) > max_age;
        if is_older {
            self.start_new_trace(propagator, seed, now);
        }
        is_older
    }

    /// The context that spans and requests belong to now.
    pub fn current(&self) -> TraceContext<'_> {
        self.current.get()
    }

    /// The ids of the trace before this one.
    pub fn previous(&self) -> Option<SentryTrace> {
        self.previous
    }

    /// Changes the trace; the previous trace's ids become the link (rule L3), unless the new one has its own.
    fn change(&mut self, next: &TraceContext<'_>, now: Duration) {
        self.previous = Some(self.current.sentry_trace());
        let mut next = *next;
        next.position.link = next.position.link.or(self.previous);
        self.current.assign(&next);
        self.began = now;
    }
}
