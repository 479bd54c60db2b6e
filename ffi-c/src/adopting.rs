//! Adopting a position that another library records, so that it is passed on unchanged.

use tracehop_core::{Buffer, Headers};

use crate::context::tracehop_context;
use crate::headers::{pairs, read};
use crate::panic_guard::status;
use crate::pointers::Out;
use crate::propagator::{tracehop_propagator, without_targets};
use crate::status::{TRACEHOP_NO_TRACE, tracehop_status};
use crate::text::tracehop_header;

/// Adopts the position that the `n` headers of a message name: the context gets their trace id, span id, sampling
/// decision and DSC. It needs no seed, because it makes no new id and no decision.
///
/// Use it in a program that records no span: the next service then continues the last recorded one. Returns
/// `TRACEHOP_OK`, `TRACEHOP_NO_TRACE` if the headers name no trace or no span (then `context` is not written, and
/// `tracehop_continue_trace` starts a trace), else `TRACEHOP_NULL`, `TRACEHOP_LENGTH`, or a status of
/// `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_adopt(
    propagator: *const tracehop_propagator,
    headers: *const tracehop_header,
    n: usize,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        let mut carried = Headers::new();
        // SAFETY: each checks NULL; the memory that the pointers name is the caller's promise.
        unsafe {
            read(&mut carried, headers, n)?;
            adopted(propagator, &carried, Out::new(context)?)
        }
    })
}

/// Like `tracehop_adopt`, but reads the `n` variables of a request from a CGI, FastCGI, WSGI or Rack gateway.
/// Statuses as for `tracehop_adopt`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_adopt_gateway(
    propagator: *const tracehop_propagator,
    variables: *const tracehop_header,
    n: usize,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory that the pointers name is the caller's promise.
        unsafe {
            let variables = pairs(variables, n)?;
            adopted(propagator, &Headers::from_gateway(variables), Out::new(context)?)
        }
    })
}

/// # Safety
/// As for [`without_targets`].
unsafe fn adopted(
    propagator: *const tracehop_propagator,
    headers: &Headers<'_>,
    out: Out<tracehop_context>,
) -> Result<(), tracehop_status> {
    let mut buffer = Buffer::new();
    // SAFETY: the promise is that of this function's caller.
    let context =
        unsafe { without_targets(propagator, |propagator| propagator.adopt(headers, &mut buffer)) }?;
    out.fill(&context.ok_or(TRACEHOP_NO_TRACE)?);
    Ok(())
}
