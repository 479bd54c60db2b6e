//! Python's text and bytes as the bytes that core reads, and core's bytes as Python text (rule K4).

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PySlice, PyString};
use tracehop_core::Limit;

/// How the text of a carrier stands for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Text is UTF-8; lone surrogates stand for single bytes (`surrogateescape`).
    Utf8,
    /// Each character of the text is one byte, as PEP 3333 has it.
    Latin1,
}

/// How much of one header value is looked at: one byte more than the reading budget, so that core still sees that
/// a longer value exceeds it.
pub(crate) const VALUE_CUT: usize = Limit::BaggageReadBytes.value() + 1;

/// One text or bytes value, held for the length of a call; it borrows from Python where it can.
#[derive(Debug)]
pub(crate) enum Piece<'py> {
    /// Text that Python has as UTF-8, and how many bytes of it count.
    Text(Bound<'py, PyString>, usize),
    Bytes(Bound<'py, PyBytes>),
}

impl<'py> Piece<'py> {
    /// The start of a text or bytes value; `None` for a value of another type.
    pub(crate) fn of(value: &Bound<'py, PyAny>, encoding: Encoding, cut: usize) -> PyResult<Option<Self>> {
        match value.cast::<PyString>() {
            Ok(text) => Self::of_text(text.clone(), encoding, cut).map(Some),
            Err(_) => Ok(Self::of_bytes(value, cut)),
        }
    }

    /// The start of a text value; no more than `cut` characters of it are converted. ASCII needs no conversion.
    #[inline(always)]
    pub(crate) fn of_text(text: Bound<'py, PyString>, encoding: Encoding, cut: usize) -> PyResult<Self> {
        match is_plain(&text, encoding, cut) {
            true => Ok(Piece::Text(text, cut)),
            false => Self::of_odd_text(&text, encoding, cut),
        }
    }

    #[cold]
    fn of_odd_text(text: &Bound<'py, PyString>, encoding: Encoding, cut: usize) -> PyResult<Self> {
        if text.code_point_len()? <= cut {
            let bytes = text.to_str().map(|plain| PyBytes::new(text.py(), &latin1_bytes(plain)));
            return bytes.or_else(|_| escaped(text)).map(Piece::Bytes);
        }
        if is_ascii(text)? {
            return Ok(Piece::Text(text.clone(), cut));
        }
        let start = text.get_item(PySlice::new(text.py(), 0, cut as isize, 1))?;
        Self::of_text(start.cast_into()?, encoding, cut)
    }

    /// The start of a bytes, bytearray or memoryview value; `None` for a value of another type, and for a
    /// memoryview that cannot be read.
    pub(crate) fn of_bytes(value: &Bound<'py, PyAny>, cut: usize) -> Option<Self> {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Some(Piece::Bytes(bytes.clone()));
        }
        let is_buffer = value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>();
        is_buffer.then(|| buffer_start(value, cut).ok().map(Piece::Bytes)).flatten()
    }

    /// The bytes that core reads.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Piece::Text(text, cut) => {
                let bytes = text.to_str().unwrap_or_default().as_bytes();
                bytes.get(..*cut).unwrap_or(bytes)
            }
            Piece::Bytes(bytes) => bytes.as_bytes(),
        }
    }

    /// The same value as the UTF-8 of its latin-1 text, for a carrier that mixes text and bytes.
    pub(crate) fn into_utf8(self) -> Self {
        match self {
            Piece::Bytes(bytes) => {
                Piece::Bytes(PyBytes::new(bytes.py(), latin1_text(bytes.as_bytes()).as_bytes()))
            }
            text => text,
        }
    }
}

/// Core's bytes as Python text.
pub(crate) fn to_text<'py>(
    py: Python<'py>,
    bytes: &[u8],
    encoding: Encoding,
) -> PyResult<Bound<'py, PyString>> {
    match (std::str::from_utf8(bytes), encoding) {
        (Ok(text), Encoding::Latin1) if text.is_ascii() => Ok(PyString::new(py, text)),
        (_, Encoding::Latin1) => Ok(PyString::new(py, &latin1_text(bytes))),
        (Ok(text), Encoding::Utf8) => Ok(PyString::new(py, text)),
        (Err(_), Encoding::Utf8) => {
            let bytes = PyBytes::new(py, bytes);
            PyString::from_encoded_object(&bytes, Some(c"utf-8"), Some(c"surrogateescape"))
        }
    }
}

/// Is this text read as it stands? It is not longer than this, and holds no lone surrogates.
#[inline(always)] // On the way of a hop: see `Propagator::enter`.
fn is_plain(text: &Bound<'_, PyString>, encoding: Encoding, cut: usize) -> bool {
    matches!(text.code_point_len(), Ok(len) if len <= cut)
        && text.to_str().is_ok_and(|text| encoding == Encoding::Utf8 || text.is_ascii())
}

/// Is it ASCII? Python knows without a look at it.
fn is_ascii(text: &Bound<'_, PyString>) -> PyResult<bool> {
    text.call_method0(intern!(text.py(), "isascii"))?.is_truthy()
}

/// Text that holds lone surrogates; those that escape no byte keep their own three bytes.
fn escaped<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    let encode = |errors| text.call_method1(intern!(text.py(), "encode"), ("utf-8", errors));
    let bytes = encode("surrogateescape").or_else(|_| encode("surrogatepass"))?;
    Ok(bytes.cast_into()?)
}

fn buffer_start<'py>(value: &Bound<'py, PyAny>, cut: usize) -> PyResult<Bound<'py, PyBytes>> {
    let py = value.py();
    let flat = PyMemoryView::from(value)?.call_method1(intern!(py, "cast"), ("B",))?;
    let start = flat.get_item(PySlice::new(py, 0, cut as isize, 1))?;
    Ok(start.call_method0(intern!(py, "tobytes"))?.cast_into()?)
}

/// A character of each byte; text that no server can have made so stays UTF-8.
fn latin1_bytes(text: &str) -> Vec<u8> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.unwrap_or_else(|| text.as_bytes().to_vec())
}

fn latin1_text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// True for text and bytes, which are no carrier of headers.
pub(crate) fn is_text(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
        || value.is_instance_of::<PyMemoryView>()
}

/// Ids and other ASCII of core's as Python text.
pub(crate) fn ascii<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
    PyString::from_bytes(py, bytes).unwrap_or_else(|_| PyString::new(py, ""))
}
