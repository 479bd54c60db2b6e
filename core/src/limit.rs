//! The limits that rules state, for hosts that size their buffers by them.

use crate::buffer::TRACESTATE_BYTES;
use crate::dsc::{DSC_BYTES, MEMBERS};
use crate::wire::baggage::{BAGGAGE_LINES, BAGGAGE_READ_BYTES, BAGGAGE_WRITE_BYTES};
use crate::wire::html::HTML_READ_BYTES;
use crate::wire::sentry_trace::SENTRY_TRACE_READ_BYTES;
use crate::wire::url::URL_BYTES;

/// A limit of what is read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Bytes of incoming baggage that are read, all lines together (rule B6).
    BaggageReadBytes,
    /// Lines of incoming baggage that are read (rule B6).
    BaggageLines,
    /// Maximum bytes of an outgoing baggage value, unless the request's own third-party members are longer (rule B6).
    BaggageWriteBytes,
    /// Maximum members of a DSC and of an outgoing baggage value (rule B6).
    Members,
    /// Maximum bytes of a DSC as header text (rule D6).
    DscBytes,
    /// Bytes of a `sentry-trace` value that are read (rule S5).
    SentryTraceReadBytes,
    /// Maximum bytes of a forwarded `tracestate` (rule C6).
    TracestateBytes,
    /// Bytes of a page that are read (rule H2).
    HtmlReadBytes,
    /// Maximum bytes of a URL that is resolved against a page (rule O2).
    UrlBytes,
}

impl Limit {
    /// The value of this limit.
    pub const fn value(self) -> usize {
        match self {
            Limit::BaggageReadBytes => BAGGAGE_READ_BYTES,
            Limit::BaggageLines => BAGGAGE_LINES,
            Limit::BaggageWriteBytes => BAGGAGE_WRITE_BYTES,
            Limit::Members => MEMBERS,
            Limit::DscBytes => DSC_BYTES,
            Limit::SentryTraceReadBytes => SENTRY_TRACE_READ_BYTES,
            Limit::TracestateBytes => TRACESTATE_BYTES,
            Limit::HtmlReadBytes => HTML_READ_BYTES,
            Limit::UrlBytes => URL_BYTES,
        }
    }
}
