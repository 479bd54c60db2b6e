//! What was odd: codes, their names and sentences.

use tracehop_core::Finding;

use crate::static_text::{row, rows};
use crate::text::tracehop_str;

/// One thing that was odd: a number from 1, which never changes and is never reused. Several are a
/// `uint64_t`, the code with number n in bit n - 1: `findings &
/// TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_ORG_MISMATCH)`.
pub type tracehop_finding = u32;

/// No sentry-trace header was received.
pub const TRACEHOP_FINDING_SENTRY_TRACE_MISSING: tracehop_finding = 1;
/// The sentry-trace header is malformed and was ignored.
pub const TRACEHOP_FINDING_SENTRY_TRACE_MALFORMED: tracehop_finding = 2;
/// More than one sentry-trace value was received; the only one that the baggage names is used, else the first.
pub const TRACEHOP_FINDING_SENTRY_TRACE_REPEATED: tracehop_finding = 3;
/// The trace id of the sentry-trace header is all zero, so it was ignored.
pub const TRACEHOP_FINDING_TRACE_ID_ZERO: tracehop_finding = 4;
/// The sentry-trace header names no parent span.
pub const TRACEHOP_FINDING_PARENT_SPAN_ID_MISSING: tracehop_finding = 5;
/// A sentry-trace header was received without sentry- baggage, so the dynamic sampling context is unknown.
pub const TRACEHOP_FINDING_BAGGAGE_MISSING: tracehop_finding = 6;
/// Sentry baggage was received without a valid sentry-trace header and was ignored.
pub const TRACEHOP_FINDING_BAGGAGE_WITHOUT_TRACE: tracehop_finding = 7;
/// A sentry- member of the baggage has no name or no value and was skipped.
pub const TRACEHOP_FINDING_MEMBER_MALFORMED: tracehop_finding = 8;
/// A sentry- member of the baggage is repeated; the last value is used.
pub const TRACEHOP_FINDING_MEMBER_REPEATED: tracehop_finding = 9;
/// A percent sign in the baggage is not followed by two hex digits and was kept literally.
pub const TRACEHOP_FINDING_PERCENT_MALFORMED: tracehop_finding = 10;
/// A value in the baggage is not valid UTF-8; invalid bytes were decoded as U+FFFD.
pub const TRACEHOP_FINDING_UTF8_INVALID: tracehop_finding = 11;
/// The baggage exceeds the reading budget; the rest was not read.
pub const TRACEHOP_FINDING_READ_BUDGET_EXCEEDED: tracehop_finding = 12;
/// The dynamic sampling context exceeds 2,048 bytes; its least important members were dropped.
pub const TRACEHOP_FINDING_DSC_TRUNCATED: tracehop_finding = 13;
/// The outgoing baggage would exceed max_baggage_bytes or 64 members; sentry- members were left out.
pub const TRACEHOP_FINDING_WRITE_BUDGET_EXCEEDED: tracehop_finding = 14;
/// The trace ids of sentry-trace and baggage differ; that of sentry-trace is used.
pub const TRACEHOP_FINDING_TRACE_ID_MISMATCH: tracehop_finding = 15;
/// The received sample_rand is not a number in [0,1); one was derived from the trace id.
pub const TRACEHOP_FINDING_SAMPLE_RAND_INVALID: tracehop_finding = 16;
/// No sample_rand was received; one was derived from the trace id.
pub const TRACEHOP_FINDING_SAMPLE_RAND_FILLED: tracehop_finding = 17;
/// The received sample_rate is not a number in [0,1].
pub const TRACEHOP_FINDING_SAMPLE_RATE_INVALID: tracehop_finding = 18;
/// The sampling flag contradicts the received sample_rate; the flag is used.
pub const TRACEHOP_FINDING_FLAG_CONTRADICTS_RATE: tracehop_finding = 19;
/// The trace belongs to another organisation, so a new trace was started.
pub const TRACEHOP_FINDING_ORG_MISMATCH: tracehop_finding = 20;
/// Only one side states its organisation and continuation is strict, so a new trace was started.
pub const TRACEHOP_FINDING_ORG_UNKNOWN_STRICT: tracehop_finding = 21;
/// The traceparent header is malformed and was ignored.
pub const TRACEHOP_FINDING_TRACEPARENT_MALFORMED: tracehop_finding = 22;
/// traceparent and sentry-trace have different trace or span ids; sentry-trace is used.
pub const TRACEHOP_FINDING_TRACEPARENT_DIFFERS: tracehop_finding = 23;
/// The tracestate is longer than 512 bytes or contains a byte that is not allowed: members were dropped.
pub const TRACEHOP_FINDING_TRACESTATE_DROPPED: tracehop_finding = 24;
/// The request already has a sentry-trace header and was not changed.
pub const TRACEHOP_FINDING_ALREADY_PROPAGATED: tracehop_finding = 25;
/// The URL matches no propagation target.
pub const TRACEHOP_FINDING_TARGET_NOT_ALLOWED: tracehop_finding = 26;
/// The URL is this service's own ingest host, which never receives trace headers.
pub const TRACEHOP_FINDING_OWN_INGEST_HOST: tracehop_finding = 27;
/// The URL does not parse or contains a forbidden byte, so no trace headers are sent.
pub const TRACEHOP_FINDING_URL_MALFORMED: tracehop_finding = 28;
/// A trace header is covered by an AWS signature and was not changed.
pub const TRACEHOP_FINDING_HEADER_SIGNED: tracehop_finding = 29;
/// A shared cache may store this page, so it contains no trace.
pub const TRACEHOP_FINDING_SHARED_CACHE: tracehop_finding = 30;
/// The traces_sampler failed or returned no usable rate; the trace is not sampled.
pub const TRACEHOP_FINDING_SAMPLER_FAILED: tracehop_finding = 31;
/// A function target failed; its URL is not allowed.
pub const TRACEHOP_FINDING_TARGET_FAILED: tracehop_finding = 32;
/// A header value is neither text nor bytes and was skipped.
pub const TRACEHOP_FINDING_VALUE_TYPE_SKIPPED: tracehop_finding = 33;
/// A third-party baggage member contains a control byte and was dropped.
pub const TRACEHOP_FINDING_CONTROL_BYTE_DROPPED: tracehop_finding = 34;
/// More than one traceparent header was received; none is used.
pub const TRACEHOP_FINDING_TRACEPARENT_REPEATED: tracehop_finding = 35;
/// Lines of baggage were joined without a comma by a server or proxy, so two members became one.
pub const TRACEHOP_FINDING_BAGGAGE_RUN_TOGETHER: tracehop_finding = 36;
/// The request's third-party baggage alone is longer than max_baggage_bytes; it was left whole, and servers may refuse it.
pub const TRACEHOP_FINDING_BAGGAGE_TOO_LONG: tracehop_finding = 37;

/// The snake-case name of a finding, the same in every language; `{NULL, 0}` for a number that is none.
/// Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_finding_name(finding: tracehop_finding) -> tracehop_str {
    row(rows!(Finding::ALL, Finding::name), place(finding))
}

/// One sentence that says what was odd; `{NULL, 0}` for a number that is none. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_finding_message(finding: tracehop_finding) -> tracehop_str {
    row(rows!(Finding::ALL, Finding::message), place(finding))
}

/// Where a finding stands among all.
fn place(number: tracehop_finding) -> Option<usize> {
    Finding::ALL.iter().position(|finding| tracehop_finding::from(finding.number()) == number)
}
