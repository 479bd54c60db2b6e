//! Random bytes for new contexts, in the std build only.

use tracehop_core::Seed;
use tracehop_host::entropy;

use crate::panic_guard::status;
use crate::pointers::Out;
use crate::status::{TRACEHOP_NO_ENTROPY, tracehop_status};

/// Fills `seed` with `TRACEHOP_SEED_BYTES` random bytes of the operating system. For a child, use the first
/// `TRACEHOP_SPAN_SEED_BYTES` of them.
///
/// No bytes are stored between calls, so a forked process and a copied virtual machine get different bytes. Returns
/// `TRACEHOP_OK`, `TRACEHOP_NULL` or `TRACEHOP_NO_ENTROPY`. The build without std lacks this function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_seed(seed: *mut u8) -> tracehop_status {
    status(|| {
        // SAFETY: `Out::new` checks NULL; bytes have no alignment; the memory for the seed is the caller's promise.
        let out = unsafe { Out::new(seed.cast::<[u8; size_of::<Seed>()]>()) }?;
        let mut drawn = [0; size_of::<Seed>()];
        entropy::fill_now(&mut drawn).map_err(|_| TRACEHOP_NO_ENTROPY)?;
        out.set(drawn);
        Ok(())
    })
}
