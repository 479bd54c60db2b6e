//! Starts a trace, or continues that of a message (rules C1 to C5, D1 to D5, P5).

use crate::ascii;
use crate::buffer::Buffer;
use crate::context::{Position, TraceContext};
use crate::dsc::{DscKey, Members, Overrides, encode};
use crate::finding::{Finding, Findings};
use crate::headers::Headers;
use crate::id::{Seed, TraceId};
use crate::incoming::{self, Incoming};
use crate::propagator::{Propagator, non_empty};
use crate::sampling::{Interval, Question, Rand, RateText, decide, sampled_text};
use crate::wire::sentry_trace::SentryTrace;

/// How a trace is started or continued.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// 24 random bytes, drawn anew for each context.
    pub seed: Seed,
    /// The id of a trace that is started; `None` takes it from the seed (rule C9).
    pub trace_id: Option<TraceId>,
    /// The name of the transaction; one that contains `://` is not written (rule D7).
    pub transaction: Option<&'a str>,
    /// The caller's own decision; it comes before all others (rule P1).
    pub sampled: Option<bool>,
    /// The headers of a message whose trace is linked if a trace is started, but not continued (rule C3).
    pub link: Option<&'a Headers<'a>>,
}

impl Start<'_> {
    /// A start with random bytes only.
    pub fn with(seed: Seed) -> Self {
        Start { seed, trace_id: None, transaction: None, sampled: None, link: None }
    }
}

impl Propagator<'_> {
    /// Starts a trace: this service is its head.
    pub fn start_trace<'b>(&self, start: Start<'_>, buffer: &'b mut Buffer) -> TraceContext<'b> {
        self.begin(&Members::new(), Findings::default(), None, start, buffer)
    }

    /// Continues the trace that a message carries, or starts one if it carries none; never fails on what it contains.
    ///
    /// # Example: the trace id stays, the span id is new, and the DSC is borrowed from its line
    /// ```
    /// use tracehop_core::{Buffer, Headers, Options, Propagator, Seed, Start};
    /// let propagator = Propagator::new(Options::default())?;
    /// let line = b"tenant=acme,sentry-sample_rand=0.5,sentry-release=api";
    /// let incoming = Headers::from_pairs([
    ///     (&b"sentry-trace"[..], &b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1"[..]),
    ///     (b"baggage", line),
    /// ]);
    /// let mut buffer = Buffer::new();
    /// let context = propagator.continue_trace(&incoming, Start::with(Seed([7; 24])), &mut buffer);
    /// assert_eq!(context.sentry_trace().to_string(), "771a43a4192642f0b136d5159a501700-0707070707070707-1");
    /// assert_eq!(context.parent_span_id().unwrap().to_string(), "1234567890abcdef");
    /// assert_eq!(context.baggage().unwrap().as_ptr(), line[12..].as_ptr());
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn continue_trace<'b>(
        &self,
        headers: &Headers<'b>,
        start: Start<'_>,
        buffer: &'b mut Buffer,
    ) -> TraceContext<'b> {
        let mut members = Members::new();
        let mut incoming = incoming::read(headers, self.options.propagate_traceparent, &mut members);
        let refusal = incoming.trace.and_then(|_| self.refusal(members.get(DscKey::OrgId)));
        match incoming.trace {
            Some(trace) if refusal.is_none() => {
                self.proceed(trace, &mut incoming, &members, headers, start, buffer)
            }
            refused => {
                refusal.iter().for_each(|finding| incoming.findings.insert(*finding));
                members.clear();
                self.begin(&members, incoming.findings, refused, start, buffer)
            }
        }
    }

    /// The context of a new trace: its DSC has the values of this service, in rule D1's order.
    fn begin<'b>(
        &self,
        no_members: &Members<'b>,
        mut findings: Findings,
        refused: Option<SentryTrace>,
        start: Start<'_>,
        buffer: &'b mut Buffer,
    ) -> TraceContext<'b> {
        let read_link = |headers| incoming::read_trace(headers, self.options.propagate_traceparent).trace;
        let link = refused.or_else(|| start.link.and_then(read_link));
        let seed = start.trace_id.map_or(start.seed, |trace_id| start.seed.with_trace_id(trace_id));
        let (trace_id, rand) = (seed.trace_id(), Rand::draw(seed.draw(), Interval::WHOLE));
        let question = Question {
            transaction: start.transaction,
            parent_sampled: None,
            parent_sample_rate: None,
            rand,
            trace_id,
        };
        let choice = decide(&self.deciders(start.sampled), &question);
        findings.insert_if(choice.sampler_failed, Finding::SamplerFailed);
        let (trace_text, rand_text, rate) = (trace_id.text(), rand.text(), choice.rate.map(RateText::of));
        let is_name = |name: &&str| ascii::find(name.as_bytes(), b"://").is_none();
        let mut overrides = Overrides::new();
        for key in DscKey::ALL {
            let value = match key {
                DscKey::TraceId => Some(trace_text.as_slice()),
                DscKey::PublicKey => self.public_key().map(str::as_bytes),
                DscKey::SampleRate => rate.as_ref().map(RateText::as_bytes),
                DscKey::SampleRand => Some(rand_text.as_slice()),
                DscKey::Sampled => choice.sampled.map(|sampled| sampled_text(sampled).as_bytes()),
                DscKey::Release => non_empty(self.options.release).map(str::as_bytes),
                DscKey::Environment => non_empty(self.options.environment).map(str::as_bytes),
                DscKey::OrgId => self.org_id().map(str::as_bytes),
                DscKey::Transaction => non_empty(start.transaction).filter(is_name).map(str::as_bytes),
                DscKey::ReplayId => None,
            };
            overrides.set(*key, value);
        }
        let encoded = encode(no_members, &overrides, &mut buffer.dsc);
        findings.insert_if(encoded.is_truncated, Finding::DscTruncated);
        let position = Position {
            trace_id,
            span_id: start.seed.span_id(),
            parent_span_id: None,
            sampled: choice.sampled,
            parent_sampled: None,
            decided_rate: choice.rate,
            parent_sample_rate: None,
            rand: Some(rand),
            link,
            findings,
            is_head: true,
            propagates_traceparent: self.options.propagate_traceparent,
            is_random: start.trace_id.is_none(),
            max_baggage_bytes: self.max_baggage_bytes(),
        };
        TraceContext { position, baggage: encoded.text, tracestate: b"" }
    }

    /// The context of a continued trace: changes only what rule D3 allows in its DSC.
    fn proceed<'b>(
        &self,
        trace: SentryTrace,
        incoming: &mut Incoming,
        members: &Members<'b>,
        headers: &Headers<'b>,
        start: Start<'_>,
        buffer: &'b mut Buffer,
    ) -> TraceContext<'b> {
        let Buffer { dsc, tracestate } = buffer;
        let tracestate = incoming.take(headers, tracestate);
        let mut findings = incoming.findings;
        let is_there = members.has(DscKey::SampleRand);
        let rand = incoming.rand.unwrap_or_else(|| {
            let interval = Interval::consistent(trace.sampled, incoming.sample_rate);
            findings.insert_if(interval.is_none(), Finding::FlagContradictsRate);
            findings.insert_if(is_there, Finding::SampleRandInvalid);
            findings
                .insert_if(!is_there && !incoming.is_cut && !members.is_empty(), Finding::SampleRandFilled);
            Rand::draw(trace.trace_id.draw(), interval.unwrap_or(Interval::WHOLE))
        });
        let question = Question {
            transaction: start.transaction,
            parent_sampled: trace.sampled,
            parent_sample_rate: incoming.sample_rate,
            rand,
            trace_id: trace.trace_id,
        };
        let choice = decide(&self.deciders(start.sampled), &question);
        findings.insert_if(choice.sampler_failed, Finding::SamplerFailed);
        // An unread member may be the sample_rand: none is added to what is sent on.
        let is_repaired = incoming.rand.is_none() && (is_there || !incoming.is_cut);
        let is_unchanged = !incoming.names_another_trace && !is_repaired && choice.rate.is_none();
        let baggage = match members.fitting_run().filter(|_| is_unchanged) {
            Some(text) => text,
            None if members.is_empty() => b"",
            None => {
                let (trace_text, rand_text) = (trace.trace_id.text(), rand.text());
                let rate_text = choice.rate.map(RateText::of);
                let mut overrides = Overrides::new();
                overrides.set(DscKey::TraceId, incoming.names_another_trace.then_some(&trace_text));
                overrides.set(DscKey::SampleRand, is_repaired.then_some(&rand_text));
                overrides.set(DscKey::SampleRate, rate_text.as_ref().map(RateText::as_bytes));
                let encoded = encode(members, &overrides, dsc);
                findings.insert_if(encoded.is_truncated, Finding::DscTruncated);
                encoded.text
            }
        };
        let position = Position {
            trace_id: trace.trace_id,
            span_id: start.seed.span_id(),
            parent_span_id: trace.span_id,
            sampled: choice.sampled,
            parent_sampled: trace.sampled,
            decided_rate: choice.rate,
            parent_sample_rate: incoming.sample_rate,
            rand: Some(rand),
            link: None,
            findings,
            is_head: false,
            propagates_traceparent: self.options.propagate_traceparent,
            is_random: incoming.is_random,
            max_baggage_bytes: self.max_baggage_bytes(),
        };
        TraceContext { position, baggage, tracestate }
    }
}
