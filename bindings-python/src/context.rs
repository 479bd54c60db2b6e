//! `TraceContext`: one position in one trace. Getters build their values lazily.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyString, PyTuple, PyType};
use tracehop_core::{Buffer, Decision, Headers, StoredContext};

use crate::args::{self, Arg, number};
use crate::carrier::Carrier;
use crate::entropy::draw_span;
use crate::errors::{option_error, type_error};
use crate::outcome::{codes, findings};
use crate::outgoing::Changes;
use crate::stored_text::{Borrowed, Kept};
use crate::text::{Encoding, ascii};
use crate::values::SentryTrace;

/// Initial capacity for meta tags, in bytes, that fits typical ones: reallocation would cost more than writing them.
const META_TAGS_CAPACITY: usize = 1_000;

/// A position in a trace; immutable, safe to share between threads and tasks.
#[pyclass(frozen, weakref, module = "tracehop")]
#[derive(Debug)]
pub(crate) struct TraceContext(StoredContext<Kept>);

impl TraceContext {
    /// Core's context and the stored texts.
    #[inline]
    pub(crate) fn borrowed<'a, 'py>(
        &'a self,
        py: Python<'py>,
    ) -> (tracehop_core::TraceContext<'a>, Borrowed<'a, 'py>) {
        let borrowed = self.0.storage().borrowed(py);
        (self.0.context(|_| borrowed.bytes()), borrowed)
    }

    /// Core's context, which borrows the stored texts.
    pub(crate) fn core<'a>(&'a self, py: Python<'a>) -> tracehop_core::TraceContext<'a> {
        self.borrowed(py).0
    }

    /// The context in an argument; an error names the argument and its type.
    pub(crate) fn of<'a, 'py>(
        argument: &str,
        value: &'a Bound<'py, PyAny>,
    ) -> PyResult<&'a Bound<'py, Self>> {
        value.cast::<TraceContext>().map_err(|_| type_error(argument, "a TraceContext", value))
    }

    /// A new object for a context of core; it stores a copy of the texts.
    #[inline(always)] // Hot path: see `Propagator::enter`.
    pub(crate) fn keeping<'py>(
        py: Python<'py>,
        context: &tracehop_core::TraceContext<'_>,
    ) -> PyResult<Bound<'py, Self>> {
        Bound::new(
            py,
            TraceContext(context.try_store(|baggage, tracestate| Kept::of(py, baggage, tracestate))?),
        )
    }

    /// Ids, decision and DSC.
    fn identity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.sentry_trace(py), self.parent_span_id(py), self.baggage(py)).into_pyobject(py)
    }

    /// The headers to set in addition to these; third-party members become text by this encoding.
    fn beside<'py>(
        &self,
        py: Python<'py>,
        outgoing: &Headers<'_>,
        encoding: Encoding,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (core, kept) = self.borrowed(py);
        let mut changes = Changes::new(py, encoding, Some(&kept));
        core.headers(outgoing, |name, value| changes.take(name, &value));
        changes.into_dict()
    }
}

#[pymethods]
impl TraceContext {
    /// The id of the trace: 32 hex digits.
    #[getter]
    fn trace_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        ascii(py, &self.0.trace_id().text())
    }

    /// The id of this context's own span: 16 hex digits; new, unless it was adopted.
    #[getter]
    fn span_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        ascii(py, &self.0.span_id().text())
    }

    /// The span that this one continues; None at the head of a trace.
    #[getter]
    fn parent_span_id<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.0.parent_span_id().map(|id| ascii(py, &id.text()))
    }

    /// The sampling decision: True, False, or None if it is still open.
    #[getter]
    fn sampled(&self) -> Option<bool> {
        self.0.sampled()
    }

    /// The sender's sampling decision; None if it left the decision open.
    #[getter]
    fn parent_sampled(&self) -> Option<bool> {
        self.0.parent_sampled()
    }

    /// The rate of the decision made here, else the received one; from 0 to 1, or None.
    #[getter]
    fn sample_rate(&self) -> Option<f64> {
        self.0.sample_rate()
    }

    /// The random number of the trace, in [0, 1), six digits; None if an adopted position has none.
    #[getter]
    fn sample_rand(&self) -> Option<f64> {
        self.0.sample_rand()
    }

    /// The frozen DSC (dynamic sampling context): decoded names and values, in order.
    #[getter]
    fn dynamic_sampling_context<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for member in self.core(py).dynamic_sampling_context() {
            crate::values::set_decoded(&dict, member.name(), member.value())?;
        }
        Ok(dict)
    }

    /// The trace that this one follows without continuing it; None if there is none.
    #[getter]
    fn link(&self) -> Option<SentryTrace> {
        self.0.link().map(SentryTrace::from)
    }

    /// The value of an outgoing sentry-trace header.
    #[getter]
    fn sentry_trace<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, self.0.sentry_trace().text().as_str())
    }

    /// The value of an outgoing baggage header; None if there is none.
    #[getter]
    fn baggage<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.0.storage().borrowed(py).text().cloned()
    }

    /// The value of an outgoing W3C traceparent header.
    #[getter]
    fn traceparent<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        ascii(py, &self.0.traceparent().text())
    }

    /// The findings about the message that this context continues.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        findings(py, self.0.findings())
    }

    /// A context with a new span id, whose parent is this one.
    fn child(&self, py: Python<'_>) -> PyResult<TraceContext> {
        Ok(TraceContext(self.0.child(draw_span()?, |kept| kept.share(py))))
    }

    /// A context with the same ids and a new decision: by a rate from 0 to 1, or by a boolean.
    fn sample<'py>(&self, rate_or_bool: &Bound<'py, PyAny>) -> PyResult<Bound<'py, TraceContext>> {
        let (py, decision) = (rate_or_bool.py(), decision(rate_or_bool)?);
        let mut buffer = Buffer::new();
        let sampled = self
            .core(py)
            .sample(decision, &mut buffer)
            .map_err(|error| option_error(py, "rate_or_bool", error.kind()))?;
        TraceContext::keeping(py, &sampled)
    }

    /// The headers to set on a request that already carries ``existing``; an empty value means: remove the header.
    #[pyo3(signature = (existing=None))]
    fn headers<'py>(&self, py: Python<'py>, existing: Arg<'_, 'py>) -> PyResult<Bound<'py, PyDict>> {
        let Some(existing) = existing else { return self.beside(py, &Headers::new(), Encoding::Utf8) };
        let carrier = Carrier::outgoing("existing", existing)?;
        self.beside(py, &carrier.headers(), carrier.encoding())
    }

    /// The meta tags for the head of a page, which template engines accept as safe HTML.
    fn meta_tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = CLASS.import(py, "tracehop._values", "Markup")?;
        let mut tags = Vec::with_capacity(META_TAGS_CAPACITY);
        self.core(py).write_meta_tags(|piece| tags.extend_from_slice(piece));
        class.call1((PyString::from_bytes(py, &tags)?,))
    }

    /// A Server-Timing value: the existing metrics, then this trace.
    #[pyo3(signature = (existing=None), text_signature = "($self, existing='')")]
    fn server_timing(&self, py: Python<'_>, existing: Arg<'_, '_>) -> PyResult<String> {
        let existing = args::optional_text("existing", existing)?.unwrap_or_default();
        Ok(self.core(py).server_timing(&existing).to_string())
    }

    /// The variables for the environment of a child process.
    fn environ<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (core, kept) = self.borrowed(py);
        let mut changes = Changes::new(py, Encoding::Utf8, Some(&kept));
        core.environ(|name, value| changes.take(name, &value));
        changes.into_dict()
    }

    /// True if ids, decision and DSC are equal.
    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self.identity(py)?.eq(other.identity(py)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.identity(py)?.hash()
    }

    fn __repr__(&self) -> String {
        let (own, parent) = (self.0.sentry_trace(), self.0.parent_span_id());
        let parent = parent.map(|id| format!(", parent_span_id='{id}'")).unwrap_or_default();
        format!("TraceContext('{own}'{parent}, findings={})", codes(self.0.findings()))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// A pickle contains the context as core's text (rule C10).
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let py = slf.py();
        let text = slf.get().core(py).serialized().to_string();
        Ok((py.get_type::<Self>().getattr(intern!(py, "_deserialize"))?, (text,)))
    }

    /// The context of a pickle.
    #[staticmethod]
    fn _deserialize<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, TraceContext>> {
        let (given, mut buffer) = (text.extract::<String>().unwrap_or_default(), Buffer::new());
        let context = tracehop_core::TraceContext::deserialize(given.as_bytes(), &mut buffer);
        let wrong = "the pickle contains no TraceContext of this version of tracehop";
        let context = context.ok_or_else(|| PyValueError::new_err(wrong))?;
        TraceContext::keeping(text.py(), &context)
    }
}

/// A boolean fixes the decision, a number is a rate.
fn decision(value: &Bound<'_, PyAny>) -> PyResult<Decision> {
    if let Ok(sampled) = value.cast::<PyBool>() {
        return Ok(Decision::Sampled(sampled.is_true()));
    }
    number(value)?.map(Decision::Rate).ok_or_else(|| type_error("rate_or_bool", "a number or a bool", value))
}
