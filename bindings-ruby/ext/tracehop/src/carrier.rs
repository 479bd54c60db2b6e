//! What carries headers in Ruby: a Hash with String or Symbol keys, pairs, a Rack env, a Sidekiq job, a message that has
//! one of these.

use std::mem;

use bytes::Bytes;
use magnus::encoding::Index;
use magnus::r_hash::ForEach;
use magnus::{Error, RArray, RHash, RString, Ruby, Symbol, Value};
use smallvec::SmallVec;
use tracehop_core::limits::{BAGGAGE_LINES, BAGGAGE_READ_BYTES, HTML_READ_BYTES};
use tracehop_core::{GATEWAY_MARKS, HeaderName, Headers, Texts};

use crate::kept::{Kept, Placed};
use crate::keys::Keys;
use crate::shape::{Shape, split};
use crate::{error, shape, strings};

/// Where the Sentry SDKs keep the headers of a trace in a job's payload.
pub(crate) const JOB_KEY: &str = "trace_propagation_headers";

/// The headers that a message was asked for and does not have.
type Missing = SmallVec<[HeaderName; HeaderName::ALL.len()]>;

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

    /// As `read`, where it stays: it is large to hand around.
    pub(crate) fn fill(
        &mut self,
        ruby: &Ruby,
        carrier: Value,
        name: &str,
        fields: &[HeaderName],
    ) -> Result<(), Error> {
        match Shape::of(ruby, carrier, name)? {
            Shape::Map(map) => self.map(ruby, map, fields),
            Shape::Pairs(pairs) => self.pairs(ruby, pairs, name, fields),
        }
    }

    /// Every header of a Hash that is known to be a Rack env, or to be none.
    pub(crate) fn known(ruby: &Ruby, map: RHash, is_gateway: bool) -> Result<Self, Error> {
        let mut found = Carrier::default();
        if is_gateway {
            found.gateway(ruby, map, &HeaderName::ALL)?;
        } else {
            let missing = found.plain(ruby, map, &HeaderName::ALL)?;
            found.rest(ruby, map, &HeaderName::ALL, &missing)?;
        }
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
    pub(crate) fn placed(&self, texts: &impl Texts) -> Placed {
        Placed::of(texts, self.lines.iter().map(|(_, line)| line.as_ref()))
    }

    /// Keeps these texts, with the line that they lie in.
    pub(crate) fn keep(&mut self, texts: Placed) -> Kept {
        texts.keep(|at| mem::take(&mut self.lines[at].1))
    }

    /// The encoding of the caller's own baggage (rule K4).
    pub(crate) fn encoding(&self) -> Option<Index> {
        self.encoding
    }

    fn map(&mut self, ruby: &Ruby, map: RHash, fields: &[HeaderName]) -> Result<(), Error> {
        let keys = Keys::of(ruby);
        // A Hash as small as this may hold our headers and nothing else, which one pass tells.
        if map.len() <= fields.len() && self.only_ours(ruby, map, fields)? {
            return Ok(());
        }
        if keys.is_gateway(ruby, map) {
            return self.gateway(ruby, map, fields);
        }
        let missing = self.plain(ruby, map, fields)?;
        self.rest(ruby, map, fields, &missing)
    }

    /// Reads a Hash that holds headers by their names alone; nothing is read of any other, and the answer is no.
    #[inline(always)]
    fn only_ours(&mut self, ruby: &Ruby, map: RHash, fields: &[HeaderName]) -> Result<bool, Error> {
        let (keys, mut ours) = (Keys::of(ruby), true);
        map.foreach(|key: Value, value: Value| {
            let Some(field) = RString::from_value(key).and_then(|key| keys.field(ruby, key, fields)) else {
                ours = false;
                return Ok(ForEach::Stop);
            };
            self.add(field, value)?;
            Ok(ForEach::Continue)
        })?;
        if !ours {
            *self = Carrier::default();
        }
        Ok(ours)
    }

    /// A Rack env.
    fn gateway(&mut self, ruby: &Ruby, map: RHash, fields: &[HeaderName]) -> Result<(), Error> {
        self.look_up(map, fields, |field| Keys::of(ruby).gateway(ruby, field)).map(drop)
    }

    /// A Hash of headers by their names; answers which are not there.
    #[inline(always)]
    fn plain(&mut self, ruby: &Ruby, map: RHash, fields: &[HeaderName]) -> Result<Missing, Error> {
        let keys = Keys::of(ruby);
        self.look_up(map, fields, |field| keys.plain(ruby, field))
    }

    /// What a Hash has of the missing headers under other names, else in a job's payload.
    fn rest(
        &mut self,
        ruby: &Ruby,
        map: RHash,
        fields: &[HeaderName],
        missing: &[HeaderName],
    ) -> Result<(), Error> {
        let job = self.scan(map, missing)?;
        match job.filter(|_| self.lines.is_empty()) {
            Some(headers) => self.plain(ruby, headers, fields).map(drop),
            None => Ok(()),
        }
    }

    /// Looks the exact keys up and answers which headers are not there.
    #[inline(always)]
    fn look_up(
        &mut self,
        map: RHash,
        fields: &[HeaderName],
        key: impl Fn(HeaderName) -> RString,
    ) -> Result<Missing, Error> {
        let mut missing = Missing::new();
        for field in fields {
            match map.get(key(*field)) {
                Some(value) => self.add(*field, value)?,
                None => missing.push(*field),
            }
        }
        Ok(missing)
    }

    /// Looks for headers under other spellings and under symbols (rule K2); answers those of a job.
    fn scan(&mut self, map: RHash, missing: &[HeaderName]) -> Result<Option<RHash>, Error> {
        let mut job = None;
        if missing.is_empty() {
            return Ok(job);
        }
        map.foreach(|key: Value, value: Value| {
            if let Some(field) = field(key).filter(|field| missing.contains(field)) {
                self.add(field, value)?;
            } else if is_named(key, JOB_KEY) {
                job = RHash::from_value(value);
            }
            Ok(ForEach::Continue)
        })?;
        Ok(job)
    }

    fn pairs(&mut self, ruby: &Ruby, pairs: RArray, name: &str, fields: &[HeaderName]) -> Result<(), Error> {
        let is_gateway = pairs.into_iter().any(is_mark);
        for pair in pairs {
            let Some((key, value)) = split(pair) else {
                return Err(error::wrong_type(ruby, name, shape::ACCEPTED, pair));
            };
            let named = if is_gateway { gateway_field(key) } else { field(key) };
            if let Some(field) = named.filter(|field| fields.contains(field)) {
                self.add(field, value)?;
            }
        }
        Ok(())
    }

    /// Adds a value: text, or an array of lines (as many as count, and one more).
    #[inline(always)]
    fn add(&mut self, field: HeaderName, value: Value) -> Result<(), Error> {
        if let Some(lines) = RArray::from_value(value) {
            return lines
                .into_iter()
                .take(BAGGAGE_LINES.saturating_add(1))
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
        self.lines.push((field, strings::bytes(string, BAGGAGE_READ_BYTES)?));
        Ok(())
    }
}

/// The lines of any header of a message, by its name in any case.
pub(crate) fn lines(ruby: &Ruby, message: Value, name: &str, header: &str) -> Result<Vec<Bytes>, Error> {
    let mut lines = Vec::new();
    let mut add = |value| {
        lines.extend(RString::from_value(value).map(RString::to_bytes));
    };
    Shape::of(ruby, message, name)?.each(ruby, name, |key, value| {
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
    Shape::of(ruby, environ, name)?.each(ruby, name, |key, value| {
        if let (Some(key), Some(value)) = (RString::from_value(key), RString::from_value(value)) {
            variables.push((key.to_bytes(), strings::bytes(value, BAGGAGE_READ_BYTES)?));
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
    strings::bytes(text, HTML_READ_BYTES)
}

/// The header that a key names: text in any case, or a symbol with `_` for `-`.
pub(crate) fn field(key: Value) -> Option<HeaderName> {
    if let Some(string) = RString::from_value(key) {
        return could_name(string.len()).then(|| HeaderName::named(&string.to_bytes())).flatten();
    }
    let symbol = Symbol::from_value(key)?.name().ok()?;
    could_name(symbol.len()).then(|| HeaderName::named(symbol.replace('_', "-").as_bytes())).flatten()
}

/// Is this the name, as text in any case or as a symbol with `_` for `-`?
fn is_named(key: Value, name: &str) -> bool {
    if let Some(string) = RString::from_value(key) {
        return string.len() == name.len() && string.to_bytes().eq_ignore_ascii_case(name.as_bytes());
    }
    let Some(symbol) = Symbol::from_value(key).and_then(|symbol| symbol.name().ok()) else { return false };
    symbol.len() == name.len() && symbol.replace('_', "-").eq_ignore_ascii_case(&name.replace('_', "-"))
}

/// Spares the copy of most keys: no header has a name of this length.
fn could_name(length: usize) -> bool {
    HeaderName::ALL.iter().any(|field| field.name().len() == length || field.gateway_name().len() == length)
}

fn gateway_field(key: Value) -> Option<HeaderName> {
    let key = RString::from_value(key).filter(|key| could_name(key.len()))?.to_bytes();
    HeaderName::ALL.into_iter().find(|field| field.gateway_name().as_bytes() == key)
}

fn is_mark(pair: Value) -> bool {
    let Some(key) = split(pair).and_then(|(key, _)| RString::from_value(key)) else { return false };
    GATEWAY_MARKS.iter().any(|mark| mark.len() == key.len() && mark.as_bytes() == key.to_bytes())
}
