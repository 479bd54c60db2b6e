//! What a context keeps of its texts: exactly as long as they are, and as Python hands them out.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;
use tracehop_core::{HeaderValue, Texts};

/// The texts of a context. Its baggage is a str that every header, child and thread shares.
#[derive(Debug)]
pub(crate) struct Kept {
    baggage: PyBackedStr,
    tracestate: Box<[u8]>,
}

impl Kept {
    /// Copies what core wrote.
    pub(crate) fn of(py: Python<'_>, texts: &impl Texts) -> PyResult<Self> {
        let baggage = PyString::from_bytes(py, texts.baggage())?.try_into()?;
        Ok(Kept { baggage, tracestate: texts.tracestate().into() })
    }

    /// The same texts for another context.
    pub(crate) fn share(&self, py: Python<'_>) -> Self {
        Kept { baggage: self.baggage.clone_ref(py), tracestate: self.tracestate.clone() }
    }

    /// The str that holds just what this header is to have.
    pub(crate) fn holding<'py>(
        &self,
        py: Python<'py>,
        value: &HeaderValue<'_>,
    ) -> Option<Bound<'py, PyString>> {
        let is_it = value.as_bytes().is_some_and(|bytes| std::ptr::eq(bytes, self.baggage()));
        is_it.then(|| self.text(py))
    }

    /// The baggage.
    pub(crate) fn text<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        self.baggage.as_py_str().bind(py).clone()
    }
}

impl Texts for Kept {
    fn baggage(&self) -> &[u8] {
        self.baggage.as_bytes()
    }

    fn tracestate(&self) -> &[u8] {
        &self.tracestate
    }
}
