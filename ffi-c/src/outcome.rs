//! What is to be set and removed, and why: the answer of everything that writes headers.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use tracehop_core::{Findings, HeaderValue, Limit, Reason};

use crate::c_strings::{row, rows};
use crate::header_writer::HeaderWriter;
use crate::pointers::Out;
use crate::status::tracehop_status;
use crate::text::{Buffer, tracehop_header, tracehop_str};

/// What injecting did.
pub type tracehop_reason = i32;

/// Headers are to be written.
pub const TRACEHOP_WRITTEN: tracehop_reason = 0;
/// The request carries a trace already and is left alone.
pub const TRACEHOP_KEPT: tracehop_reason = 1;
/// The URL is no propagation target.
pub const TRACEHOP_NOT_A_TARGET: tracehop_reason = 2;
/// The URL is this service's own ingest host.
pub const TRACEHOP_OWN_HOST: tracehop_reason = 3;

/// How many headers an outcome holds at most.
pub const TRACEHOP_OUTCOME_HEADERS: usize = 8;
/// A buffer of this many bytes is never too short for an outcome.
pub const TRACEHOP_OUTCOME_BYTES: usize = 17408;

const _: () = {
    let names_and_ids = 256;
    assert!(
        Limit::BaggageWriteBytes.value() <= Limit::BaggageReadBytes.value(),
        "foreign baggage stays whole up to the reading budget"
    );
    assert!(
        Limit::BaggageReadBytes.value() + Limit::TracestateBytes.value() + names_and_ids
            <= TRACEHOP_OUTCOME_BYTES
    );
};

/// What to do to a request, and what was odd about it.
///
/// If the buffer was too short (`TRACEHOP_SHORT`) it is written too, without headers: then `needed`
/// counts.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_outcome {
    /// What was done, and why not more; see `tracehop_reason_name`.
    reason: tracehop_reason,
    /// How many of `headers` count.
    n_headers: usize,
    /// What to set: replace a header of that name, in any case, by this one. An empty value: remove it. Names
    /// and values are in the caller's buffer, each with a NUL after it that `len` does not count.
    headers: [tracehop_header; TRACEHOP_OUTCOME_HEADERS],
    /// How many bytes of buffer these headers take.
    needed: usize,
    /// Anomalies of this act, as bits.
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
    /// Notes a header to set, or to remove.
    #[inline(always)]
    pub(crate) fn set(&mut self, name: &'static str, value: &HeaderValue<'_>) {
        self.0.add(|text| text.header(name, value));
    }
}

impl Out<tracehop_outcome> {
    fn places<'a>(&self) -> &'a mut MaybeUninit<[tracehop_header; TRACEHOP_OUTCOME_HEADERS]> {
        // SAFETY: `Out` is never NULL and vouches for the memory; what may be uninitialised asks no more of it.
        unsafe { &mut *(&raw mut (*self.as_ptr()).headers).cast() }
    }
}

/// Runs a body that edits headers, and reports to the caller what it did. All that can be refused was refused before: the
/// caller's struct is written.
///
/// # Safety
/// As for [`Buffer::new`] and [`Out::new`].
pub(crate) unsafe fn edited(
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
    body: impl FnOnce(&mut Edit<'_>) -> (Reason, Findings),
) -> Result<(), tracehop_status> {
    // SAFETY: both check NULL; the memory behind the pointers is promised by the caller of this function.
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
