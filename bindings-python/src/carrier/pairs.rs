//! All names and values of a carrier.

use pyo3::exceptions::PyLookupError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyTuple, PyType};

use crate::errors::type_error;
use crate::text::{Encoding, Piece, VALUE_CUT, is_text};

/// The accepted types of a carrier, for errors.
pub(super) const ACCEPTED: &str =
    "a mapping of names to values, or a list of (name, value) pairs, of str or bytes";

/// Passes the result of `items()` to `read`; `None` if the carrier has no `items`. If a repeated name makes `items()`
/// raise LookupError, as in websockets, `raw_items()` is read instead.
pub(super) fn with_items<'py, T>(
    argument: &str,
    carrier: &Bound<'py, PyAny>,
    read: impl Fn(Bound<'py, PyIterator>) -> PyResult<T>,
) -> PyResult<Option<T>> {
    let py = carrier.py();
    let Some(items) = carrier.getattr_opt(intern!(py, "items"))? else { return Ok(None) };
    let refused = || type_error(argument, ACCEPTED, carrier);
    // A class instead of its instance is no carrier.
    if carrier.is_instance_of::<PyType>() || !items.is_callable() {
        return Err(refused());
    }
    let error = match read(items.call0()?.try_iter().map_err(|_| refused())?) {
        Err(error) if error.is_instance_of::<PyLookupError>(py) => error,
        done => return done.map(Some),
    };
    let raw_items = carrier.getattr_opt(intern!(py, "raw_items"))?.ok_or(error)?;
    read(raw_items.call0()?.try_iter()?).map(Some)
}

pub(super) fn as_pair<'py>(
    argument: &str,
    index: usize,
    pair: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let is_pair = pair.is_instance_of::<PyTuple>() || pair.is_instance_of::<PyList>();
    if !is_pair || pair.len()? != 2 {
        return Err(type_error(&format!("{argument}[{index}]"), "a (name, value) pair", pair));
    }
    Ok((pair.get_item(0)?, pair.get_item(1)?))
}

/// The lines of a value: the items of a list, else the value itself.
pub(super) fn lines(value: Bound<'_, PyAny>) -> Vec<Bound<'_, PyAny>> {
    match (value.cast::<PyList>(), value.cast::<PyTuple>()) {
        (Ok(lines), _) => lines.iter().collect(),
        (_, Ok(lines)) => lines.iter().collect(),
        _ => vec![value],
    }
}

/// All names and values of a carrier that are text or bytes; others are left out.
pub(crate) fn pairs<'py>(
    argument: &str,
    carrier: &Bound<'py, PyAny>,
) -> PyResult<Vec<(Piece<'py>, Piece<'py>)>> {
    if is_text(carrier) {
        return Err(type_error(argument, ACCEPTED, carrier));
    }
    if let Some(pairs) = with_items(argument, carrier, |items| text_pairs(argument, items))? {
        return Ok(pairs);
    }
    text_pairs(argument, carrier.try_iter().map_err(|_| type_error(argument, ACCEPTED, carrier))?)
}

fn text_pairs<'py>(argument: &str, items: Bound<'py, PyIterator>) -> PyResult<Vec<(Piece<'py>, Piece<'py>)>> {
    let of = |value: &Bound<'py, PyAny>| Piece::of(value, Encoding::Utf8, VALUE_CUT);
    let mut all = Vec::new();
    for (index, item) in items.enumerate() {
        let item = item?;
        let (name, value) = as_pair(argument, index, &item)?;
        for line in lines(value) {
            if let (Some(name), Some(line)) = (of(&name)?, of(&line)?) {
                all.push((name, line));
            }
        }
    }
    Ok(all)
}
