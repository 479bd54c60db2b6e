//! The target decision for a URL, and its reason.

use core::ffi::c_char;

use tracehop_core::Propagator;

use crate::context_text::show;
use crate::outcome::tracehop_reason;
use crate::panic_guard::{status, value};
use crate::pointers::Out;
use crate::propagator::{tracehop_propagator, with};
use crate::status::tracehop_status;
use crate::text::{tracehop_str, written};

/// The index of no target.
pub const TRACEHOP_NO_TARGET: usize = usize::MAX;

/// The reason why a URL gets headers or none.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_explanation {
    /// `TRACEHOP_WRITTEN` if the URL gets headers, else `TRACEHOP_NOT_A_TARGET` or `TRACEHOP_OWN_HOST`.
    reason: tracehop_reason,
    /// The index of the target that decided, from 0, or `TRACEHOP_NO_TARGET`.
    target: usize,
    /// Anomalies, as bits.
    findings: u64,
    /// The length of the sentence without its NUL.
    needed: usize,
    /// Reserved for later versions.
    reserved: [u64; 4],
}

/// True if this URL gets headers. `page_url` is the URL of the page if a browser or webview sends the
/// request; on a server it is `{NULL, 0}`.
///
/// Also false if a URL is not UTF-8, and for a propagator that `tracehop_propagator_check` refuses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_allows(
    propagator: *const tracehop_propagator,
    url: tracehop_str,
    page_url: tracehop_str,
) -> bool {
    value(false, || {
        let (url, page_url) = (url.text()?, page_url.option()?);
        // SAFETY: it checks NULL and size; the rest is the caller's promise.
        unsafe { with(propagator, |propagator| propagator.allows(url, page_url)) }
    })
}

/// Writes one sentence that names the target that decided about a URL, or says why none did, and fills `explanation`.
///
/// Returns `TRACEHOP_OK` even if the buffer is too short for the sentence: then it gets only a NUL, and
/// `needed` is at least `cap`. Else `TRACEHOP_NULL`, `TRACEHOP_LENGTH`, `TRACEHOP_UTF8`, or a status of
/// `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_explain(
    propagator: *const tracehop_propagator,
    url: tracehop_str,
    page_url: tracehop_str,
    buf: *mut c_char,
    cap: usize,
    explanation: *mut tracehop_explanation,
) -> tracehop_status {
    status(|| {
        // SAFETY: `Out::new` checks NULL; the caller promises that the memory is writable.
        let out = unsafe { Out::new(explanation) }?;
        let (url, page_url) = (url.text()?, page_url.option()?);
        let explain = |propagator: &Propagator<'_>| {
            let explained = propagator.explain(url, page_url);
            tracehop_explanation {
                reason: explained.reason().number().into(),
                target: explained.target().unwrap_or(TRACEHOP_NO_TARGET),
                findings: explained.findings().bits(),
                // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
                needed: unsafe { written(buf, cap, |text| show(text, Some(explained))) },
                reserved: [0; 4],
            }
        };
        // SAFETY: it checks NULL and size; the rest is the caller's promise.
        let answer = unsafe { with(propagator, explain) }?;
        out.set(answer);
        Ok(())
    })
}
