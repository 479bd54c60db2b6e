//! The response headers that a middleware adds (rule H4).

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use tracehop_core::HeaderName;

use crate::propagator::Propagator;
use crate::text::{Encoding, Piece, VALUE_CUT, to_text};

/// The headers of a response, with the trace headers added to those that browsers may send.
///
/// Takes a list of pairs (text for WSGI, bytes for ASGI) and returns it if nothing is to be added, else a new list. With
/// ``preflight`` the names are also added to a response that allows its origin and lists no names.
#[pyfunction]
#[pyo3(signature = (propagator, headers, preflight=false))]
pub(crate) fn answer_headers<'py>(
    propagator: &Bound<'py, Propagator>,
    headers: Bound<'py, PyList>,
    preflight: bool,
) -> PyResult<Bound<'py, PyList>> {
    let py = headers.py();
    let Some((index, name, value)) = find(&headers, HeaderName::ALLOW_HEADERS)? else {
        let origin = if preflight { find(&headers, HeaderName::ALLOW_ORIGIN)? } else { None };
        let Some((_, name, _)) = origin else { return Ok(headers) };
        let names = propagator.get().allowing("", false);
        // ASGI requires names in lower case; others accept any case.
        let pair = [like(&name, &HeaderName::ALLOW_HEADERS.to_ascii_lowercase()), like(&name, &names)];
        let added = headers.get_slice(0, headers.len());
        added.append(PyTuple::new(py, pair)?)?;
        return Ok(added);
    };
    let Some(existing) = piece(&value)? else { return Ok(headers) };
    let credentials = match find(&headers, HeaderName::ALLOW_CREDENTIALS)? {
        Some((_, _, value)) => piece(&value)?
            .is_some_and(|value| tracehop_core::Propagator::allows_credentials(value.as_bytes())),
        None => false,
    };
    let existing = to_text(py, existing.as_bytes(), Encoding::Latin1)?;
    let merged = propagator.get().allowing(existing.to_str()?, credentials);
    let changed = headers.get_slice(0, headers.len());
    changed.set_item(index, PyTuple::new(py, [name, like(&value, &merged)])?)?;
    Ok(changed)
}

/// Text if the example is text, else bytes.
fn like<'py>(example: &Bound<'py, PyAny>, text: &str) -> Bound<'py, PyAny> {
    match example.is_instance_of::<PyString>() {
        true => PyString::new(example.py(), text).into_any(),
        false => PyBytes::new(example.py(), text.as_bytes()).into_any(),
    }
}

type Found<'py> = (usize, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The first header of this name: its index, its name as spelt there, and its value.
fn find<'py>(headers: &Bound<'py, PyList>, wanted: &str) -> PyResult<Option<Found<'py>>> {
    for (index, pair) in headers.iter().enumerate() {
        let name = match pair.cast_exact::<PyTuple>() {
            Ok(pair) => pair.get_item(0)?,
            Err(_) => pair.get_item(0)?,
        };
        // Python stores the length of a name; few names have this length.
        if name.len().is_ok_and(|len| len == wanted.len())
            && piece(&name)?.is_some_and(|name| name.as_bytes().eq_ignore_ascii_case(wanted.as_bytes()))
        {
            return Ok(Some((index, name, pair.get_item(1)?)));
        }
    }
    Ok(None)
}

fn piece<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Piece<'py>>> {
    Piece::of(value, Encoding::Latin1, VALUE_CUT)
}
