//! Sets and removes headers on the caller's message. No other object of the caller is changed.

use magnus::encoding::Index;
use magnus::r_hash::ForEach;
use magnus::{Error, RArray, RHash, RString, Ruby, Value, prelude::*};
use tracehop_core::{HeaderName, HeaderValue};

use crate::carrier::{self, Carrier};
use crate::copied::Copied;
use crate::input_kind::{self, InputKind};
use crate::{borrowed, error, interned_names, key, methods, strings};

const ACCEPTED: &str = "a Hash, an array of pairs or a message with []= and delete";

/// A name and a value for each header that the core may write.
const PLACES: usize = 2 * HeaderName::NAMES.len();

/// A message that headers are set on.
pub(crate) struct Message {
    target: Target,
    /// How its headers are read; `None` if no key of a Hash can be a trace header: then nothing is read, and no other spelling
    /// is removed.
    source: Option<InputKind>,
}

enum Target {
    Map(RHash),
    Gateway(RHash),
    Pairs(RArray),
    Object(Value),
}

impl Message {
    /// Classifies an argument. An object is converted to its headers once.
    pub(crate) fn of(ruby: &Ruby, headers: Value, name: &str) -> Result<Self, Error> {
        let target = Target::of(ruby, headers, name)?;
        let source = match InputKind::of(ruby, headers, name)? {
            InputKind::Map(map) if carrier::is_bare(map)? => None,
            source => Some(source),
        };
        let target = match target {
            Target::Map(map) if source.is_some() && interned_names::is_gateway(ruby, map) => {
                Target::Gateway(map)
            }
            target => target,
        };
        Ok(Message { target, source })
    }

    /// The headers that it carries.
    pub(crate) fn carried(&self, ruby: &Ruby, name: &str) -> Result<Carrier, Error> {
        let Some(source) = self.source else { return Ok(Carrier::default()) };
        match self.target {
            Target::Map(map) => Carrier::known(ruby, map, false),
            Target::Gateway(map) => Carrier::known(ruby, map, true),
            Target::Pairs(_) | Target::Object(_) => Carrier::of_kind(ruby, source, name, &HeaderName::ALL),
        }
    }

    /// The entries of the headers that may be written, by name: keys with copies of their values.
    pub(crate) fn entries(&self, ruby: &Ruby, name: &str) -> Result<RHash, Error> {
        let entries = ruby.hash_new();
        let Some(source) = self.source else { return Ok(entries) };
        source.each(ruby, name, |key, value| {
            let Some(field) = key::field(key).filter(|field| HeaderName::NAMES.contains(&field.name()))
            else {
                return Ok(());
            };
            let entry = (key, value.funcall::<_, _, Value>(*methods::DUP, ())?);
            let header = interned_names::header(ruby, field);
            match entries.get(header).and_then(RArray::from_value) {
                Some(several) => several.push(entry),
                None => entries.aset(header, ruby.ary_from_iter([entry])),
            }
        })?;
        Ok(entries)
    }

    /// Sets a header, or removes it if the value is `None`. Afterwards at most one spelling of its name is in the message.
    fn set(&self, ruby: &Ruby, name: &'static str, value: Option<RString>) -> Result<(), Error> {
        let key = interned_names::named(ruby, name);
        match self.target {
            Target::Map(map) => {
                if self.source.is_some() {
                    remove_other_spellings(map, name)?;
                }
                assign(map.as_value(), key, value)
            }
            Target::Gateway(map) => assign(map.as_value(), gateway_key(ruby, name), value),
            Target::Pairs(pairs) => replace(pairs, name, value.map(|value| (key, value))),
            Target::Object(message) => assign(message, key, value),
        }
    }
}

impl Target {
    fn of(ruby: &Ruby, headers: Value, name: &str) -> Result<Self, Error> {
        if let Some(map) = RHash::from_value(headers) {
            return Ok(Target::Map(map));
        }
        if let Some(pairs) = RArray::from_value(headers) {
            return Ok(Target::Pairs(pairs));
        }
        if headers.respond_to(*methods::STORE, false)? && headers.respond_to(*methods::DELETE, false)? {
            return Ok(Target::Object(headers));
        }
        Err(error::wrong_type(ruby, name, ACCEPTED, headers))
    }
}

/// Receives the headers that the core writes. Keeps the first error, because the core's callback cannot fail.
pub(crate) struct Setter<'r> {
    ruby: &'r Ruby,
    carrier: &'r Copied,
    /// The values that were set, by name; nil for a removed header.
    written: Option<RHash>,
    failed: Option<Error>,
}

impl<'r> Setter<'r> {
    pub(crate) fn new(ruby: &'r Ruby, carrier: &'r Copied, written: Option<RHash>) -> Self {
        Setter { ruby, carrier, written, failed: None }
    }

    /// Sets a header on a message; an empty value removes it.
    pub(crate) fn on(&mut self, message: &Message, name: &'static str, value: HeaderValue<'_>) {
        let text = (!value.is_empty()).then(|| text(self.ruby, self.carrier.encoding(), name, value));
        let (ruby, written) = (self.ruby, self.written);
        self.note(|| {
            message.set(ruby, name, text)?;
            written.map_or(Ok(()), |written| written.aset(interned_names::named(ruby, name), text))
        });
    }

    /// The core's result, or the first error.
    pub(crate) fn done<T>(self, answer: T) -> Result<T, Error> {
        self.failed.map_or(Ok(answer), Err)
    }

    fn note(&mut self, act: impl FnOnce() -> Result<(), Error>) {
        if self.failed.is_none() {
            self.failed = act().err();
        }
    }
}

/// Receives the headers that the core writes, for a Hash that is filled in one call. Names and values alternate in an array
/// on the stack, where Ruby's garbage collector finds them.
pub(crate) struct Noted<'r> {
    ruby: &'r Ruby,
    encoding: Option<Index>,
    strings: [Value; PLACES],
    used: usize,
}

impl<'r> Noted<'r> {
    /// For a Hash whose third-party members get this encoding.
    pub(crate) fn new(ruby: &'r Ruby, encoding: Option<Index>) -> Self {
        Noted { ruby, encoding, strings: [ruby.qnil().as_value(); PLACES], used: 0 }
    }

    /// Adds a header to set; an empty value stays empty.
    #[inline(always)]
    pub(crate) fn note(&mut self, name: &'static str, value: HeaderValue<'_>) {
        let value = text(self.ruby, self.encoding, name, value);
        self.pair(name, value);
    }

    /// Like `note`, for a copy of the value.
    pub(crate) fn note_bytes(&mut self, name: &'static str, value: &[u8]) {
        let encoding = of_baggage(self.encoding, name).unwrap_or_else(|| self.ruby.utf8_encindex());
        self.pair(name, self.ruby.enc_str_new(value, encoding));
    }

    #[inline(always)]
    fn pair(&mut self, name: &'static str, value: RString) {
        let key = interned_names::named(self.ruby, name);
        if let Some([key_place, value_place]) = self.strings.get_mut(self.used..self.used + 2) {
            (*key_place, *value_place) = (key.as_value(), value.as_value());
            self.used += 2;
        }
    }

    /// The Hash of all headers.
    #[inline(always)]
    pub(crate) fn hash(&self) -> Result<RHash, Error> {
        let hash = self.ruby.hash_new();
        hash.bulk_insert(&self.strings[..self.used])?;
        Ok(hash)
    }
}

/// The text of a value; third-party members keep the caller's encoding (rule K4).
#[inline(always)]
fn text(ruby: &Ruby, encoding: Option<Index>, name: &str, value: HeaderValue<'_>) -> RString {
    strings::header(ruby, value, of_baggage(encoding, name))
}

/// The encoding of the caller's baggage if `name` is that header.
#[inline(always)]
fn of_baggage(encoding: Option<Index>, name: &str) -> Option<Index> {
    encoding.filter(|_| name == HeaderName::Baggage.name())
}

fn assign(message: Value, name: RString, value: Option<RString>) -> Result<(), Error> {
    match value {
        Some(value) => message.funcall::<_, _, Value>(*methods::STORE, (name, value)).map(drop),
        None => message.funcall::<_, _, Value>(*methods::DELETE, (name,)).map(drop),
    }
}

fn remove_other_spellings(map: RHash, name: &'static str) -> Result<(), Error> {
    let mut others = None;
    map.foreach(|key: Value, _: Value| {
        if is_named(key, name) && !is_exactly(key, name) {
            others.get_or_insert_with(|| Ruby::get_with(map).ary_new()).push(key)?;
        }
        Ok(ForEach::Continue)
    })?;
    others
        .into_iter()
        .flatten()
        .try_for_each(|key| map.funcall::<_, _, Value>(*methods::DELETE, (key,)).map(drop))
}

fn replace(pairs: RArray, name: &'static str, pair: Option<(RString, RString)>) -> Result<(), Error> {
    for index in (0..pairs.len() as isize).rev() {
        if input_kind::split(pairs.entry(index)?).is_some_and(|(key, _)| is_named(key, name)) {
            pairs.delete_at::<Value>(index)?;
        }
    }
    pair.map_or(Ok(()), |pair| pairs.push(pair))
}

fn is_named(key: Value, name: &str) -> bool {
    key::field(key).is_some_and(|field| field.name() == name)
}

fn is_exactly(key: Value, name: &str) -> bool {
    RString::from_value(key).is_some_and(|key| borrowed::bytes(key, |key| key == name.as_bytes()))
}

fn gateway_key(ruby: &Ruby, name: &str) -> RString {
    let field = HeaderName::named(name.as_bytes());
    field.map_or_else(|| strings::utf8(ruby, name), |field| interned_names::gateway(ruby, field))
}
