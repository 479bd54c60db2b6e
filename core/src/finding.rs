//! Anomalies as fixed codes in a fixed-size set (rule F). No header bytes, no allocation.

use core::fmt;

macro_rules! findings {
    ($($number:literal $variant:ident $name:literal, $message:literal;)*) => {
        /// One anomaly of a message or an operation; number, name and sentence never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(u8)]
        // The sentences are text: [0,1] is an interval.
        #[allow(rustdoc::broken_intra_doc_links)]
        pub enum Finding {
            $(#[doc = $message] $variant = $number,)*
        }

        impl Finding {
            /// Every finding, in the order of its number.
            pub const ALL: &'static [Finding] = &[$(Finding::$variant,)*];

            /// The snake-case name of this code, the same in four languages.
            pub const fn name(self) -> &'static str {
                match self { $(Finding::$variant => $name,)* }
            }

            /// One sentence.
            pub const fn message(self) -> &'static str {
                match self { $(Finding::$variant => $message,)* }
            }
        }
    };
}

findings! {
    1 SentryTraceMissing "sentry_trace_missing", "No sentry-trace header was received.";
    2 SentryTraceMalformed "sentry_trace_malformed", "The sentry-trace header is malformed and was ignored.";
    3 SentryTraceRepeated "sentry_trace_repeated", "More than one sentry-trace value was received; the only one that the baggage names is used, else the first.";
    4 TraceIdZero "trace_id_zero", "The trace id of the sentry-trace header is all zero, so it was ignored.";
    5 ParentSpanIdMissing "parent_span_id_missing", "The sentry-trace header names no parent span.";
    6 BaggageMissing "baggage_missing", "A sentry-trace header was received without sentry- baggage, so the dynamic sampling context is unknown.";
    7 BaggageWithoutTrace "baggage_without_trace", "Sentry baggage was received without a valid sentry-trace header and was ignored.";
    8 MemberMalformed "member_malformed", "A sentry- member of the baggage has no name or no value and was skipped.";
    9 MemberRepeated "member_repeated", "A sentry- member of the baggage is repeated; the last value is used.";
    10 PercentMalformed "percent_malformed", "A percent sign in the baggage is not followed by two hex digits and was kept literally.";
    11 Utf8Invalid "utf8_invalid", "A value in the baggage is not valid UTF-8; invalid bytes were decoded as U+FFFD.";
    12 ReadBudgetExceeded "read_budget_exceeded", "The baggage exceeds the reading budget; the rest was not read.";
    13 DscTruncated "dsc_truncated", "The dynamic sampling context exceeds 2,048 bytes; its least important members were dropped.";
    14 WriteBudgetExceeded "write_budget_exceeded", "The outgoing baggage would exceed max_baggage_bytes or 64 members; sentry- members were left out.";
    15 TraceIdMismatch "trace_id_mismatch", "The trace ids of sentry-trace and baggage differ; that of sentry-trace is used.";
    16 SampleRandInvalid "sample_rand_invalid", "The received sample_rand is not a number in [0,1); one was derived from the trace id.";
    17 SampleRandFilled "sample_rand_filled", "No sample_rand was received; one was derived from the trace id.";
    18 SampleRateInvalid "sample_rate_invalid", "The received sample_rate is not a number in [0,1].";
    19 FlagContradictsRate "flag_contradicts_rate", "The sampling flag contradicts the received sample_rate; the flag is used.";
    20 OrgMismatch "org_mismatch", "The trace belongs to another organisation, so a new trace was started.";
    21 OrgUnknownStrict "org_unknown_strict", "Only one side states its organisation and continuation is strict, so a new trace was started.";
    22 TraceparentMalformed "traceparent_malformed", "The traceparent header is malformed and was ignored.";
    23 TraceparentDiffers "traceparent_differs", "traceparent and sentry-trace have different trace or span ids; sentry-trace is used.";
    24 TracestateDropped "tracestate_dropped", "The tracestate is longer than 512 bytes, malformed, or has more than 32 members: members were dropped.";
    25 AlreadyPropagated "already_propagated", "The request already has a sentry-trace header and was not changed.";
    26 TargetNotAllowed "target_not_allowed", "The URL matches no propagation target.";
    27 OwnIngestHost "own_ingest_host", "The URL is this service's own ingest host, which never receives trace headers.";
    28 UrlMalformed "url_malformed", "The URL does not parse or contains a forbidden byte, so no trace headers are sent.";
    29 HeaderSigned "header_signed", "A trace header is covered by an AWS signature and was not changed.";
    30 SharedCache "shared_cache", "A shared cache may store this page, so it contains no trace.";
    31 SamplerFailed "sampler_failed", "The traces_sampler failed or returned no usable rate; the trace is not sampled.";
    32 TargetFailed "target_failed", "A function target failed; its URL is not allowed.";
    33 ValueTypeSkipped "value_type_skipped", "A header value is neither text nor bytes and was skipped.";
    34 ControlByteDropped "control_byte_dropped", "A third-party baggage member contains a control byte and was dropped.";
    35 TraceparentRepeated "traceparent_repeated", "More than one traceparent header was received; none is used.";
    36 BaggageRunTogether "baggage_run_together", "Lines of baggage were joined without a comma by a server or proxy, so two members became one.";
    37 BaggageTooLong "baggage_too_long", "The request's third-party baggage alone is longer than max_baggage_bytes; it was left whole, and servers may refuse it.";
}

impl Finding {
    /// The fixed number of this code, counted from 1.
    pub const fn number(self) -> u8 {
        self as u8
    }

    const fn bit(self) -> u64 {
        1 << (self as u8).saturating_sub(1)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// A set of findings in 64 bits: the code with number n is bit n - 1.
///
/// # Example: a set lists its codes in the order of their numbers
/// ```
/// use tracehop_core::{Finding, Findings};
/// let mut findings = Findings::default();
/// findings.insert(Finding::BaggageMissing);
/// findings.insert(Finding::ParentSpanIdMissing);
/// assert_eq!(findings.iter().map(Finding::name).collect::<Vec<_>>(), ["parent_span_id_missing", "baggage_missing"]);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Findings(u64);

impl Findings {
    /// Adds a code.
    pub fn insert(&mut self, finding: Finding) {
        self.0 |= finding.bit();
    }

    /// Adds a code if `fact` is true.
    pub(crate) fn insert_if(&mut self, fact: bool, finding: Finding) {
        self.0 |= if fact { finding.bit() } else { 0 };
    }

    /// Adds all codes of another set.
    pub fn extend(&mut self, other: Findings) {
        self.0 |= other.0;
    }

    /// True if this code is in the set.
    pub const fn contains(self, finding: Finding) -> bool {
        self.0 & finding.bit() != 0
    }

    /// True if there are no findings.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set as bits: the code with number n is bit n - 1.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set of these bits; bits without a code are dropped.
    pub(crate) fn from_bits(bits: u64) -> Self {
        Findings(Findings(bits).iter().fold(0, |known, finding| known | finding.bit()))
    }

    /// The codes in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Finding> {
        Finding::ALL.iter().copied().filter(move |finding| self.contains(*finding))
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
