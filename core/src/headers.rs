//! The propagation headers found on a message: from pairs, a WSGI or Rack env, the environment, or HTML (rules K1 to K3, H2).

use heapless::Vec;

use crate::ascii;
use crate::finding::{Finding, Findings};
use crate::header_name::{ENVIRON_SWITCH, HeaderName};
use crate::wire::baggage::Baggage;
use crate::wire::html::{MetaTags, decode_entities};
use crate::wire::sentry_trace::has_no_part;
use crate::wire::{aws_signature, server_timing};

/// Maximum lines of `tracestate` that are kept: W3C's number of members.
const TRACESTATE_LINES: usize = 32;

const SWITCHED_OFF: [&str; 6] = ["false", "f", "n", "no", "off", "0"];

/// A borrowed view of the propagation headers of one message, incoming or outgoing.
///
/// # Example: names compare without regard to case, repeated lines are all read
/// ```
/// use tracehop_core::Headers;
/// let headers = Headers::from_pairs([
///     (&b"Baggage"[..], &b"tenant=acme"[..]),
///     (b"baggage", b"sentry-release=api"),
/// ]);
/// assert_eq!(headers.baggage().members().count(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Headers<'a> {
    sentry_trace: Option<&'a [u8]>,
    other_sentry_trace: Option<&'a [u8]>,
    has_sentry_trace: bool,
    is_repeated: bool,
    baggage: Baggage<'a>,
    traceparent: Option<&'a [u8]>,
    traceparent_lines: usize,
    tracestate: Tracestate<'a>,
    signed: &'a [u8],
    timing_trace: Option<&'a [u8]>,
    timing_baggage: Option<&'a [u8]>,
    findings: Findings,
}

/// The lines of `tracestate`.
#[derive(Clone, Debug)]
struct Tracestate<'a> {
    lines: Vec<&'a [u8], TRACESTATE_LINES>,
    has_more: bool,
}

impl Default for Tracestate<'_> {
    fn default() -> Self {
        Tracestate { lines: ascii::empty_vec(), has_more: false }
    }
}

impl<'a> Headers<'a> {
    /// Keys that only a WSGI or Rack env has: in a mapping with one of them, read [`HeaderName::gateway_name`]s only (rule K2).
    pub const GATEWAY_MARKS: [&'static str; 3] = ["REQUEST_METHOD", "wsgi.version", "rack.version"];

    /// The size of a scratch buffer for the meta tags of a page: that of two DSCs (rule H2).
    pub const SCRATCH_BYTES: usize = 4_096;

    /// No headers.
    pub fn new() -> Self {
        Headers::default()
    }

    /// From name and value pairs, names in any case; never fails.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        Headers::collect(pairs, HeaderName::named)
    }

    /// From a WSGI or Rack env: only its `HTTP_` names are read (rule K2).
    pub fn from_gateway(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        Headers::collect(pairs, HeaderName::gateway_named)
    }

    /// From a process environment, unless it is switched off there (rule K3).
    pub fn from_environ(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut is_off = false;
        let named = |name: &[u8]| {
            HeaderName::ALL
                .into_iter()
                .find(|field| field.environment_name().is_some_and(|key| key.as_bytes() == name))
        };
        let pairs = pairs.into_iter().inspect(|(name, value)| {
            let value = ascii::trim(value);
            let says_no = || SWITCHED_OFF.iter().any(|off| value.eq_ignore_ascii_case(off.as_bytes()));
            is_off |= *name == ENVIRON_SWITCH.as_bytes() && says_no();
        });
        let headers = Headers::collect(pairs, named);
        if is_off { Headers::new() } else { headers }
    }

    /// From the meta tags of a page; values with character references are decoded into `scratch` (rule H2). Never fails.
    pub fn from_html(page: &'a [u8], scratch: &'a mut [u8]) -> Self {
        let (mut headers, mut free) = (Headers::new(), scratch);
        let mut seen = [false; HeaderName::NAMES.len()];
        for meta in MetaTags::new(page) {
            let found = HeaderName::ALL
                .into_iter()
                .zip(&mut seen)
                .find(|(field, _)| field.name().as_bytes() == meta.name);
            let Some((field, seen)) = found.filter(|(_, seen)| !**seen) else { continue };
            *seen = true;
            free = match decode_entities(meta.content, free) {
                Ok((value, rest)) => {
                    headers.add(field, value);
                    rest
                }
                // A value that does not fit is absent, and the next one gets the buffer.
                Err(scratch) => scratch,
            };
        }
        headers
    }

    fn collect(
        pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
        named: impl Fn(&[u8]) -> Option<HeaderName>,
    ) -> Self {
        let mut pairs = pairs.into_iter();
        let mut next = || pairs.find_map(|(name, value)| Some((named(name)?, value)));
        // Devices save code size: one path for all messages.
        let is_quick = cfg!(feature = "std");
        let (mut trace, mut baggage) = (None, None);
        let third = loop {
            match next() {
                Some((HeaderName::SentryTrace, value)) if is_quick && trace.is_none() => trace = Some(value),
                Some((HeaderName::Baggage, value)) if is_quick && baggage.is_none() => baggage = Some(value),
                other => break other,
            }
        };
        let Some((field, value)) = third else { return Headers::of(trace, baggage) };
        let mut headers = Headers::of(trace, baggage);
        headers.add(field, value);
        while let Some((field, value)) = next() {
            headers.add(field, value);
        }
        headers
    }

    /// The two headers that nearly every message has. Nothing is pushed to it, so it is built in place and not copied.
    fn of(trace: Option<&'a [u8]>, baggage: Option<&'a [u8]>) -> Self {
        Headers {
            sentry_trace: trace.filter(|value| !has_no_part(value)),
            has_sentry_trace: trace.is_some(),
            baggage: baggage.map_or_else(Baggage::default, Baggage::new),
            ..Headers::default()
        }
    }

    /// Adds a header line by its name, in any case; other names are ignored.
    pub fn push(&mut self, name: &[u8], value: &'a [u8]) {
        if let Some(field) = HeaderName::named(name) {
            self.add(field, value);
        }
    }

    /// Adds a header line.
    pub fn add(&mut self, field: HeaderName, value: &'a [u8]) {
        match field {
            HeaderName::SentryTrace => self.add_sentry_trace(value),
            HeaderName::Baggage => self.baggage.add_line(value),
            HeaderName::Traceparent => {
                self.traceparent = Some(value);
                self.traceparent_lines = self.traceparent_lines.saturating_add(1);
            }
            HeaderName::Tracestate => self.tracestate.has_more |= self.tracestate.lines.push(value).is_err(),
            HeaderName::Authorization => self.signed = aws_signature::signed_names(value),
            HeaderName::ServerTiming => {
                let description = |field: HeaderName| server_timing::description(value, field.name());
                self.timing_trace = self.timing_trace.or_else(|| description(HeaderName::SentryTrace));
                self.timing_baggage = self.timing_baggage.or_else(|| description(HeaderName::Baggage));
            }
        }
    }

    fn add_sentry_trace(&mut self, value: &'a [u8]) {
        let is_empty = has_no_part(value);
        self.has_sentry_trace = true;
        if self.sentry_trace.is_some() && !is_empty {
            self.is_repeated = true;
            self.other_sentry_trace = self.other_sentry_trace.or(Some(value));
        }
        self.sentry_trace = self.sentry_trace.or(if is_empty { None } else { Some(value) });
    }

    /// Notes that a value was neither text nor bytes and was skipped.
    pub fn skip_value(&mut self) {
        self.findings.insert(Finding::ValueTypeSkipped);
    }

    /// The first non-empty `sentry-trace` line.
    pub fn sentry_trace(&self) -> Option<&'a [u8]> {
        self.sentry_trace
    }

    /// The first two non-empty `sentry-trace` lines.
    pub(crate) fn sentry_traces(&self) -> impl Iterator<Item = &'a [u8]> {
        self.sentry_trace.into_iter().chain(self.other_sentry_trace)
    }

    /// True if there was more than one non-empty `sentry-trace` line.
    pub(crate) fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    /// The baggage, over all its lines.
    pub fn baggage(&self) -> &Baggage<'a> {
        &self.baggage
    }

    /// The `traceparent` line; an error if there is more than one (rule C6).
    pub(crate) fn traceparent(&self) -> Result<Option<&'a [u8]>, ()> {
        if self.traceparent_lines > 1 { Err(()) } else { Ok(self.traceparent) }
    }

    /// True if there was a `sentry-trace` line, empty or not.
    pub(crate) fn has_sentry_trace(&self) -> bool {
        self.has_sentry_trace
    }

    /// True if there was a `traceparent` line.
    pub(crate) fn has_traceparent(&self) -> bool {
        self.traceparent_lines > 0
    }

    /// True if there was a `tracestate` line.
    pub(crate) fn has_tracestate(&self) -> bool {
        !self.tracestate.lines.is_empty()
    }

    /// The `tracestate` lines in order; `None` if there are more than are kept.
    pub(crate) fn tracestate(&self) -> Option<&[&'a [u8]]> {
        (!self.tracestate.has_more).then_some(&self.tracestate.lines)
    }

    /// True if an AWS signature covers this header (rule O11).
    pub(crate) fn signs(&self, field: HeaderName) -> bool {
        !self.signed.is_empty() && aws_signature::lists(self.signed, field.name())
    }

    /// The headers of a page load: those of Server-Timing if there is no `sentry-trace` (rules H3, L1).
    pub(crate) fn of_page_load(&self) -> Headers<'a> {
        let mut headers = self.clone();
        if let (None, Some(trace)) = (self.sentry_trace, self.timing_trace) {
            headers.add(HeaderName::SentryTrace, trace);
            headers.baggage = Baggage::from_lines(self.timing_baggage);
        }
        headers
    }

    /// Anomalies of the message itself.
    pub fn findings(&self) -> Findings {
        self.findings
    }
}

/// Adds header lines, names in any case: the cheapest way, because no `Headers` are copied.
///
/// # Example
/// ```
/// use tracehop_core::Headers;
/// let mut headers = Headers::new();
/// headers.extend([(&b"baggage"[..], &b"tenant=acme"[..])]);
/// assert_eq!(headers.baggage().members().count(), 1);
/// ```
impl<'a> Extend<(&'a [u8], &'a [u8])> for Headers<'a> {
    fn extend<P: IntoIterator<Item = (&'a [u8], &'a [u8])>>(&mut self, pairs: P) {
        pairs.into_iter().for_each(|(name, value)| self.push(name, value));
    }
}
