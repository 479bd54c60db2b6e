//! Python's containers of headers: mappings, lists of pairs, WSGI environs (rules K1, K4). `tracehop_host::carrier` decides
//! which of their entries are headers.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyMapping, PyString, PyTuple};
use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers};
use tracehop_host::carrier::{Entries, Key, Lines, Map, may_matter, name_may_matter, read_map};

use crate::errors::type_error;
use crate::interned_names::{Names, names};
use crate::text::{Encoding, Piece, VALUE_CUT, is_text};

mod pairs;

pub(crate) use pairs::pairs;
use pairs::{ACCEPTED, as_pair, lines, with_items};

/// The header lines of one message during a call.
#[derive(Debug, Default)]
pub(crate) struct Carrier<'py> {
    lines: SmallVec<[(HeaderName, Piece<'py>); 4]>,
    /// The entries that contain them; kept for an outgoing message only.
    entries: Vec<Entry<'py>>,
    has_skipped: bool,
    has_text: bool,
    has_bytes: bool,
    is_gateway: bool,
    is_outgoing: bool,
}

impl<'py> Carrier<'py> {
    /// No headers at all.
    pub(crate) fn empty() -> Self {
        Carrier::default()
    }

    /// Reads these headers of an incoming message; `argument` names the carrier in a type error.
    pub(crate) fn incoming(
        argument: &str,
        carrier: &Bound<'py, PyAny>,
        fields: &[HeaderName],
    ) -> PyResult<Self> {
        let mut read = Self::empty();
        read.read(argument, carrier, fields)?;
        Ok(read)
    }

    /// As `incoming`, in place, which avoids a memcpy. None is a message without headers.
    pub(crate) fn read(
        &mut self,
        argument: &str,
        carrier: &Bound<'py, PyAny>,
        fields: &[HeaderName],
    ) -> PyResult<()> {
        if let Ok(dict) = carrier.cast_exact::<PyDict>() {
            read_map(&Dict { dict, names: names(dict.py()) }, fields, self)
        } else if let Ok(list) = carrier.cast_exact::<PyList>() {
            entries(argument, list.iter().map(Ok), fields)?.read(|| false, self)
        } else if carrier.is_none() {
            Ok(())
        } else if is_text(carrier) {
            Err(type_error(argument, ACCEPTED, carrier))
        } else if let Some(found) = with_items(argument, carrier, |items| entries(argument, items, fields))? {
            found.read(|| carrier.cast::<PyMapping>().is_ok(), self)
        } else {
            let pairs = carrier.try_iter().map_err(|_| type_error(argument, ACCEPTED, carrier))?;
            entries(argument, pairs, fields)?.read(|| false, self)
        }
    }

    /// Reads the trace headers of an outgoing request; if it mixes text and bytes, bytes count as latin-1 text.
    pub(crate) fn outgoing(argument: &str, carrier: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut read = Carrier { is_outgoing: true, ..Self::empty() };
        read.read(argument, carrier, &HeaderName::ALL)?;
        read.unify();
        Ok(read)
    }

    /// As `outgoing`, for the headers of a client whose cheapest list is the attribute or method `pairs`. If they contain a
    /// header that tracehop may replace, they are read again by `items()`, which returns it as the client has it.
    pub(crate) fn of_request(
        headers: &Bound<'py, PyAny>,
        pairs: Option<&Bound<'py, PyString>>,
    ) -> PyResult<Self> {
        let listed = pairs.map(|pairs| headers.getattr_opt(pairs)).transpose()?.flatten();
        let Some(listed) = listed else { return Self::outgoing("headers", headers) };
        let listed = if listed.is_callable() { listed.call0()? } else { listed };
        let read = Self::outgoing("headers", &listed)?;
        match read.entries.iter().any(is_replaceable) {
            true => Self::outgoing("headers", headers),
            false => Ok(read),
        }
    }

    /// A single header: text, bytes, or a list of lines of them.
    pub(crate) fn of_value(field: HeaderName, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut read = Self::empty();
        read.take_value(field, value.clone())?;
        read.unify();
        Ok(read)
    }

    /// The view that core reads.
    #[inline(always)] // Avoids a memcpy of the large result.
    pub(crate) fn headers(&self) -> Headers<'_> {
        let mut headers = Headers::new();
        self.add_to(&mut headers);
        headers
    }

    /// As `headers`, into an existing view, which avoids a memcpy.
    #[inline(always)] // Hot path: see `Propagator::enter`.
    pub(crate) fn add_to<'a>(&'a self, headers: &mut Headers<'a>) {
        for (field, piece) in &self.lines {
            headers.add(*field, piece.as_bytes());
        }
        if self.has_skipped {
            headers.skip_value();
        }
    }

    /// The lines without names.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(|(_, piece)| piece.as_bytes())
    }

    /// The encoding by which third-party members of this message become text (rule K4).
    pub(crate) fn encoding(&self) -> Encoding {
        match self.has_text && !self.is_gateway {
            true => Encoding::Utf8,
            false => Encoding::Latin1,
        }
    }

    /// The keys under which this header was found, other than its name.
    pub(crate) fn spellings(&self, name: &Bound<'py, PyAny>) -> impl Iterator<Item = &Bound<'py, PyAny>> {
        let wanted = name.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
        let found = self.entries.iter().filter(move |(field, ..)| wanted == Some(field.name()));
        found.filter_map(|(_, key, _)| key.as_ref().map(|Name(key)| key))
    }

    /// The outgoing message's own pairs of each header that tracehop may replace.
    pub(crate) fn replaceable(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = PyDict::new(py);
        for (header, key, value) in self.entries.iter().filter(|entry| is_replaceable(entry)) {
            let name = names(py).header(*header).bind(py);
            let pairs = found.as_any().call_method1(intern!(py, "setdefault"), (name, PyList::empty(py)))?;
            let key = key.as_ref().map_or(name.as_any(), |Name(key)| key);
            pairs.cast::<PyList>()?.append((key, value))?;
        }
        Ok(found)
    }

    /// If text and bytes are mixed, converts bytes as latin-1 text.
    fn unify(&mut self) {
        if self.has_text && self.has_bytes && !self.is_gateway {
            self.lines = self.lines.drain(..).map(|(field, piece)| (field, piece.into_utf8())).collect();
        }
    }

    /// Takes a value: one line, or a list of lines.
    // Inlined, because each return would move the value.
    #[inline(always)]
    fn take_value(&mut self, field: HeaderName, value: Bound<'py, PyAny>) -> PyResult<()> {
        match value.cast_into::<PyString>() {
            Ok(text) => self.take_text(field, text),
            Err(other) => self.take_lines(field, other.into_inner()),
        }
    }

    fn take_lines(&mut self, field: HeaderName, value: Bound<'py, PyAny>) -> PyResult<()> {
        match value.is_instance_of::<PyBytes>() {
            true => self.take_line(field, &value),
            false => lines(value).iter().try_for_each(|line| self.take_line(field, line)),
        }
    }

    #[inline(always)]
    fn take_text(&mut self, field: HeaderName, text: Bound<'py, PyString>) -> PyResult<()> {
        let encoding = if self.is_gateway { Encoding::Latin1 } else { Encoding::Utf8 };
        self.has_text = true;
        self.lines.push((field, Piece::of_text(text, encoding, VALUE_CUT)?));
        Ok(())
    }

    fn take_line(&mut self, field: HeaderName, value: &Bound<'py, PyAny>) -> PyResult<()> {
        if let Ok(text) = value.cast::<PyString>() {
            self.take_text(field, text.clone())?;
        } else if let Some(piece) = Piece::of_bytes(value, VALUE_CUT) {
            self.has_bytes = true;
            self.lines.push((field, piece));
        } else {
            self.has_skipped = true;
        }
        Ok(())
    }
}

impl<'py> Lines<Name<'py>, Bound<'py, PyAny>> for Carrier<'py> {
    type Error = PyErr;

    fn begin_gateway(&mut self) {
        *self = Carrier { is_gateway: true, is_outgoing: self.is_outgoing, ..Carrier::empty() };
    }

    #[inline(always)]
    fn take(&mut self, field: HeaderName, key: Option<Name<'py>>, value: Bound<'py, PyAny>) -> PyResult<()> {
        if self.is_outgoing {
            self.entries.push((field, key, value.clone()));
        }
        self.take_value(field, value)
    }
}

/// An entry of an outgoing message; no key if it was looked up by core's name.
type Entry<'py> = (HeaderName, Option<Name<'py>>, Bound<'py, PyAny>);

/// True for a header that tracehop may write.
fn is_replaceable((header, ..): &Entry<'_>) -> bool {
    HeaderName::NAMES.contains(&header.name())
}

/// A name: text or bytes.
#[derive(Debug)]
struct Name<'py>(Bound<'py, PyAny>);

impl Key for Name<'_> {
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        match self.0.cast::<PyString>() {
            Ok(text) => text.to_str().ok().map(|name| read(name.as_bytes())),
            Err(_) => self.0.cast::<PyBytes>().ok().map(|name| read(name.as_bytes())),
        }
    }
}

/// A dict, with lookups by interned names.
struct Dict<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    names: &'static Names,
}

impl<'py> Map for Dict<'_, 'py> {
    type Key = Name<'py>;
    type Value = Bound<'py, PyAny>;
    type Error = PyErr;

    fn len(&self) -> usize {
        self.dict.len()
    }

    fn header(&self, field: HeaderName) -> PyResult<Option<Self::Value>> {
        self.dict.get_item(self.names.header(field))
    }

    fn gateway(&self, field: HeaderName) -> PyResult<Option<Self::Value>> {
        self.dict.get_item(self.names.gateway(field))
    }

    fn is_gateway(&self) -> PyResult<bool> {
        for mark in self.names.marks() {
            if self.dict.contains(mark)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn each(&self, mut visit: impl FnMut(Self::Key, Self::Value) -> PyResult<()>) -> PyResult<()> {
        let may_matter = |key: &Bound<'py, PyAny>| Name(key.clone()).with_name(|name| may_matter(name.len()));
        // Collected before the first visit, because a visit may run code that changes the dict.
        let found: Vec<_> = self.dict.iter().filter(|(key, _)| may_matter(key) == Some(true)).collect();
        found.into_iter().try_for_each(|(key, value)| visit(Name(key), value))
    }
}

/// The entries of a list of pairs, or of the result of `items()`.
fn entries<'py>(
    argument: &str,
    pairs: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    fields: &[HeaderName],
) -> PyResult<Entries<Name<'py>, Bound<'py, PyAny>>> {
    let mut entries = Entries::default();
    for (index, pair) in pairs.enumerate() {
        let pair = pair?;
        if is_other_pair(&pair) {
            continue;
        }
        let (key, value) = as_pair(argument, index, &pair)?;
        entries.push(Name(key), value, fields);
    }
    Ok(entries)
}

/// True for a pair whose name is no trace header: almost every header of a request.
#[inline(always)]
fn is_other_pair(pair: &Bound<'_, PyAny>) -> bool {
    let Ok(pair) = pair.cast_exact::<PyTuple>() else { return false };
    let name = if pair.len() == 2 { pair.get_borrowed_item(0).ok() } else { None };
    let is_other = |name: &[u8]| !name_may_matter(name);
    name.is_some_and(|name| match name.cast_exact::<PyBytes>() {
        Ok(name) => is_other(name.as_bytes()),
        Err(_) => name
            .cast_exact::<PyString>()
            .is_ok_and(|name| name.to_str().is_ok_and(|name| is_other(name.as_bytes()))),
    })
}
