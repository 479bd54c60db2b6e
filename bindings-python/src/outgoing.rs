//! What core wants set on an outgoing request, gathered and then laid into a dict or the request's own headers.

use pyo3::exceptions::PyKeyError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use smallvec::SmallVec;
use tracehop_core::HeaderValue;

use crate::carrier::Carrier;
use crate::errors::type_error;
use crate::keys::Keys;
use crate::text::{Encoding, to_text};

/// A header to set; an empty value says that it is to be removed.
type Change<'py> = (Bound<'py, PyString>, Bound<'py, PyString>);

/// The changes that core hands out, one header at a time.
pub(crate) struct Changes<'py> {
    py: Python<'py>,
    encoding: Encoding,
    changes: PyResult<SmallVec<[(&'static str, Change<'py>); 4]>>,
}

impl<'py> Changes<'py> {
    /// None yet; foreign members become text by this encoding.
    pub(crate) fn new(py: Python<'py>, encoding: Encoding) -> Self {
        Changes { py, encoding, changes: Ok(SmallVec::new()) }
    }

    /// Takes one header; the first failure of Python stays.
    pub(crate) fn take(&mut self, name: &'static str, value: &HeaderValue<'_>) {
        let Ok(changes) = &mut self.changes else { return };
        match value_text(self.py, value, self.encoding) {
            Ok(text) => changes.push((name, (Keys::of(self.py).named(self.py, name), text))),
            Err(error) => self.changes = Err(error),
        }
    }

    /// The changes as a new dict, removals with an empty value.
    pub(crate) fn into_dict(self) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for (_, (name, value)) in self.changes? {
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }

    /// Lays the changes into a mutable mapping, whatever the spellings of its names.
    pub(crate) fn apply(self, headers: &Bound<'py, PyAny>, carrier: &Carrier<'py>) -> PyResult<()> {
        for (name, (key, value)) in self.changes? {
            for spelling in carrier.spellings(name) {
                remove(headers, spelling)?;
            }
            match value.is_empty()? {
                true => remove(headers, &key)?,
                false => headers.set_item(key, value)?,
            }
        }
        Ok(())
    }
}

/// Refuses what cannot be edited in place; the remedy is `context.headers(existing)`.
pub(crate) fn check_mutable(argument: &str, headers: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = headers.py();
    let is_mutable = headers.is_exact_instance_of::<PyDict>()
        || (headers.hasattr(intern!(py, "items"))? && headers.hasattr(intern!(py, "__setitem__"))?);
    if is_mutable {
        return Ok(());
    }
    let accepted =
        "a mutable mapping such as a dict (for anything else set what context.headers(existing) gives)";
    Err(type_error(argument, accepted, headers))
}

/// A header value as Python text, without a copy where it stands in one piece.
pub(crate) fn value_text<'py>(
    py: Python<'py>,
    value: &HeaderValue<'_>,
    encoding: Encoding,
) -> PyResult<Bound<'py, PyString>> {
    if let Some(text) = value.as_str() {
        return Ok(PyString::new(py, text));
    }
    let mut bytes = vec![0; value.len()];
    value.copy_to(&mut bytes);
    to_text(py, &bytes, encoding)
}

fn remove(headers: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>) -> PyResult<()> {
    match headers.del_item(key) {
        Err(error) if error.is_instance_of::<PyKeyError>(headers.py()) => Ok(()),
        done => done,
    }
}
