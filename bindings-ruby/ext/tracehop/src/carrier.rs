//! Carriers in Ruby: Hash, pairs, Rack env, Sidekiq job, message; `tracehop_host::carrier` decides what is a header.

use std::cell::Cell;

use magnus::encoding::Index;
use magnus::r_hash::ForEach;
use magnus::{Error, RArray, RHash, RString, Ruby, Value, prelude::*};
use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers, Limit};
use tracehop_host::carrier::{Entries, Lines, Map, read_gateway, read_map, read_plain};

use crate::copied::Copied;
use crate::input_kind::{self, InputKind, split};
use crate::key::{Name, PairKey, has_name, is_named};
use crate::{borrowed, error, interned_names, strings};

/// The key of the trace headers in a job's payload, as in the Sentry SDKs.
pub(crate) const JOB_KEY: &str = "trace_propagation_headers";

/// Most messages have no more lines than this. Their strings are on the stack, where Ruby's garbage collector finds
/// them; the strings of further lines are in a Ruby array.
const FEW: usize = 4;

/// The propagation headers of one message as Ruby strings. It must stay on the stack.
#[derive(Default)]
pub(crate) struct Carrier {
    names: SmallVec<[HeaderName; FEW]>,
    first: [Option<RString>; FEW],
    others: Option<RArray>,
    skipped: bool,
}

impl Carrier {
    /// Reads these headers of a carrier; `name` is the name of the argument.
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

    /// Like `read`, but in place, because a `Carrier` is large to move. nil is a message without headers.
    #[inline(always)]
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
        self.kind(ruby, InputKind::of(ruby, carrier, name)?, name, fields)
    }

    /// Like `read`, for a carrier of a known kind.
    pub(crate) fn of_kind(
        ruby: &Ruby,
        kind: InputKind,
        name: &str,
        fields: &[HeaderName],
    ) -> Result<Self, Error> {
        let mut found = Carrier::default();
        found.kind(ruby, kind, name, fields)?;
        Ok(found)
    }

    #[inline(always)]
    fn kind(&mut self, ruby: &Ruby, kind: InputKind, name: &str, fields: &[HeaderName]) -> Result<(), Error> {
        match kind {
            InputKind::Map(map) => self.map(ruby, map, |hash, lines| read_map(hash, fields, lines)),
            InputKind::Pairs(pairs) => self.pairs(ruby, pairs, name, fields),
        }
    }

    /// Every header of a Hash; `is_gateway` is true for a Rack env.
    pub(crate) fn known(ruby: &Ruby, map: RHash, is_gateway: bool) -> Result<Self, Error> {
        let mut found = Carrier::default();
        found.map(ruby, map, |hash, lines| match is_gateway {
            true => read_gateway(hash, &HeaderName::ALL, lines),
            false => read_plain(hash, &HeaderName::ALL, lines),
        })?;
        Ok(found)
    }

    /// The lines of one header.
    pub(crate) fn of(field: HeaderName, value: Value) -> Result<Self, Error> {
        let mut found = Carrier::default();
        found.add(field, value)?;
        Ok(found)
    }

    /// Calls `act` with the headers, whose bytes are borrowed from Ruby; it must not run Ruby code.
    #[inline(always)]
    pub(crate) fn borrow<T>(&self, act: impl FnOnce(&Headers<'_>) -> T + Send) -> T {
        let (names, skipped) = (&self.names[..], self.skipped);
        borrowed::each(self.strings(), move |lines| {
            let mut headers = Headers::new();
            for (name, line) in names.iter().zip(lines) {
                headers.add(*name, strings::head(line, Limit::BaggageReadBytes.value()));
            }
            if skipped {
                headers.skip_value();
            }
            act(&headers)
        })
    }

    /// A copy of the headers, for code that may run Ruby or outlives the message.
    #[inline(never)]
    pub(crate) fn copied(&self) -> Copied {
        let lines = self.strings().map(|line| strings::bytes(line, Limit::BaggageReadBytes.value()));
        Copied {
            lines: self.names.iter().copied().zip(lines).collect(),
            skipped: self.skipped,
            encoding: self.encoding(),
        }
    }

    /// The encoding of the caller's own baggage (rule K4).
    pub(crate) fn encoding(&self) -> Option<Index> {
        let mut lines = self.names.iter().zip(self.strings());
        lines.find(|(name, _)| **name == HeaderName::Baggage).map(|(_, line)| strings::encoding(line))
    }

    fn strings(&self) -> impl Iterator<Item = RString> {
        let others = self.others.into_iter().flatten().filter_map(RString::from_value);
        self.first.iter().map_while(|line| *line).chain(others)
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
        match hash.job.get().filter(|_| self.names.is_empty()) {
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
            if has_name(key) {
                entries.push(PairKey { pairs, index }, index, fields);
            }
        }
        entries.read(|| false, &mut Pairs { pairs, carrier: self })
    }

    /// Adds a value: text, or an array of lines (at most one more than the limit).
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
        match self.first.get_mut(self.names.len()) {
            Some(place) => *place = Some(string),
            None => self.others.get_or_insert_with(|| Ruby::get_with(string).ary_new()).push(string)?,
        }
        self.names.push(field);
        Ok(())
    }
}

/// True if no key of a Hash can be a trace header, as in almost every message before they are set.
pub(crate) fn is_bare(map: RHash) -> Result<bool, Error> {
    let mut bare = true;
    map.foreach(|key: Value, _: Value| {
        bare = !has_name(key) && !is_named(key, JOB_KEY);
        Ok(if bare { ForEach::Continue } else { ForEach::Stop })
    })?;
    Ok(bare)
}

/// A Hash, and the job's headers found in it.
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
            if has_name(key) {
                visit(Name(key), value)?;
            } else if is_named(key, JOB_KEY) {
                self.job.set(RHash::from_value(value));
            }
            Ok(ForEach::Continue)
        })
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

/// A list of pairs; values are referred to by index, because the garbage collector finds only the list.
struct Pairs<'c> {
    pairs: RArray,
    carrier: &'c mut Carrier,
}

impl Lines<PairKey, usize> for Pairs<'_> {
    type Error = Error;

    fn begin_gateway(&mut self) {
        *self.carrier = Carrier::default();
    }

    fn take(&mut self, field: HeaderName, _: Option<PairKey>, index: usize) -> Result<(), Error> {
        match split(self.pairs.entry(index as isize)?) {
            Some((_, value)) => self.carrier.add(field, value),
            None => Ok(()),
        }
    }
}
