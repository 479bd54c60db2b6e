//! One position in one trace: a sized, opaque struct on the caller's stack.

use core::fmt;
use core::mem::MaybeUninit;

use tracehop_core::{Buffer, Decision, StoredContext, TraceContext};

use crate::limits::TRACEHOP_UNSET;
use crate::panic_guard::{status, value};
use crate::pointers::{Out, bytes, shared};
use crate::refusal::refused;
use crate::sampling::{TRACEHOP_UNDECIDED, decided, decision, rate, tracehop_decision};
use crate::status::{TRACEHOP_NULL, TRACEHOP_UNFILLED, TRACEHOP_UNKNOWN, tracehop_status};

/// The size of a context in words of 8 bytes, without its tag.
pub const TRACEHOP_CONTEXT_WORDS: usize = 383;

/// One position in one trace: ids, sampling decision and DSC. It is immutable once filled.
///
/// Opaque, 3,072 bytes, on the caller's stack or in any other memory. It owns all its data, needs no
/// freeing, and may be copied as a struct. Functions that end in a `tracehop_context *` fill it; afterwards
/// it never changes, so any number of threads may read it at once. An all-zero context is unfilled.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct tracehop_context {
    tag: u64,
    words: [MaybeUninit<u64>; TRACEHOP_CONTEXT_WORDS],
}

/// The first word of every context that was filled; its last byte is the number of the layout.
const TAG: u64 = u64::from_be_bytes(*b"context\x01");

const _: () = {
    assert!(size_of::<StoredContext>() <= size_of::<[u64; TRACEHOP_CONTEXT_WORDS]>());
    assert!(align_of::<StoredContext>() <= align_of::<u64>());
};

impl tracehop_context {
    /// The context in a filled struct.
    pub(crate) fn get(&self) -> Result<TraceContext<'_>, tracehop_status> {
        if self.tag != TAG {
            return Err(TRACEHOP_UNFILLED);
        }
        // SAFETY: only `fill` sets the tag, which is checked above, and it wrote a context to these words.
        let stored = unsafe { &*self.words.as_ptr().cast::<StoredContext>() };
        Ok(stored.get())
    }
}

impl Out<tracehop_context> {
    /// Fills a caller's struct with a context that does not borrow from it.
    #[inline(always)]
    pub(crate) fn fill(self, context: &TraceContext<'_>) {
        let place = self.as_ptr();
        // SAFETY: `Out` is never NULL and vouches for the memory; the assertions above say that a context fits in the
        // words and is aligned there.
        unsafe {
            StoredContext::new_in(&mut *(&raw mut (*place).words).cast(), context);
            (*place).tag = TAG;
        }
    }

    /// Fills a caller's struct with a context that may borrow from `source`, which may be the same struct.
    fn fill_from(self, context: &TraceContext<'_>, source: *const tracehop_context) {
        if core::ptr::eq(self.as_ptr(), source) {
            self.fill_from_copy(context);
        } else {
            self.fill(context);
        }
    }

    // `inline(never)`: only a change in place then uses the stack of a second context.
    #[inline(never)]
    fn fill_from_copy(self, context: &TraceContext<'_>) {
        let mut copy = MaybeUninit::uninit();
        self.fill(&StoredContext::new_in(&mut copy, context).get());
    }
}

impl fmt::Debug for tracehop_context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// The sampling decision; `TRACEHOP_UNDECIDED` if there is none yet, and for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_context_sampled(context: Option<&tracehop_context>) -> tracehop_decision {
    value(TRACEHOP_UNDECIDED, || Ok(decision(context.ok_or(TRACEHOP_NULL)?.get()?.sampled())))
}

/// The sender's sampling decision; `TRACEHOP_UNDECIDED` if it made none, at the head of a trace, and for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_context_parent_sampled(context: Option<&tracehop_context>) -> tracehop_decision {
    value(TRACEHOP_UNDECIDED, || Ok(decision(context.ok_or(TRACEHOP_NULL)?.get()?.parent_sampled())))
}

/// The sample rate used here, else the received one, from 0 to 1; `TRACEHOP_UNSET` if there is none, and for
/// NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_context_sample_rate(context: Option<&tracehop_context>) -> f64 {
    value(TRACEHOP_UNSET, || Ok(rate(context.ok_or(TRACEHOP_NULL)?.get()?.sample_rate())))
}

/// The random number of the trace, in [0, 1), in whole millionths; `TRACEHOP_UNSET` for NULL, and for an
/// adopted context whose DSC has no usable one.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_context_sample_rand(context: Option<&tracehop_context>) -> f64 {
    value(TRACEHOP_UNSET, || Ok(context.ok_or(TRACEHOP_NULL)?.get()?.sample_rand().unwrap_or(TRACEHOP_UNSET)))
}

/// Anomalies of the message that the context continues, as bits; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_context_findings(context: Option<&tracehop_context>) -> u64 {
    value(0, || Ok(context.ok_or(TRACEHOP_NULL)?.get()?.findings().bits()))
}

/// Fills `child` with a context that has a new span id and `context` as its parent. `seed` is
/// `TRACEHOP_SPAN_SEED_BYTES` random bytes; `child` may be `context` itself. Returns `TRACEHOP_OK`,
/// `TRACEHOP_NULL` or `TRACEHOP_UNFILLED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_child(
    context: *const tracehop_context,
    seed: *const u8,
    child: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; that the rest is live is the caller's promise. `fill_from` ends the borrow of
        // `context` before it writes to the same struct.
        let (parent, seed, out) = unsafe { (shared(context)?, *bytes(seed)?, Out::new(child)?) };
        out.fill_from(&parent.get()?.child(seed), context);
        Ok(())
    })
}

/// Fills `sampled` with a context that has the same ids and a new decision, made at a rate from 0 to 1.
/// `sampled` may be `context` itself. Returns `TRACEHOP_OK`, `TRACEHOP_NULL`, `TRACEHOP_UNFILLED`, or
/// `TRACEHOP_RATE` for any other number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_sample(
    context: *const tracehop_context,
    rate: f64,
    sampled: *mut tracehop_context,
) -> tracehop_status {
    // SAFETY: this function makes the same demands on its caller.
    unsafe { sample(context, Ok(Decision::Rate(rate)), sampled) }
}

/// Fills `sampled` with a context that has the same ids and this decision, `TRACEHOP_YES` or `TRACEHOP_NO`;
/// no rate is recorded. `sampled` may be `context` itself. Returns `TRACEHOP_OK`, `TRACEHOP_NULL`,
/// `TRACEHOP_UNFILLED`, or `TRACEHOP_UNKNOWN` for any other decision.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_decide(
    context: *const tracehop_context,
    decision: tracehop_decision,
    sampled: *mut tracehop_context,
) -> tracehop_status {
    let decision =
        decided(decision).and_then(|decision| decision.map(Decision::Sampled).ok_or(TRACEHOP_UNKNOWN));
    // SAFETY: this function makes the same demands on its caller.
    unsafe { sample(context, decision, sampled) }
}

/// # Safety
/// As for [`shared`] and [`Out::new`]; both pointers may be the same.
unsafe fn sample(
    context: *const tracehop_context,
    decision: Result<Decision, tracehop_status>,
    sampled: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; that the rest is live is the caller's promise. `fill_from` ends the borrow of
        // `context` before it writes to the same struct.
        let (before, out) = unsafe { (shared(context)?, Out::new(sampled)?) };
        let mut buffer = Buffer::new();
        let sampled = before.get()?.sample(decision?, &mut buffer).map_err(|error| refused(&error, None))?;
        out.fill_from(&sampled, context);
        Ok(())
    })
}
