//! Pages that caches keep.

use crate::panic_guard::value;
use crate::text::tracehop_str;

/// May a shared cache keep an answer with this Cache-Control value? Then give its page no trace, neither meta
/// tags nor Server-Timing: all visitors would share one. A value that is not UTF-8 is read as far as it is.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_is_shared_cache(cache_control: tracehop_str) -> bool {
    value(false, || {
        let readable = cache_control.bytes()?.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        Ok(tracehop_core::Propagator::is_shared_cache(readable))
    })
}
