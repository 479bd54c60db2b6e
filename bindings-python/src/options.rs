//! The options of a `Propagator`: Python's values taken and owned, then lent to core for each call.

use pyo3::exceptions::PyException;
use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};
use pyo3::{IntoPyObjectExt, PyTraverseError};
use tracehop_core::{Identity, Options, Propagator, Sampler, Sampling, Target};

use crate::args::{Arg, number, optional_text};
use crate::errors::type_error;
use crate::targets::OwnedTarget;
use crate::text::ascii;

/// The options as they were given, owned.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) dsn: Option<Box<str>>,
    pub(crate) public_key: Option<Box<str>>,
    pub(crate) org_id: Option<Box<str>>,
    pub(crate) release: Option<Box<str>>,
    pub(crate) environment: Option<Box<str>>,
    pub(crate) traces_sample_rate: Option<f64>,
    pub(crate) traces_sampler: Option<Py<PyAny>>,
    pub(crate) targets: Option<Vec<OwnedTarget>>,
    pub(crate) strict_trace_continuation: bool,
    pub(crate) propagate_traceparent: bool,
    /// What core found in them when they were checked.
    pub(crate) identity: Identity,
}

impl Settings {
    /// Core's propagator over these options, which were checked before.
    #[inline(always)] // On the way of a hop: see `Propagator::enter`.
    pub(crate) fn core<'a>(
        &'a self,
        traces_sampler: Option<&'a Sampler<'a>>,
        trace_propagation_targets: Option<&'a [Target<'a>]>,
    ) -> Propagator<'a> {
        let options = Options { traces_sampler, trace_propagation_targets, ..self.plain() };
        Propagator::with_identity(options, self.identity)
    }

    /// The plain options, without sampler and targets.
    pub(crate) fn plain(&self) -> Options<'_> {
        Options {
            dsn: self.dsn.as_deref(),
            public_key: self.public_key.as_deref(),
            org_id: self.org_id.as_deref(),
            release: self.release.as_deref(),
            environment: self.environment.as_deref(),
            traces_sample_rate: self.traces_sample_rate,
            strict_trace_continuation: self.strict_trace_continuation,
            propagate_traceparent: self.propagate_traceparent,
            ..Options::default()
        }
    }

    /// The options that were given, as a call that makes the same propagator.
    pub(crate) fn shown(&self, py: Python<'_>) -> PyResult<String> {
        let shown = self.given(py)?.into_iter().map(|(name, value)| Ok(format!("{name}={}", value.repr()?)));
        Ok(format!("Propagator({})", shown.collect::<PyResult<Vec<_>>>()?.join(", ")))
    }

    /// The options that were given, by their names.
    pub(crate) fn given<'py>(&self, py: Python<'py>) -> PyResult<Vec<(&'static str, Bound<'py, PyAny>)>> {
        Ok(self.all(py)?.into_iter().filter(|(_, value)| !value.is_none()).collect())
    }

    fn all<'py>(&self, py: Python<'py>) -> PyResult<[(&'static str, Bound<'py, PyAny>); 10]> {
        let targets = self.targets.as_ref();
        let targets = targets
            .map(|targets| targets.iter().map(|target| target.shown(py)).collect::<PyResult<Vec<_>>>());
        Ok([
            ("dsn", self.dsn.as_deref().into_bound_py_any(py)?),
            ("public_key", self.public_key.as_deref().into_bound_py_any(py)?),
            ("org_id", self.org_id.as_deref().into_bound_py_any(py)?),
            ("release", self.release.as_deref().into_bound_py_any(py)?),
            ("environment", self.environment.as_deref().into_bound_py_any(py)?),
            ("traces_sample_rate", self.traces_sample_rate.into_bound_py_any(py)?),
            ("traces_sampler", self.traces_sampler.as_ref().into_bound_py_any(py)?),
            ("trace_propagation_targets", targets.transpose()?.into_bound_py_any(py)?),
            (
                "strict_trace_continuation",
                self.strict_trace_continuation.then_some(true).into_bound_py_any(py)?,
            ),
            ("propagate_traceparent", self.propagate_traceparent.then_some(true).into_bound_py_any(py)?),
        ])
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.traces_sampler)?;
        self.targets.iter().flatten().try_for_each(|target| target.traverse(visit))
    }
}

/// Asks the host's sampler; `Ok(None)` where it failed as programs fail, an error for interrupts and exits (rule P6).
pub(crate) fn ask_sampler(sampler: &Bound<'_, PyAny>, sampling: &Sampling<'_>) -> PyResult<Option<f64>> {
    let answer = sampling_context(sampler.py(), sampling).and_then(|context| sampler.call1((context,)));
    match answer.and_then(|answer| number(&answer)) {
        Err(error) if error.is_instance_of::<PyException>(sampler.py()) => Ok(None),
        answer => answer,
    }
}

/// What a sampler is told, shaped as Sentry's samplers expect it (rule P7).
fn sampling_context<'py>(py: Python<'py>, sampling: &Sampling<'_>) -> PyResult<Bound<'py, PyDict>> {
    let transaction = PyDict::new(py);
    transaction.set_item(intern!(py, "name"), sampling.transaction)?;
    let context = PyDict::new(py);
    context.set_item(intern!(py, "transaction_context"), transaction)?;
    context.set_item(intern!(py, "parent_sampled"), sampling.parent_sampled)?;
    context.set_item(intern!(py, "parent_sample_rate"), sampling.parent_sample_rate)?;
    context.set_item(intern!(py, "sample_rand"), sampling.sample_rand)?;
    context.set_item(intern!(py, "trace_id"), ascii(py, &sampling.trace_id.text()))?;
    Ok(context)
}

/// A text option.
pub(crate) fn text(name: &str, value: Arg<'_, '_>) -> PyResult<Option<Box<str>>> {
    Ok(optional_text(name, value)?.map(Box::from))
}

/// A text option that may be given as an integer; a bool is none.
pub(crate) fn text_or_int(name: &str, value: Arg<'_, '_>) -> PyResult<Option<Box<str>>> {
    match value {
        Some(value) if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() => {
            Ok(Some(value.str()?.to_string_lossy().into()))
        }
        Some(value) if !value.is_instance_of::<PyString>() => {
            Err(type_error(name, "a str of digits, an int or None", value))
        }
        value => text(name, value),
    }
}

/// A rate; booleans count as 1 and 0.
pub(crate) fn rate(name: &str, value: Arg<'_, '_>) -> PyResult<Option<f64>> {
    let Some(value) = value else { return Ok(None) };
    number(value)?.map(Some).ok_or_else(|| type_error(name, "a number from 0 to 1, or None", value))
}
