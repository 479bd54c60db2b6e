//! One position in one trace: born frozen, never changed; `child` and `sample` give a new one.

use heapless::Vec;

use crate::ascii;
use crate::dsc::{Edit, Frozen, Known, Members};
use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, Findings};
use crate::id::{Seed, SpanId, TraceId};
use crate::sampling::{Choice, Decision, Interval, Rand, RateText, is_rate};
use crate::wire::baggage::Member;
use crate::wire::sentry_trace::SentryTrace;
use crate::wire::traceparent::Traceparent;

mod handover;
mod incoming;
mod lent;
mod outgoing;
mod texts;
mod value;

pub use handover::{MetaTags, ServerTiming};
pub use lent::Lent;
pub use outgoing::{BAGGAGE_WRITE_BYTES, Outcome, Reason, strip};
pub(crate) use texts::Room;
pub use texts::{Inline, TRACESTATE_BYTES, Texts};
pub use value::HeaderValue;

/// One position in one trace: its ids, its decision and its frozen sampling context.
///
/// It owns all that it holds and may be shared between threads. Its texts lie in itself (about 2.8 KiB, no heap), or
/// where a host with a heap keeps them: see [`TraceContext::with_texts`].
#[derive(Clone, Debug)]
pub struct TraceContext<T = Inline> {
    pub(crate) position: Position,
    pub(crate) texts: T,
}

/// What a context says but for its texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent_span_id: Option<SpanId>,
    pub(crate) sampled: Option<bool>,
    pub(crate) parent_sampled: Option<bool>,
    pub(crate) decided_rate: Option<f64>,
    pub(crate) parent_sample_rate: Option<f64>,
    /// Unknown only at an adopted position whose sampling context has none (rule C8).
    pub(crate) rand: Option<Rand>,
    pub(crate) link: Option<SentryTrace>,
    pub(crate) findings: Findings,
    pub(crate) is_head: bool,
    pub(crate) propagates_traceparent: bool,
}

impl Position {
    /// The position of a new trace that nobody decided about yet.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn new(seed: Seed) -> Self {
        Position {
            trace_id: seed.trace_id(),
            span_id: seed.span_id(),
            parent_span_id: None,
            sampled: None,
            parent_sampled: None,
            decided_rate: None,
            parent_sample_rate: None,
            rand: Some(Rand::draw(seed.draw(), Interval::WHOLE)),
            link: None,
            findings: Findings::default(),
            is_head: false,
            propagates_traceparent: false,
        }
    }

    /// The random number to decide with: that of the trace, else the one that its id stands for (rule C8).
    pub(crate) fn rand(&self) -> Rand {
        self.rand.unwrap_or_else(|| self.rand_of_trace_id())
    }

    #[cold]
    #[inline(never)]
    fn rand_of_trace_id(&self) -> Rand {
        let interval = Interval::consistent(self.sampled, self.parent_sample_rate);
        Rand::draw(self.trace_id.draw(), interval.unwrap_or(Interval::WHOLE))
    }
}

impl TraceContext {
    /// Room for a context, with ids that mean nothing until `Propagator::continue_into` or `start_into` fills it in:
    /// so a context is written where it stays, instead of being copied there.
    pub fn empty() -> Self {
        TraceContext { position: Position::new(Seed([0; 24])), texts: Inline::new() }
    }
}

impl<T> TraceContext<T> {
    /// Makes it the position of a new trace, without texts.
    pub(crate) fn reset<'h>(&mut self, position: Position)
    where
        T: Room<'h>,
    {
        self.position = position;
        self.texts.clear();
    }

    /// Writes the sampling context of this position, once.
    pub(crate) fn freeze<'h>(&mut self, members: Option<&Members<'h>>, edits: &[Edit<'_>])
    where
        T: Room<'h>,
    {
        let is_truncated = self.texts.freeze(members, edits);
        self.position.findings.insert_if(is_truncated, Finding::DscTruncated);
    }
}

/// What a context says.
impl<T> TraceContext<T> {
    /// The id of the trace.
    pub fn trace_id(&self) -> TraceId {
        self.position.trace_id
    }

    /// The id of this context's span: a new one (rule C4), or the one that was adopted (rule C7).
    pub fn span_id(&self) -> SpanId {
        self.position.span_id
    }

    /// The span that this one continues; `None` at the head of a trace.
    pub fn parent_span_id(&self) -> Option<SpanId> {
        self.position.parent_span_id
    }

    /// What was decided; `None` where nobody decided yet.
    pub fn sampled(&self) -> Option<bool> {
        self.position.sampled
    }

    /// The sender's decision: the flag of its header (rule P2).
    pub fn parent_sampled(&self) -> Option<bool> {
        self.position.parent_sampled
    }

    /// The rate that decided here, else the one that came in; from 0 to 1.
    pub fn sample_rate(&self) -> Option<f64> {
        self.position.decided_rate.or(self.position.parent_sample_rate)
    }

    /// The random number of the trace, in [0,1), six digits (rule P5); `None` only at an adopted position whose sampling
    /// context has no usable one (rule C8).
    pub fn sample_rand(&self) -> Option<f64> {
        self.position.rand.map(Rand::value)
    }

    /// The trace that this one follows without continuing it (rules C3, L3).
    pub fn link(&self) -> Option<SentryTrace> {
        self.position.link
    }

    /// What was odd about the message that this context continues (rule F).
    pub fn findings(&self) -> Findings {
        self.position.findings
    }

    /// The value that the `sentry-trace` header of an outgoing request gets.
    pub fn sentry_trace(&self) -> SentryTrace {
        SentryTrace {
            trace_id: self.position.trace_id,
            span_id: Some(self.position.span_id),
            sampled: self.position.sampled,
        }
    }

    /// The value that the `traceparent` header of an outgoing request gets; undecided is written as 00 (rule C6).
    pub fn traceparent(&self) -> Traceparent {
        Traceparent {
            trace_id: self.position.trace_id,
            span_id: self.position.span_id,
            sampled: self.position.sampled,
        }
    }

    /// A context with a new span id, whose parent is this one (rule C4).
    pub fn child(&self, seed: [u8; 8]) -> TraceContext<T>
    where
        T: Clone,
    {
        let mut child = self.clone();
        child.position.span_id = SpanId::from_seed(seed);
        child.position.parent_span_id = Some(self.position.span_id);
        child
    }

    /// The texts, for a host that keeps them elsewhere.
    pub fn texts(&self) -> &T {
        &self.texts
    }

    /// The same position with other texts, which hold what these hold: for a host that has a heap, or strings of its
    /// own, and many contexts.
    ///
    /// # Example: a context of 200 bytes and the text that it has
    /// ```
    /// use tracehop_core::{Options, Propagator, Seed, Texts, TraceContext};
    /// #[derive(Clone)]
    /// struct Boxed(Box<[u8]>, Box<[u8]>);
    /// impl Texts for Boxed {
    ///     fn baggage(&self) -> &[u8] {
    ///         &self.0
    ///     }
    ///     fn tracestate(&self) -> &[u8] {
    ///         &self.1
    ///     }
    /// }
    /// let filled = Propagator::new(Options::default())?.start_trace(Seed([7; 24]));
    /// let texts = Boxed(filled.texts().baggage().into(), filled.texts().tracestate().into());
    /// let context: TraceContext<Boxed> = filled.with_texts(texts);
    /// assert_eq!(context.baggage(), filled.baggage());
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn with_texts<U>(&self, texts: U) -> TraceContext<U> {
        TraceContext { position: self.position, texts }
    }
}

/// What its texts say.
impl<T: Texts> TraceContext<T> {
    /// The frozen sampling context as header text; `None` where there is none.
    pub fn baggage(&self) -> Option<&str> {
        Some(ascii::as_str(self.texts.baggage())).filter(|baggage| !baggage.is_empty())
    }

    /// The members of the frozen sampling context, in order.
    pub fn dynamic_sampling_context(&self) -> impl Iterator<Item = Member<'_>> {
        self.frozen().members()
    }

    pub(crate) fn frozen(&self) -> Frozen<'_> {
        Frozen(self.texts.baggage())
    }

    /// A context with the same ids, decided anew (rule P8).
    ///
    /// # Errors
    /// Where the rate is not a finite number from 0 to 1.
    pub fn sample(&self, decision: Decision) -> Result<TraceContext, Error> {
        let rand = self.position.rand();
        let choice = match decision {
            Decision::Sampled(sampled) => Choice::fixed(Some(sampled)),
            Decision::Rate(rate) if is_rate(rate) => Choice::at(rate, rand),
            Decision::Rate(_) => return Err(Error::new(ErrorKind::Rate, 0)),
        };
        let filled = self.position.rand.is_none().then(|| rand.text());
        let mut context = self.with_texts(Inline::new());
        context.position.rand = Some(rand);
        ascii::push(&mut context.texts.tracestate, self.texts.tracestate());
        context.position.sampled = choice.sampled;
        context.position.decided_rate = choice.rate;
        context.refreeze(self.frozen(), choice, filled.as_ref().map(<[u8; 8]>::as_slice));
        Ok(context)
    }
}

impl TraceContext {
    /// Rewrites what rule D3 allows after a new decision; `sampled` only where this service is head of the trace.
    fn refreeze(&mut self, old: Frozen<'_>, choice: Choice, filled: Option<&[u8]>) {
        let mut members = Members::new();
        old.read_into(&mut members);
        if members.is_empty() {
            return;
        }
        let rate = choice.rate.map(RateText::of);
        let mut edits: Vec<Edit<'_>, 3> = Vec::new();
        edits.extend(filled.map(|rand| (Known::SampleRand, rand)));
        edits.extend(rate.iter().map(|rate| (Known::SampleRate, rate.as_bytes())));
        let sampled = choice.sampled.filter(|_| self.position.is_head).map(sampled_text);
        edits.extend(sampled.map(|sampled| (Known::Sampled, sampled.as_bytes())));
        self.freeze(Some(&members), &edits);
    }
}

/// How a decision is written in a sampling context.
pub(crate) const fn sampled_text(sampled: bool) -> &'static str {
    if sampled { "true" } else { "false" }
}
