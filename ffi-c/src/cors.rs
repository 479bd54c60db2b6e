//! CORS: the headers that a browser must be allowed to send.

use core::ffi::c_char;

use crate::c_strings::header_name;
use crate::context_text::show;
use crate::headers::pairs;
use crate::panic_guard::value;
use crate::pointers::fill;
use crate::propagator::{tracehop_bool, tracehop_propagator, without_targets};
use crate::text::{tracehop_header, tracehop_str, written};

/// Writes the value of Access-Control-Allow-Headers: `existing` (or `{NULL, 0}`), then the missing names.
///
/// `credentials` is true if the response allows credentials: then browsers do not honour `*`. Returns the length it
/// needs; 0 if the propagator is refused or `existing` is not UTF-8: then leave the header unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_allow_headers(
    propagator: *const tracehop_propagator,
    existing: tracehop_str,
    credentials: tracehop_bool,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe {
        written(buf, cap, |text| {
            let existing = existing.text()?;
            without_targets(propagator, |propagator| {
                show(text, Some(propagator.allow_headers(existing, credentials.is_true())))
            })?
        })
    }
}

/// Lists the header names that the `n` headers of a preflight response fail to allow: the first `cap` of them
/// in `names`, lower-case, static text. Returns how many there are; 0 for NULL and if the propagator is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_missing_cors_headers(
    propagator: *const tracehop_propagator,
    answer: *const tracehop_header,
    n: usize,
    credentials: tracehop_bool,
    names: *mut tracehop_str,
    cap: usize,
) -> usize {
    value(0, || {
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            let answer = pairs(answer, n)?;
            without_targets(propagator, |propagator| {
                let missing = propagator.missing_cors_headers(answer, credentials.is_true());
                fill(names, cap, missing.map(header_name))
            })
        }
    })
}
