//! The headers that core sets on an outgoing request, collected and then written into a dict or the request's headers.

use pyo3::exceptions::PyKeyError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use tracehop_core::HeaderValue;

use crate::carrier::Carrier;
use crate::errors::type_error;
use crate::interned_names::names;
use crate::stored_text::Borrowed;
use crate::text::{Encoding, to_text};

/// The changes that core returns, one header at a time; an empty value means that the header must be removed.
pub(crate) struct Changes<'a, 'py> {
    kept: Option<&'a Borrowed<'a, 'py>>,
    encoding: Encoding,
    dict: Bound<'py, PyDict>,
    done: PyResult<()>,
}

impl<'a, 'py> Changes<'a, 'py> {
    /// No changes; third-party members become text by this encoding, and texts that a context stores are reused.
    pub(crate) fn new(py: Python<'py>, encoding: Encoding, kept: Option<&'a Borrowed<'a, 'py>>) -> Self {
        Changes { kept, encoding, dict: PyDict::new(py), done: Ok(()) }
    }

    /// Takes one header; keeps the first Python error.
    pub(crate) fn take(&mut self, name: &'static str, value: &HeaderValue<'_>) {
        if self.done.is_ok()
            && let Err(error) = self.set(name, value)
        {
            self.done = Err(error);
        }
    }

    fn set(&self, name: &'static str, value: &HeaderValue<'_>) -> PyResult<()> {
        let py = self.dict.py();
        let text = match self.kept.and_then(|kept| kept.holding(value)) {
            Some(text) => text.clone(),
            None => value_text(py, value, self.encoding)?,
        };
        match names(py).named(name) {
            Some(name) => self.dict.set_item(name, text),
            None => self.dict.set_item(name, text),
        }
    }

    /// The changes as a new dict, removals with an empty value.
    pub(crate) fn into_dict(self) -> PyResult<Bound<'py, PyDict>> {
        self.done.map(|()| self.dict)
    }
}

/// Writes changes into a mutable mapping, whatever the spellings of its names.
pub(crate) fn apply<'py>(
    changes: &Bound<'py, PyDict>,
    headers: &Bound<'py, PyAny>,
    carrier: &Carrier<'py>,
) -> PyResult<()> {
    for (name, value) in changes {
        for spelling in carrier.spellings(&name) {
            remove(headers, spelling)?;
        }
        match value.is_empty()? {
            true => remove(headers, &name)?,
            false => headers.set_item(name, value)?,
        }
    }
    Ok(())
}

/// Refuses a container that cannot be edited in place; the remedy is `context.headers(existing)`.
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

/// A header value as Python text; one chunk is converted directly, several are first joined.
pub(crate) fn value_text<'py>(
    py: Python<'py>,
    value: &HeaderValue<'_>,
    encoding: Encoding,
) -> PyResult<Bound<'py, PyString>> {
    if let Some(bytes) = value.as_bytes() {
        return PyString::from_bytes(py, bytes);
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
