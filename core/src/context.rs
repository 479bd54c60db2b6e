//! One position in one trace: immutable; `child` and `sample` return a new one.

use core::mem::MaybeUninit;

use crate::ascii;
use crate::buffer::Buffer;
use crate::dsc::{DscKey, Frozen, Members, Overrides, encode};
use crate::error::{Error, ErrorKind};
use crate::finding::{Finding, Findings};
use crate::id::{SpanId, TraceId};
use crate::sampling::{Choice, Decision, Interval, Rand, RateText, is_rate, sampled_text};
use crate::wire::baggage::Member;
use crate::wire::sentry_trace::SentryTrace;
use crate::wire::traceparent::Traceparent;

/// One position in one trace: its ids, its sampling decision and its frozen dynamic sampling context (DSC).
///
/// A small view. Its texts are borrowed from the incoming headers, from a [`Buffer`], or from a [`StoredContext`].
#[derive(Clone, Copy, Debug)]
pub struct TraceContext<'a> {
    pub(crate) position: Position,
    /// The frozen DSC as header text, ASCII by rule B8; empty if there is none.
    pub(crate) baggage: &'a [u8],
    /// The `tracestate` to forward, printable ASCII; empty if there is none.
    pub(crate) tracestate: &'a [u8],
}

/// A [`TraceContext`] that owns or shares its texts: `S` is the host's storage for them.
#[derive(Clone, Debug)]
pub struct StoredContext<S = Buffer> {
    position: Position,
    storage: S,
}

/// The fields of a context apart from its texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent_span_id: Option<SpanId>,
    pub(crate) sampled: Option<bool>,
    pub(crate) parent_sampled: Option<bool>,
    pub(crate) decided_rate: Option<f64>,
    pub(crate) parent_sample_rate: Option<f64>,
    /// Unknown only at an adopted position whose DSC has none (rule C8).
    pub(crate) rand: Option<Rand>,
    pub(crate) link: Option<SentryTrace>,
    pub(crate) findings: Findings,
    pub(crate) is_head: bool,
    pub(crate) propagates_traceparent: bool,
    /// True if the trace id is known to be random (rule C6).
    pub(crate) is_random: bool,
    pub(crate) max_baggage_bytes: u16,
}

impl Position {
    /// The random number to decide with: that of the trace, else the one derived from its id (rule C8).
    fn rand(&self) -> Rand {
        self.rand.unwrap_or_else(|| {
            let interval = Interval::consistent(self.sampled, self.parent_sample_rate);
            Rand::draw(self.trace_id.draw(), interval.unwrap_or(Interval::WHOLE))
        })
    }

    /// The position of a new span whose parent is this one's.
    fn child(&self, seed: [u8; 8]) -> Self {
        Position { span_id: SpanId::from_seed(seed), parent_span_id: Some(self.span_id), ..*self }
    }
}

macro_rules! getters {
    ($($generics:tt)*) => {
        /// The fields of the context apart from its texts.
        impl $($generics)* {
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

            /// The sampling decision; `None` if it is deferred.
            pub fn sampled(&self) -> Option<bool> {
                self.position.sampled
            }

            /// The sender's decision: the flag of its header (rule P2).
            pub fn parent_sampled(&self) -> Option<bool> {
                self.position.parent_sampled
            }

            /// The rate of this service's decision, else the incoming one; from 0 to 1.
            pub fn sample_rate(&self) -> Option<f64> {
                self.position.decided_rate.or(self.position.parent_sample_rate)
            }

            /// The random number of the trace, in [0,1), six digits (rule P5); `None` only at an adopted position whose
            /// DSC has no usable one (rule C8).
            pub fn sample_rand(&self) -> Option<f64> {
                self.position.rand.map(Rand::value)
            }

            /// The trace that this one follows without continuing it (rules C3, L3).
            pub fn link(&self) -> Option<SentryTrace> {
                self.position.link
            }

            /// Anomalies of the message that this context continues (rule F).
            pub fn findings(&self) -> Findings {
                self.position.findings
            }

            /// The value of the `sentry-trace` header of an outgoing request.
            pub fn sentry_trace(&self) -> SentryTrace {
                let Position { trace_id, span_id, sampled, .. } = self.position;
                SentryTrace { trace_id, span_id: Some(span_id), sampled }
            }

            /// The value of the `traceparent` header of an outgoing request; undecided is written as 00 (rule C6).
            pub fn traceparent(&self) -> Traceparent {
                let Position { trace_id, span_id, sampled, is_random, .. } = self.position;
                Traceparent { trace_id, span_id, sampled, random: is_random }
            }
        }
    };
}

getters!(TraceContext<'_>);
getters!(<S> StoredContext<S>);

impl<'a> TraceContext<'a> {
    /// The frozen DSC as header text; `None` if there is none.
    pub fn baggage(&self) -> Option<&'a str> {
        Some(ascii::as_str(self.baggage)).filter(|baggage| !baggage.is_empty())
    }

    /// The members of the frozen DSC, in order.
    pub fn dynamic_sampling_context(&self) -> impl Iterator<Item = Member<'a>> {
        self.frozen().members()
    }

    pub(crate) fn frozen(&self) -> Frozen<'a> {
        Frozen(self.baggage)
    }

    /// A context with a new span id, whose parent is this one (rule C4).
    pub fn child(&self, seed: [u8; 8]) -> TraceContext<'a> {
        TraceContext { position: self.position.child(seed), ..*self }
    }

    /// A context with the same ids and a new decision (rule P8).
    ///
    /// # Errors
    /// If the rate is not a finite number from 0 to 1.
    pub fn sample<'b>(&self, decision: Decision, buffer: &'b mut Buffer) -> Result<TraceContext<'b>, Error>
    where
        'a: 'b,
    {
        let rand = self.position.rand();
        let choice = match decision {
            Decision::Sampled(sampled) => Choice::fixed(Some(sampled)),
            Decision::Rate(rate) if is_rate(rate) => Choice::at(rate, rand),
            Decision::Rate(_) => return Err(Error::new(ErrorKind::Rate, 0)),
        };
        let (rate, digits) = (choice.rate.map(RateText::of), rand.text());
        let (mut members, mut overrides) = (Members::new(), Overrides::new());
        self.frozen().read_into(&mut members);
        if !members.is_empty() {
            overrides.set(DscKey::SampleRand, self.position.rand.is_none().then_some(&digits));
            overrides.set(DscKey::SampleRate, rate.as_ref().map(RateText::as_bytes));
            // Only the head of a trace writes its decision (rule D3).
            let sampled = choice.sampled.filter(|_| self.position.is_head).map(sampled_text);
            overrides.set(DscKey::Sampled, sampled.map(str::as_bytes));
        }
        let encoded = encode(&members, &overrides, &mut buffer.dsc);
        let mut findings = self.position.findings;
        findings.insert_if(encoded.is_truncated, Finding::DscTruncated);
        let position = Position {
            sampled: choice.sampled,
            decided_rate: choice.rate,
            rand: Some(rand),
            findings,
            ..self.position
        };
        Ok(TraceContext { position, baggage: encoded.text, tracestate: self.tracestate })
    }

    /// This context with the storage that `keep` returns for its texts, `baggage` and `tracestate`, empty if absent.
    ///
    /// # Example: a context with its text in a box
    /// ```
    /// use tracehop_core::{Buffer, Options, Propagator, Seed, Start};
    /// let propagator = Propagator::new(Options::default())?;
    /// let mut buffer = Buffer::new();
    /// let context = propagator.start_trace(Start::with(Seed([7; 24])), &mut buffer);
    /// let stored = context.store(|baggage, _tracestate| Box::<[u8]>::from(baggage));
    /// assert_eq!(stored.context(|baggage| (baggage, b"")).baggage(), context.baggage());
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn store<S>(&self, keep: impl FnOnce(&'a [u8], &'a [u8]) -> S) -> StoredContext<S> {
        StoredContext { position: self.position, storage: keep(self.baggage, self.tracestate) }
    }

    /// As [`TraceContext::store`], for a host that may fail to keep the texts.
    ///
    /// # Errors
    /// The error of `keep`.
    pub fn try_store<S, E>(
        &self,
        keep: impl FnOnce(&'a [u8], &'a [u8]) -> Result<S, E>,
    ) -> Result<StoredContext<S>, E> {
        keep(self.baggage, self.tracestate).map(|storage| StoredContext { position: self.position, storage })
    }
}

impl<S> StoredContext<S> {
    /// The same context with the storage that `keep` returns.
    pub fn map<T>(self, keep: impl FnOnce(S) -> T) -> StoredContext<T> {
        StoredContext { position: self.position, storage: keep(self.storage) }
    }

    /// The storage of the texts.
    pub fn storage(&self) -> &S {
        &self.storage
    }

    /// The context, with the texts that `borrow` returns from the storage: `baggage` and `tracestate`.
    ///
    /// A text with a byte that rule B8 forbids counts as absent.
    pub fn context<'s>(&'s self, borrow: impl FnOnce(&'s S) -> (&'s [u8], &'s [u8])) -> TraceContext<'s> {
        let (baggage, tracestate) = borrow(&self.storage);
        let kept = |text, is_kept| if is_kept { text } else { b"".as_slice() };
        TraceContext {
            position: self.position,
            baggage: kept(baggage, ascii::is_safe(baggage)),
            tracestate: kept(tracestate, ascii::is_printable(tracestate)),
        }
    }

    /// A context with a new span id, whose parent is this one (rule C4); `share` returns its storage.
    pub fn child(&self, seed: [u8; 8], share: impl FnOnce(&S) -> S) -> Self {
        StoredContext { position: self.position.child(seed), storage: share(&self.storage) }
    }
}

impl StoredContext {
    /// A copy of a context with its own buffer, for programs without a heap.
    pub fn new(context: &TraceContext<'_>) -> Self {
        let mut stored = StoredContext::empty(context);
        stored.assign(context);
        stored
    }

    /// As `new`, written in place: saves a copy of 2.7 KiB (400 instructions).
    pub fn new_in<'p>(slot: &'p mut MaybeUninit<Self>, context: &TraceContext<'_>) -> &'p mut Self {
        let stored = slot.write(StoredContext::empty(context));
        stored.assign(context);
        stored
    }

    /// The context without its texts.
    pub(crate) fn empty(context: &TraceContext<'_>) -> Self {
        StoredContext { position: context.position, storage: Buffer::new() }
    }

    /// Replaces the context.
    pub fn assign(&mut self, context: &TraceContext<'_>) {
        self.position = context.position;
        self.storage.assign(context.baggage, context.tracestate);
    }

    /// The context in the buffer.
    pub fn get(&self) -> TraceContext<'_> {
        let Buffer { dsc, tracestate } = &self.storage;
        TraceContext { position: self.position, baggage: dsc, tracestate }
    }
}
