//! Into a trace: starting one, or continuing what a message carries (rules C1 to C5, D1 to D5, P5).

use heapless::Vec;

use super::{Propagator, Refusal, non_empty};
use crate::ascii;
use crate::context::{Position, Room, TraceContext, sampled_text};
use crate::dsc::{Edit, Known, Members};
use crate::finding::Finding;
use crate::headers::Headers;
use crate::id::Seed;
use crate::sampling::{Choice, Deciders, RateText, Sampling, decide};

/// How a trace is started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start<'a> {
    /// The name of the transaction; one that holds `://` is not written (rule D7).
    pub transaction: Option<&'a str>,
    /// The caller's own decision; it comes before all others (rule P1).
    pub sampled: Option<bool>,
    /// The headers of a message whose trace is linked, but not continued (rule C3).
    pub link: Option<&'a Headers<'a>>,
}

impl<'a> Propagator<'a> {
    /// Starts a trace: this service is its head.
    pub fn start_trace(&self, seed: Seed) -> TraceContext {
        self.start_trace_as(seed, Start::default())
    }

    /// Starts a trace with a transaction name, a decision, or a link to a trace that is not continued.
    pub fn start_trace_as(&self, seed: Seed, start: Start<'_>) -> TraceContext {
        let mut context = TraceContext::empty();
        self.start_into(&mut context, seed, start);
        context
    }

    /// As [`Propagator::start_trace_as`], written over `context`.
    pub fn start_into(&self, context: &mut TraceContext, seed: Seed, start: Start<'_>) {
        self.reset(context, seed);
        context.position.link = start.link.and_then(|headers| self.read_trace(headers).trace);
        self.begin(context, start.transaction, start.sampled);
    }

    /// Continues the trace that a message carries, or starts one where it carries none; never fails.
    ///
    /// # Example: the trace id stays, the span id is new
    /// ```
    /// use tracehop_core::{Headers, Options, Propagator, Seed};
    /// let propagator = Propagator::new(Options::default())?;
    /// let incoming = Headers::from_pairs([
    ///     (&b"sentry-trace"[..], &b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1"[..]),
    /// ]);
    /// let context = propagator.continue_trace(&incoming, Seed([7; 24]));
    /// assert_eq!(context.sentry_trace().to_string(), "771a43a4192642f0b136d5159a501700-0707070707070707-1");
    /// assert_eq!(context.parent_span_id().unwrap().to_string(), "1234567890abcdef");
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn continue_trace(&self, headers: &Headers<'_>, seed: Seed) -> TraceContext {
        self.continue_trace_as(headers, seed, None, None)
    }

    /// As [`Propagator::continue_trace`], with the name of the transaction and the caller's own decision.
    pub fn continue_trace_as(
        &self,
        headers: &Headers<'_>,
        seed: Seed,
        transaction: Option<&str>,
        sampled: Option<bool>,
    ) -> TraceContext {
        let mut context = TraceContext::empty();
        self.continue_into(&mut context, headers, seed, transaction, sampled);
        context
    }

    /// As [`Propagator::continue_trace_as`], written over `context`: the cheapest way, where one is at hand. It is one of
    /// [`TraceContext::empty`], or of [`TraceContext::lent`] where the lines of the message are kept.
    ///
    /// Tells whether nothing of the seed's first 16 bytes, the trace's, is in the context, because trace id and
    /// `sample_rand` came in: where random bytes are dear, they may serve in the next seed.
    ///
    /// # Example: no context is copied
    /// ```
    /// use tracehop_core::{Headers, Options, Propagator, Seed, TraceContext};
    /// let propagator = Propagator::new(Options::default())?;
    /// let mut context = TraceContext::empty();
    /// propagator.continue_into(&mut context, &Headers::new(), Seed([7; 24]), None, None);
    /// assert_eq!(context.span_id(), propagator.start_trace(Seed([7; 24])).span_id());
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    #[cfg_attr(feature = "std", inline(always))]
    #[expect(private_bounds, reason = "no other type can be a room")]
    pub fn continue_into<'h>(
        &self,
        context: &mut TraceContext<impl Room<'h>>,
        headers: &Headers<'h>,
        seed: Seed,
        transaction: Option<&str>,
        sampled: Option<bool>,
    ) -> bool {
        self.reset(context, seed);
        let is_unused = self.enter(context, headers, transaction, sampled, seed);
        is_unused.unwrap_or_else(|| {
            self.begin(context, transaction, sampled);
            false
        })
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn reset<'h>(&self, context: &mut TraceContext<impl Room<'h>>, seed: Seed) {
        let propagates_traceparent = self.options.propagate_traceparent;
        context.reset(Position { propagates_traceparent, ..Position::new(seed) });
    }

    /// Fills a context from a message whose trace may be continued, and tells whether its `sample_rand` came in too.
    // Not inlined, as its siblings: what is large on the stack must not stand there twice.
    #[inline(never)]
    fn enter<'h>(
        &self,
        context: &mut TraceContext<impl Room<'h>>,
        headers: &Headers<'h>,
        transaction: Option<&str>,
        sampled: Option<bool>,
        seed: Seed,
    ) -> Option<bool> {
        let mut members = Members::new();
        let parent = self.read_parent(headers, &mut members);
        context.position.findings = parent.findings;
        let trace = parent.trace?;
        if let Some(refusal) = self.refuses(members.get(Known::OrgId)) {
            context.position.findings.insert(match refusal {
                Refusal::Mismatch => Finding::OrgMismatch,
                Refusal::Unknown => Finding::OrgUnknownStrict,
            });
            context.position.link = Some(trace);
            return None;
        }
        (context.position.trace_id, context.position.parent_span_id, context.position.parent_sampled) =
            (trace.trace_id, trace.span_id, trace.sampled);
        if parent.uses_traceparent {
            context.keep_tracestate(headers.tracestate());
        }
        Some(self.go_on(context, &members, transaction, sampled, seed))
    }

    /// Makes a context the head of a new trace: it writes what this service knows, in rule D1's order.
    #[inline(never)]
    fn begin<'h>(
        &self,
        context: &mut TraceContext<impl Room<'h>>,
        transaction: Option<&str>,
        sampled: Option<bool>,
    ) {
        context.position.is_head = true;
        let choice = self.choose(&mut context.position, transaction, sampled);
        let (trace_id, rand, rate) =
            (context.position.trace_id.text(), context.position.rand().text(), choice.rate.map(RateText::of));
        let transaction =
            non_empty(transaction).filter(|name| ascii::find(name.as_bytes(), b"://").is_none());
        let mut edits: Vec<Edit<'_>, 9> = Vec::new();
        // There is room for all nine.
        let mut know = |name, value: Option<_>| {
            value.map(|value| edits.push((name, value)));
        };
        know(Known::TraceId, Some(&trace_id));
        know(Known::PublicKey, self.public_key().map(str::as_bytes));
        know(Known::SampleRate, rate.as_ref().map(RateText::as_bytes));
        know(Known::SampleRand, Some(&rand));
        know(Known::Sampled, choice.sampled.map(|sampled| sampled_text(sampled).as_bytes()));
        know(Known::Release, non_empty(self.options.release).map(str::as_bytes));
        know(Known::Environment, non_empty(self.options.environment).map(str::as_bytes));
        know(Known::OrgId, self.org_id().map(str::as_bytes));
        know(Known::Transaction, transaction.map(str::as_bytes));
        context.freeze(None, &edits);
    }

    /// Fills a continuing context from the sampling context that came in (rule D3), and tells whether `sample_rand` did.
    #[inline(never)]
    fn go_on<'h>(
        &self,
        context: &mut TraceContext<impl Room<'h>>,
        members: &Members<'h>,
        transaction: Option<&str>,
        sampled: Option<bool>,
        seed: Seed,
    ) -> bool {
        context.read_rate(members);
        let came_in = context.read_rand(members, seed);
        let choice = self.choose(&mut context.position, transaction, sampled);
        if members.is_empty() {
            return came_in;
        }
        let trace_id = context.position.trace_id.text();
        let rand = (!came_in).then(|| context.position.rand().text());
        let rate = choice.rate.map(RateText::of);
        let differs = members.get(Known::TraceId).is_some_and(|came| !came.is(&trace_id));
        context.position.findings.insert_if(differs, Finding::TraceIdMismatch);
        let mut edits: Vec<Edit<'_>, 3> = Vec::new();
        // There is room for all three.
        let mut change = |name, value: Option<_>| {
            value.map(|value| edits.push((name, value)));
        };
        change(Known::TraceId, differs.then_some(trace_id.as_slice()));
        change(Known::SampleRand, rand.as_ref().map(<[u8; 8]>::as_slice));
        change(Known::SampleRate, rate.as_ref().map(RateText::as_bytes));
        context.freeze(Some(members), &edits);
        came_in
    }

    fn choose(&self, position: &mut Position, transaction: Option<&str>, sampled: Option<bool>) -> Choice {
        let deciders = Deciders {
            explicit: sampled,
            sampler: self.options.traces_sampler,
            parent: position.parent_sampled,
            rate: self.options.traces_sample_rate,
        };
        let told = || Sampling {
            transaction,
            parent_sampled: position.parent_sampled,
            parent_sample_rate: position.parent_sample_rate,
            sample_rand: position.rand().value(),
            trace_id: position.trace_id,
        };
        let choice = decide(&deciders, told, position.rand());
        position.findings.insert_if(choice.sampler_failed, Finding::SamplerFailed);
        (position.sampled, position.decided_rate) = (choice.sampled, choice.rate);
        choice
    }
}
