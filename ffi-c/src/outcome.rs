//! The result of every function that writes headers: the headers to set and to remove, and the reason.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use tracehop_core::{Findings, HeaderValue, Limit, Reason};

use crate::c_strings::{row, rows};
use crate::header_writer::HeaderWriter;
use crate::pointers::Out;
use crate::status::tracehop_status;
use crate::text::{Buffer, tracehop_header, tracehop_str};

/// The result of injecting.
pub type tracehop_reason = i32;

/// The outcome's headers must be set.
pub const TRACEHOP_WRITTEN: tracehop_reason = 0;
/// The request already carries a trace and must not be changed.
pub const TRACEHOP_KEPT: tracehop_reason = 1;
/// The URL is no propagation target.
pub const TRACEHOP_NOT_A_TARGET: tracehop_reason = 2;
/// The URL is this service's own ingest host.
pub const TRACEHOP_OWN_HOST: tracehop_reason = 3;

/// Maximum headers of an outcome.
pub const TRACEHOP_OUTCOME_HEADERS: usize = 8;
/// A buffer of this many bytes is never too short for an outcome.
pub const TRACEHOP_OUTCOME_BYTES: usize = 17408;

const _: () = {
    let names_and_ids = 256;
    assert!(
        Limit::BaggageWriteBytes.value() <= Limit::BaggageReadBytes.value(),
        "third-party baggage is kept whole up to the reading budget"
    );
    assert!(
        Limit::BaggageReadBytes.value() + Limit::TracestateBytes.value() + names_and_ids
            <= TRACEHOP_OUTCOME_BYTES
    );
};

/// The headers to set on a request, and its anomalies.
///
/// It is also written if the buffer was too short (`TRACEHOP_SHORT`): then it has no headers, and `needed` is
/// valid.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_outcome {
    /// The reason why headers are to be set or not; see `tracehop_reason_name`.
    reason: tracehop_reason,
    /// Number of `headers` that are set.
    n_headers: usize,
    /// The headers to set: each replaces a header of that name, in any case. An empty value removes it. Names
    /// and values are in the caller's buffer, each followed by a NUL that `len` does not count.
    headers: [tracehop_header; TRACEHOP_OUTCOME_HEADERS],
    /// Bytes of buffer that these headers need.
    needed: usize,
    /// Anomalies found by this call, as bits.
    findings: u64,
    /// Reserved for later versions.
    reserved: [u64; 4],
}

/// The snake-case name of a reason, such as `not_a_target`; `{NULL, 0}` for any other number. Static
/// text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_reason_name(reason: tracehop_reason) -> tracehop_str {
    let found = Reason::ALL.iter().position(|known| tracehop_reason::from(known.number()) == reason);
    row(rows!(Reason::ALL, Reason::name), found)
}

/// Collects headers into a caller's buffer and struct.
#[derive(Debug)]
pub(crate) struct Edit<'a>(HeaderWriter<'a, TRACEHOP_OUTCOME_HEADERS>);

impl Edit<'_> {
    /// Adds a header to set, or to remove.
    #[inline(always)]
    pub(crate) fn set(&mut self, name: &'static str, value: &HeaderValue<'_>) {
        self.0.add(|text| text.header(name, value));
    }
}

impl Out<tracehop_outcome> {
    fn places<'a>(&self) -> &'a mut MaybeUninit<[tracehop_header; TRACEHOP_OUTCOME_HEADERS]> {
        // SAFETY: `Out` is never NULL and vouches for the memory, and `MaybeUninit` requires no initialised value.
        unsafe { &mut *(&raw mut (*self.as_ptr()).headers).cast() }
    }
}

/// Runs a body that edits headers and returns its reason and findings. The body cannot fail, so the caller's struct is
/// written in any case.
///
/// # Safety
/// As for [`Buffer::new`] and [`Out::new`].
pub(crate) unsafe fn edited(
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
    body: impl FnOnce(&mut Edit<'_>) -> (Reason, Findings),
) -> Result<(), tracehop_status> {
    // SAFETY: both check NULL; the memory at the pointers is promised by the caller of this function.
    let (out, text) = unsafe { (Out::new(outcome)?, Buffer::new(buf, cap)) };
    let mut edit = Edit(HeaderWriter::new(text, out.places()));
    let (reason, findings) = body(&mut edit);
    let collected = edit.0.finish();
    let place = out.as_ptr();
    // SAFETY: `Out` is never NULL and vouches for the memory.
    unsafe {
        (&raw mut (*place).reason).write(reason.number().into());
        (&raw mut (*place).n_headers).write(collected.n);
        (&raw mut (*place).needed).write(collected.needed);
        (&raw mut (*place).findings).write(findings.bits());
        (&raw mut (*place).reserved).write([0; 4]);
    }
    collected.status
}
