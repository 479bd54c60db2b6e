//! One `traceparent` value, read strictly.

use core::ffi::c_char;

use tracehop_core::Traceparent;

use crate::limits::{TRACEHOP_SPAN_ID_CAP, TRACEHOP_TRACE_CAP, TRACEHOP_TRACE_ID_CAP};
use crate::panic_guard::status;
use crate::pointers::Out;
use crate::refusal::refused;
use crate::sampling::{decision, tracehop_decision};
use crate::status::tracehop_status;
use crate::text::{terminated, tracehop_str};

/// A parsed W3C traceparent value; texts end with a NUL.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_traceparent {
    /// 32 lower-case hex digits.
    trace_id: [c_char; TRACEHOP_TRACE_ID_CAP],
    /// 16 lower-case hex digits.
    span_id: [c_char; TRACEHOP_SPAN_ID_CAP],
    /// `TRACEHOP_YES`, or `TRACEHOP_UNDECIDED`: W3C has no way to say no.
    sampled: tracehop_decision,
    /// The value as version 00.
    text: [c_char; TRACEHOP_TRACE_CAP],
}

/// Parses one value strictly, by the rules of W3C. Statuses and `at` as for `tracehop_sentry_trace_parse`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_traceparent_parse(
    value: tracehop_str,
    traceparent: *mut tracehop_traceparent,
    at: *mut usize,
) -> tracehop_status {
    status(|| {
        // SAFETY: `Out::new` checks NULL, which is fine for `at`; the memory at them is the caller's promise.
        let (out, at) = unsafe { (Out::new(traceparent)?, Out::new(at).ok()) };
        let parsed = Traceparent::parse(value.bytes()?).map_err(|error| refused(&error, at))?;
        out.set(tracehop_traceparent {
            trace_id: terminated(&parsed.trace_id.text()),
            span_id: terminated(&parsed.span_id.text()),
            sampled: decision(parsed.sampled),
            text: terminated(&parsed.text()),
        });
        Ok(())
    })
}
