//! A context as text. All of these work like `snprintf`: they return the length that the text needs, without
//! its NUL; a buffer that is too short for text and NUL gets only a NUL.

use core::ffi::c_char;
use core::fmt::{Display, Write};

use tracehop_core::{HeaderName, Headers, TraceContext};

use crate::context::tracehop_context;
use crate::status::{TRACEHOP_FAULT, TRACEHOP_NULL, tracehop_status};
use crate::text::{Buffer, tracehop_str, written};

/// Writes the trace id, 32 lower-case hex digits. Returns the length it needs; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_trace_id(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| put(text, &get(context)?.trace_id().text())) }
}

/// Writes the id of this context's own span, 16 lower-case hex digits. Returns the length it needs; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_span_id(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| put(text, &get(context)?.span_id().text())) }
}

/// Writes the id of the span that this context continues. Returns the length it needs; 0 if it continues
/// none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_parent_span_id(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, get(context)?.parent_span_id())) }
}

/// Writes the trace that this one is linked to without continuing it, as sentry-trace text: a refused
/// continuation, the trace of an untrusted caller, or the previous trace of a lifetime. Returns the length it
/// needs; 0 if there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_link(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, get(context)?.link())) }
}

/// Writes the value of an outgoing sentry-trace header. Returns the length it needs; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_sentry_trace(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| put(text, get(context)?.sentry_trace().text().as_bytes())) }
}

/// Writes the value of an outgoing traceparent header, even if propagate_traceparent is false. Returns the
/// length it needs; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_traceparent(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| put(text, &get(context)?.traceparent().text())) }
}

/// Writes the baggage value for a request that has `existing` baggage (or `{NULL, 0}`): its third-party
/// members byte for byte, then the sentry- members. Returns the length it needs; 0 if the request should
/// have no baggage, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_baggage(
    context: Option<&tracehop_context>,
    existing: tracehop_str,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| baggage(&get(context)?, existing.bytes()?, text)) }
}

/// Writes the meta tags that pass this trace to the page that is being served; they need no HTML escaping.
/// Returns the length they need; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_meta_tags(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe {
        written(buf, cap, |text| {
            get(context)?.write_meta_tags(|piece| text.push(piece));
            Ok(())
        })
    }
}

/// Writes the Server-Timing value of a response: its `existing` value (or `{NULL, 0}`), then the trace,
/// unless `existing` already contains one. Returns the length it needs; 0 for NULL, and if `existing` is not
/// UTF-8: then leave the header unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_server_timing(
    context: Option<&tracehop_context>,
    existing: tracehop_str,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, Some(get(context)?.server_timing(existing.text()?)))) }
}

pub(crate) fn get(context: Option<&tracehop_context>) -> Result<TraceContext<'_>, tracehop_status> {
    context.ok_or(TRACEHOP_NULL)?.get()
}

/// Writes bytes without going through `Display`.
fn put(text: &mut Buffer<'_>, bytes: &[u8]) -> Result<(), tracehop_status> {
    text.push(bytes);
    Ok(())
}

/// Writes the value if there is one.
pub(crate) fn show(text: &mut Buffer<'_>, shown: Option<impl Display>) -> Result<(), tracehop_status> {
    shown.map_or(Ok(()), |shown| write!(text, "{shown}").map_err(|_| TRACEHOP_FAULT))
}

/// The value that the core sets, or `existing` if it sets none.
fn baggage(
    context: &TraceContext<'_>,
    existing: &[u8],
    text: &mut Buffer<'_>,
) -> Result<(), tracehop_status> {
    if existing.is_empty() {
        return put(text, context.baggage().unwrap_or_default().as_bytes());
    }
    let (mut outgoing, mut is_set) = (Headers::new(), false);
    outgoing.add(HeaderName::Baggage, existing);
    context.headers(&outgoing, |name, value| {
        if name == HeaderName::Baggage.name() {
            is_set = true;
            text.push_value(&value);
        }
    });
    if !is_set {
        text.push(existing);
    }
    Ok(())
}
