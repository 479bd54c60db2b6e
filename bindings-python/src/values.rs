//! Parsed header values and the origin target: `SentryTrace`, `Traceparent`, `Baggage`, `Origin`.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use smallvec::SmallVec;
use tracehop_core::{Decoded, Findings, HeaderName, SpanId};
use tracehop_host::OwnedOrigin;

use crate::carrier::Carrier;
use crate::errors::{header_error, option_error, type_error};
use crate::interned_names::names;
use crate::outcome::{codes, findings};
use crate::text::{Encoding, Piece, VALUE_CUT, ascii, to_text};

/// A parsed header value with ids and a flag; both wire formats have the same API.
macro_rules! header_value {
    ($(#[$doc:meta])* $name:ident, $span_id:expr) => {
        $(#[$doc])*
        #[pyclass(frozen, eq, weakref, module = "tracehop")]
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $name(tracehop_core::$name);

        impl From<tracehop_core::$name> for $name {
            fn from(value: tracehop_core::$name) -> Self {
                $name(value)
            }
        }

        #[pymethods]
        impl $name {
            /// Parses one header value strictly; raises HeaderError with the cause and the byte offset.
            #[staticmethod]
            fn parse(value: &Bound<'_, PyAny>) -> PyResult<Self> {
                let piece = piece("value", value, VALUE_CUT)?;
                let parsed = tracehop_core::$name::parse(piece.as_bytes());
                parsed.map($name).map_err(|error| header_error(value.py(), error))
            }

            /// The id of the trace: 32 hex digits.
            #[getter]
            fn trace_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
                ascii(py, &self.0.trace_id.text())
            }

            /// The span that sent the value: 16 hex digits.
            #[getter]
            fn span_id<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
                let span_id: fn(&tracehop_core::$name) -> Option<SpanId> = $span_id;
                span_id(&self.0).map(|id| ascii(py, &id.text()))
            }

            /// The sender's decision: True, False or None.
            #[getter]
            fn sampled(&self) -> Option<bool> {
                self.0.sampled
            }

            fn __str__(&self) -> String {
                self.0.to_string()
            }

            fn __repr__(&self) -> String {
                format!("{}('{}')", stringify!($name), self.0)
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((slf.get_type().getattr("parse")?, (slf.get().0.to_string(),)))
            }

            fn __hash__(&self) -> u64 {
                let mut hasher = DefaultHasher::new();
                self.0.to_string().hash(&mut hasher);
                hasher.finish()
            }
        }
    };
}

header_value! {
    /// A sentry-trace value: the trace, the span that sent it and its sampling decision.
    SentryTrace, |value| value.span_id
}

header_value! {
    /// A W3C traceparent value.
    Traceparent, |value| Some(value.span_id)
}

/// The members of a baggage header: Sentry's decoded, third-party ones unchanged.
// The received lines are stored, and parsed by the getters.
#[pyclass(frozen, weakref, module = "tracehop")]
#[derive(Debug)]
pub(crate) struct Baggage {
    lines: SmallVec<[Box<[u8]>; 1]>,
    encoding: Encoding,
    findings: Findings,
}

#[pymethods]
impl Baggage {
    /// Parses text, bytes or a list of lines. Content never raises; anomalies are in ``findings``.
    #[staticmethod]
    fn parse(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let carrier = Carrier::of_value(HeaderName::Baggage, value)?;
        let lines = carrier.lines().map(Box::from).collect();
        Ok(Baggage { lines, encoding: carrier.encoding(), findings: carrier.headers().findings() })
    }

    /// Sentry's members: decoded names, without their prefix, and decoded values, in order.
    #[getter]
    fn sentry<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let sentry = self.core().sentry();
        sentry.iter().try_for_each(|member| set_decoded(&dict, member.name(), member.value()))?;
        Ok(dict)
    }

    /// Third-party members, trimmed and never decoded, in order.
    #[getter]
    fn foreign<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let baggage = self.core();
        let members = baggage.foreign().map(|member| to_text(py, member, self.encoding));
        PyList::new(py, members.collect::<PyResult<Vec<_>>>()?)
    }

    /// The findings about the value.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        findings(py, self.odd())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (sentry, foreign) = (self.sentry(py)?.repr()?, self.foreign(py)?.repr()?);
        Ok(format!("Baggage(sentry={sentry}, foreign={foreign}, findings={})", codes(self.odd())))
    }
}

/// A target that compares scheme, host and port: the recommended kind.
#[pyclass(frozen, eq, hash, weakref, module = "tracehop")]
#[derive(Clone, Debug)]
pub(crate) struct Origin(OwnedOrigin);

impl Origin {
    /// The parsed target.
    pub(crate) fn parsed(&self) -> &OwnedOrigin {
        &self.0
    }
}

impl From<OwnedOrigin> for Origin {
    fn from(origin: OwnedOrigin) -> Self {
        Origin(origin)
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_str().hash(state);
    }
}

#[pymethods]
impl Origin {
    #[new]
    fn new(origin: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = origin.cast::<PyString>().map_err(|_| type_error("origin", "a str", origin))?;
        let text = text.to_string_lossy();
        OwnedOrigin::parse(&text)
            .map(Origin)
            .map_err(|error| option_error(origin.py(), "origin", error.kind()))
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __getnewargs__(&self) -> (&str,) {
        (self.0.as_str(),)
    }

    fn __repr__(&self) -> String {
        format!("Origin('{}')", self.0.as_str())
    }
}

impl Baggage {
    fn core(&self) -> tracehop_core::Baggage<'_> {
        tracehop_core::Baggage::from_lines(self.lines.iter().map(|line| &**line))
    }

    fn odd(&self) -> Findings {
        let mut findings = self.findings;
        findings.extend(self.core().findings());
        findings
    }
}

/// The start of one text or bytes value.
pub(crate) fn piece<'py>(argument: &str, value: &Bound<'py, PyAny>, cut: usize) -> PyResult<Piece<'py>> {
    Piece::of(value, Encoding::Utf8, cut)?.ok_or_else(|| type_error(argument, "str or bytes", value))
}

/// Sets a decoded name and value in a dict.
pub(crate) fn set_decoded(dict: &Bound<'_, PyDict>, name: Decoded<'_>, value: Decoded<'_>) -> PyResult<()> {
    let py = dict.py();
    let value = decoded(py, value);
    match names(py).member(name) {
        Some(name) => dict.set_item(name, value),
        None => dict.set_item(decoded(py, name), value),
    }
}

fn decoded<'py>(py: Python<'py>, text: Decoded<'_>) -> Bound<'py, PyString> {
    let plain = text.plain_bytes().and_then(|plain| PyString::from_bytes(py, plain).ok());
    plain.unwrap_or_else(|| PyString::new(py, &text.to_string()))
}
