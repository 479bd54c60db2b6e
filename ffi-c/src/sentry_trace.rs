//! One `sentry-trace` value, read strictly.

use core::ffi::c_char;

use tracehop_core::SentryTrace;

use crate::limits::{TRACEHOP_SPAN_ID_CAP, TRACEHOP_TRACE_CAP, TRACEHOP_TRACE_ID_CAP};
use crate::panic_guard::status;
use crate::pointers::Out;
use crate::refusal::refused;
use crate::sampling::{decision, tracehop_decision};
use crate::status::tracehop_status;
use crate::text::{terminated, tracehop_str};

/// A parsed sentry-trace value; texts end with a NUL.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_sentry_trace {
    /// 32 lower-case hex digits.
    trace_id: [c_char; TRACEHOP_TRACE_ID_CAP],
    /// 16 lower-case hex digits, or empty if the value names no span.
    span_id: [c_char; TRACEHOP_SPAN_ID_CAP],
    /// The sender's sampling decision.
    sampled: tracehop_decision,
    /// The value in its canonical form.
    text: [c_char; TRACEHOP_TRACE_CAP],
}

/// Parses one value strictly. For the trace of a message use `tracehop_continue_trace`, which is lenient.
///
/// Returns `TRACEHOP_OK`, `TRACEHOP_NULL`, or one of the statuses from `TRACEHOP_EMPTY` to
/// `TRACEHOP_TRAILING_TEXT`: then `at`, unless NULL, is the byte offset of the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_sentry_trace_parse(
    value: tracehop_str,
    sentry_trace: *mut tracehop_sentry_trace,
    at: *mut usize,
) -> tracehop_status {
    status(|| {
        // SAFETY: `Out::new` checks NULL, which is fine for `at`; the memory at them is the caller's promise.
        let (out, at) = unsafe { (Out::new(sentry_trace)?, Out::new(at).ok()) };
        let parsed = SentryTrace::parse(value.bytes()?).map_err(|error| refused(&error, at))?;
        out.set(tracehop_sentry_trace {
            trace_id: terminated(&parsed.trace_id.text()),
            span_id: parsed.span_id.map_or([0; TRACEHOP_SPAN_ID_CAP], |span_id| terminated(&span_id.text())),
            sampled: decision(parsed.sampled),
            text: terminated(parsed.text().as_bytes()),
        });
        Ok(())
    })
}
