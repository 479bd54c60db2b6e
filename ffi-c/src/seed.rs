//! Random bytes for new contexts, in the std build only.

use tracehop_core::Seed;
use tracehop_host::entropy;

use crate::panic_guard::status;
use crate::pointers::Out;
use crate::status::{TRACEHOP_NO_ENTROPY, tracehop_status};

/// Fills `seed` with `TRACEHOP_SEED_BYTES` random bytes of the operating system. The first `TRACEHOP_SPAN_SEED_BYTES` of them
/// serve for a child.
///
/// Nothing is drawn in advance, so a forked process and a copied virtual machine draw bytes of their own. `TRACEHOP_OK`,
/// `TRACEHOP_NULL` or `TRACEHOP_NO_ENTROPY`. The build without std lacks this function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_seed(seed: *mut u8) -> tracehop_status {
    status(|| {
        // SAFETY: `Out::new` checks NULL; that there are so many bytes is the caller's promise, and bytes have no alignment.
        let out = unsafe { Out::new(seed.cast::<[u8; size_of::<Seed>()]>()) }?;
        let mut drawn = [0; size_of::<Seed>()];
        entropy::fill_now(&mut drawn).map_err(|_| TRACEHOP_NO_ENTROPY)?;
        out.set(drawn);
        Ok(())
    })
}
