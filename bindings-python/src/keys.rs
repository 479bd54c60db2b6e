//! Core's names as interned Python strings, made once.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};
use tracehop_core::{GATEWAY_MARKS, HeaderName, MEMBER_NAMES};

/// The names that a mapping is asked for.
#[derive(Debug)]
pub(crate) struct Keys {
    plain: [Py<PyString>; HeaderName::ALL.len()],
    gateway: [Py<PyString>; HeaderName::ALL.len()],
    marks: [Py<PyString>; GATEWAY_MARKS.len()],
    members: [Py<PyString>; MEMBER_NAMES.len()],
}

impl Keys {
    /// The one set of keys of this interpreter.
    pub(crate) fn of(py: Python<'_>) -> &'static Keys {
        static KEYS: PyOnceLock<Keys> = PyOnceLock::new();
        let intern = |name: &'static str| PyString::intern(py, name).unbind();
        KEYS.get_or_init(py, || Keys {
            plain: HeaderName::ALL.map(|field| intern(field.name())),
            gateway: HeaderName::ALL.map(|field| intern(field.gateway_name())),
            marks: GATEWAY_MARKS.map(intern),
            members: MEMBER_NAMES.map(intern),
        })
    }

    /// The lower-case name of a field.
    pub(crate) fn plain<'py>(&self, py: Python<'py>, field: HeaderName) -> &Bound<'py, PyString> {
        self.plain[field as usize].bind(py)
    }

    /// The name of a field in a WSGI env.
    pub(crate) fn gateway<'py>(&self, py: Python<'py>, field: HeaderName) -> &Bound<'py, PyString> {
        self.gateway[field as usize].bind(py)
    }

    /// Is this dict a WSGI env (rule K2)?
    pub(crate) fn is_gateway(&self, dict: &Bound<'_, PyDict>) -> PyResult<bool> {
        for mark in &self.marks {
            if dict.contains(mark)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The interned form of a name that a sampling context may have, where it is one.
    pub(crate) fn member<'py>(&self, py: Python<'py>, name: &[u8]) -> Option<&Bound<'py, PyString>> {
        let place = MEMBER_NAMES.iter().position(|known| known.as_bytes() == name);
        place.map(|place| self.members[place].bind(py))
    }

    /// The interned form of a header name, where it is one.
    pub(crate) fn named<'py>(&self, py: Python<'py>, name: &str) -> Option<&Bound<'py, PyString>> {
        let field = HeaderName::ALL.into_iter().find(|field| field.name() == name);
        field.map(|field| self.plain(py, field))
    }
}
