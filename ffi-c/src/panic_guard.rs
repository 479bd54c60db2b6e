//! Catches panics at the boundary to C: every exported function runs its body through this module.

use crate::status::{TRACEHOP_FAULT, TRACEHOP_OK, tracehop_status};

/// Runs a body; if it panics, which the core cannot, the caller gets `otherwise`.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn or<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    // Unwind safe: apart from byte buffers, no state of the closure outlives the call.
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(body)).unwrap_or(otherwise)
}

/// Without std, a panic ends in the handler below and never returns.
#[cfg(not(feature = "std"))]
#[inline(always)]
pub(crate) fn or<T>(_: T, body: impl FnOnce() -> T) -> T {
    body()
}

/// Runs a body that returns a status.
#[inline(always)]
pub(crate) fn status(body: impl FnOnce() -> Result<(), tracehop_status>) -> tracehop_status {
    or(TRACEHOP_FAULT, || body().err().unwrap_or(TRACEHOP_OK))
}

/// Runs a body that returns a value; returns `otherwise` on every error.
pub(crate) fn value<T: Copy>(otherwise: T, body: impl FnOnce() -> Result<T, tracehop_status>) -> T {
    or(otherwise, || body().unwrap_or(otherwise))
}

/// Required by the compiler; a test of the linked symbols proves that no call reaches it.
#[cfg(all(not(feature = "std"), not(test), panic = "abort"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
