//! A baggage list over one or more header lines, member by member. Nothing is kept between calls: each reads
//! the lines anew, in time linear in their bytes and flat beyond the reading budget.

use core::ffi::c_char;

use tracehop_core::Baggage;

use crate::boundary::value;
use crate::context_text::show;
use crate::pointers::slice;
use crate::status::tracehop_status;
use crate::text::{tracehop_str, written};

/// Writes the name of a Sentry member, decoded and without its prefix; `index` counts from 0, each name once,
/// in order of arrival. The length it needs; 0 past the last one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_name(
    lines: *const tracehop_str,
    n: usize,
    index: usize,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: each checks NULL; what stands behind the pointers is the caller's promise.
    unsafe {
        written(buf, cap, |text| {
            show(text, baggage(lines, n)?.sentry().iter().nth(index).map(|member| member.name()))
        })
    }
}

/// Writes the value of the same member, decoded. The length it needs; 0 past the last one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_value(
    lines: *const tracehop_str,
    n: usize,
    index: usize,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: each checks NULL; what stands behind the pointers is the caller's promise.
    unsafe {
        written(buf, cap, |text| {
            show(text, baggage(lines, n)?.sentry().iter().nth(index).map(|member| member.value()))
        })
    }
}

/// The third-party member with this index, as it stands in the lines, which it borrows; `{NULL, 0}` past the
/// last one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_foreign(
    lines: *const tracehop_str,
    n: usize,
    index: usize,
) -> tracehop_str {
    value(tracehop_str::ABSENT, || {
        // SAFETY: `baggage` checks NULL and length; the lines are the caller's promise.
        let baggage = unsafe { baggage(lines, n) }?;
        Ok(baggage.foreign().nth(index).map_or(tracehop_str::ABSENT, tracehop_str::new))
    })
}

/// What is odd about the list, as bits; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_findings(lines: *const tracehop_str, n: usize) -> u64 {
    // SAFETY: `baggage` checks NULL and length; the lines are the caller's promise.
    value(0, || Ok(unsafe { baggage(lines, n) }?.findings().bits()))
}

/// # Safety
/// As for [`slice`].
unsafe fn baggage<'a>(lines: *const tracehop_str, n: usize) -> Result<Baggage<'a>, tracehop_status> {
    // SAFETY: the promise is that of this function's caller.
    let lines: &'a [tracehop_str] = unsafe { slice(lines, n) }?;
    for line in lines {
        line.bytes()?;
    }
    Ok(Baggage::from_lines(lines.iter().filter_map(|line| line.bytes().ok())))
}
