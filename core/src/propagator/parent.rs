//! What a message says about the trace that it belongs to (rules C5, D4, D5).

use super::Propagator;
use crate::dsc::{Known, Members};
use crate::error::ErrorKind;
use crate::finding::{Finding, Findings};
use crate::headers::Headers;
use crate::view;
use crate::wire::baggage::Entry;
use crate::wire::sentry_trace::{self, SentryTrace, has_more_parts, has_no_part};
use crate::wire::traceparent::Traceparent;

/// What a message says about the trace that it belongs to.
pub(super) struct Parent {
    pub(super) trace: Option<SentryTrace>,
    /// Did `traceparent` stand in for `sentry-trace` (rule C5)?
    is_w3c: bool,
    /// May its `tracestate` go on?
    pub(super) uses_traceparent: bool,
    pub(super) findings: Findings,
}

impl Propagator<'_> {
    /// Reads trace and sampling context of a message, and says what was odd.
    pub(super) fn read_parent<'h>(&self, headers: &Headers<'h>, members: &mut Members<'h>) -> Parent {
        let mut parent = self.read_trace(headers);
        let baggage = headers.baggage();
        let Some(trace) = parent.trace else {
            let has_sentry = baggage.members().any(|entry| matches!(entry, Entry::Sentry(_)));
            parent.findings.insert_if(has_sentry, Finding::BaggageWithoutTrace);
            return parent;
        };
        let odd = members.read(baggage.lines());
        parent.findings.extend(view::findings(baggage, odd));
        parent.findings.insert_if(members.is_empty(), Finding::BaggageMissing);
        let is_same = || members.get(Known::TraceId).is_some_and(|came| came.is(&trace.trace_id.text()));
        if parent.is_w3c && !members.is_empty() && !is_same() {
            parent.findings.insert(Finding::TraceIdMismatch);
            members.clear();
        }
        parent
    }

    /// Reads which trace a message belongs to: by `sentry-trace`, else by `traceparent` where that is propagated (rule C5).
    #[cfg_attr(feature = "std", inline(always))]
    pub(super) fn read_trace(&self, headers: &Headers<'_>) -> Parent {
        let mut findings = headers.findings();
        let sentry = read_sentry_trace(headers, &mut findings);
        let w3c =
            if self.options.propagate_traceparent { read_traceparent(headers, &mut findings) } else { None };
        let stand_in = w3c.map(|w3c| SentryTrace {
            trace_id: w3c.trace_id,
            span_id: Some(w3c.span_id),
            sampled: w3c.sampled,
        });
        let agrees = matches!((sentry, stand_in), (Some(a), Some(b)) if a.trace_id == b.trace_id && a.span_id == b.span_id);
        findings.insert_if(sentry.is_some() && stand_in.is_some() && !agrees, Finding::TraceparentDiffers);
        Parent {
            trace: sentry.or(stand_in),
            is_w3c: sentry.is_none() && stand_in.is_some(),
            uses_traceparent: stand_in.is_some() && (sentry.is_none() || agrees),
            findings,
        }
    }
}

#[cfg_attr(feature = "std", inline(always))]
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
    let read =
        headers.traceparent().and_then(|value| value.map(Traceparent::parse).transpose().map_err(drop));
    findings.insert_if(read.is_err(), Finding::TraceparentMalformed);
    read.ok().flatten()
}
