//! The names of methods that are called while a message passes through, interned when the compiled part is loaded.

use magnus::Ruby;
use magnus::value::LazyId;

pub(crate) static BYTESLICE: LazyId = LazyId::new("byteslice");
pub(crate) static CALL: LazyId = LazyId::new("call");
pub(crate) static DELETE: LazyId = LazyId::new("delete");
pub(crate) static HOST: LazyId = LazyId::new("host");
pub(crate) static HTML_SAFE: LazyId = LazyId::new("html_safe");
pub(crate) static SCHEME: LazyId = LazyId::new("scheme");
pub(crate) static STORE: LazyId = LazyId::new("[]=");
pub(crate) static TO_S: LazyId = LazyId::new("to_s");

/// Interns all of them: at the first use it happens under a lock.
pub(crate) fn intern(ruby: &Ruby) {
    for name in [&BYTESLICE, &CALL, &DELETE, &HOST, &HTML_SAFE, &SCHEME, &STORE, &TO_S] {
        LazyId::force(name, ruby);
    }
}
