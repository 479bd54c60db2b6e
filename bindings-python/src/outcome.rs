//! The results of calls: `Outcome` and tuples of `Finding`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};
use tracehop_core::{Finding, Findings};

/// The result of ``inject``; true if headers were written.
#[pyclass(frozen, weakref, module = "tracehop")]
#[derive(Debug)]
pub(crate) struct Outcome(tracehop_core::Outcome);

impl From<tracehop_core::Outcome> for Outcome {
    fn from(outcome: tracehop_core::Outcome) -> Self {
        Outcome(outcome)
    }
}

#[pymethods]
impl Outcome {
    /// ``written``, ``kept``, ``not_a_target`` or ``own_host``.
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason().name()
    }

    /// The findings about this call.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        findings(py, self.0.findings())
    }

    fn __bool__(&self) -> bool {
        self.0.written()
    }

    fn __repr__(&self) -> String {
        format!("Outcome(reason='{}', findings={})", self.reason(), codes(self.0.findings()))
    }
}

/// The findings as a tuple of `Finding`, whose class is declared in Python.
pub(crate) fn findings(py: Python<'_>, findings: Findings) -> PyResult<Bound<'_, PyTuple>> {
    if findings.is_empty() {
        return Ok(PyTuple::empty(py));
    }
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "tracehop._values", "Finding")?;
    let shown = |finding: Finding| class.call1((finding.name(), finding.number(), finding.message()));
    PyTuple::new(py, findings.iter().map(shown).collect::<PyResult<Vec<_>>>()?)
}

/// The codes, for a `repr`.
pub(crate) fn codes(findings: Findings) -> String {
    let codes: Vec<_> = findings.iter().map(Finding::name).collect();
    format!("[{}]", codes.join(", "))
}
