//! Names and sentences of statuses.

use core::ffi::CStr;

use tracehop_core::ErrorKind;

use crate::c_strings::{row, rows};
use crate::status::{
    TRACEHOP_FAULT, TRACEHOP_LENGTH, TRACEHOP_NO_ENTROPY, TRACEHOP_NO_MEMORY, TRACEHOP_NO_TRACE,
    TRACEHOP_NULL, TRACEHOP_OK, TRACEHOP_SHORT, TRACEHOP_STRUCT_SIZE, TRACEHOP_UNFILLED, TRACEHOP_UNKNOWN,
    TRACEHOP_UTF8, tracehop_status,
};
use crate::text::tracehop_str;

/// The snake-case name of a status, such as `dsn_host`; `{NULL, 0}` for any other number. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_status_name(status: tracehop_status) -> tracehop_str {
    match own(status) {
        Some((name, _)) => tracehop_str::new(name.to_bytes()),
        None => row(rows!(ErrorKind::ALL, ErrorKind::name), index(status)),
    }
}

/// One sentence that says what is wrong and what to do; `{NULL, 0}` for any other number. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_status_sentence(status: tracehop_status) -> tracehop_str {
    match own(status) {
        Some((_, sentence)) => tracehop_str::new(sentence.to_bytes()),
        None => row(rows!(ErrorKind::ALL, ErrorKind::message), index(status)),
    }
}

/// The name of the wrong option, such as `dsn`; `{NULL, 0}` if the status is about no option. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_status_option(status: tracehop_status) -> tracehop_str {
    row(rows!(ErrorKind::ALL, option), index(status))
}

/// The index of an error kind in `ErrorKind::ALL`.
fn index(status: tracehop_status) -> Option<usize> {
    ErrorKind::ALL.iter().position(|kind| tracehop_status::from(kind.number()) == status)
}

/// The name of the wrong option; empty if the kind is about no option.
const fn option(kind: ErrorKind) -> &'static str {
    match kind.option() {
        Some(option) => option,
        None => "",
    }
}

/// Name and sentence of the statuses that only C has.
fn own(status: tracehop_status) -> Option<(&'static CStr, &'static CStr)> {
    Some(match status {
        TRACEHOP_OK => (c"ok", c"success"),
        TRACEHOP_NULL => (c"null", c"a required pointer is NULL, or a text with a length has no data"),
        TRACEHOP_LENGTH => (c"length", c"a length is larger than PTRDIFF_MAX"),
        TRACEHOP_STRUCT_SIZE => {
            (c"struct_size", c"struct_size is unknown: start from TRACEHOP_PROPAGATOR_INIT")
        }
        TRACEHOP_UTF8 => (c"utf8", c"a text that must be UTF-8 is not"),
        TRACEHOP_UNFILLED => (c"unfilled", c"no successful call has filled this context or lifetime"),
        TRACEHOP_SHORT => {
            (c"short", c"the buffer is too short: `needed` is the number of bytes that it must have")
        }
        TRACEHOP_UNKNOWN => {
            (c"unknown", c"a kind, decision, flag or dialect that this library does not know")
        }
        TRACEHOP_FAULT => (c"fault", c"the library caught a panic of its own; please report it"),
        TRACEHOP_NO_TRACE => {
            (c"no_trace", c"the headers name no trace and span to adopt: start or continue a trace instead")
        }
        TRACEHOP_NO_MEMORY => (c"no_memory", c"there is no memory for another regex target"),
        TRACEHOP_NO_ENTROPY => {
            (c"no_entropy", c"the operating system gives no random bytes: pass a seed of your own")
        }
        _ => return None,
    })
}
