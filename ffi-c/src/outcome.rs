//! What is to be set and removed, and why: the answer of everything that writes headers.

use core::ffi::c_char;

use tracehop_core::{Findings, HeaderValue, Reason};

use crate::pointers::Out;
use crate::static_text::{row, rows};
use crate::status::{TRACEHOP_SHORT, tracehop_status};
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

/// How many headers an outcome has room for.
pub const TRACEHOP_OUTCOME_HEADERS: usize = 8;
/// A buffer of this many bytes is never too short for an outcome.
pub const TRACEHOP_OUTCOME_BYTES: usize = 17408;

const _: () = {
    use tracehop_core::limits::{BAGGAGE_READ_BYTES, BAGGAGE_WRITE_BYTES, TRACESTATE_BYTES};
    let names_and_ids = 256;
    assert!(
        BAGGAGE_WRITE_BYTES <= BAGGAGE_READ_BYTES,
        "foreign baggage stays whole up to the reading budget"
    );
    assert!(BAGGAGE_READ_BYTES + TRACESTATE_BYTES + names_and_ids <= TRACEHOP_OUTCOME_BYTES);
};

/// What to do to a request, and what was odd about it.
///
/// Where the buffer was too short (`TRACEHOP_SHORT`) it is written too, without headers: then `needed`
/// counts.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_outcome {
    /// What was done, and why not more; see `tracehop_reason_name`.
    pub(crate) reason: tracehop_reason,
    /// How many of `headers` count.
    pub(crate) n_headers: usize,
    /// What to set: replace a header of that name, in any case, by this one. An empty value: remove it. Names
    /// and values stand in the caller's buffer, each with a NUL behind it that `len` does not count.
    pub(crate) headers: [tracehop_header; TRACEHOP_OUTCOME_HEADERS],
    /// How many bytes of buffer these headers take.
    pub(crate) needed: usize,
    /// What was odd about this act, as bits.
    pub(crate) findings: u64,
    /// Room for later versions.
    pub(crate) reserved: [u64; 4],
}

/// The snake-case name of a reason, such as `not_a_target`; `{NULL, 0}` for a number that is none. Static
/// text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_reason_name(reason: tracehop_reason) -> tracehop_str {
    let found = Reason::ALL.iter().position(|known| tracehop_reason::from(known.number()) == reason);
    row(rows!(Reason::ALL, Reason::name), found)
}

/// Collects headers into a caller's buffer.
#[derive(Debug)]
pub(crate) struct Edit<'a> {
    text: Buffer<'a>,
    headers: [tracehop_header; TRACEHOP_OUTCOME_HEADERS],
    n: usize,
}

const NONE: [tracehop_header; TRACEHOP_OUTCOME_HEADERS] =
    [tracehop_header { name: tracehop_str::ABSENT, value: tracehop_str::ABSENT }; TRACEHOP_OUTCOME_HEADERS];

impl Edit<'_> {
    /// Notes a header to set, or to remove.
    pub(crate) fn set(&mut self, name: &'static str, value: &HeaderValue<'_>) {
        let name = self.text.part(|text| text.push(name.as_bytes()));
        let value = self.text.part(|text| text.push_value(value));
        if let Some(place) = self.headers.get_mut(self.n) {
            *place = tracehop_header { name, value };
            self.n += 1;
        }
    }

    /// Tells the caller; where the buffer was too short, the headers do not stand in it.
    fn finish(
        &self,
        reason: Reason,
        findings: Findings,
        out: Out<tracehop_outcome>,
    ) -> Result<(), tracehop_status> {
        let is_short = self.text.is_short();
        out.set(tracehop_outcome {
            reason: reason.number().into(),
            n_headers: if is_short { 0 } else { self.n },
            headers: if is_short { NONE } else { self.headers },
            needed: self.text.len(),
            findings: findings.bits(),
            reserved: [0; 4],
        });
        if is_short { Err(TRACEHOP_SHORT) } else { Ok(()) }
    }
}

/// Runs a body that edits headers, and tells the caller what it did.
///
/// # Safety
/// As for [`Buffer::new`] and [`Out::new`].
pub(crate) unsafe fn edited(
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
    body: impl FnOnce(&mut Edit<'_>) -> Result<(Reason, Findings), tracehop_status>,
) -> Result<(), tracehop_status> {
    // SAFETY: both check NULL; the room behind the pointers is what the caller of this function vouched for.
    let (out, text) = unsafe { (Out::new(outcome)?, Buffer::new(buf, cap)) };
    let mut edit = Edit { text, headers: NONE, n: 0 };
    let (reason, findings) = body(&mut edit)?;
    edit.finish(reason, findings, out)
}
