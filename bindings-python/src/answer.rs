//! The answers of a server: what a middleware adds to them (rule H4).

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use tracehop_core::HeaderName;

use crate::propagator::Propagator;
use crate::text::{Encoding, Piece, VALUE_CUT, to_text};

/// The headers of a response, with the trace headers added to those that browsers may send.
///
/// Takes and gives a list of pairs, of text as WSGI has them or of bytes as ASGI has them. With ``preflight`` an answer
/// that allows its origin and lists no names gets them too.
#[pyfunction]
#[pyo3(signature = (propagator, headers, preflight=false))]
pub(crate) fn answer_headers<'py>(
    propagator: &Bound<'py, Propagator>,
    headers: Bound<'py, PyList>,
    preflight: bool,
) -> PyResult<Bound<'py, PyList>> {
    let py = headers.py();
    let Some((index, name, value)) = find(&headers, HeaderName::ALLOW_HEADERS)? else {
        if preflight && let Some((_, name, _)) = find(&headers, HeaderName::ALLOW_ORIGIN)? {
            let names = propagator.get().allowing("", false);
            // ASGI wants names in lower case; others take them in any.
            let pair = [like(&name, &HeaderName::ALLOW_HEADERS.to_ascii_lowercase()), like(&name, &names)];
            headers.append(PyTuple::new(py, pair)?)?;
        }
        return Ok(headers);
    };
    let Some(existing) = piece(&value)? else { return Ok(headers) };
    let credentials = match find(&headers, HeaderName::ALLOW_CREDENTIALS)? {
        Some((_, _, value)) => piece(&value)?
            .is_some_and(|value| tracehop_core::Propagator::allows_credentials(value.as_bytes())),
        None => false,
    };
    let existing = to_text(py, existing.as_bytes(), Encoding::Latin1)?;
    let merged = propagator.get().allowing(existing.to_str()?, credentials);
    headers.set_item(index, PyTuple::new(py, [name, like(&value, &merged)])?)?;
    Ok(headers)
}

/// Text where the example is text, else bytes.
fn like<'py>(example: &Bound<'py, PyAny>, text: &str) -> Bound<'py, PyAny> {
    match example.is_instance_of::<PyString>() {
        true => PyString::new(example.py(), text).into_any(),
        false => PyBytes::new(example.py(), text.as_bytes()).into_any(),
    }
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
