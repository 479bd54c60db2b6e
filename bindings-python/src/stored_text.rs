//! The texts that a context stores, at their exact length, as Python objects.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use tracehop_core::HeaderValue;

/// The texts of a context, shared by headers, children and threads: one pointer each, so that a context stays small.
#[derive(Debug)]
pub(crate) struct Kept {
    baggage: Py<PyString>,
    tracestate: Option<Py<PyBytes>>,
}

impl Kept {
    /// Copies core's texts.
    #[inline(always)] // Hot path: see `Propagator::enter`.
    pub(crate) fn of(py: Python<'_>, baggage: &[u8], tracestate: &[u8]) -> PyResult<Self> {
        let tracestate = Some(tracestate).filter(|text| !text.is_empty());
        Ok(Kept {
            baggage: PyString::from_bytes(py, baggage)?.unbind(),
            tracestate: tracestate.map(|text| PyBytes::new(py, text).unbind()),
        })
    }

    /// The same texts for another context.
    pub(crate) fn share(&self, py: Python<'_>) -> Self {
        let tracestate = self.tracestate.as_ref().map(|text| text.clone_ref(py));
        Kept { baggage: self.baggage.clone_ref(py), tracestate }
    }

    /// Borrows the bytes of these texts.
    #[inline]
    pub(crate) fn borrowed<'a, 'py>(&'a self, py: Python<'py>) -> Borrowed<'a, 'py> {
        Borrowed {
            text: self.baggage.bind(py),
            baggage: self.baggage.to_str(py).unwrap_or_default().as_bytes(),
            tracestate: self.tracestate.as_ref().map(|text| text.as_bytes(py)).unwrap_or_default(),
        }
    }
}

/// The texts of a context, borrowed for a call of core.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Borrowed<'a, 'py> {
    text: &'a Bound<'py, PyString>,
    baggage: &'a [u8],
    tracestate: &'a [u8],
}

impl<'a, 'py> Borrowed<'a, 'py> {
    /// The stored str with exactly this header value, if there is one.
    pub(crate) fn holding(&self, value: &HeaderValue<'_>) -> Option<&'a Bound<'py, PyString>> {
        value.as_bytes().is_some_and(|bytes| std::ptr::eq(bytes, self.baggage)).then_some(self.text)
    }

    /// The bytes of both.
    pub(crate) fn bytes(&self) -> (&'a [u8], &'a [u8]) {
        (self.baggage, self.tracestate)
    }

    /// The baggage, if there is one.
    pub(crate) fn text(&self) -> Option<&'a Bound<'py, PyString>> {
        (!self.baggage.is_empty()).then_some(self.text)
    }
}
