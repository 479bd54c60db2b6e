//! The current trace of a page, a screen or a session.

use core::ffi::c_char;
use core::fmt;
use core::mem::MaybeUninit;
use core::time::Duration;

use tracehop_core::{Headers, Propagator, Seed, TraceLifetime};

use crate::context::tracehop_context;
use crate::context_text::show;
use crate::headers::read;
use crate::panic_guard::status;
use crate::pointers::{Out, bytes};
use crate::propagator::{tracehop_propagator, without_targets};
use crate::status::{TRACEHOP_NULL, TRACEHOP_UNFILLED, tracehop_status};
use crate::text::{tracehop_header, tracehop_str, written};

/// The size of a lifetime in words of 8 bytes, without its tag.
pub const TRACEHOP_LIFETIME_WORDS: usize = 415;

/// The current trace of a page, a screen or a session: only a page load, a navigation or an explicit new
/// trace changes it.
///
/// Opaque, 3,328 bytes, in any memory of the caller; it needs no freeing. Times are milliseconds of any clock that
/// never goes back. One thread at a time may change it, and none may read it meanwhile.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct tracehop_lifetime {
    tag: u64,
    words: [MaybeUninit<u64>; TRACEHOP_LIFETIME_WORDS],
}

/// The first word of every lifetime that was filled; its last byte is the number of the layout.
const TAG: u64 = u64::from_be_bytes(*b"lifetim\x01");

const _: () = {
    assert!(size_of::<TraceLifetime>() <= size_of::<[u64; TRACEHOP_LIFETIME_WORDS]>());
    assert!(align_of::<TraceLifetime>() <= align_of::<u64>());
};

impl tracehop_lifetime {
    fn get(&self) -> Result<&TraceLifetime, tracehop_status> {
        if self.tag != TAG {
            return Err(TRACEHOP_UNFILLED);
        }
        // SAFETY: only `fill` sets the tag, which is checked above, and it wrote a lifetime to these words.
        Ok(unsafe { &*self.words.as_ptr().cast::<TraceLifetime>() })
    }

    fn get_mut(&mut self) -> Result<&mut TraceLifetime, tracehop_status> {
        if self.tag != TAG {
            return Err(TRACEHOP_UNFILLED);
        }
        // SAFETY: only `fill` sets the tag, which is checked above, and it wrote a lifetime to these words.
        Ok(unsafe { &mut *self.words.as_mut_ptr().cast::<TraceLifetime>() })
    }
}

impl Out<tracehop_lifetime> {
    fn fill(self, propagator: &Propagator<'_>, seed: Seed, now: Duration) {
        let place = self.as_ptr();
        // SAFETY: `Out` is never NULL and vouches for the memory; the assertions above say that a lifetime fits in the
        // words and is aligned there.
        unsafe {
            TraceLifetime::new_in(&mut *(&raw mut (*place).words).cast(), propagator, seed, now);
            (*place).tag = TAG;
        }
    }
}

impl fmt::Debug for tracehop_lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Fills `lifetime` with a new trace. `seed` is `TRACEHOP_SEED_BYTES` random bytes. Returns `TRACEHOP_OK`,
/// `TRACEHOP_NULL`, or a status of `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_new(
    propagator: *const tracehop_propagator,
    seed: *const u8,
    now_ms: u64,
    lifetime: *mut tracehop_lifetime,
) -> tracehop_status {
    status(|| {
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        let (seed, out) = unsafe { (Seed(*bytes(seed)?), Out::new(lifetime)?) };
        // SAFETY: it checks NULL and size; the rest is the caller's promise.
        unsafe {
            without_targets(propagator, |propagator| {
                out.fill(propagator, seed, Duration::from_millis(now_ms))
            })
        }
    })
}

/// A page load: continues the trace in the `n` headers of the page's response, Server-Timing included, else
/// starts a trace; pass NULL and 0 if the headers are unknown. Statuses as for `tracehop_continue_trace`, or
/// `TRACEHOP_UNFILLED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_page_load(
    lifetime: Option<&mut tracehop_lifetime>,
    propagator: *const tracehop_propagator,
    headers: *const tracehop_header,
    n: usize,
    seed: *const u8,
    now_ms: u64,
) -> tracehop_status {
    status(|| {
        let (is_known, mut page) = (!headers.is_null() || n > 0, Headers::new());
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            read(&mut page, headers, n)?;
            change(lifetime, propagator, seed, now_ms, |lifetime, propagator, seed, now| {
                lifetime.page_load(propagator, is_known.then_some(&page), seed, now);
            })
        }
    })
}

/// A page load whose trace is in the meta tags of the page. Statuses as for `tracehop_lifetime_page_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_page_load_html(
    lifetime: Option<&mut tracehop_lifetime>,
    propagator: *const tracehop_propagator,
    page: tracehop_str,
    seed: *const u8,
    now_ms: u64,
) -> tracehop_status {
    status(|| {
        let mut scratch = [0; Headers::SCRATCH_BYTES];
        let page = Headers::from_html(page.bytes()?, &mut scratch);
        let load = |lifetime: &mut TraceLifetime, propagator: &Propagator<'_>, seed, now| {
            lifetime.page_load(propagator, Some(&page), seed, now);
        };
        // SAFETY: `change` checks NULL; the seed is the caller's promise.
        unsafe { change(lifetime, propagator, seed, now_ms, load) }
    })
}

/// A navigation within the page: starts a trace. Returns `TRACEHOP_OK`, `TRACEHOP_NULL`, `TRACEHOP_UNFILLED`,
/// or a status of `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_navigate(
    lifetime: Option<&mut tracehop_lifetime>,
    propagator: *const tracehop_propagator,
    seed: *const u8,
    now_ms: u64,
) -> tracehop_status {
    // SAFETY: `change` checks NULL; the seed is the caller's promise.
    status(|| unsafe { change(lifetime, propagator, seed, now_ms, TraceLifetime::navigate) })
}

/// Starts a trace on demand. Statuses as for `tracehop_lifetime_navigate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_start_new_trace(
    lifetime: Option<&mut tracehop_lifetime>,
    propagator: *const tracehop_propagator,
    seed: *const u8,
    now_ms: u64,
) -> tracehop_status {
    // SAFETY: `change` checks NULL; the seed is the caller's promise.
    status(|| unsafe { change(lifetime, propagator, seed, now_ms, TraceLifetime::start_new_trace) })
}

/// Starts a trace if the current one is older than `max_age_ms`; `rotated`, unless NULL, says whether it
/// did. Statuses as for `tracehop_lifetime_navigate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_rotate_if_older(
    lifetime: Option<&mut tracehop_lifetime>,
    propagator: *const tracehop_propagator,
    max_age_ms: u64,
    seed: *const u8,
    now_ms: u64,
    rotated: *mut bool,
) -> tracehop_status {
    status(|| {
        let max_age = Duration::from_millis(max_age_ms);
        let rotate = |lifetime: &mut TraceLifetime, propagator: &Propagator<'_>, seed, now| {
            lifetime.rotate_if_older(propagator, max_age, seed, now)
        };
        // SAFETY: both check NULL; the seed and the memory at `rotated` are the caller's promise.
        let (is_rotated, out) =
            unsafe { (change(lifetime, propagator, seed, now_ms, rotate)?, Out::new(rotated)) };
        if let Ok(out) = out {
            out.set(is_rotated);
        }
        Ok(())
    })
}

/// Copies the context that spans and requests belong to now. Returns `TRACEHOP_OK`, `TRACEHOP_NULL` or
/// `TRACEHOP_UNFILLED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_current(
    lifetime: Option<&tracehop_lifetime>,
    context: *mut tracehop_context,
) -> tracehop_status {
    status(|| {
        // SAFETY: `Out::new` checks NULL; the caller promises that the memory is writable.
        let out = unsafe { Out::new(context) }?;
        out.fill(&lifetime.ok_or(TRACEHOP_NULL)?.get()?.current());
        Ok(())
    })
}

/// Writes the ids of the previous trace, as sentry-trace text. Returns the length it needs; 0 if there is
/// none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_lifetime_previous(
    lifetime: Option<&tracehop_lifetime>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, lifetime.ok_or(TRACEHOP_NULL)?.get()?.previous())) }
}

/// # Safety
/// As for [`bytes`] and [`without_targets`].
unsafe fn change<T>(
    lifetime: Option<&mut tracehop_lifetime>,
    propagator: *const tracehop_propagator,
    seed: *const u8,
    now_ms: u64,
    act: impl FnOnce(&mut TraceLifetime, &Propagator<'_>, Seed, Duration) -> T,
) -> Result<T, tracehop_status> {
    let lifetime = lifetime.ok_or(TRACEHOP_NULL)?.get_mut()?;
    // SAFETY: the promise is that of this function's caller.
    unsafe {
        let seed = Seed(*bytes(seed)?);
        without_targets(propagator, |propagator| {
            act(lifetime, propagator, seed, Duration::from_millis(now_ms))
        })
    }
}
