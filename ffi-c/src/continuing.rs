//! Continuing a received trace, from any carrier. No function fails on message content: without a usable trace a new one is
//! started, and the findings of the context say why.

use core::ffi::c_char;

use tracehop_core::{Buffer, Headers, Seed, Start};

use crate::context::tracehop_context;
use crate::headers::{pairs, read};
use crate::panic_guard::status;
use crate::pointers::{Out, bytes, c_strings};
use crate::propagator::{tracehop_propagator, without_targets};
use crate::sampling::{TRACEHOP_UNDECIDED, decided, tracehop_decision};
use crate::status::tracehop_status;
use crate::text::{tracehop_header, tracehop_str};

/// Continues the trace that the `n` headers of a message carry: names in any case, values of any bytes,
/// repeated lines in order. Works for HTTP, message queues, gRPC metadata and job headers.
///
/// `seed` is `TRACEHOP_SEED_BYTES` random bytes, new ones for each context. Returns `TRACEHOP_OK` for any
/// header content, else `TRACEHOP_NULL`, `TRACEHOP_LENGTH`, or a status of `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_continue_trace(
    propagator: *const tracehop_propagator,
    headers: *const tracehop_header,
    n: usize,
    seed: *const u8,
    context: *mut tracehop_context,
) -> tracehop_status {
    let (transaction, sampled) = (tracehop_str::ABSENT, TRACEHOP_UNDECIDED);
    // SAFETY: this function makes the same demands on its caller.
    status(|| unsafe { continue_pairs(propagator, headers, n, seed, transaction, sampled, context) })
}

/// Like `tracehop_continue_trace`, with the name of the transaction (or `{NULL, 0}`; a name that is not
/// UTF-8 is ignored) and the caller's sampling decision (or `TRACEHOP_UNDECIDED`). Statuses as for
/// `tracehop_continue_trace`, and `TRACEHOP_UNKNOWN` for any other decision.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_continue_trace_as(
    propagator: *const tracehop_propagator,
    headers: *const tracehop_header,
    n: usize,
    seed: *const u8,
    transaction: tracehop_str,
    sampled: tracehop_decision,
    context: *mut tracehop_context,
) -> tracehop_status {
    // SAFETY: this function makes the same demands on its caller.
    status(|| unsafe { continue_pairs(propagator, headers, n, seed, transaction, sampled, context) })
}

/// # Safety
/// As for [`read`], [`bytes`] and [`Out::new`].
// Inlined with all its callees: this is the hot path, and constant arguments then remove the code for absent options.
#[inline(always)]
unsafe fn continue_pairs(
    propagator: *const tracehop_propagator,
    headers: *const tracehop_header,
    n: usize,
    seed: *const u8,
    transaction: tracehop_str,
    sampled: tracehop_decision,
    context: *mut tracehop_context,
) -> Result<(), tracehop_status> {
    let mut carried = Headers::new();
    // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
    let (seed, out) = unsafe {
        read(&mut carried, headers, n)?;
        (Seed(*bytes(seed)?), Out::new(context)?)
    };
    // SAFETY: the promise is that of this function's caller.
    unsafe { continued(propagator, &carried, seed, transaction, sampled, out) }
}

/// Continues the trace of a request from a CGI, FastCGI, WSGI or Rack gateway. Reads only those of the `n`
/// variables that represent headers. Statuses as for `tracehop_continue_trace`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_continue_gateway(
    propagator: *const tracehop_propagator,
    variables: *const tracehop_header,
    n: usize,
    seed: *const u8,
    context: *mut tracehop_context,
) -> tracehop_status {
    let (transaction, sampled) = (tracehop_str::ABSENT, TRACEHOP_UNDECIDED);
    // SAFETY: this function makes the same demands on its caller.
    unsafe { tracehop_continue_gateway_as(propagator, variables, n, seed, transaction, sampled, context) }
}

/// Like `tracehop_continue_gateway`, with the transaction and decision of `tracehop_continue_trace_as`.
/// Statuses as for `tracehop_continue_trace_as`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_continue_gateway_as(
    propagator: *const tracehop_propagator,
    variables: *const tracehop_header,
    n: usize,
    seed: *const u8,
    transaction: tracehop_str,
    sampled: tracehop_decision,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            let (variables, seed, out) = (pairs(variables, n)?, Seed(*bytes(seed)?), Out::new(context)?);
            continued(propagator, &Headers::from_gateway(variables), seed, transaction, sampled, out)
        }
    })
}

/// Continues the trace that a parent process put into the environment, unless it is switched off there.
/// `environ` is an array of `NAME=value` strings that ends with NULL, such as POSIX `environ`. Statuses as
/// for `tracehop_continue_trace`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_continue_environ(
    propagator: *const tracehop_propagator,
    environ: *const *mut c_char,
    seed: *const u8,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            let (strings, seed, out) = (c_strings(environ)?, Seed(*bytes(seed)?), Out::new(context)?);
            let headers = Headers::from_environ(strings.filter_map(variable));
            continued(propagator, &headers, seed, tracehop_str::ABSENT, TRACEHOP_UNDECIDED, out)
        }
    })
}

/// Continues the trace in the meta tags of a page. The page may contain any bytes; the first
/// `TRACEHOP_HTML_READ_BYTES` are read. Statuses as for `tracehop_continue_trace`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_continue_html(
    propagator: *const tracehop_propagator,
    page: tracehop_str,
    seed: *const u8,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            let (seed, out) = (Seed(*bytes(seed)?), Out::new(context)?);
            let mut scratch = [0; Headers::SCRATCH_BYTES];
            let headers = Headers::from_html(page.bytes()?, &mut scratch);
            continued(propagator, &headers, seed, tracehop_str::ABSENT, TRACEHOP_UNDECIDED, out)
        }
    })
}

/// Splits a POSIX environment string at the first `=`.
fn variable(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = text.split_at_checked(text.iter().position(|byte| *byte == b'=')?)?;
    Some((name, value.get(1..)?))
}

/// # Safety
/// As for [`without_targets`].
#[inline(always)]
unsafe fn continued(
    propagator: *const tracehop_propagator,
    headers: &Headers<'_>,
    seed: Seed,
    transaction: tracehop_str,
    sampled: tracehop_decision,
    out: Out<tracehop_context>,
) -> Result<(), tracehop_status> {
    let start =
        Start { transaction: transaction.lenient()?, sampled: decided(sampled)?, ..Start::with(seed) };
    let mut buffer = Buffer::new();
    // SAFETY: the promise is that of this function's caller.
    unsafe {
        without_targets(
            propagator,
            #[inline(always)]
            |propagator| out.fill(&propagator.continue_trace(headers, start, &mut buffer)),
        )
    }
}
