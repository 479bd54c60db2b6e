//! `Propagator`: this service. It owns its options, which core borrows for each call.

use std::cell::RefCell;

use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyString, PyTuple};
use pyo3::{PyTraverseError, intern};
use tracehop_core::{Buffer, Decoded, Headers, Limit, Start};
use tracehop_host::Service;

use crate::args::{self, Arg};
use crate::carrier::{Carrier, pairs};
use crate::context::TraceContext;
use crate::entropy;
use crate::errors::wrong_option;
use crate::functions::Function;
use crate::options::{self, OwnedOptions};
use crate::outcome::Outcome;
use crate::outgoing::{apply, check_mutable};
use crate::targets;
use crate::values::{piece, set_decoded};

mod acts;
mod planned;

use planned::Planned;

#[doc = include_str!("propagator.txt")]
#[pyclass(frozen, weakref, module = "tracehop")]
#[derive(Debug)]
pub(crate) struct Propagator {
    service: Service<Function, Py<PyAny>>,
}

#[pymethods]
impl Propagator {
    #[new]
    #[pyo3(signature = (*, dsn=None, public_key=None, org_id=None, release=None, environment=None,
        traces_sample_rate=None, traces_sampler=None, trace_propagation_targets=None,
        strict_trace_continuation=None, propagate_traceparent=None, max_baggage_bytes=None),
        text_signature = "(*, dsn=None, public_key=None, org_id=None, release=None, environment=None, \
        traces_sample_rate=None, traces_sampler=None, trace_propagation_targets=None, \
        strict_trace_continuation=False, propagate_traceparent=False, max_baggage_bytes=None)")]
    #[allow(clippy::too_many_arguments)] // One for each option.
    fn new(
        py: Python<'_>,
        dsn: Arg<'_, '_>,
        public_key: Arg<'_, '_>,
        org_id: Arg<'_, '_>,
        release: Arg<'_, '_>,
        environment: Arg<'_, '_>,
        traces_sample_rate: Arg<'_, '_>,
        traces_sampler: Arg<'_, '_>,
        trace_propagation_targets: Arg<'_, '_>,
        strict_trace_continuation: Arg<'_, '_>,
        propagate_traceparent: Arg<'_, '_>,
        max_baggage_bytes: Arg<'_, '_>,
    ) -> PyResult<Self> {
        let options = OwnedOptions {
            dsn: options::text("dsn", dsn)?,
            public_key: options::text("public_key", public_key)?,
            org_id: options::text_or_int("org_id", org_id)?,
            release: options::text("release", release)?,
            environment: options::text("environment", environment)?,
            traces_sample_rate: options::rate("traces_sample_rate", traces_sample_rate)?,
            traces_sampler: args::function("traces_sampler", traces_sampler)?,
            trace_propagation_targets: targets::owned(trace_propagation_targets)?,
            strict_trace_continuation: args::switch("strict_trace_continuation", strict_trace_continuation)?,
            propagate_traceparent: args::switch("propagate_traceparent", propagate_traceparent)?,
            max_baggage_bytes: args::optional_length("max_baggage_bytes", max_baggage_bytes)?,
        };
        let service = Service::new(options).map_err(|error| wrong_option(py, error))?;
        Ok(Propagator { service })
    }

    /// Starts a trace with this service as its head. `link` takes a message's headers: their trace is linked, not
    /// continued. `trace_id` is the id of the new trace: 32 hex digits.
    #[pyo3(signature = (transaction=None, sampled=None, link=None, trace_id=None))]
    fn start_trace<'py>(
        &self,
        py: Python<'py>,
        transaction: Arg<'_, '_>,
        sampled: Arg<'_, '_>,
        link: Arg<'_, '_>,
        trace_id: Arg<'_, '_>,
    ) -> PyResult<Bound<'py, TraceContext>> {
        let (transaction, sampled) = args::for_context(transaction, sampled)?;
        let trace_id = args::trace_id("trace_id", trace_id)?;
        let carrier =
            link.map(|link| Carrier::incoming("link", link, self.service.header_names())).transpose()?;
        let headers = carrier.as_ref().map(Carrier::headers);
        let seed = entropy::draw()?;
        let start =
            Start { seed, trace_id, transaction: transaction.as_deref(), sampled, link: headers.as_ref() };
        let mut buffer = Buffer::new();
        let context = self.enter(py, |core| core.start_trace(start, &mut buffer))?;
        TraceContext::keeping(py, &context)
    }

    /// Continues the trace that a message's headers carry, or starts one. Header content never raises.
    ///
    /// ``headers`` are those of a message: a dict or other mapping, a list of pairs, a WSGI environ, ASGI's
    /// ``scope["headers"]``, ``httpx.Headers``, an ``email.message``. Names match in any case, values may be ``str``,
    /// ``bytes``, ``bytearray`` or ``memoryview``; a list as value means several lines. ``None`` is a
    /// message without headers. Anomalies are in the context's ``findings``.
    #[pyo3(signature = (headers, transaction=None, sampled=None))]
    fn continue_trace<'py>(
        &self,
        py: Python<'py>,
        headers: &Bound<'_, PyAny>,
        transaction: Arg<'_, '_>,
        sampled: Arg<'_, '_>,
    ) -> PyResult<Bound<'py, TraceContext>> {
        let mut carrier = Carrier::empty();
        carrier.read("headers", headers, self.service.header_names())?;
        let mut view = Headers::new();
        carrier.add_to(&mut view);
        self.continue_headers(py, &view, transaction, sampled)
    }

    /// Returns a context with the headers' own position, unchanged; None if they contain no trace and span id.
    ///
    /// ``headers`` is what :meth:`continue_trace` takes. The context has the received span id, decision and
    /// DSC: no id is drawn, no sampler called, nothing decided. For a hop that records no span (a gateway, a service
    /// without an SDK), so that the next service continues the last recorded span, and for the headers of the span
    /// that an SDK in this process records.
    fn adopt<'py>(
        &self,
        py: Python<'py>,
        headers: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Bound<'py, TraceContext>>> {
        let carrier = Carrier::incoming("headers", headers, self.service.header_names())?;
        let (headers, mut buffer) = (carrier.headers(), Buffer::new());
        let adopted = self.service.propagator().adopt(&headers, &mut buffer);
        adopted.map(|context| TraceContext::keeping(py, &context)).transpose()
    }

    /// Continues the trace that the meta tags of a page carry, or starts one. Never raises on malformed HTML.
    #[pyo3(signature = (page, transaction=None, sampled=None))]
    fn continue_html<'py>(
        &self,
        py: Python<'py>,
        page: &Bound<'_, PyAny>,
        transaction: Arg<'_, '_>,
        sampled: Arg<'_, '_>,
    ) -> PyResult<Bound<'py, TraceContext>> {
        let page = piece("page", page, Limit::HtmlReadBytes.value())?;
        let mut scratch = vec![0; Headers::SCRATCH_BYTES];
        self.continue_headers(py, &Headers::from_html(page.as_bytes(), &mut scratch), transaction, sampled)
    }

    /// Continues the trace that the environment of this process carries, or starts one.
    #[pyo3(signature = (environ=None, transaction=None, sampled=None))]
    fn continue_environ<'py>(
        &self,
        py: Python<'py>,
        environ: Arg<'_, '_>,
        transaction: Arg<'_, '_>,
        sampled: Arg<'_, '_>,
    ) -> PyResult<Bound<'py, TraceContext>> {
        let process;
        let environ = match environ {
            Some(environ) => environ,
            None => {
                process = py.import(intern!(py, "os"))?.getattr(intern!(py, "environ"))?;
                &process
            }
        };
        let variables = pairs("environ", environ)?;
        let variables = variables.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        self.continue_headers(py, &Headers::from_environ(variables), transaction, sampled)
    }

    /// Adds a trace's headers to a request, in place, if its URL is a target.
    #[pyo3(signature = (context, url, headers, page_url=None))]
    fn inject<'py>(
        &self,
        context: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        headers: &Bound<'py, PyAny>,
        page_url: Arg<'_, 'py>,
    ) -> PyResult<Outcome> {
        let (url, page_url) = (args::url("url", url)?, args::page_url(page_url)?);
        check_mutable("headers", headers)?;
        let read = || Carrier::outgoing("headers", headers);
        let Planned { outcome, carrier, changes } = self.plan(context, &url, page_url.as_deref(), read)?;
        apply(&changes, headers, &carrier)?;
        Ok(outcome.into())
    }

    /// Returns what `inject` would write, for the package's clients: the pairs that it may replace, by name, and the changes;
    /// None if it would write nothing. `url` is converted by `str`. `pairs` names the cheapest attribute or method that lists
    /// the pairs of this class of headers.
    fn _changes<'py>(
        &self,
        context: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        headers: &Bound<'py, PyAny>,
        pairs: Option<&Bound<'py, PyString>>,
    ) -> PyResult<Option<(Bound<'py, PyDict>, Bound<'py, PyDict>)>> {
        let (py, text) = (context.py(), url.str()?);
        let read = || Carrier::of_request(headers, pairs);
        let planned = self.plan(context, &args::url("url", &text)?, None, read)?;
        let found = planned.outcome.written().then(|| planned.carrier.replaceable(py)).transpose()?;
        Ok(found.map(|found| (found, planned.changes)))
    }

    /// True if a request to this URL may carry trace headers. ``page_url`` is the web view's page that makes it.
    #[pyo3(signature = (url, page_url=None))]
    fn allows(&self, py: Python<'_>, url: &Bound<'_, PyAny>, page_url: Arg<'_, '_>) -> PyResult<bool> {
        let (url, page_url) = (args::url("url", url)?, args::page_url(page_url)?);
        self.leave(py, |propagator| propagator.allows(&url, page_url.as_deref()))
    }

    /// Returns a sentence that names the target that decided about this URL, or says why none did.
    ///
    /// Each function target that raised is named too.
    #[pyo3(signature = (url, page_url=None))]
    fn explain(&self, py: Python<'_>, url: &Bound<'_, PyAny>, page_url: Arg<'_, '_>) -> PyResult<String> {
        let (url, page_url) = (args::url("url", url)?, args::page_url(page_url)?);
        let failures = RefCell::new(Vec::new());
        let failed = |sentence| failures.borrow_mut().push(sentence);
        let decided =
            self.leave_noting(py, failed, |core| core.explain(&url, page_url.as_deref()).to_string())?;
        Ok(std::iter::once(decided).chain(failures.into_inner()).collect::<Vec<_>>().join("; "))
    }

    /// The trace header of an envelope: the DSC with the members that an ingesting server needs.
    fn envelope_trace<'py>(&self, context: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let (py, dict) = (context.py(), PyDict::new(context.py()));
        let context = &TraceContext::of("context", context)?.get().core(py);
        let mut set = Ok(());
        let each = |name: Decoded<'_>, value: Decoded<'_>| {
            if set.is_ok() {
                set = set_decoded(&dict, name, value);
            }
        };
        self.service.propagator().envelope_trace(context, each);
        set.map(|()| dict)
    }

    /// A value for Access-Control-Allow-Headers: the existing names and those that browsers must be allowed to send.
    #[pyo3(signature = (existing=None, credentials=None), text_signature = "($self, existing='', credentials=False)")]
    fn allow_headers(&self, existing: Arg<'_, '_>, credentials: Arg<'_, '_>) -> PyResult<String> {
        let existing = args::optional_text("existing", existing)?.unwrap_or_default();
        Ok(self.allowing(&existing, args::switch("credentials", credentials)?))
    }

    /// The header names that the response to a preflight fails to allow.
    #[pyo3(signature = (answer_headers, credentials=None), text_signature = "($self, answer_headers, credentials=False)")]
    fn missing_cors_headers(
        &self,
        answer_headers: &Bound<'_, PyAny>,
        credentials: Arg<'_, '_>,
    ) -> PyResult<Vec<&'static str>> {
        let credentials = args::switch("credentials", credentials)?;
        let answer = pairs("answer_headers", answer_headers)?;
        let answer = answer.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        Ok(self.service.propagator().missing_cors_headers(answer, credentials).collect())
    }

    /// The option as it was given; its secret key, if it has one, is not in the repr.
    #[getter]
    fn dsn(&self) -> Option<&str> {
        self.service.options().dsn.as_deref()
    }

    /// The option as it was given.
    #[getter]
    fn public_key(&self) -> Option<&str> {
        self.service.options().public_key.as_deref()
    }

    /// The option as it was given, as text.
    #[getter]
    fn org_id(&self) -> Option<&str> {
        self.service.options().org_id.as_deref()
    }

    /// The option as it was given.
    #[getter]
    fn release(&self) -> Option<&str> {
        self.service.options().release.as_deref()
    }

    /// The option as it was given.
    #[getter]
    fn environment(&self) -> Option<&str> {
        self.service.options().environment.as_deref()
    }

    /// The option as it was given.
    #[getter]
    fn traces_sample_rate(&self) -> Option<f64> {
        self.service.options().traces_sample_rate
    }

    /// The option as it was given.
    #[getter]
    fn traces_sampler(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.service.options().traces_sampler.as_ref().map(|sampler| sampler.object().clone_ref(py))
    }

    /// The option as it was given, as a new list.
    #[getter]
    fn trace_propagation_targets<'py>(&self, py: Python<'py>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
        let targets = self.service.options().trace_propagation_targets.as_ref();
        targets.map(|all| all.iter().map(|target| targets::shown(py, target)).collect()).transpose()
    }

    /// The option as it was given.
    #[getter]
    fn strict_trace_continuation(&self) -> bool {
        self.service.options().strict_trace_continuation
    }

    /// The option as it was given.
    #[getter]
    fn propagate_traceparent(&self) -> bool {
        self.service.options().propagate_traceparent
    }

    /// Propagators with equal options are equal.
    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        let given = |propagator: &Self| options::given(py, propagator.service.options())?.into_py_dict(py);
        given(self)?.eq(given(other)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        let options = self.service.options();
        let texts =
            [&options.dsn, &options.public_key, &options.org_id, &options.release, &options.environment];
        PyTuple::new(py, texts.map(Option::as_deref))?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        options::shown(py, self.service.options())
    }

    /// A copy or a pickle is made from the options.
    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((), Bound<'py, PyDict>)> {
        Ok(((), options::given(py, self.service.options())?.into_py_dict(py)?))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        options::traverse(self.service.options(), &visit)
    }
}

impl Propagator {
    /// The value that allows the trace headers in addition to the existing names.
    pub(crate) fn allowing(&self, existing: &str, credentials: bool) -> String {
        self.service.propagator().allow_headers(existing, credentials).to_string()
    }

    fn continue_headers<'py>(
        &self,
        py: Python<'py>,
        headers: &Headers<'_>,
        transaction: Arg<'_, '_>,
        sampled: Arg<'_, '_>,
    ) -> PyResult<Bound<'py, TraceContext>> {
        let (transaction, sampled) = args::for_context(transaction, sampled)?;
        let seed = entropy::draw()?;
        let start = Start { transaction: transaction.as_deref(), sampled, ..Start::with(seed) };
        let mut buffer = Buffer::new();
        let context = self.enter(py, |core| core.continue_trace(headers, start, &mut buffer))?;
        TraceContext::keeping(py, &context)
    }
}
