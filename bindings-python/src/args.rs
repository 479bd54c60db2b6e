//! Arguments; a wrong type is refused with one sentence that names the argument and the accepted types.

use std::borrow::Cow;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};

use tracehop_core::{ErrorKind, TraceId};

use crate::errors::{option_error, type_error};
use crate::functions::Function;

/// Replaces a URL that is not valid text: the core does not parse it as a URL.
const UNREADABLE: &str = "\0";

/// An argument that may be left out.
pub(crate) type Arg<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// Text; lone surrogates read as U+FFFD.
pub(crate) fn text<'a>(
    argument: &str,
    value: &'a Bound<'_, PyAny>,
    accepted: &str,
) -> PyResult<Cow<'a, str>> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_string_lossy()),
        Err(_) => Err(type_error(argument, accepted, value)),
    }
}

/// Text or None.
#[inline]
pub(crate) fn optional_text<'a>(argument: &str, value: Arg<'a, '_>) -> PyResult<Option<Cow<'a, str>>> {
    value.map(|value| text(argument, value, "a str or None")).transpose()
}

/// A URL as text; a client's own URL class is refused with the remedy.
pub(crate) fn url<'a>(argument: &str, value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    match value.cast::<PyString>() {
        // No client sends a URL with a lone surrogate.
        Ok(text) => Ok(text.to_str().map_or(UNREADABLE.into(), Cow::from)),
        Err(_) => Err(type_error(argument, "a str (pass str(url) for a URL object)", value)),
    }
}

/// The URL of the page that makes a request, if there is one.
pub(crate) fn page_url<'a>(page_url: Arg<'a, '_>) -> PyResult<Option<Cow<'a, str>>> {
    page_url.map(|page_url| url("page_url", page_url)).transpose()
}

/// The caller's arguments for a new context: a transaction name and a decision.
#[inline(always)] // Hot path: see `Propagator::enter`.
pub(crate) fn for_context<'a>(
    transaction: Arg<'a, '_>,
    sampled: Arg<'_, '_>,
) -> PyResult<(Option<Cow<'a, str>>, Option<bool>)> {
    Ok((optional_text("transaction", transaction)?, optional_bool("sampled", sampled)?))
}

/// The id of a trace as text, or None.
pub(crate) fn trace_id(argument: &str, value: Arg<'_, '_>) -> PyResult<Option<TraceId>> {
    let Some(value) = value else { return Ok(None) };
    let id = text(argument, value, "a str or None")?;
    let id = TraceId::parse(id.as_bytes());
    id.map(Some).ok_or_else(|| option_error(value.py(), argument, ErrorKind::TraceIdMalformed))
}

/// True, False or None.
pub(crate) fn optional_bool(argument: &str, value: Arg<'_, '_>) -> PyResult<Option<bool>> {
    value
        .map(|value| match value.cast::<PyBool>() {
            Ok(value) => Ok(value.is_true()),
            Err(_) => Err(type_error(argument, "True, False or None", value)),
        })
        .transpose()
}

/// True or False; False if it is left out.
pub(crate) fn switch(argument: &str, value: Arg<'_, '_>) -> PyResult<bool> {
    let Some(value) = value else { return Ok(false) };
    match value.cast::<PyBool>() {
        Ok(value) => Ok(value.is_true()),
        Err(_) => Err(type_error(argument, "True or False", value)),
    }
}

/// A number of bytes, or None. An int outside of `usize` becomes the maximum, which the core refuses.
pub(crate) fn optional_length(argument: &str, value: Arg<'_, '_>) -> PyResult<Option<usize>> {
    let Some(value) = value else { return Ok(None) };
    if !value.is_instance_of::<PyInt>() || value.is_instance_of::<PyBool>() {
        return Err(type_error(argument, "an int or None", value));
    }
    Ok(Some(value.extract().unwrap_or(usize::MAX)))
}

/// A callable, or None.
pub(crate) fn function(argument: &str, value: Arg<'_, '_>) -> PyResult<Option<Function>> {
    match value {
        Some(value) if !value.is_callable() => Err(type_error(argument, "a callable or None", value)),
        value => Ok(value.map(|value| Function::new(argument, value.clone()))),
    }
}

/// A Python number, booleans as 1 and 0; `None` for a value of another type.
pub(crate) fn number(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(Some(number.value()));
    }
    match value.extract::<f64>() {
        Ok(number) => Ok(Some(number)),
        Err(error) if error.is_instance_of::<PyTypeError>(value.py()) => Ok(None),
        // An integer too large for a double is a number that is out of any range.
        Err(_) if value.is_instance_of::<PyInt>() => Ok(Some(f64::INFINITY)),
        Err(error) => Err(error),
    }
}
