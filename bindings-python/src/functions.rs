//! The service's callbacks: a sampler, function targets. One that raises is logged once with its traceback.

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;

/// A function, and whether its failure was logged.
#[derive(Debug)]
pub(crate) struct Function {
    /// The option's name.
    option: Box<str>,
    object: Py<PyAny>,
    is_logged: AtomicBool,
}

impl Function {
    pub(crate) fn new(option: &str, object: Bound<'_, PyAny>) -> Self {
        Function { option: option.into(), object: object.unbind(), is_logged: AtomicBool::new(false) }
    }

    /// The function as it was given.
    pub(crate) fn object(&self) -> &Py<PyAny> {
        &self.object
    }

    /// Calls it; `Ok(None)` if it raised an `Exception` or its result cannot be read, an error for interrupts and exits
    /// (rules P6, O4). `failed` receives a sentence about the exception.
    pub(crate) fn ask<'py, T>(
        &self,
        py: Python<'py>,
        argument: impl PyCallArgs<'py>,
        read: impl FnOnce(Bound<'py, PyAny>) -> PyResult<Option<T>>,
        failed: impl FnOnce(String),
    ) -> PyResult<Option<T>> {
        match self.object.bind(py).call1(argument).and_then(read) {
            Err(error) if error.is_instance_of::<PyException>(py) => {
                failed(format!("{} raised {error}", self.option));
                if self.is_logged.swap(true, Ordering::Relaxed) { Ok(None) } else { self.log(py, &error) }
            }
            answer => answer,
        }
    }

    /// Logs the exception; a log handler that raises does not fail the request.
    fn log<T>(&self, py: Python<'_>, error: &PyErr) -> PyResult<Option<T>> {
        let log = || {
            let log = py.import(intern!(py, "tracehop._callbacks"))?.getattr(intern!(py, "log"))?;
            log.call1((&*self.option, error))
        };
        match log() {
            Err(error) if !error.is_instance_of::<PyException>(py) => Err(error),
            _ => Ok(None),
        }
    }
}
