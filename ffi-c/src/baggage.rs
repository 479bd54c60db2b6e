//! A baggage list in one or more header lines. Each call parses the lines again. Its time is linear in their bytes up to the
//! reading budget.

use core::ffi::c_char;

use tracehop_core::{Baggage, SentryMembers};

use crate::members::{listed, tracehop_members};
use crate::panic_guard::{status, value};
use crate::pointers::slice;
use crate::status::tracehop_status;
use crate::text::tracehop_str;

/// Lists the Sentry members of a baggage of `n` lines: names and values, decoded.
///
/// Returns `TRACEHOP_OK` for any content, else `TRACEHOP_NULL`, `TRACEHOP_LENGTH`, or `TRACEHOP_SHORT`: then
/// `needed` in `members` is the number of bytes needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_members(
    lines: *const tracehop_str,
    n: usize,
    buf: *mut c_char,
    cap: usize,
    members: *mut tracehop_members,
) -> tracehop_status {
    status(|| {
        let mut baggage = Baggage::default();
        let mut sentry = SentryMembers::empty();
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            read(&mut baggage, lines, n)?;
            listed(buf, cap, members, |list| {
                baggage.sentry_into(&mut sentry);
                sentry.iter().for_each(|member| list.add(member.name(), member.value()));
                sentry.findings()
            })
        }
    })
}

/// The third-party member with this index, unchanged and borrowed from the lines; `{NULL, 0}` past the last
/// one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_foreign(
    lines: *const tracehop_str,
    n: usize,
    index: usize,
) -> tracehop_str {
    value(tracehop_str::ABSENT, || {
        let mut baggage = Baggage::default();
        // SAFETY: `read` checks NULL and length; the lines are the caller's promise.
        unsafe { read(&mut baggage, lines, n) }?;
        Ok(baggage.foreign().nth(index).map_or(tracehop_str::ABSENT, tracehop_str::new))
    })
}

/// Anomalies of the list, as bits; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_baggage_findings(lines: *const tracehop_str, n: usize) -> u64 {
    value(0, || {
        let mut baggage = Baggage::default();
        // SAFETY: `read` checks NULL and length; the lines are the caller's promise.
        unsafe { read(&mut baggage, lines, n) }?;
        Ok(baggage.findings().bits())
    })
}

/// Adds the lines of a caller's array to a list. In place, because a `Baggage` is too large to be moved.
///
/// # Safety
/// As for [`slice`].
unsafe fn read<'a>(
    baggage: &mut Baggage<'a>,
    lines: *const tracehop_str,
    n: usize,
) -> Result<(), tracehop_status> {
    // SAFETY: the promise is that of this function's caller.
    let lines: &'a [tracehop_str] = unsafe { slice(lines, n) }?;
    lines.iter().try_for_each(|line| line.bytes().map(|line| baggage.add_line(line)))
}
