//! The Python binding: converts types and calls `tracehop-core`, which contains all logic.
#![forbid(unsafe_code)]

mod answer;
mod args;
mod carrier;
mod command;
mod context;
mod entropy;
mod errors;
mod functions;
mod interned_names;
mod lifetime;
mod options;
mod outcome;
mod outgoing;
mod propagator;
mod stored_text;
mod targets;
mod text;
mod values;

#[pyo3::pymodule(gil_used = false)]
mod _tracehop {
    use pyo3::prelude::*;
    use pyo3::types::PyTuple;
    use tracehop_core::{Finding, Findings};

    #[pymodule_export]
    use super::answer::answer_headers;
    #[pymodule_export]
    use super::command::{doctor, explain};
    #[pymodule_export]
    use super::context::TraceContext;
    #[pymodule_export]
    use super::entropy::feed;
    #[pymodule_export]
    use super::lifetime::TraceLifetime;
    #[pymodule_export]
    use super::outcome::Outcome;
    #[pymodule_export]
    use super::propagator::Propagator;
    #[pymodule_export]
    use super::targets::EcmaRegExp;
    #[pymodule_export]
    use super::values::{Baggage, Origin, SentryTrace, Traceparent};

    use crate::args::text;
    use crate::carrier::{Carrier, pairs};
    use crate::outcome::findings;
    use crate::outgoing::{Changes, apply, check_mutable};

    /// Removes from a mutable mapping what tracehop may have added, and returns it: for a redirect to a host that is
    /// no target. Third-party baggage stays.
    #[pyfunction]
    fn strip<'py>(headers: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        strip_with_findings(headers)?;
        Ok(headers.clone())
    }

    /// As strip, but returns the findings, for the conformance vectors.
    #[pyfunction]
    #[pyo3(name = "_strip")]
    fn strip_with_findings<'py>(headers: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        check_mutable("headers", headers)?;
        let carrier = Carrier::outgoing("headers", headers)?;
        let mut changes = Changes::new(headers.py(), carrier.encoding(), None);
        let odd = carrier.headers().strip(|name, value| changes.take(name, &value));
        apply(&changes.into_dict()?, headers, &carrier)?;
        findings(headers.py(), odd)
    }

    /// True if a shared cache may store a response with this Cache-Control, which must then carry no trace.
    #[pyfunction]
    fn is_shared_cache(cache_control: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(tracehop_core::Propagator::is_shared_cache(&text("cache_control", cache_control, "a str")?))
    }

    /// True if a browser lets a page of this origin read the response with these headers.
    #[pyfunction]
    #[pyo3(signature = (response_headers, origin, credentials=None), text_signature = "(response_headers, origin, credentials=False)")]
    fn allows_origin(
        response_headers: &Bound<'_, PyAny>,
        origin: &Bound<'_, PyAny>,
        credentials: Option<bool>,
    ) -> PyResult<bool> {
        let response = pairs("response_headers", response_headers)?;
        let response = response.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let origin = text("origin", origin, "a str")?;
        Ok(tracehop_core::Propagator::allows_origin(response, &origin, credentials.unwrap_or(false)))
    }

    /// Findings about a response that carries a trace and this Cache-Control: a shared cache may store it.
    #[pyfunction]
    fn cache_findings<'py>(cache_control: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let mut odd = Findings::default();
        if is_shared_cache(cache_control)? {
            odd.insert(Finding::SharedCache);
        }
        findings(cache_control.py(), odd)
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("HEADER_NAMES", PyTuple::new(module.py(), tracehop_core::HeaderName::NAMES)?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        super::entropy::watch_forks(module)
    }
}
