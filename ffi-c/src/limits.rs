//! The limits of the core and the marks for "unset", as numbers that a C program can use.

use core::ffi::c_char;

use tracehop_core::limits;

/// No rate: an option that is not set, or an answer where there is no rate.
pub const TRACEHOP_UNSET: f64 = -1e9;

/// How many random bytes a new context takes: 16 for a trace id, 8 for a span id.
pub const TRACEHOP_SEED_BYTES: usize = 24;
/// How many random bytes a child takes.
pub const TRACEHOP_SPAN_SEED_BYTES: usize = 8;
/// The room for a trace id as text, its NUL included.
pub const TRACEHOP_TRACE_ID_CAP: usize = 33;
/// The room for a span id as text, its NUL included.
pub const TRACEHOP_SPAN_ID_CAP: usize = 17;
/// The room for any sentry-trace or traceparent value, its NUL included.
pub const TRACEHOP_TRACE_CAP: usize = 56;

/// How many bytes of incoming baggage are read, over all lines together.
pub const TRACEHOP_BAGGAGE_READ_BYTES: usize = 16384;
/// How many lines of incoming baggage are read.
pub const TRACEHOP_BAGGAGE_LINES: usize = 64;
/// How many bytes an outgoing baggage value has at most, unless what the request carried was longer.
pub const TRACEHOP_BAGGAGE_WRITE_BYTES: usize = 7900;
/// How many members a sampling context or an outgoing baggage has at most.
pub const TRACEHOP_MEMBERS: usize = 64;
/// How many bytes of header text a sampling context holds.
pub const TRACEHOP_DSC_BYTES: usize = 2048;
/// How many bytes of a sentry-trace value are looked at.
pub const TRACEHOP_SENTRY_TRACE_READ_BYTES: usize = 256;
/// How many bytes a tracestate may have.
pub const TRACEHOP_TRACESTATE_BYTES: usize = 512;
/// How many bytes of a page are read.
pub const TRACEHOP_HTML_READ_BYTES: usize = 65536;
/// How many bytes a URL may have that was resolved against a page.
pub const TRACEHOP_URL_BYTES: usize = 2048;

/// The version of the library, such as `0.1.0`; static text that ends with a NUL.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The numbers above stand in the header as numbers; these hold that they are the core's.
const _: () = {
    assert!(TRACEHOP_BAGGAGE_READ_BYTES == limits::BAGGAGE_READ_BYTES);
    assert!(TRACEHOP_BAGGAGE_LINES == limits::BAGGAGE_LINES);
    assert!(TRACEHOP_BAGGAGE_WRITE_BYTES == limits::BAGGAGE_WRITE_BYTES);
    assert!(TRACEHOP_MEMBERS == limits::MEMBERS);
    assert!(TRACEHOP_DSC_BYTES == limits::DSC_BYTES);
    assert!(TRACEHOP_SENTRY_TRACE_READ_BYTES == limits::SENTRY_TRACE_READ_BYTES);
    assert!(TRACEHOP_TRACESTATE_BYTES == limits::TRACESTATE_BYTES);
    assert!(TRACEHOP_HTML_READ_BYTES == limits::HTML_READ_BYTES);
    assert!(TRACEHOP_URL_BYTES == limits::URL_BYTES);
};
