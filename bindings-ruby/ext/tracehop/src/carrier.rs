//! Carriers in Ruby: Hash, pairs, Rack env, Sidekiq job, message; `tracehop_host::carrier` decides what is a header.

use std::cell::Cell;
use std::mem;

use bytes::Bytes;
use magnus::encoding::Index;
use magnus::r_hash::ForEach;
use magnus::{Error, RArray, RHash, RString, Ruby, Symbol, Value, prelude::*};
use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers, Limit};
use tracehop_host::carrier::{Entries, Key, Lines, Map, may_matter, read_gateway, read_map, read_plain};

use crate::input_kind::{self, InputKind, split};
use crate::stored_text::{Kept, Placed};
use crate::{error, interned_names, strings};

/// Where the Sentry SDKs keep the headers of a trace in a job's payload.
pub(crate) const JOB_KEY: &str = "trace_propagation_headers";

/// The propagation headers of one message, copied out of Ruby's strings.
#[derive(Default)]
pub(crate) struct Carrier {
    lines: SmallVec<[(HeaderName, Bytes); 4]>,
    skipped: bool,
    encoding: Option<Index>,
}

impl Carrier {
    /// Reads these headers of a carrier; `name` is what the caller knows the argument by.
    pub(crate) fn read(
        ruby: &Ruby,
        carrier: Value,
        name: &str,
        fields: &[HeaderName],
    ) -> Result<Self, Error> {
        let mut found = Carrier::default();
        found.fill(ruby, carrier, name, fields)?;
        Ok(found)
    }

    /// As `read`, where it stays: it is large to hand around. nil is a message without headers.
    pub(crate) fn fill(
        &mut self,
        ruby: &Ruby,
        carrier: Value,
        name: &str,
        fields: &[HeaderName],
    ) -> Result<(), Error> {
        if carrier.is_nil() {
            return Ok(());
        }
        match InputKind::of(ruby, carrier, name)? {
            InputKind::Map(map) => self.map(ruby, map, |hash, lines| read_map(hash, fields, lines)),
            InputKind::Pairs(pairs) => self.pairs(ruby, pairs, name, fields),
        }
    }

    /// Every header of a Hash that is known to be a Rack env, or to be none.
    pub(crate) fn known(ruby: &Ruby, map: RHash, is_gateway: bool) -> Result<Self, Error> {
        let mut found = Carrier::default();
        found.map(ruby, map, |hash, lines| match is_gateway {
            true => read_gateway(hash, &HeaderName::ALL, lines),
            false => read_plain(hash, &HeaderName::ALL, lines),
        })?;
        Ok(found)
    }

    /// The lines of one header alone.
    pub(crate) fn of(field: HeaderName, value: Value) -> Result<Self, Error> {
        let mut found = Carrier::default();
        found.add(field, value)?;
        Ok(found)
    }

    /// Shows what was read in the core's view, which stays where it is: it is large to hand around.
    pub(crate) fn show<'c>(&'c self, headers: &mut Headers<'c>) {
        self.lines.iter().for_each(|(field, line)| headers.add(*field, line));
        if self.skipped {
            headers.skip_value();
        }
    }

    /// Where the texts of a context are that continues this message.
    pub(crate) fn placed(&self, baggage: &[u8], tracestate: &[u8]) -> Placed {
        Placed::of(baggage, tracestate, self.lines.iter().map(|(_, line)| line.as_ref()))
    }

    /// Keeps these texts, with the line that they lie in.
    pub(crate) fn keep(&mut self, texts: Placed) -> Kept {
        texts.keep(|at| mem::take(&mut self.lines[at].1))
    }

    /// The encoding of the caller's own baggage (rule K4).
    pub(crate) fn encoding(&self) -> Option<Index> {
        self.encoding
    }

    /// Reads a Hash, or the headers in it if it is a job's payload without headers of its own.
    #[inline(always)]
    fn map(
        &mut self,
        ruby: &Ruby,
        map: RHash,
        read: impl Fn(&Hash<'_>, &mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let hash = Hash { ruby, map, job: Cell::new(None) };
        read(&hash, self)?;
        match hash.job.get().filter(|_| self.lines.is_empty()) {
            Some(map) => read(&Hash { ruby, map, job: Cell::new(None) }, self),
            None => Ok(()),
        }
    }

    fn pairs(&mut self, ruby: &Ruby, pairs: RArray, name: &str, fields: &[HeaderName]) -> Result<(), Error> {
        let mut entries = Entries::default();
        for index in 0..pairs.len() {
            let pair: Value = pairs.entry(index as isize)?;
            let Some((key, _)) = split(pair) else {
                return Err(error::wrong_type(ruby, name, input_kind::ACCEPTED, pair));
            };
            if let Some(name) = key_name(key) {
                entries.push(Name(name), index, fields);
            }
        }
        entries.read(|| false, &mut Pairs { pairs, carrier: self })
    }

    /// Adds a value: text, or an array of lines (as many as count, and one more).
    #[inline(always)]
    fn add(&mut self, field: HeaderName, value: Value) -> Result<(), Error> {
        if let Some(lines) = RArray::from_value(value) {
            return lines
                .into_iter()
                .take(Limit::BaggageLines.value().saturating_add(1))
                .try_for_each(|line| self.line(field, line));
        }
        self.line(field, value)
    }

    #[inline(always)]
    fn line(&mut self, field: HeaderName, value: Value) -> Result<(), Error> {
        let Some(string) = RString::from_value(value) else {
            self.skipped = true;
            return Ok(());
        };
        if field == HeaderName::Baggage {
            self.encoding.get_or_insert(strings::encoding(string));
        }
        self.lines.push((field, strings::bytes(string, Limit::BaggageReadBytes.value())?));
        Ok(())
    }
}

/// The lines of any header of a message, by its name in any case.
pub(crate) fn lines(ruby: &Ruby, message: Value, name: &str, header: &str) -> Result<Vec<Bytes>, Error> {
    let mut lines = Vec::new();
    let mut add = |value| {
        lines.extend(RString::from_value(value).map(RString::to_bytes));
    };
    InputKind::of(ruby, message, name)?.each(ruby, name, |key, value| {
        match RArray::from_value(value).filter(|_| is_named(key, header)) {
            Some(several) => several.into_iter().for_each(&mut add),
            None if is_named(key, header) => add(value),
            None => (),
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Name and value of a variable, as bytes.
type Variable = (Bytes, Bytes);

/// The variables of a process environment.
pub(crate) fn variables(ruby: &Ruby, environ: Value, name: &str) -> Result<Vec<Variable>, Error> {
    let mut variables = Vec::new();
    InputKind::of(ruby, environ, name)?.each(ruby, name, |key, value| {
        if let (Some(key), Some(value)) = (RString::from_value(key), RString::from_value(value)) {
            variables.push((key.to_bytes(), strings::bytes(value, Limit::BaggageReadBytes.value())?));
        }
        Ok(())
    })?;
    Ok(variables)
}

/// The part of a page that may hold its meta tags.
pub(crate) fn page(ruby: &Ruby, page: Value, name: &str) -> Result<Bytes, Error> {
    let Some(text) = RString::from_value(page) else {
        return Err(error::wrong_type(ruby, name, "a String", page));
    };
    strings::bytes(text, Limit::HtmlReadBytes.value())
}

/// The header that a key names: text in any case, or a symbol with `_` for `-`.
pub(crate) fn field(key: Value) -> Option<HeaderName> {
    key_name(key).and_then(|name| HeaderName::named(&name))
}

/// The name that a key spells, if it may matter: text, or a symbol with `_` for `-`.
fn key_name(key: Value) -> Option<Bytes> {
    if let Some(string) = RString::from_value(key) {
        return may_matter(string.len()).then(|| string.to_bytes());
    }
    let symbol = Symbol::from_value(key)?.name().ok()?;
    may_matter(symbol.len()).then(|| Bytes::from(symbol.replace('_', "-")))
}

/// True for the name as text in any case, or as a symbol with `_` for `-`.
fn is_named(key: Value, name: &str) -> bool {
    if let Some(string) = RString::from_value(key) {
        return string.len() == name.len() && string.to_bytes().eq_ignore_ascii_case(name.as_bytes());
    }
    let Some(symbol) = Symbol::from_value(key).and_then(|symbol| symbol.name().ok()) else { return false };
    symbol.len() == name.len() && symbol.replace('_', "-").eq_ignore_ascii_case(&name.replace('_', "-"))
}

/// A Hash, and the headers of a job that were seen in it.
struct Hash<'r> {
    ruby: &'r Ruby,
    map: RHash,
    job: Cell<Option<RHash>>,
}

impl Map for Hash<'_> {
    type Key = Name;
    type Value = Value;
    type Error = Error;

    fn len(&self) -> usize {
        self.map.len()
    }

    fn header(&self, field: HeaderName) -> Result<Option<Value>, Error> {
        Ok(self.map.get(interned_names::header(self.ruby, field)))
    }

    fn gateway(&self, field: HeaderName) -> Result<Option<Value>, Error> {
        Ok(self.map.get(interned_names::gateway(self.ruby, field)))
    }

    fn is_gateway(&self) -> Result<bool, Error> {
        Ok(interned_names::is_gateway(self.ruby, self.map))
    }

    fn each(&self, mut visit: impl FnMut(Name, Value) -> Result<(), Error>) -> Result<(), Error> {
        self.map.foreach(|key: Value, value: Value| {
            if let Some(name) = key_name(key) {
                visit(Name(name), value)?;
            } else if is_named(key, JOB_KEY) {
                self.job.set(RHash::from_value(value));
            }
            Ok(ForEach::Continue)
        })
    }
}

/// The bytes of a name.
struct Name(Bytes);

impl Key for Name {
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        Some(read(&self.0))
    }
}

impl Lines<Name, Value> for Carrier {
    type Error = Error;

    fn begin_gateway(&mut self) {
        *self = Carrier::default();
    }

    #[inline(always)]
    fn take(&mut self, field: HeaderName, _: Option<Name>, value: Value) -> Result<(), Error> {
        self.add(field, value)
    }
}

/// A list of pairs whose values are named by their index: the garbage collector sees the list alone.
struct Pairs<'c> {
    pairs: RArray,
    carrier: &'c mut Carrier,
}

impl Lines<Name, usize> for Pairs<'_> {
    type Error = Error;

    fn begin_gateway(&mut self) {
        *self.carrier = Carrier::default();
    }

    fn take(&mut self, field: HeaderName, _: Option<Name>, index: usize) -> Result<(), Error> {
        match split(self.pairs.entry(index as isize)?) {
            Some((_, value)) => self.carrier.add(field, value),
            None => Ok(()),
        }
    }
}
