//! The core's names as interned Python strings, made once.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;
use tracehop_host::InternedNames;

/// The names for lookups in a mapping.
pub(crate) type Names = InternedNames<Py<PyString>>;

/// The names of this interpreter.
#[inline]
pub(crate) fn names(py: Python<'_>) -> &'static Names {
    static NAMES: PyOnceLock<Names> = PyOnceLock::new();
    NAMES.get_or_init(py, || Names::new(|name| PyString::intern(py, name).unbind()))
}
