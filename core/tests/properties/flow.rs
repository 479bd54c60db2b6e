//! The whole flow: any message gives a context, whose methods agree with each other.

use std::time::Duration;

use tracehop_core::{
    Buffer, Decision, Finding, Headers, Limit, SentryTrace, Start, TraceContext, TraceLifetime,
};

use super::message::{Message, SEED, assert_clean, headers_of, written};

/// A valid trace is continued, what goes out is clean, and the next service reads the same as this one.
pub(super) fn flow(data: &[u8]) {
    let message = Message::read(data);
    let (propagator, headers) = (message.propagator(), message.headers());
    let start = Start { transaction: Some("GET /\u{e9}"), ..Start::with(SEED) };
    let mut buffer = Buffer::new();
    let context = propagator.continue_trace(&headers, start, &mut buffer);
    let read = headers.sentry_trace().and_then(|value| SentryTrace::parse(value).ok());
    // Of several values another one may count (rule S6).
    let is_first = !context.findings().contains(Finding::SentryTraceRepeated);
    if let (true, Some(read), None) = (is_first, read, context.link()) {
        assert_eq!(context.trace_id(), read.trace_id);
        assert_eq!(context.parent_span_id(), read.span_id);
        assert_eq!(context.parent_sampled(), read.sampled);
    }
    consistent(&context, message.rate());
    let mut adopted = Buffer::new();
    if let Some(context) = propagator.adopt(&headers, &mut adopted) {
        copied(&context);
    }
    let written = written(&context);
    written.iter().filter(|(name, _)| *name != "tracestate").for_each(|(_, value)| assert_clean(value));
    // Dropped members are not known there: an org id, or a random number that a shorter one replaces.
    if !context.findings().contains(Finding::DscTruncated) {
        let mut next = Buffer::new();
        continued(&propagator.continue_trace(&headers_of(&written), Start::with(SEED), &mut next), &context);
    }
    let mut other = Buffer::new();
    let again = propagator.continue_trace(&headers, start, &mut other);
    assert_eq!(format!("{again:?}"), format!("{context:?}"), "the same seed gives the same context");
}

/// The next service is in the same trace, with the same decision and DSC.
fn continued(next: &TraceContext<'_>, context: &TraceContext<'_>) {
    assert_eq!(next.trace_id(), context.trace_id());
    assert_eq!(next.parent_span_id(), Some(context.span_id()));
    assert_eq!(next.sampled(), context.sampled().or(next.sampled()));
    // After a cut of the reading budget no sample_rand is sent, so the next service fills it in (rule P5).
    let is_cut = context.findings().contains(Finding::ReadBudgetExceeded);
    if context.sampled().is_some() && !is_cut {
        assert_eq!(next.baggage(), context.baggage(), "the frozen DSC is unchanged");
    }
}

/// Ids, decision and random number agree with each other (rules P3, P5, C4).
fn consistent(context: &TraceContext<'_>, rate: Option<f64>) {
    let rand = context.sample_rand().expect("a context that was not adopted has one");
    assert!((0.0..1.0).contains(&rand));
    assert!(context.baggage().is_none_or(|text| text.len() <= Limit::DscBytes.value()));
    assert!(context.dynamic_sampling_context().count() <= Limit::Members.value());
    if let (None, Some(rate)) = (context.parent_sampled(), rate) {
        assert_eq!(context.sampled(), Some(rand < rate));
    }
    let findings = context.findings();
    let bits = findings.iter().fold(0_u64, |bits, finding| bits | 1 << (finding.number() - 1));
    assert_eq!(findings.bits(), bits, "the code with number n is bit n - 1");
    let child = context.child([0; 8]);
    assert_eq!((child.trace_id(), child.parent_span_id()), (context.trace_id(), Some(context.span_id())));
    assert_eq!(child.baggage(), context.baggage());
    copied(context);
    let mut other = Buffer::new();
    let decided = context.sample(Decision::Rate(0.3), &mut other).expect("a valid rate");
    assert_eq!(decided.sampled(), Some(rand < 0.3));
    assert_eq!(decided.sample_rand(), Some(rand));
}

/// A copy for another process equals the context in all its values and headers (rule C10).
fn copied(context: &TraceContext<'_>) {
    let (text, mut buffer) = (context.serialized().to_string(), Buffer::new());
    assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.len() <= 3_072);
    let copy = TraceContext::deserialize(text.as_bytes(), &mut buffer).expect("the text of a context");
    assert_eq!(copy.serialized().to_string(), text);
    assert_eq!(copy.parent_sampled(), context.parent_sampled());
    assert_eq!(copy.parent_span_id(), context.parent_span_id());
    assert_eq!(copy.link(), context.link());
    assert_eq!(copy.sample_rate(), context.sample_rate());
    assert_eq!(copy.findings(), context.findings());
    assert_eq!(written(&copy), written(context));
    let (mut one, mut other) = (Buffer::new(), Buffer::new());
    let decided = copy.sample(Decision::Sampled(false), &mut one).expect("a decision");
    let expected = context.sample(Decision::Sampled(false), &mut other).expect("a decision");
    assert_eq!(written(&decided), written(&expected));
    assert_eq!(decided.sample_rand(), expected.sample_rand());
}

/// Each change of a page's trace keeps the ids of the one before.
pub(super) fn lifetime(data: &[u8]) {
    let message = Message::read(data);
    let (propagator, headers) = (message.propagator(), message.headers());
    let mut lifetime = TraceLifetime::new(&propagator, SEED, Duration::ZERO);
    for (at, byte) in data.iter().take(8).enumerate() {
        let before = lifetime.current().sentry_trace();
        let now = Duration::from_secs(at as u64);
        match byte % 4 {
            0 => lifetime.page_load(&propagator, Some(&headers), SEED, now),
            1 => lifetime.page_load(&propagator, None::<&Headers<'_>>, SEED, now),
            2 => lifetime.navigate(&propagator, SEED, now),
            _ => lifetime.start_new_trace(&propagator, SEED, now),
        }
        assert_eq!(lifetime.previous(), Some(before));
        assert!(lifetime.current().link().is_some());
        assert!(!lifetime.rotate_if_older(&propagator, Duration::ZERO, SEED, now));
    }
}
