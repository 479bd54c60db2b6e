//! Nothing unwinds into C: every exported function runs its body here.

use crate::status::{TRACEHOP_FAULT, TRACEHOP_OK, tracehop_status};

/// Runs a body; if it panics, which the core cannot, the caller gets `otherwise`.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn or<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    // The closure is dropped with whatever it broke: it owns nothing that outlives the call but buffers of bytes.
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(body)).unwrap_or(otherwise)
}

/// Without std a panic stops in the handler below and never returns.
#[cfg(not(feature = "std"))]
#[inline(always)]
pub(crate) fn or<T>(_: T, body: impl FnOnce() -> T) -> T {
    body()
}

/// Runs a body that answers with a status.
#[inline(always)]
pub(crate) fn status(body: impl FnOnce() -> Result<(), tracehop_status>) -> tracehop_status {
    or(TRACEHOP_FAULT, || body().err().unwrap_or(TRACEHOP_OK))
}

/// Runs a body that yields a value; `otherwise` stands for every error.
pub(crate) fn value<T: Copy>(otherwise: T, body: impl FnOnce() -> Result<T, tracehop_status>) -> T {
    or(otherwise, || body().unwrap_or(otherwise))
}

/// The compiler asks for a handler; no call reaches it, which a test of the linked symbols holds.
#[cfg(all(not(feature = "std"), not(test), panic = "abort"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
