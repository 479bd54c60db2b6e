//! Propagation targets from Python: text, `Origin`, `re.Pattern` and functions.

use std::ffi::CString;
use std::hash::{Hash, Hasher};

use pyo3::exceptions::PyUserWarning;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};
use tracehop_core::ErrorKind;
use tracehop_host::{Dialect, RegexFlags, RegexTarget};

use crate::errors::{option_error, regex_error, type_error};
use crate::functions::Function;
use crate::text::is_text;
use crate::values::Origin;

const OPTION: &str = "trace_propagation_targets";
const LIST: &str = "a list of str, tracehop.Origin, re.Pattern, tracehop.EcmaRegExp or callables, or None";
const ITEM: &str = "a str, a tracehop.Origin, a re.Pattern, a tracehop.EcmaRegExp or a callable";

/// The values of Python's regex flags.
mod flag {
    pub(super) const IGNORECASE: u32 = 2;
    pub(super) const MULTILINE: u32 = 8;
    pub(super) const DOTALL: u32 = 16;
    pub(super) const VERBOSE: u32 = 64;
    pub(super) const ASCII: u32 = 256;
}

/// One target; a regex is stored with its `re.Pattern`.
type OwnedTarget = tracehop_host::OwnedTarget<Function, Py<PyAny>>;

/// A target as it was given.
pub(crate) fn shown<'py>(py: Python<'py>, target: &OwnedTarget) -> PyResult<Bound<'py, PyAny>> {
    match target {
        OwnedTarget::Text(text) => Ok(PyString::new(py, text).into_any()),
        OwnedTarget::Origin(origin) => Ok(Bound::new(py, Origin::from(origin.clone()))?.into_any()),
        OwnedTarget::Regex(_, object) => Ok(object.bind(py).clone()),
        OwnedTarget::Function(function) => Ok(function.object().bind(py).clone()),
    }
}

/// A regex with the meaning of a browser's ``new RegExp(pattern, flags)``, for patterns copied from there.
///
/// ``flags`` are letters of ``dimsu``. Raises :class:`OptionError` if the pattern cannot be matched in linear time.
#[pyclass(frozen, eq, hash, module = "tracehop")]
#[derive(Debug)]
pub(crate) struct EcmaRegExp {
    /// The pattern as it was given.
    #[pyo3(get)]
    pattern: String,
    /// The letters of the flags as they were given.
    #[pyo3(get)]
    flags: String,
    regex: RegexTarget,
}

impl PartialEq for EcmaRegExp {
    fn eq(&self, other: &Self) -> bool {
        (&self.pattern, &self.flags) == (&other.pattern, &other.flags)
    }
}

impl Hash for EcmaRegExp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.pattern, &self.flags).hash(state);
    }
}

#[pymethods]
impl EcmaRegExp {
    #[new]
    #[pyo3(signature = (pattern, flags = ""))]
    fn new(py: Python<'_>, pattern: String, flags: &str) -> PyResult<Self> {
        let known = RegexFlags::ecmascript(flags);
        let known = known.ok_or_else(|| option_error(py, "flags", ErrorKind::RegexFlag))?;
        let regex = RegexTarget::new(&pattern, known, Dialect::EcmaScript);
        let regex = regex.map_err(|error| regex_error(py, "pattern", error))?;
        Ok(EcmaRegExp { pattern, flags: flags.to_owned(), regex })
    }

    fn __getnewargs__(&self) -> (&str, &str) {
        (&self.pattern, &self.flags)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let shown = |text: &str| PyString::new(py, text).repr().map(|text| text.to_string());
        Ok(format!("EcmaRegExp({}, {})", shown(&self.pattern)?, shown(&self.flags)?))
    }
}

fn target(place: &str, value: &Bound<'_, PyAny>) -> PyResult<OwnedTarget> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(OwnedTarget::Text(text.to_string_lossy().into()));
    }
    if let Ok(origin) = value.cast::<Origin>() {
        return Ok(OwnedTarget::Origin(origin.get().parsed().clone()));
    }
    if let Ok(regexp) = value.cast::<EcmaRegExp>() {
        return Ok(OwnedTarget::Regex(Box::new(regexp.get().regex.clone()), value.clone().unbind()));
    }
    let py = value.py();
    if value.is_instance(&py.import(intern!(py, "re"))?.getattr(intern!(py, "Pattern"))?)? {
        return regex(place, value);
    }
    match value.is_callable() {
        true => Ok(OwnedTarget::Function(Function::new(place, value.clone()))),
        false => Err(type_error(place, ITEM, value)),
    }
}

/// The targets of the option; `None` is unset, an empty list allows none.
pub(crate) fn owned(value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Vec<OwnedTarget>>> {
    let Some(value) = value else { return Ok(None) };
    let is_list = !is_text(value) && !value.is_instance_of::<PyMapping>();
    let items =
        is_list.then(|| value.try_iter().ok()).flatten().ok_or_else(|| type_error(OPTION, LIST, value))?;
    let targets = items.enumerate().map(|(index, item)| {
        let target = target(&format!("{OPTION}[{index}]"), &item?)?;
        warn(value.py(), &target)?;
        Ok(target)
    });
    targets.collect::<PyResult<_>>().map(Some)
}

/// Warns the developer of a text that looks like a regex (rule O4).
fn warn(py: Python<'_>, target: &OwnedTarget) -> PyResult<()> {
    match target.warning() {
        Some(sentence) => PyErr::warn(py, &py.get_type::<PyUserWarning>(), &CString::new(sentence)?, 1),
        None => Ok(()),
    }
}

fn regex(place: &str, pattern: &Bound<'_, PyAny>) -> PyResult<OwnedTarget> {
    let py = pattern.py();
    let source = pattern.getattr(intern!(py, "pattern"))?;
    let bits: u32 = pattern.getattr(intern!(py, "flags"))?.extract()?;
    let has = |flag: u32| bits & flag != 0;
    let flags = RegexFlags {
        ignore_case: has(flag::IGNORECASE),
        multi_line: has(flag::MULTILINE),
        dot_all: has(flag::DOTALL),
        verbose: has(flag::VERBOSE),
        ascii: has(flag::ASCII),
        unicode: false,
    };
    let Ok(source) = source.cast::<PyString>() else {
        return Err(option_error(py, place, ErrorKind::RegexBytes));
    };
    // No URL contains a lone surrogate.
    let Ok(source) = source.to_str() else {
        return Err(option_error(py, place, ErrorKind::RegexEscape));
    };
    let target = RegexTarget::new(source, flags, Dialect::Python);
    target
        .map(|regex| OwnedTarget::Regex(Box::new(regex), pattern.clone().unbind()))
        .map_err(|error| regex_error(py, place, error))
}
