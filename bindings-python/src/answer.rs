//! The answers of a server: what a middleware adds to them (rule H4).

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use tracehop_core::{ALLOW_CREDENTIALS, ALLOW_HEADERS, allows_credentials};

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
    let py = headers.py();
    let Some((index, name, value)) = find(&headers, ALLOW_HEADERS)? else { return Ok(headers) };
    let Some(existing) = piece(&value)? else { return Ok(headers) };
    let credentials = match find(&headers, ALLOW_CREDENTIALS)? {
        Some((_, _, value)) => piece(&value)?.is_some_and(|value| allows_credentials(value.as_bytes())),
        None => false,
    };
    let existing = to_text(py, existing.as_bytes(), Encoding::Latin1)?;
    let merged = propagator.get().allowing(existing.to_str()?, credentials);
    let merged = match value.is_instance_of::<PyString>() {
        true => PyString::new(py, &merged).into_any(),
        false => PyBytes::new(py, merged.as_bytes()).into_any(),
    };
    headers.set_item(index, PyTuple::new(py, [name, merged])?)?;
    Ok(headers)
}

type Found<'py> = (usize, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The first header of this name: its place, its name as it is spelt, and its value.
fn find<'py>(headers: &Bound<'py, PyList>, wanted: &str) -> PyResult<Option<Found<'py>>> {
    for (index, pair) in headers.iter().enumerate() {
        let name = pair.get_item(0)?;
        if piece(&name)?.is_some_and(|name| name.as_bytes().eq_ignore_ascii_case(wanted.as_bytes())) {
            return Ok(Some((index, name, pair.get_item(1)?)));
        }
    }
    Ok(None)
}

fn piece<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Piece<'py>>> {
    Piece::of(value, Encoding::Latin1, VALUE_CUT)
}
