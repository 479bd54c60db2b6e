//! Reads the trace that a message belongs to (rules C5, C6, D4, D5).

use heapless::Vec;

use crate::ascii;
use crate::buffer::TRACESTATE_BYTES;
use crate::dsc::{DscKey, Members};
use crate::error::ErrorKind;
use crate::finding::{Finding, Findings};
use crate::headers::Headers;
use crate::sampling::{Rand, parse_rate};
use crate::wire::baggage::{Baggage, Entry, SENTRY_PREFIX, entries, may_be_sentry};
use crate::wire::sentry_trace::{self, SentryTrace, has_more_parts, has_no_part};
use crate::wire::traceparent::Traceparent;
use crate::wire::tracestate;

/// The trace that a message belongs to, apart from the members of its DSC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub(crate) trace: Option<SentryTrace>,
    /// True if `traceparent` was used instead of `sentry-trace` (rule C5).
    is_w3c: bool,
    /// True if its `tracestate` is forwarded.
    uses_traceparent: bool,
    /// True if it says that the trace id is random (rule C6).
    pub(crate) is_random: bool,
    /// The usable `sample_rate` of the DSC.
    pub(crate) sample_rate: Option<f64>,
    /// The usable `sample_rand` of the DSC.
    pub(crate) rand: Option<Rand>,
    /// True if the DSC names another trace, which is then corrected (rule D4).
    pub(crate) names_another_trace: bool,
    /// True if the reading budget cut the list, so that any member may be missing (rule B6).
    pub(crate) is_cut: bool,
    pub(crate) findings: Findings,
    /// Further findings if the trace is continued or adopted.
    if_used: Findings,
}

impl Incoming {
    /// Takes the only one of several `sentry-trace` values whose trace id the baggage names too (rule S6). Some servers
    /// join the header with another spelling of its name, which any client may send.
    fn prefer_agreeing<'h>(&mut self, headers: &Headers<'h>, members: &mut Members<'h>) {
        members.read(headers.baggage().lines());
        let named = members.get(DscKey::TraceId);
        members.clear();
        let Some(named) = named else { return };
        let mut agreeing: Option<SentryTrace> = None;
        for value in headers.sentry_traces() {
            for part in sentry_trace::within(value).split(|byte| *byte == b',') {
                let trace = SentryTrace::parse(part).ok().filter(|trace| named.is(&trace.trace_id.text()));
                let Some(trace) = trace else { continue };
                if agreeing.is_some_and(|other| other != trace) {
                    return;
                }
                agreeing = Some(trace);
            }
        }
        if let Some(trace) = agreeing {
            (self.trace, self.is_w3c, self.is_random) = (Some(trace), false, false);
        }
    }

    /// Uses the message: writes its `tracestate` to `out` as far as it fits (rule C6), and adds all its findings.
    pub(crate) fn take<'b>(
        &mut self,
        headers: &Headers<'_>,
        out: &'b mut Vec<u8, TRACESTATE_BYTES>,
    ) -> &'b [u8] {
        self.findings.extend(self.if_used);
        if !self.uses_traceparent {
            return b"";
        }
        out.clear();
        let lines = headers.tracestate();
        let is_whole = lines.is_some_and(|lines| tracestate::write(lines, TRACESTATE_BYTES, out));
        self.findings.insert_if(!is_whole, Finding::TracestateDropped);
        out
    }
}

/// Reads a message; its members go to `members`, an empty list, because a list returned by value would be copied.
pub(crate) fn read<'h>(headers: &Headers<'h>, reads_w3c: bool, members: &mut Members<'h>) -> Incoming {
    let mut incoming = read_trace(headers, reads_w3c);
    let baggage = headers.baggage();
    if incoming.findings.contains(Finding::SentryTraceRepeated) {
        incoming.prefer_agreeing(headers, members);
    }
    let Some(trace) = incoming.trace else {
        let has_sentry = baggage.members().any(|entry| matches!(entry, Entry::Sentry(_)));
        incoming.findings.insert_if(has_sentry, Finding::BaggageWithoutTrace);
        return incoming;
    };
    incoming.findings.extend(members.read(baggage.lines()));
    incoming.findings.insert_if(baggage.exceeds_budget(), Finding::ReadBudgetExceeded);
    incoming.is_cut = baggage.exceeds_budget() || members.is_cut();
    let is_missing = members.is_empty() && !incoming.is_cut;
    incoming.findings.insert_if(is_missing, Finding::BaggageMissing);
    let named = members.get(DscKey::TraceId);
    let is_same = named.is_some_and(|named| named.is(&trace.trace_id.text()));
    incoming.names_another_trace = named.is_some() && !is_same;
    if incoming.is_w3c && !members.is_empty() && !is_same {
        incoming.findings.insert(Finding::TraceIdMismatch);
        members.clear();
        incoming.names_another_trace = false;
    }
    let rate = members.get(DscKey::SampleRate);
    incoming.sample_rate = rate.and_then(|rate| rate.read(parse_rate));
    incoming.if_used.insert_if(rate.is_some() && incoming.sample_rate.is_none(), Finding::SampleRateInvalid);
    incoming.if_used.insert_if(incoming.names_another_trace, Finding::TraceIdMismatch);
    let rand = members.get(DscKey::SampleRand);
    incoming.rand = rand.and_then(|rand| rand.read(Rand::parse));
    let is_unusable =
        (rand.is_some() && incoming.rand.is_none()) || (rate.is_some() && incoming.sample_rate.is_none());
    if is_unusable || incoming.names_another_trace || is_missing {
        incoming.findings.insert_if(runs_together(baggage), Finding::BaggageRunTogether);
    }
    incoming
}

/// True if a member shows that two lines were joined with nothing between them: it contains a key of ours, or one of our
/// values contains a `=`, which SDKs write as `%3D`.
fn runs_together(baggage: &Baggage<'_>) -> bool {
    // A long line without the prefix is skipped, so that hostile text costs one search.
    baggage.lines().filter(|line| may_be_sentry(line)).flat_map(entries).any(|entry| match entry {
        Entry::Sentry(member) => ascii::position(member.raw_value(), b'=').is_some(),
        Entry::Foreign(text) => {
            let key = ascii::find(text, SENTRY_PREFIX.as_bytes()).and_then(|at| text.get(at..));
            key.is_some_and(|key| ascii::position(key, b'=').is_some())
        }
        Entry::Malformed(_) => false,
    })
}

/// Reads which trace a message belongs to: by `sentry-trace`, else by `traceparent` if that is read at all (rule C5).
pub(crate) fn read_trace(headers: &Headers<'_>, reads_w3c: bool) -> Incoming {
    let mut findings = headers.findings();
    let sentry = read_sentry_trace(headers, &mut findings);
    let w3c = if reads_w3c { read_traceparent(headers, &mut findings) } else { None };
    let is_random = w3c.is_some_and(|w3c| w3c.random);
    let w3c = w3c.map(|Traceparent { trace_id, span_id, sampled, .. }| SentryTrace {
        trace_id,
        span_id: Some(span_id),
        sampled,
    });
    let agrees =
        matches!((sentry, w3c), (Some(a), Some(b)) if a.trace_id == b.trace_id && a.span_id == b.span_id);
    findings.insert_if(sentry.is_some() && w3c.is_some() && !agrees, Finding::TraceparentDiffers);
    Incoming {
        trace: sentry.or(w3c),
        is_w3c: sentry.is_none() && w3c.is_some(),
        uses_traceparent: w3c.is_some() && (sentry.is_none() || agrees),
        is_random: is_random && (sentry.is_none() || agrees),
        sample_rate: None,
        rand: None,
        names_another_trace: false,
        is_cut: false,
        findings,
        if_used: Findings::default(),
    }
}

fn read_sentry_trace(headers: &Headers<'_>, findings: &mut Findings) -> Option<SentryTrace> {
    let Some(value) = headers.sentry_trace() else {
        findings.insert(Finding::SentryTraceMissing);
        return None;
    };
    let read = sentry_trace::read(value);
    let has_more = read.as_ref().map_or_else(|_| has_more_parts(value), |(rest, _)| !has_no_part(rest));
    findings.insert_if(headers.is_repeated() || has_more, Finding::SentryTraceRepeated);
    match read {
        Ok((_, trace)) => {
            findings.insert_if(trace.span_id.is_none(), Finding::ParentSpanIdMissing);
            return Some(trace);
        }
        Err(error) => findings.insert(match error.kind() {
            ErrorKind::TraceIdZero => Finding::TraceIdZero,
            _ => Finding::SentryTraceMalformed,
        }),
    }
    None
}

fn read_traceparent(headers: &Headers<'_>, findings: &mut Findings) -> Option<Traceparent> {
    let Ok(value) = headers.traceparent() else {
        findings.insert(Finding::TraceparentRepeated);
        return None;
    };
    let read = value.map(Traceparent::parse).transpose();
    findings.insert_if(read.is_err(), Finding::TraceparentMalformed);
    read.ok().flatten()
}
