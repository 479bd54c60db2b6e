//! The names under which headers stand: text or bytes.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tracehop_core::{GATEWAY_MARKS, HeaderName};

/// The one of these headers that a key names.
pub(super) fn field_of(key: &Bound<'_, PyAny>, fields: &[HeaderName]) -> Option<HeaderName> {
    with_name(key, HeaderName::named)?.filter(|field| fields.contains(field))
}

/// Is a key spelt just so?
pub(super) fn is_spelt(key: &Bound<'_, PyAny>, name: &str) -> bool {
    with_name(key, |key| key == name.as_bytes()) == Some(true)
}

/// Does a key say that its mapping is a WSGI environ (rule K2)?
pub(super) fn is_mark(key: &Bound<'_, PyAny>) -> bool {
    GATEWAY_MARKS.iter().any(|mark| is_spelt(key, mark))
}

/// Shows the bytes of a name that is text or bytes.
fn with_name<R>(key: &Bound<'_, PyAny>, show: impl Fn(&[u8]) -> R) -> Option<R> {
    if let Ok(text) = key.cast::<PyString>() {
        return text.to_str().ok().map(|name| show(name.as_bytes()));
    }
    key.cast::<PyBytes>().ok().map(|name| show(name.as_bytes()))
}
