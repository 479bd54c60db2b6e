//! Conversion between Python's text and bytes and core's bytes (rule K4).

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PySlice, PyString};
use tracehop_core::Limit;

/// The encoding of a carrier's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Text is UTF-8; lone surrogates represent single bytes (`surrogateescape`).
    Utf8,
    /// Each character of the text is one byte (PEP 3333).
    Latin1,
}

/// The bytes that are read of one header value: one more than the reading budget, so that core detects a value that
/// exceeds it.
pub(crate) const VALUE_CUT: usize = Limit::BaggageReadBytes.value() + 1;

/// One text or bytes value during a call, borrowed from Python if possible.
#[derive(Debug)]
pub(crate) enum Piece<'py> {
    /// Text that Python stores as UTF-8, and the number of bytes to read of it.
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
            false => Self::of_other_text(&text, encoding, cut),
        }
    }

    #[cold]
    fn of_other_text(text: &Bound<'py, PyString>, encoding: Encoding, cut: usize) -> PyResult<Self> {
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

/// True if this text needs no conversion: it is not longer than `cut`, and contains no lone surrogates.
#[inline(always)] // Hot path: see `Propagator::enter`.
fn is_plain(text: &Bound<'_, PyString>, encoding: Encoding, cut: usize) -> bool {
    matches!(text.code_point_len(), Ok(len) if len <= cut)
        && text.to_str().is_ok_and(|text| encoding == Encoding::Utf8 || text.is_ascii())
}

/// True for ASCII; Python stores this as a flag.
fn is_ascii(text: &Bound<'_, PyString>) -> PyResult<bool> {
    text.call_method0(intern!(text.py(), "isascii"))?.is_truthy()
}

/// Text with lone surrogates; those that escape no byte keep their own three bytes.
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

/// The byte of each character; text with characters above U+00FF stays UTF-8.
fn latin1_bytes(text: &str) -> Vec<u8> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.unwrap_or_else(|| text.as_bytes().to_vec())
}

fn latin1_text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// True for text and bytes, which are no container of headers.
pub(crate) fn is_text(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
        || value.is_instance_of::<PyMemoryView>()
}

/// Core's ids and other ASCII as Python text.
pub(crate) fn ascii<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
    PyString::from_bytes(py, bytes).unwrap_or_else(|_| PyString::new(py, ""))
}
