//! `TraceLifetime`: the current trace of a page, a screen or a session (rules L1 to L3).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, intern};
use tracehop_core::{HeaderName, Headers, Limit, Seed};

use crate::args::number;
use crate::carrier::Carrier;
use crate::context::TraceContext;
use crate::entropy;
use crate::errors::type_error;
use crate::propagator::Propagator;
use crate::text::is_text;
use crate::values::{SentryTrace, piece};

/// The current trace of a page; only a page load, a navigation or an explicit new trace changes it.
#[pyclass(frozen, weakref, module = "tracehop")]
#[derive(Debug)]
pub(crate) struct TraceLifetime {
    propagator: Py<Propagator>,
    clock: Py<PyAny>,
    state: Mutex<tracehop_core::TraceLifetime>,
}

#[pymethods]
impl TraceLifetime {
    #[new]
    #[pyo3(signature = (propagator, *, clock=None))]
    fn new(py: Python<'_>, propagator: &Bound<'_, PyAny>, clock: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        let propagator = propagator
            .cast::<Propagator>()
            .map_err(|_| type_error("propagator", "a Propagator", propagator))?;
        let clock = match clock {
            Some(clock) if !clock.is_callable() => {
                return Err(type_error("clock", "a callable that gives seconds", &clock));
            }
            Some(clock) => clock,
            None => py.import(intern!(py, "time"))?.getattr(intern!(py, "monotonic"))?,
        };
        let (seed, now) = (entropy::draw()?, seconds("clock", &clock.call0()?)?);
        let state = propagator.get().enter(py, |core| tracehop_core::TraceLifetime::new(core, seed, now))?;
        Ok(TraceLifetime {
            propagator: propagator.clone().unbind(),
            clock: clock.unbind(),
            state: Mutex::new(state),
        })
    }

    /// Handles a page load: continues the trace of the page or its headers, else starts one.
    #[pyo3(signature = (html_or_headers=None))]
    fn page_load<'py>(
        &self,
        py: Python<'py>,
        html_or_headers: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Bound<'py, TraceContext>> {
        const ARGUMENT: &str = "html_or_headers";
        match html_or_headers {
            None => self.change(py, |life, core, seed, now| life.page_load(core, None, seed, now)),
            Some(page) if is_text(page) => {
                let (page, mut scratch) =
                    (piece(ARGUMENT, page, Limit::HtmlReadBytes.value())?, vec![0; Headers::SCRATCH_BYTES]);
                let headers = Headers::from_html(page.as_bytes(), &mut scratch);
                self.change(py, |life, core, seed, now| life.page_load(core, Some(&headers), seed, now))
            }
            Some(headers) => {
                let carrier = Carrier::incoming(ARGUMENT, headers, &HeaderName::ALL)?;
                let headers = carrier.headers();
                self.change(py, |life, core, seed, now| life.page_load(core, Some(&headers), seed, now))
            }
        }?;
        self.current(py)
    }

    /// Handles a navigation within the page: starts a trace that is linked to the previous one.
    fn navigate<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, TraceContext>> {
        self.change(py, |life, core, seed, now| life.navigate(core, seed, now))?;
        self.current(py)
    }

    /// Starts a trace on demand, linked to the previous one.
    fn start_new_trace<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, TraceContext>> {
        self.change(py, |life, core, seed, now| life.start_new_trace(core, seed, now))?;
        self.current(py)
    }

    /// Starts a trace if the current one is older than this many seconds; True if it did.
    fn rotate_if_older(&self, py: Python<'_>, seconds: &Bound<'_, PyAny>) -> PyResult<bool> {
        let max_age = self::seconds("seconds", seconds)?;
        self.change(py, |life, core, seed, now| life.rotate_if_older(core, max_age, seed, now))
    }

    /// The context to which spans and requests belong now.
    #[getter]
    fn current<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, TraceContext>> {
        TraceContext::keeping(py, &self.snapshot().current())
    }

    /// The trace before this one; None at the first.
    #[getter]
    fn previous(&self) -> Option<SentryTrace> {
        self.snapshot().previous().map(SentryTrace::from)
    }

    fn __repr__(&self) -> String {
        let state = self.snapshot();
        let previous =
            state.previous().map(|previous| format!(", previous='{previous}'")).unwrap_or_default();
        format!("TraceLifetime(current='{}'{previous})", state.current().sentry_trace())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.propagator)?;
        visit.call(&self.clock)
    }
}

impl TraceLifetime {
    fn snapshot(&self) -> tracehop_core::TraceLifetime {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes a copy and then stores it, so that no lock is held while the sampler runs.
    fn change<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&mut tracehop_core::TraceLifetime, &tracehop_core::Propagator<'_>, Seed, Duration) -> R,
    ) -> PyResult<R> {
        let (seed, now) = (entropy::draw()?, seconds("clock", &self.clock.bind(py).call0()?)?);
        let mut state = self.snapshot();
        let done = self.propagator.get().enter(py, |core| act(&mut state, core, seed, now))?;
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(done)
    }
}

/// A number of seconds; below zero counts as zero.
fn seconds(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    const ACCEPTED: &str = "a number of seconds";
    let seconds = number(value)?.ok_or_else(|| type_error(argument, ACCEPTED, value))?;
    if seconds.is_nan() {
        return Err(PyValueError::new_err(format!("{argument} must be {ACCEPTED}, not nan")));
    }
    Ok(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX))
}
