//! Adopting a position that somebody else records, so that it is passed on unchanged.

use tracehop_core::{Buffer, Headers};

use crate::boundary::status;
use crate::context::tracehop_context;
use crate::headers::{pairs, read};
use crate::pointers::Out;
use crate::propagator::{tracehop_propagator, without_targets};
use crate::status::{TRACEHOP_NO_TRACE, tracehop_status};
use crate::text::tracehop_header;

/// Adopts the position that the `n` headers of a message name: the context has their trace id, span id, decision and
/// sampling context. It draws nothing, so it takes no seed, and decides nothing.
///
/// For a program that records no span: the next service then continues the last recorded one. `TRACEHOP_OK`,
/// `TRACEHOP_NO_TRACE` if the headers name no trace or no span (then `context` is not written, and
/// `tracehop_continue_trace` starts a trace), else `TRACEHOP_NULL`, `TRACEHOP_LENGTH`, or what
/// `tracehop_propagator_check` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_adopt(
    propagator: Option<&tracehop_propagator>,
    headers: *const tracehop_header,
    n: usize,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        let mut carried = Headers::new();
        // SAFETY: each checks NULL; the memory that the pointers name is the caller's promise.
        let out = unsafe {
            read(&mut carried, headers, n)?;
            Out::new(context)?
        };
        adopted(propagator, &carried, out)
    })
}

/// As `tracehop_adopt`, from the `n` variables of a request as a CGI, FastCGI, WSGI or Rack gateway passes it on.
/// Statuses as for that one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_adopt_gateway(
    propagator: Option<&tracehop_propagator>,
    variables: *const tracehop_header,
    n: usize,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory that the pointers name is the caller's promise.
        let (variables, out) = unsafe { (pairs(variables, n)?, Out::new(context)?) };
        adopted(propagator, &Headers::from_gateway(variables), out)
    })
}

fn adopted(
    propagator: Option<&tracehop_propagator>,
    headers: &Headers<'_>,
    out: Out<tracehop_context>,
) -> Result<(), tracehop_status> {
    let mut buffer = Buffer::new();
    let context = without_targets(propagator, |propagator| propagator.adopt(headers, &mut buffer))?;
    out.fill(&context.ok_or(TRACEHOP_NO_TRACE)?);
    Ok(())
}
