//! The names of methods that are called while a message passes through, interned once.

use magnus::value::LazyId;

pub(crate) static BYTESLICE: LazyId = LazyId::new("byteslice");
pub(crate) static CALL: LazyId = LazyId::new("call");
pub(crate) static DELETE: LazyId = LazyId::new("delete");
pub(crate) static HOST: LazyId = LazyId::new("host");
pub(crate) static HTML_SAFE: LazyId = LazyId::new("html_safe");
pub(crate) static SCHEME: LazyId = LazyId::new("scheme");
pub(crate) static STORE: LazyId = LazyId::new("[]=");
pub(crate) static TO_S: LazyId = LazyId::new("to_s");
