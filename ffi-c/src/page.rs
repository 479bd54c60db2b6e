//! Pages that caches keep.

use crate::panic_guard::value;
use crate::text::tracehop_str;

/// True if a shared cache may store a response with this Cache-Control value. Such a page gets no trace, neither meta tags nor
/// Server-Timing: all visitors would share one. True for a value that is not UTF-8 or has no data, because a cache may read it
/// otherwise; false for `{NULL, 0}`.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_is_shared_cache(cache_control: tracehop_str) -> bool {
    value(true, || Ok(tracehop_core::Propagator::is_shared_cache(cache_control.text()?)))
}
