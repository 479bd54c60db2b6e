//! Pages that a shared cache may store.

use crate::panic_guard::value;
use crate::text::tracehop_str;

/// True if a shared cache may store a response with this Cache-Control value. Add neither meta tags nor Server-Timing to such
/// a page: all visitors would share one trace. Also true for a value that is not UTF-8 or has no data, because a cache may
/// read it differently; false for `{NULL, 0}`.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_is_shared_cache(cache_control: tracehop_str) -> bool {
    value(true, || Ok(tracehop_core::Propagator::is_shared_cache(cache_control.text()?)))
}
