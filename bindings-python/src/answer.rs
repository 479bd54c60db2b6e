//! The answers of a server: what a middleware adds to them (rule H4).

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use tracehop_core::ALLOW_HEADERS;

use crate::propagator::Propagator;
use crate::text::{Encoding, Piece, VALUE_CUT, to_text};

/// The headers of an answer, where they say which request headers browsers may send with those of a trace added.
///
/// Takes and gives a list of pairs, of text as WSGI has them or of bytes as ASGI has them.
#[pyfunction]
pub(crate) fn answer_headers<'py>(
    propagator: &Bound<'py, Propagator>,
    headers: Bound<'py, PyList>,
) -> PyResult<Bound<'py, PyList>> {
    for (index, pair) in headers.iter().enumerate() {
        let (name, value) = (pair.get_item(0)?, pair.get_item(1)?);
        if let Some(value) = amended(propagator, &name, &value)? {
            headers.set_item(index, PyTuple::new(headers.py(), [name, value])?)?;
        }
    }
    Ok(headers)
}

/// The new value of this header of an answer; `None` where it stays as it is.
fn amended<'py>(
    propagator: &Bound<'py, Propagator>,
    name: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = name.py();
    let Some(name) = Piece::of(name, Encoding::Latin1, VALUE_CUT)? else { return Ok(None) };
    if !name.as_bytes().eq_ignore_ascii_case(ALLOW_HEADERS.as_bytes()) {
        return Ok(None);
    }
    let Some(existing) = Piece::of(value, Encoding::Latin1, VALUE_CUT)? else { return Ok(None) };
    let existing = to_text(py, existing.as_bytes(), Encoding::Latin1)?;
    let merged = propagator.get().allowing(py, existing.to_str()?, false)?;
    Ok(Some(match value.is_instance_of::<PyBytes>() {
        true => PyBytes::new(py, merged.as_bytes()).into_any(),
        false => PyString::new(py, &merged).into_any(),
    }))
}
