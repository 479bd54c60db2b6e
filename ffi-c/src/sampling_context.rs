//! The dynamic sampling context (DSC) of a trace, member by member, and the same facts for an envelope.

use core::ffi::c_char;

use tracehop_core::Member;

use crate::context::tracehop_context;
use crate::context_text::{get, show};
use crate::propagator::{tracehop_propagator, with};
use crate::status::tracehop_status;
use crate::text::{Buffer, written};

/// Writes the name of a member of the dynamic sampling context, decoded and without its prefix; `index`
/// counts from 0. The length it needs; 0 past the last one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_dsc_name(
    context: Option<&tracehop_context>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, member(context, index)?.map(|member| member.name()))) }
}

/// Writes the value of the same member, decoded. The length it needs; 0 past the last one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_dsc_value(
    context: Option<&tracehop_context>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, member(context, index)?.map(|member| member.value()))) }
}

/// Writes the name of a member of an envelope's `trace` header, which an ingesting server needs: the dynamic
/// sampling context, completed from this service. `index` counts from 0. The length it needs; 0 past the last
/// one, for NULL, and where the propagator is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_envelope_trace_name(
    propagator: Option<&tracehop_propagator>,
    context: Option<&tracehop_context>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| envelope(propagator, context, index, true, text)) }
}

/// Writes the value of the same member. The length it needs; 0 past the last one, for NULL, and where the
/// propagator is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_envelope_trace_value(
    propagator: Option<&tracehop_propagator>,
    context: Option<&tracehop_context>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| envelope(propagator, context, index, false, text)) }
}

fn member(context: Option<&tracehop_context>, index: usize) -> Result<Option<Member<'_>>, tracehop_status> {
    Ok(get(context)?.dynamic_sampling_context().nth(index))
}

fn envelope(
    propagator: Option<&tracehop_propagator>,
    context: Option<&tracehop_context>,
    index: usize,
    is_name: bool,
    text: &mut Buffer<'_>,
) -> Result<(), tracehop_status> {
    let (context, mut at, mut result) = (get(context)?, 0, Ok(()));
    with(propagator, |propagator| {
        propagator.envelope_trace(context, |name, value| {
            if at == index {
                result = show(text, Some(if is_name { name } else { value }));
            }
            at += 1;
        });
    })?;
    result
}
