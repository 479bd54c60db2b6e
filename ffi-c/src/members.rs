//! The members of a baggage list or of a DSC, all in one call, because access by index would parse the list each time.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use tracehop_core::{Decoded, Findings, Limit};

use crate::header_writer::HeaderWriter;
use crate::limits::TRACEHOP_MEMBERS;
use crate::pointers::Out;
use crate::status::tracehop_status;
use crate::text::{Buffer, tracehop_header};

/// A buffer of this many bytes is never too short for the members of a baggage list or of a DSC.
pub const TRACEHOP_MEMBERS_BYTES: usize = 49280;

const _: () = {
    let (longest_for_a_byte, nuls) = (char::REPLACEMENT_CHARACTER.len_utf8(), 2 * TRACEHOP_MEMBERS);
    assert!(Limit::BaggageReadBytes.value() * longest_for_a_byte + nuls <= TRACEHOP_MEMBERS_BYTES);
};

/// Members, decoded, each name once, in order of arrival.
///
/// It is also written if the buffer was too short (`TRACEHOP_SHORT`): then it has no members, and `needed` is
/// valid.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_members {
    /// Number of `members` that are set.
    n_members: usize,
    /// Names, without their prefix, and values. They are in the caller's buffer, each followed by a NUL that
    /// `len` does not count.
    members: [tracehop_header; TRACEHOP_MEMBERS],
    /// Bytes of buffer that these members need.
    needed: usize,
    /// Anomalies of a baggage list, as bits; 0 for a DSC.
    findings: u64,
    /// Reserved for later versions.
    reserved: [u64; 4],
}

/// Collects members into a caller's buffer and struct.
#[derive(Debug)]
pub(crate) struct List<'a>(HeaderWriter<'a, TRACEHOP_MEMBERS>);

impl List<'_> {
    /// Adds a member.
    pub(crate) fn add(&mut self, name: Decoded<'_>, value: Decoded<'_>) {
        self.0.add(|text| tracehop_header { name: text.decoded(&name), value: text.decoded(&value) });
    }
}

impl Out<tracehop_members> {
    fn places<'a>(&self) -> &'a mut MaybeUninit<[tracehop_header; TRACEHOP_MEMBERS]> {
        // SAFETY: `Out` is never NULL and vouches for the memory, and `MaybeUninit` requires no initialised value.
        unsafe { &mut *(&raw mut (*self.as_ptr()).members).cast() }
    }
}

/// Runs a body that lists members and returns their findings. The body cannot fail, so the caller's struct is written
/// in any case.
///
/// # Safety
/// As for [`Buffer::new`] and [`Out::new`].
pub(crate) unsafe fn listed(
    buf: *mut c_char,
    cap: usize,
    members: *mut tracehop_members,
    body: impl FnOnce(&mut List<'_>) -> Findings,
) -> Result<(), tracehop_status> {
    // SAFETY: both check NULL; the memory at the pointers is promised by the caller of this function.
    let (out, text) = unsafe { (Out::new(members)?, Buffer::new(buf, cap)) };
    let mut list = List(HeaderWriter::new(text, out.places()));
    let findings = body(&mut list);
    let collected = list.0.finish();
    let place = out.as_ptr();
    // SAFETY: `Out` is never NULL and vouches for the memory.
    unsafe {
        (&raw mut (*place).n_members).write(collected.n);
        (&raw mut (*place).needed).write(collected.needed);
        (&raw mut (*place).findings).write(findings.bits());
        (&raw mut (*place).reserved).write([0; 4]);
    }
    collected.status
}
