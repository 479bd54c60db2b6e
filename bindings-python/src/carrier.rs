//! What carries headers in Python: mappings, lists of pairs, WSGI environs (rules K1, K2, K4).
//!
//! A dict is asked for the lower-case names and scanned only for those that it lacks. Anything else that has
//! `items()` is scanned once, and so is a list of pairs.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyMapping, PyString};
use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers};

use crate::errors::type_error;
use crate::keys::Keys;
use crate::text::{Encoding, Piece, VALUE_CUT, is_text};

mod names;
mod pairs;

use names::{field_of, is_mark, is_spelt};
pub(crate) use pairs::pairs;
use pairs::{as_pair, items, lines};

pub(crate) const ACCEPTED: &str =
    "a mapping of names to values, or a list of (name, value) pairs, of str or bytes";

/// A header that was found: what it is, how its name is spelt, and its value.
type Found<'py> = (HeaderName, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The header lines of one message, held for the length of a call.
#[derive(Debug, Default)]
pub(crate) struct Carrier<'py> {
    lines: SmallVec<[(HeaderName, Piece<'py>); 4]>,
    /// The keys under which they stood, where those are not core's own names.
    spellings: Vec<(HeaderName, Bound<'py, PyAny>)>,
    has_skipped: bool,
    has_text: bool,
    has_bytes: bool,
    is_gateway: bool,
}

impl<'py> Carrier<'py> {
    /// No headers at all.
    pub(crate) fn empty() -> Self {
        Carrier::default()
    }

    /// Reads these fields of an incoming message; `argument` names the carrier in a type error.
    pub(crate) fn incoming(
        argument: &str,
        carrier: &Bound<'py, PyAny>,
        fields: &[HeaderName],
    ) -> PyResult<Self> {
        let mut read = Self::empty();
        read.read(argument, carrier, fields)?;
        Ok(read)
    }

    /// As `incoming`, where it stays: it is large to hand around.
    pub(crate) fn read(
        &mut self,
        argument: &str,
        carrier: &Bound<'py, PyAny>,
        fields: &[HeaderName],
    ) -> PyResult<()> {
        if let Ok(dict) = carrier.cast_exact::<PyDict>() {
            self.read_dict(dict, fields)
        } else if is_text(carrier) {
            Err(type_error(argument, ACCEPTED, carrier))
        } else if let Some(items) = items(argument, carrier)? {
            self.read_items(argument, carrier, &items, fields)
        } else {
            let pairs = carrier.try_iter().map_err(|_| type_error(argument, ACCEPTED, carrier))?;
            self.read_pairs(argument, &pairs, fields)
        }
    }

    /// Reads all that matters of an outgoing request; where it mixes text and bytes, bytes count as latin-1 text.
    pub(crate) fn outgoing(argument: &str, carrier: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut read = Self::incoming(argument, carrier, &HeaderName::ALL)?;
        read.unify();
        Ok(read)
    }

    /// One header alone: text, bytes, or a list of lines of them.
    pub(crate) fn of_value(field: HeaderName, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut read = Self::empty();
        read.take(field, value.clone())?;
        read.unify();
        Ok(read)
    }

    /// The view that core reads.
    #[inline(always)] // It is large: it would be copied.
    pub(crate) fn headers(&self) -> Headers<'_> {
        let mut headers = Headers::new();
        self.add_to(&mut headers);
        headers
    }

    /// As `headers`, laid into a view at hand, so that nothing large is copied.
    #[inline(always)] // On the way of a hop: see `Propagator::enter`.
    pub(crate) fn add_to<'a>(&'a self, headers: &mut Headers<'a>) {
        for (field, piece) in &self.lines {
            headers.add(*field, piece.as_bytes());
        }
        if self.has_skipped {
            headers.skip_value();
        }
    }

    /// The lines alone.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(|(_, piece)| piece.as_bytes())
    }

    /// How foreign members of this message become text again (rule K4).
    pub(crate) fn encoding(&self) -> Encoding {
        match self.has_text && !self.is_gateway {
            true => Encoding::Utf8,
            false => Encoding::Latin1,
        }
    }

    /// The other spellings under which this header stands.
    pub(crate) fn spellings(&self, name: &Bound<'py, PyAny>) -> impl Iterator<Item = &Bound<'py, PyAny>> {
        self.spellings.iter().filter(move |(field, _)| is_spelt(name, field.name())).map(|(_, key)| key)
    }

    /// Where text and bytes are mixed, bytes count as latin-1 text.
    fn unify(&mut self) {
        if self.has_text && self.has_bytes && !self.is_gateway {
            self.lines = self.lines.drain(..).map(|(field, piece)| (field, piece.into_utf8())).collect();
        }
    }

    fn read_dict(&mut self, dict: &Bound<'py, PyDict>, fields: &[HeaderName]) -> PyResult<()> {
        let (py, keys) = (dict.py(), Keys::of(dict.py()));
        // A dict as small as this may hold our headers and nothing else; every larger one is first asked what it is.
        let len = dict.len();
        let is_small = len <= fields.len();
        if !is_small && keys.is_gateway(dict)? {
            return self.read_gateway(dict, fields);
        }
        let mut missing: SmallVec<[HeaderName; HeaderName::ALL.len()]> = SmallVec::new();
        for &field in fields {
            match dict.get_item(keys.plain(py, field))? {
                Some(value) => self.take(field, value)?,
                None => missing.push(field),
            }
        }
        if len == fields.len() - missing.len() {
            return Ok(());
        }
        if is_small && keys.is_gateway(dict)? {
            *self = Self::empty();
            return self.read_gateway(dict, fields);
        }
        if missing.is_empty() { Ok(()) } else { self.scan_dict(dict, &missing) }
    }

    fn read_gateway(&mut self, dict: &Bound<'py, PyDict>, fields: &[HeaderName]) -> PyResult<()> {
        self.is_gateway = true;
        for &field in fields {
            if let Some(value) = dict.get_item(Keys::of(dict.py()).gateway(dict.py(), field))? {
                self.take(field, value)?;
            }
        }
        Ok(())
    }

    fn scan_dict(&mut self, dict: &Bound<'py, PyDict>, missing: &[HeaderName]) -> PyResult<()> {
        let named = dict.iter().filter_map(|(key, value)| Some((field_of(&key, missing)?, key, value)));
        let found: Vec<Found<'py>> = named.collect();
        self.take_all(found)
    }

    fn read_items(
        &mut self,
        argument: &str,
        carrier: &Bound<'py, PyAny>,
        items: &Bound<'py, PyIterator>,
        fields: &[HeaderName],
    ) -> PyResult<()> {
        let mut found: Vec<Found<'py>> = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let (key, value) = as_pair(argument, index, &item?)?;
            self.is_gateway |= is_mark(&key);
            found.extend(field_of(&key, fields).map(|field| (field, key, value)));
        }
        let is_mapping = found.len() > 1 && carrier.cast::<PyMapping>().is_ok();
        let is_exact = |field: HeaderName, key: &Bound<'py, PyAny>| is_spelt(key, field.name());
        let exact: Vec<HeaderName> =
            found.iter().filter(|(f, key, _)| is_exact(*f, key)).map(|(f, ..)| *f).collect();
        let is_gateway = self.is_gateway;
        found.retain(|(field, key, _)| match is_gateway {
            true => is_spelt(key, field.gateway_name()),
            false => !is_mapping || is_exact(*field, key) || !exact.contains(field),
        });
        self.take_all(found)
    }

    fn read_pairs(
        &mut self,
        argument: &str,
        pairs: &Bound<'py, PyIterator>,
        fields: &[HeaderName],
    ) -> PyResult<()> {
        for (index, pair) in pairs.into_iter().enumerate() {
            let (key, value) = as_pair(argument, index, &pair?)?;
            if let Some(field) = field_of(&key, fields) {
                self.take(field, value)?;
            }
        }
        Ok(())
    }

    fn take_all(&mut self, found: Vec<Found<'py>>) -> PyResult<()> {
        for (field, key, value) in found {
            self.take(field, value)?;
            self.spellings.push((field, key));
        }
        Ok(())
    }

    /// Takes a value: one line, or a list of lines.
    // Inlined, as what text takes on its way to core: it would be moved at each return.
    #[inline(always)]
    fn take(&mut self, field: HeaderName, value: Bound<'py, PyAny>) -> PyResult<()> {
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
