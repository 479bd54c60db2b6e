//! The limits of core and the values that mean "unset", as numbers for C programs.

use core::ffi::c_char;

use tracehop_core::{Limit, Seed, SpanId};

/// No rate: an option that is unset, or a result that does not exist.
pub const TRACEHOP_UNSET: f64 = -1e9;

/// Constants whose values and descriptions the header gets from `LIMITS`, because cbindgen does not evaluate constants.
macro_rules! limits {
    ($(#[doc = $doc:literal] $name:ident = $value:expr;)*) => {
        $(#[doc = $doc] pub const $name: usize = $value;)*

        /// Name, value and description of each limit, for the header's generator.
        pub const LIMITS: &[(&str, usize, &str)] = &[$((stringify!($name), $name, $doc),)*];
    };
}

limits! {
    /// Random bytes that a new context needs: 16 for its trace id, 8 for its span id.
    TRACEHOP_SEED_BYTES = size_of::<Seed>();
    /// Random bytes that a child needs.
    TRACEHOP_SPAN_SEED_BYTES = size_of::<SpanId>();
    /// Size of a buffer for a trace id, with its NUL.
    TRACEHOP_TRACE_ID_CAP = 33;
    /// Size of a buffer for a span id, with its NUL.
    TRACEHOP_SPAN_ID_CAP = 17;
    /// Size of a buffer for any sentry-trace or traceparent value, with its NUL.
    TRACEHOP_TRACE_CAP = 56;
    /// Bytes of incoming baggage that are read, all lines together.
    TRACEHOP_BAGGAGE_READ_BYTES = Limit::BaggageReadBytes.value();
    /// Lines of incoming baggage that are read.
    TRACEHOP_BAGGAGE_LINES = Limit::BaggageLines.value();
    /// Maximum bytes of an outgoing baggage value, unless the request's own third-party members are longer.
    TRACEHOP_BAGGAGE_WRITE_BYTES = Limit::BaggageWriteBytes.value();
    /// Maximum members of a dynamic sampling context (DSC) and of an outgoing baggage value.
    TRACEHOP_MEMBERS = Limit::Members.value();
    /// Maximum bytes of a DSC as header text.
    TRACEHOP_DSC_BYTES = Limit::DscBytes.value();
    /// Bytes of a sentry-trace value that are read.
    TRACEHOP_SENTRY_TRACE_READ_BYTES = Limit::SentryTraceReadBytes.value();
    /// Maximum bytes of a tracestate value.
    TRACEHOP_TRACESTATE_BYTES = Limit::TracestateBytes.value();
    /// Bytes of a page that are read.
    TRACEHOP_HTML_READ_BYTES = Limit::HtmlReadBytes.value();
    /// Maximum bytes of a URL that was resolved against a page.
    TRACEHOP_URL_BYTES = Limit::UrlBytes.value();
}

/// The version of the library, such as `0.2.0`; static text that ends with a NUL.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
