//! Conversion of a `Propagator`'s options from and to Python; `tracehop_host` owns them.

use pyo3::gc::PyVisit;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};
use pyo3::{IntoPyObjectExt, PyTraverseError};
use tracehop_core::SamplingContext;
use tracehop_host::OwnedTarget;

use crate::args::{Arg, number, optional_text};
use crate::errors::type_error;
use crate::functions::Function;
use crate::targets;
use crate::text::ascii;

/// The options as they were given; a regex is stored with its `re.Pattern`.
pub(crate) type OwnedOptions = tracehop_host::OwnedOptions<Function, Py<PyAny>>;

/// The given options, as a call that makes the same propagator.
pub(crate) fn shown(py: Python<'_>, options: &OwnedOptions) -> PyResult<String> {
    let shown = given(py, options)?.into_iter().map(|(name, value)| {
        let value = value.repr()?;
        let value = value.to_str()?;
        Ok(format!("{name}={}", if name == "dsn" { redacted(value) } else { value.into() }))
    });
    Ok(format!("Propagator({})", shown.collect::<PyResult<Vec<_>>>()?.join(", ")))
}

/// The text of a DSN without its secret key, for logs and tracebacks.
fn redacted(dsn: &str) -> String {
    let secret = || {
        let (scheme, rest) = dsn.split_once("://")?;
        let (keys, host) = rest.rsplit_once('@')?;
        let (key, _) = keys.split_once(':')?;
        Some(format!("{scheme}://{key}:***@{host}"))
    };
    secret().unwrap_or_else(|| dsn.to_owned())
}

/// The given options by name.
pub(crate) fn given<'py>(
    py: Python<'py>,
    options: &OwnedOptions,
) -> PyResult<Vec<(&'static str, Bound<'py, PyAny>)>> {
    Ok(all(py, options)?.into_iter().filter(|(_, value)| !value.is_none()).collect())
}

fn all<'py>(py: Python<'py>, options: &OwnedOptions) -> PyResult<[(&'static str, Bound<'py, PyAny>); 11]> {
    let targets = options.trace_propagation_targets.as_ref();
    let targets = targets
        .map(|targets| targets.iter().map(|target| targets::shown(py, target)).collect::<PyResult<Vec<_>>>());
    let switch = |is_on: bool| is_on.then_some(true).into_bound_py_any(py);
    Ok([
        ("dsn", options.dsn.as_deref().into_bound_py_any(py)?),
        ("public_key", options.public_key.as_deref().into_bound_py_any(py)?),
        ("org_id", options.org_id.as_deref().into_bound_py_any(py)?),
        ("release", options.release.as_deref().into_bound_py_any(py)?),
        ("environment", options.environment.as_deref().into_bound_py_any(py)?),
        ("traces_sample_rate", options.traces_sample_rate.into_bound_py_any(py)?),
        ("traces_sampler", options.traces_sampler.as_ref().map(Function::object).into_bound_py_any(py)?),
        ("trace_propagation_targets", targets.transpose()?.into_bound_py_any(py)?),
        ("strict_trace_continuation", switch(options.strict_trace_continuation)?),
        ("propagate_traceparent", switch(options.propagate_traceparent)?),
        ("max_baggage_bytes", options.max_baggage_bytes.into_bound_py_any(py)?),
    ])
}

pub(crate) fn traverse(options: &OwnedOptions, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
    options.callables().try_for_each(|callable| visit.call(callable.object()))?;
    options.trace_propagation_targets.iter().flatten().try_for_each(|target| match target {
        OwnedTarget::Regex(_, pattern) => visit.call(pattern),
        _ => Ok(()),
    })
}

/// Calls the sampler for a rate; `None` if its result is of another type.
pub(crate) fn ask_sampler(
    py: Python<'_>,
    sampler: &Function,
    sampling: &SamplingContext<'_>,
) -> PyResult<Option<f64>> {
    let context = sampling_context(py, sampling)?;
    sampler.ask(py, (context,), |answer| number(&answer), drop)
}

/// The argument of a sampler, with the keys that Sentry's samplers expect (rule P7).
fn sampling_context<'py>(py: Python<'py>, sampling: &SamplingContext<'_>) -> PyResult<Bound<'py, PyDict>> {
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

/// A text option that may be given as an integer; a bool is refused.
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
