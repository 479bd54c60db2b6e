//! Core's errors as Python's exceptions, and type errors that name an argument and its accepted types.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use tracehop_core::{Error, ErrorKind};

/// The `HeaderError` of a strict parse; its class is declared in Python.
pub(crate) fn header_error(py: Python<'_>, error: Error) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "tracehop._values", "HeaderError");
    class
        .and_then(|class| class.call1((error.to_string(), error.kind().name(), error.offset())))
        .map_or_else(|failure| failure, PyErr::from_value)
}

/// The `OptionError` of a wrong option: its name, such as `trace_propagation_targets[1]`, and core's sentence.
pub(crate) fn option_error(py: Python<'_>, place: &str, kind: ErrorKind) -> PyErr {
    option_error_with(py, place, kind, None)
}

/// The `OptionError` of a regex target, with its offset in the pattern.
pub(crate) fn regex_error(py: Python<'_>, place: &str, error: Error) -> PyErr {
    option_error_with(py, place, error.kind(), Some(error.offset()))
}

fn option_error_with(py: Python<'_>, place: &str, kind: ErrorKind, at: Option<usize>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "tracehop._values", "OptionError");
    let message = match kind.message() {
        sentence if sentence.starts_with(place) => sentence.to_owned(),
        sentence => format!("{place}: {sentence}"),
    };
    let message = at.map_or(message.clone(), |at| format!("{message} (at byte {at})"));
    class
        .and_then(|class| class.call1((message, kind.name(), kind.option().unwrap_or(place), at)))
        .map_or_else(|failure| failure, PyErr::from_value)
}

/// The `OptionError` of the option that core names.
pub(crate) fn wrong_option(py: Python<'_>, error: Error) -> PyErr {
    option_error(py, error.kind().option().unwrap_or_default(), error.kind())
}

/// The `TypeError` of a wrong argument: its name, the accepted types, and the given type.
pub(crate) fn type_error(argument: &str, accepted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    match value.get_type().name() {
        Ok(got) => PyTypeError::new_err(format!("{argument} must be {accepted}, not {got}")),
        Err(error) => error,
    }
}
