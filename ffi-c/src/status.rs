//! What a call answers, and what its number means.

use core::ffi::CStr;

use tracehop_core::{Error, ErrorKind};

use crate::pointers::Out;
use crate::static_text::{row, rows};
use crate::text::tracehop_str;

/// What a call answers: one of the numbers below, which never change and are never reused.
///
/// Negative: the call itself was wrong, or found nothing. Positive: an option or a value was refused; these are the numbers of
/// the library's errors, the same in every language. `tracehop_status_sentence` says what to do.
pub type tracehop_status = i32;

/// Done; the outputs are written. After any other answer they are not, unless the function says so.
pub const TRACEHOP_OK: tracehop_status = 0;
/// A pointer that is needed is NULL, or a text with a length has no data.
pub const TRACEHOP_NULL: tracehop_status = -1;
/// A length is larger than any object can be, or there are more than `TRACEHOP_TARGETS` targets.
pub const TRACEHOP_LENGTH: tracehop_status = -2;
/// `struct_size` is none that this library knows: start from `TRACEHOP_PROPAGATOR_INIT`.
pub const TRACEHOP_STRUCT_SIZE: tracehop_status = -3;
/// A text that must be UTF-8 is not.
pub const TRACEHOP_UTF8: tracehop_status = -4;
/// A context or lifetime that no successful call has filled.
pub const TRACEHOP_UNFILLED: tracehop_status = -5;
/// The buffer is too short: `needed` says how many bytes would do.
pub const TRACEHOP_SHORT: tracehop_status = -6;
/// A kind, flag or dialect that does not exist, or that this build does not have.
pub const TRACEHOP_UNKNOWN: tracehop_status = -7;
/// A fault inside the library was caught before it reached the caller; please report it.
pub const TRACEHOP_FAULT: tracehop_status = -8;
/// The headers name no trace, or no span of it, that could be adopted.
pub const TRACEHOP_NO_TRACE: tracehop_status = -9;

/// The value is empty.
pub const TRACEHOP_EMPTY: tracehop_status = 1;
/// The first part of the value does not end within the first 256 bytes.
pub const TRACEHOP_TOO_LONG: tracehop_status = 2;
/// A trace id is not 32 lower-case hex digits.
pub const TRACEHOP_TRACE_ID_MALFORMED: tracehop_status = 3;
/// A trace id is all zero.
pub const TRACEHOP_TRACE_ID_ZERO: tracehop_status = 4;
/// A span id is not 16 lower-case hex digits.
pub const TRACEHOP_SPAN_ID_MALFORMED: tracehop_status = 5;
/// A parent id is all zero.
pub const TRACEHOP_SPAN_ID_ZERO: tracehop_status = 6;
/// The sampling flag is malformed.
pub const TRACEHOP_FLAG_MALFORMED: tracehop_status = 7;
/// The version is not two lower-case hex digits, or is ff.
pub const TRACEHOP_VERSION_MALFORMED: tracehop_status = 8;
/// A dash is missing.
pub const TRACEHOP_SEPARATOR_MISSING: tracehop_status = 9;
/// Text follows where nothing may.
pub const TRACEHOP_TRAILING_TEXT: tracehop_status = 10;
/// `dsn`: it begins with neither https:// nor http://.
pub const TRACEHOP_DSN_SCHEME: tracehop_status = 32;
/// `dsn`: it has no public key.
pub const TRACEHOP_DSN_PUBLIC_KEY: tracehop_status = 33;
/// `dsn`: it has no valid host.
pub const TRACEHOP_DSN_HOST: tracehop_status = 34;
/// `dsn`: the port is not a number from 0 to 65535.
pub const TRACEHOP_DSN_PORT: tracehop_status = 35;
/// `dsn`: it has no project.
pub const TRACEHOP_DSN_PROJECT: tracehop_status = 36;
/// `org_id`: it is not digits.
pub const TRACEHOP_ORG_ID: tracehop_status = 40;
/// `traces_sample_rate`: it is not a finite number from 0 to 1.
pub const TRACEHOP_TRACES_SAMPLE_RATE: tracehop_status = 41;
/// `rate`: it is not a finite number from 0 to 1.
pub const TRACEHOP_RATE: tracehop_status = 42;
/// `max_baggage_bytes`: it is larger than `TRACEHOP_BAGGAGE_WRITE_BYTES`.
pub const TRACEHOP_MAX_BAGGAGE_BYTES: tracehop_status = 43;
/// `trace_propagation_targets`: an origin begins with neither https:// nor http://.
pub const TRACEHOP_ORIGIN_SCHEME: tracehop_status = 50;
/// `trace_propagation_targets`: an origin has no valid host.
pub const TRACEHOP_ORIGIN_HOST: tracehop_status = 51;
/// `trace_propagation_targets`: the port of an origin is not a number from 0 to 65535.
pub const TRACEHOP_ORIGIN_PORT: tracehop_status = 52;
/// `trace_propagation_targets`: an origin has a path, query, fragment or user.
pub const TRACEHOP_ORIGIN_TAIL: tracehop_status = 53;
/// `trace_propagation_targets`: a text is empty, which every URL contains.
pub const TRACEHOP_TARGET_EMPTY: tracehop_status = 54;
/// `trace_propagation_targets`: a regex is not valid.
pub const TRACEHOP_REGEX_SYNTAX: tracehop_status = 60;
/// `trace_propagation_targets`: a regex looks around.
pub const TRACEHOP_REGEX_LOOK_AROUND: tracehop_status = 61;
/// `trace_propagation_targets`: a regex refers back.
pub const TRACEHOP_REGEX_BACK_REFERENCE: tracehop_status = 62;
/// `trace_propagation_targets`: a regex has a quantifier that means something else in the linear engine.
pub const TRACEHOP_REGEX_QUANTIFIER: tracehop_status = 63;
/// `trace_propagation_targets`: a regex has an atomic group.
pub const TRACEHOP_REGEX_ATOMIC: tracehop_status = 64;
/// `trace_propagation_targets`: a regex has a conditional.
pub const TRACEHOP_REGEX_CONDITIONAL: tracehop_status = 65;
/// `trace_propagation_targets`: a regex has an anchor without equal in the linear engine.
pub const TRACEHOP_REGEX_ANCHOR: tracehop_status = 66;
/// `trace_propagation_targets`: a regex has an escape that means something else in the linear engine.
pub const TRACEHOP_REGEX_ESCAPE: tracehop_status = 67;
/// `trace_propagation_targets`: a regex has a class that means something else in the linear engine.
pub const TRACEHOP_REGEX_CLASS: tracehop_status = 68;
/// `trace_propagation_targets`: a regex is over bytes.
pub const TRACEHOP_REGEX_BYTES: tracehop_status = 69;
/// `trace_propagation_targets`: a regex is larger than the limit.
pub const TRACEHOP_REGEX_TOO_LARGE: tracehop_status = 70;
/// `trace_propagation_targets`: a flag or group has no equal in the linear engine.
pub const TRACEHOP_REGEX_FLAG: tracehop_status = 71;

/// The status of a refused option or value; where it went wrong is told to whoever wants to know.
pub(crate) fn refused(error: &Error, at: Option<Out<usize>>) -> tracehop_status {
    if let Some(at) = at {
        at.set(error.at());
    }
    error.kind().number().into()
}

/// The snake-case name of a status, such as `dsn_host`; `{NULL, 0}` for a number that is none. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_status_name(status: tracehop_status) -> tracehop_str {
    match own(status) {
        Some((name, _)) => tracehop_str::new(name.to_bytes()),
        None => row(rows!(ErrorKind::ALL, ErrorKind::name), place(status)),
    }
}

/// One sentence that says what is wrong and what to do; `{NULL, 0}` for a number that is none. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_status_sentence(status: tracehop_status) -> tracehop_str {
    match own(status) {
        Some((_, sentence)) => tracehop_str::new(sentence.to_bytes()),
        None => row(rows!(ErrorKind::ALL, ErrorKind::sentence), place(status)),
    }
}

/// The name of the option that is wrong, such as `dsn`; `{NULL, 0}` where no option is. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_status_option(status: tracehop_status) -> tracehop_str {
    row(rows!(ErrorKind::ALL, option), place(status))
}

/// Where an error kind stands among all.
fn place(status: tracehop_status) -> Option<usize> {
    ErrorKind::ALL.iter().position(|kind| tracehop_status::from(kind.number()) == status)
}

/// The option that is wrong, or nothing.
const fn option(kind: ErrorKind) -> &'static str {
    match kind.option() {
        Some(option) => option,
        None => "",
    }
}

/// Name and sentence of what can be wrong with a call from C alone.
fn own(status: tracehop_status) -> Option<(&'static CStr, &'static CStr)> {
    Some(match status {
        TRACEHOP_OK => (c"ok", c"all went well"),
        TRACEHOP_NULL => (c"null", c"a pointer that is needed is NULL, or a text with a length has no data"),
        TRACEHOP_LENGTH => (c"length", c"a length is larger than this library can take"),
        TRACEHOP_STRUCT_SIZE => {
            (c"struct_size", c"struct_size is unknown: start from TRACEHOP_PROPAGATOR_INIT")
        }
        TRACEHOP_UTF8 => (c"utf8", c"a text that must be UTF-8 is not"),
        TRACEHOP_UNFILLED => (c"unfilled", c"no successful call has filled this context or lifetime"),
        TRACEHOP_SHORT => {
            (c"short", c"the buffer is too short: give it as many bytes as the outcome says are needed")
        }
        TRACEHOP_UNKNOWN => {
            (c"unknown", c"a kind, decision, flag or dialect that this library does not know")
        }
        TRACEHOP_FAULT => (c"fault", c"a fault inside the library was caught; please report it"),
        TRACEHOP_NO_TRACE => {
            (c"no_trace", c"the headers name no trace and span to adopt: start or continue a trace instead")
        }
        _ => return None,
    })
}
