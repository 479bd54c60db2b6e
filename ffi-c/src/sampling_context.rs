//! The dynamic sampling context (DSC) of a trace, and its form in an envelope.

use core::ffi::c_char;

use tracehop_core::Findings;

use crate::context::tracehop_context;
use crate::context_text::get;
use crate::members::{listed, tracehop_members};
use crate::panic_guard::status;
use crate::propagator::{tracehop_propagator, without_targets};
use crate::status::tracehop_status;

/// Lists the members of the DSC: names and values, decoded. Returns `TRACEHOP_OK`, `TRACEHOP_NULL`,
/// `TRACEHOP_UNFILLED`, or `TRACEHOP_SHORT`: then `needed` in `members` is the number of bytes needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_dsc(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
    members: *mut tracehop_members,
) -> tracehop_status {
    status(|| {
        let context = get(context)?;
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            listed(buf, cap, members, |list| {
                context.dynamic_sampling_context().for_each(|member| list.add(member.name(), member.value()));
                Findings::default()
            })
        }
    })
}

/// Lists the members of an envelope's `trace` header, which an ingesting server needs: the DSC, completed with
/// the options of this service. Statuses as for `tracehop_context_dsc` and `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_envelope_trace(
    propagator: *const tracehop_propagator,
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
    members: *mut tracehop_members,
) -> tracehop_status {
    status(|| {
        let context = get(context)?;
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            without_targets(propagator, |propagator| {
                listed(buf, cap, members, |list| {
                    propagator.envelope_trace(&context, |name, value| list.add(name, value));
                    Findings::default()
                })
            })?
        }
    })
}
