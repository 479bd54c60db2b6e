//! Starting a trace, with this service as its head.

use tracehop_core::{Buffer, Headers, Seed, Start};

use crate::context::tracehop_context;
use crate::headers::pairs;
use crate::panic_guard::status;
use crate::pointers::{Out, bytes};
use crate::propagator::{tracehop_propagator, without_targets};
use crate::sampling::{TRACEHOP_UNDECIDED, decided, tracehop_decision};
use crate::status::tracehop_status;
use crate::text::{tracehop_header, tracehop_str};

/// Starts a trace. `seed` is `TRACEHOP_SEED_BYTES` random bytes, new ones for each context, from the operating
/// system if there is one; the same seed gives the same ids. To start a trace with a given id, put its 16
/// bytes first.
///
/// Returns `TRACEHOP_OK`, `TRACEHOP_NULL`, or a status of `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_start_trace(
    propagator: *const tracehop_propagator,
    seed: *const u8,
    context: *mut tracehop_context,
) -> tracehop_status {
    let absent = tracehop_str::ABSENT;
    // SAFETY: this function makes the same demands on its caller; there are no headers.
    unsafe {
        tracehop_start_trace_as(propagator, seed, absent, TRACEHOP_UNDECIDED, core::ptr::null(), 0, context)
    }
}

/// Starts a trace with the name of the transaction (or `{NULL, 0}`), the caller's sampling decision (or
/// `TRACEHOP_UNDECIDED`), and a link to the trace in the `n_link` headers `link`, which is not continued: for
/// a public entry point that trusts no caller.
///
/// A transaction that is not UTF-8 is ignored. Returns `TRACEHOP_OK`, `TRACEHOP_NULL`, `TRACEHOP_LENGTH`,
/// `TRACEHOP_UNKNOWN` for any other decision, or a status of `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_start_trace_as(
    propagator: *const tracehop_propagator,
    seed: *const u8,
    transaction: tracehop_str,
    sampled: tracehop_decision,
    link: *const tracehop_header,
    n_link: usize,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        let (seed, link, out) = unsafe { (Seed(*bytes(seed)?), pairs(link, n_link)?, Out::new(context)?) };
        let link = Headers::from_pairs(link);
        let start = Start {
            seed,
            trace_id: None,
            transaction: transaction.lenient()?,
            sampled: decided(sampled)?,
            link: Some(&link),
        };
        let mut buffer = Buffer::new();
        // SAFETY: it checks NULL and size; the rest is the caller's promise.
        unsafe {
            without_targets(propagator, |propagator| out.fill(&propagator.start_trace(start, &mut buffer)))
        }
    })
}
