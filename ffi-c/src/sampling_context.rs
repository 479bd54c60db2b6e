//! The dynamic sampling context (DSC) of a trace, and the same facts for an envelope.

use core::ffi::c_char;

use tracehop_core::{Findings, Member};

use crate::boundary::status;
use crate::context::tracehop_context;
use crate::context_text::{decode, get};
use crate::members::{listed, tracehop_members};
use crate::propagator::{tracehop_propagator, without_targets};
use crate::status::tracehop_status;
use crate::text::{Buffer, written};

/// Lists the members of the dynamic sampling context: names and values, decoded. `TRACEHOP_OK`,
/// `TRACEHOP_NULL`, `TRACEHOP_UNFILLED`, or `TRACEHOP_SHORT`: then `members` says how many bytes are needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_dsc(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
    members: *mut tracehop_members,
) -> tracehop_status {
    status(|| {
        let context = get(context)?;
        // SAFETY: `listed` checks NULL; the room behind the pointers is the caller's promise.
        unsafe {
            listed(buf, cap, members, |list| {
                context.dynamic_sampling_context().for_each(|member| list.add(member.name(), member.value()));
                Findings::default()
            })
        }
    })
}

/// Lists the members of an envelope's `trace` header, which an ingesting server needs: the dynamic sampling
/// context, completed from this service. Statuses as for `tracehop_context_dsc`, or what
/// `tracehop_propagator_check` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_envelope_trace(
    propagator: Option<&tracehop_propagator>,
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
    members: *mut tracehop_members,
) -> tracehop_status {
    status(|| {
        let context = get(context)?;
        // SAFETY: `listed` checks NULL; the room behind the pointers is the caller's promise.
        without_targets(propagator, |propagator| unsafe {
            listed(buf, cap, members, |list| {
                propagator.envelope_trace(&context, |name, value| list.add(name, value));
                Findings::default()
            })
        })?
    })
}

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
    unsafe { written(buf, cap, |text| decode(text, member(context, index)?.map(|member| member.name()))) }
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
    unsafe { written(buf, cap, |text| decode(text, member(context, index)?.map(|member| member.value()))) }
}

/// Writes the name of a member of an envelope's `trace` header; `index` counts from 0. The length it needs; 0 past the last
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
    let (context, mut at) = (get(context)?, 0);
    without_targets(propagator, |propagator| {
        propagator.envelope_trace(&context, |name, value| {
            if at == index {
                text.push_decoded(if is_name { &name } else { &value });
            }
            at += 1;
        });
    })
}
