//! The changes to a request: the targets decide first, and only the headers of a request to a target are read.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracehop_core::{HeaderValue, Outcome};

use super::Propagator;
use crate::carrier::Carrier;
use crate::context::TraceContext;
use crate::outgoing::Changes;

/// The planned result of an injection, before anything is written.
pub(super) struct Planned<'py> {
    pub(super) outcome: Outcome,
    /// The request's headers; none if its URL is no target.
    pub(super) carrier: Carrier<'py>,
    pub(super) changes: Bound<'py, PyDict>,
}

impl Propagator {
    /// Calls `read` for the request's headers if the URL is a target.
    pub(super) fn plan<'py>(
        &self,
        context: &Bound<'py, PyAny>,
        url: &str,
        page_url: Option<&str>,
        read: impl FnOnce() -> PyResult<Carrier<'py>>,
    ) -> PyResult<Planned<'py>> {
        let py = context.py();
        let (context, kept) = &TraceContext::of("context", context)?.get().borrowed(py);
        self.leave(py, |core| {
            let explanation = core.explain(url, page_url);
            let carrier = if explanation.allowed() { read()? } else { Carrier::empty() };
            let mut changes = Changes::new(py, carrier.encoding(), Some(kept));
            let set = |name, value: HeaderValue<'_>| changes.take(name, &value);
            let outcome = explanation.inject(context, url, &carrier.headers(), set);
            Ok(Planned { outcome, changes: changes.into_dict()?, carrier })
        })?
    }
}
