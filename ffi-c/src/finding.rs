//! What was odd: codes, their names and sentences.

use tracehop_core::Finding;

use crate::static_text::{row, rows};
use crate::text::tracehop_str;

/// One thing that was odd: a number from 1, which never changes and is never reused. Several are a
/// `uint64_t`, the code with number n in bit n - 1: `findings &
/// TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_ORG_MISMATCH)`.
pub type tracehop_finding = u32;

/// No sentry-trace header came.
pub const TRACEHOP_FINDING_SENTRY_TRACE_MISSING: tracehop_finding = 1;
/// The sentry-trace header is malformed and was ignored.
pub const TRACEHOP_FINDING_SENTRY_TRACE_MALFORMED: tracehop_finding = 2;
/// More than one sentry-trace value came; the only one that the baggage names counts, else the first.
pub const TRACEHOP_FINDING_SENTRY_TRACE_REPEATED: tracehop_finding = 3;
/// The trace id of the sentry-trace header is all zero, so it was ignored.
pub const TRACEHOP_FINDING_TRACE_ID_ZERO: tracehop_finding = 4;
/// The sentry-trace header names no parent span.
pub const TRACEHOP_FINDING_PARENT_SPAN_ID_MISSING: tracehop_finding = 5;
/// A sentry-trace header came without any sentry- baggage, so no sampling context is known.
pub const TRACEHOP_FINDING_BAGGAGE_MISSING: tracehop_finding = 6;
/// Sentry baggage came without a valid sentry-trace header and was ignored.
pub const TRACEHOP_FINDING_BAGGAGE_WITHOUT_TRACE: tracehop_finding = 7;
/// A sentry- member of the baggage has no name or no value and was skipped.
pub const TRACEHOP_FINDING_MEMBER_MALFORMED: tracehop_finding = 8;
/// A sentry- member of the baggage came more than once; the last value counts.
pub const TRACEHOP_FINDING_MEMBER_REPEATED: tracehop_finding = 9;
/// A percent sign in the baggage is not followed by two hex digits and was taken literally.
pub const TRACEHOP_FINDING_PERCENT_MALFORMED: tracehop_finding = 10;
/// A value in the baggage is not valid UTF-8; invalid bytes read as U+FFFD.
pub const TRACEHOP_FINDING_UTF8_INVALID: tracehop_finding = 11;
/// The baggage is larger than the reading budget; the rest was not read.
pub const TRACEHOP_FINDING_READ_BUDGET_EXCEEDED: tracehop_finding = 12;
/// The sampling context is larger than 2,048 bytes; its least important members were dropped.
pub const TRACEHOP_FINDING_DSC_TRUNCATED: tracehop_finding = 13;
/// The outgoing baggage would exceed max_baggage_bytes or 64 members; members of ours were left out.
pub const TRACEHOP_FINDING_WRITE_BUDGET_EXCEEDED: tracehop_finding = 14;
/// The trace ids of sentry-trace and baggage differ; that of sentry-trace counts.
pub const TRACEHOP_FINDING_TRACE_ID_MISMATCH: tracehop_finding = 15;
/// The sample_rand that came in is not a number in [0,1); one was derived from the trace id.
pub const TRACEHOP_FINDING_SAMPLE_RAND_INVALID: tracehop_finding = 16;
/// No sample_rand came in; one was derived from the trace id.
pub const TRACEHOP_FINDING_SAMPLE_RAND_FILLED: tracehop_finding = 17;
/// The sample_rate that came in is not a number in [0,1].
pub const TRACEHOP_FINDING_SAMPLE_RATE_INVALID: tracehop_finding = 18;
/// The sampling flag cannot follow from the sample_rate that came in; the flag counts.
pub const TRACEHOP_FINDING_FLAG_CONTRADICTS_RATE: tracehop_finding = 19;
/// The trace comes from another organisation, so a new one began.
pub const TRACEHOP_FINDING_ORG_MISMATCH: tracehop_finding = 20;
/// Only one side names its organisation and continuation is strict, so a new trace began.
pub const TRACEHOP_FINDING_ORG_UNKNOWN_STRICT: tracehop_finding = 21;
/// The traceparent header is malformed and was ignored.
pub const TRACEHOP_FINDING_TRACEPARENT_MALFORMED: tracehop_finding = 22;
/// traceparent and sentry-trace name different traces or spans; sentry-trace counts.
pub const TRACEHOP_FINDING_TRACEPARENT_DIFFERS: tracehop_finding = 23;
/// The tracestate is longer than 512 bytes or contains a byte that is not allowed: members were dropped.
pub const TRACEHOP_FINDING_TRACESTATE_DROPPED: tracehop_finding = 24;
/// The request already carries sentry-trace and was left alone.
pub const TRACEHOP_FINDING_ALREADY_PROPAGATED: tracehop_finding = 25;
/// The URL matches no propagation target.
pub const TRACEHOP_FINDING_TARGET_NOT_ALLOWED: tracehop_finding = 26;
/// The URL is this service's own ingest host, which never gets trace headers.
pub const TRACEHOP_FINDING_OWN_INGEST_HOST: tracehop_finding = 27;
/// The URL does not parse or holds a forbidden byte, so it gets no trace headers.
pub const TRACEHOP_FINDING_URL_MALFORMED: tracehop_finding = 28;
/// A trace header is covered by an AWS signature and was not touched.
pub const TRACEHOP_FINDING_HEADER_SIGNED: tracehop_finding = 29;
/// A shared cache may keep this page, so it was given no trace.
pub const TRACEHOP_FINDING_SHARED_CACHE: tracehop_finding = 30;
/// The traces_sampler failed or gave no usable rate; the trace is not sampled.
pub const TRACEHOP_FINDING_SAMPLER_FAILED: tracehop_finding = 31;
/// A function target failed, which counts as no.
pub const TRACEHOP_FINDING_TARGET_FAILED: tracehop_finding = 32;
/// A header value is neither text nor bytes and was skipped.
pub const TRACEHOP_FINDING_VALUE_TYPE_SKIPPED: tracehop_finding = 33;
/// A third-party baggage member holds a control byte and was dropped.
pub const TRACEHOP_FINDING_CONTROL_BYTE_DROPPED: tracehop_finding = 34;
/// More than one traceparent header came; none counts.
pub const TRACEHOP_FINDING_TRACEPARENT_REPEATED: tracehop_finding = 35;
/// Lines of baggage were joined with nothing between them, by a server or proxy; two members became one.
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
