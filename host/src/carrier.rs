//! Which entries of a carrier are headers (rule K2): a mapping, a list of pairs, or the environment of a WSGI or Rack server.
//!
//! A mapping is looked up by the lower-case names and scanned only for those that it lacks. In an environment only the
//! `HTTP_` names count, because process variables get into it.

use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers};

/// A key of a carrier.
pub trait Key {
    /// Shows the bytes of the name to `read`, which is `Send` so that it calls nothing of the host's; `None` for a key that
    /// is no name.
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T + Send) -> Option<T>;
}

/// A mapping of a host that finds an entry by its key.
#[allow(clippy::len_without_is_empty, reason = "an empty one needs no answer of its own")]
pub trait Map {
    /// A key as the host has it.
    type Key: Key;
    /// A value: text, bytes, or several lines of them.
    type Value;
    /// What the host raises.
    type Error;

    /// Number of entries.
    fn len(&self) -> usize;

    /// The value under the lower-case name of a header.
    ///
    /// # Errors
    /// What the host raises.
    fn header(&self, header: HeaderName) -> Result<Option<Self::Value>, Self::Error>;

    /// The value under the name of a header in a WSGI or Rack environment.
    ///
    /// # Errors
    /// What the host raises.
    fn gateway(&self, header: HeaderName) -> Result<Option<Self::Value>, Self::Error>;

    /// True if it has a key that only a WSGI or Rack environment has.
    ///
    /// # Errors
    /// What the host raises.
    fn is_gateway(&self) -> Result<bool, Self::Error>;

    /// Visits every entry of which [`may_matter`] is true; `visit` may run code of the host's.
    ///
    /// # Errors
    /// What `visit` returns, and what the host raises.
    fn each(
        &self,
        visit: impl FnMut(Self::Key, Self::Value) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;
}

/// What receives the headers of a carrier.
pub trait Lines<K, V> {
    /// What the host raises.
    type Error;

    /// Discards all lines: the carrier is a WSGI or Rack environment, whose text has an encoding of its own (rule K4).
    fn begin_gateway(&mut self);

    /// Takes the value of a header; `key` is the key under which it was found, if it was not looked up by name.
    ///
    /// # Errors
    /// What the host raises.
    fn take(&mut self, header: HeaderName, key: Option<K>, value: V) -> Result<(), Self::Error>;
}

/// Reads these headers of a mapping.
///
/// # Errors
/// What the host raises.
#[inline(always)]
pub fn read_map<M: Map>(
    map: &M,
    headers: &[HeaderName],
    lines: &mut impl Lines<M::Key, M::Value, Error = M::Error>,
) -> Result<(), M::Error> {
    // A mapping as small as this may contain these headers and nothing else; a larger one is first asked what it is.
    let len = map.len();
    let is_small = len <= headers.len();
    if !is_small && map.is_gateway()? {
        return read_gateway(map, headers, lines);
    }
    let missing = read_named(map, headers, lines)?;
    if len == headers.len() - missing.len() {
        return Ok(());
    }
    if is_small && map.is_gateway()? {
        return read_gateway(map, headers, lines);
    }
    scan(map, &missing, lines)
}

/// Reads these headers of a mapping that is known to be no environment of a server.
///
/// # Errors
/// What the host raises.
pub fn read_plain<M: Map>(
    map: &M,
    headers: &[HeaderName],
    lines: &mut impl Lines<M::Key, M::Value, Error = M::Error>,
) -> Result<(), M::Error> {
    let missing = read_named(map, headers, lines)?;
    scan(map, &missing, lines)
}

/// Reads these headers of the environment of a WSGI or Rack server.
///
/// # Errors
/// What the host raises.
pub fn read_gateway<M: Map>(
    map: &M,
    headers: &[HeaderName],
    lines: &mut impl Lines<M::Key, M::Value, Error = M::Error>,
) -> Result<(), M::Error> {
    lines.begin_gateway();
    for &header in headers {
        if let Some(value) = map.gateway(header)? {
            lines.take(header, None, value)?;
        }
    }
    Ok(())
}

type Missing = SmallVec<[HeaderName; HeaderName::ALL.len()]>;

/// Looks the lower-case names up; returns those that are not there.
#[inline(always)]
fn read_named<M: Map>(
    map: &M,
    headers: &[HeaderName],
    lines: &mut impl Lines<M::Key, M::Value, Error = M::Error>,
) -> Result<Missing, M::Error> {
    let mut missing = Missing::new();
    for &header in headers {
        match map.header(header)? {
            Some(value) => lines.take(header, None, value)?,
            None => missing.push(header),
        }
    }
    Ok(missing)
}

/// Reads headers under other spellings; a mapping that has the lower-case name is not searched for it.
fn scan<M: Map>(
    map: &M,
    missing: &[HeaderName],
    lines: &mut impl Lines<M::Key, M::Value, Error = M::Error>,
) -> Result<(), M::Error> {
    if missing.is_empty() {
        return Ok(());
    }
    map.each(|key, value| {
        let header = key.with_name(HeaderName::named).flatten().filter(|header| missing.contains(header));
        header.map_or(Ok(()), |header| lines.take(header, Some(key), value))
    })
}

/// How the key of a header is spelt.
#[derive(Clone, Copy, PartialEq)]
enum Spelling {
    Lower,
    Gateway,
    Other,
}

/// The headers among the entries of a carrier that is read from end to end: a list of pairs, or what `items()` gives.
#[derive(Debug)]
pub struct Entries<K, V> {
    found: SmallVec<[(HeaderName, K, V); 4]>,
    is_gateway: bool,
}

impl<K: Key, V> Default for Entries<K, V> {
    fn default() -> Self {
        Entries { found: SmallVec::new(), is_gateway: false }
    }
}

impl<K: Key, V> Entries<K, V> {
    /// Notes an entry if it is one of these headers.
    pub fn push(&mut self, key: K, value: V, headers: &[HeaderName]) {
        let known = |name: &[u8]| name_may_matter(name).then(|| (HeaderName::named(name), is_mark(name)));
        let Some((header, is_mark)) = key.with_name(known).flatten() else { return };
        self.is_gateway |= is_mark;
        let header = header.filter(|header| headers.contains(header));
        self.found.extend(header.map(|header| (header, key, value)));
    }

    /// Hands the headers over. `is_mapping` is asked if no name can occur twice: a lower-case one then hides other spellings.
    ///
    /// # Errors
    /// What the host raises.
    pub fn read<E>(
        mut self,
        is_mapping: impl FnOnce() -> bool,
        lines: &mut impl Lines<K, V, Error = E>,
    ) -> Result<(), E> {
        if self.is_gateway {
            lines.begin_gateway();
            self.found.retain(|(header, key, _)| spelling(*header, key) == Spelling::Gateway);
        } else if self.found.len() > 1 && is_mapping() {
            let lower: Missing = self
                .found
                .iter()
                .filter(|(header, key, _)| spelling(*header, key) == Spelling::Lower)
                .map(|(header, ..)| *header)
                .collect();
            self.found.retain(|(header, key, _)| {
                !lower.contains(header) || spelling(*header, key) == Spelling::Lower
            });
        }
        self.found.into_iter().try_for_each(|(header, key, value)| lines.take(header, Some(key), value))
    }
}

fn spelling(header: HeaderName, key: &impl Key) -> Spelling {
    let spelling = |name: &[u8]| match name {
        name if name == header.name().as_bytes() => Spelling::Lower,
        name if name == header.gateway_name().as_bytes() => Spelling::Gateway,
        _ => Spelling::Other,
    };
    key.with_name(spelling).unwrap_or(Spelling::Other)
}

fn is_mark(name: &[u8]) -> bool {
    Headers::GATEWAY_MARKS.iter().any(|mark| mark.as_bytes() == name)
}

/// For each value of the five low bits of a first byte, which letters of both cases share: the lengths, as bits, of the names
/// that may matter.
const LENGTHS: [u32; 32] = {
    let (mut lengths, mut at) = ([0; 32], 0);
    while at < HeaderName::ALL.len() {
        add_length(&mut lengths, HeaderName::ALL[at].name());
        add_length(&mut lengths, HeaderName::ALL[at].gateway_name());
        at += 1;
    }
    at = 0;
    while at < Headers::GATEWAY_MARKS.len() {
        add_length(&mut lengths, Headers::GATEWAY_MARKS[at]);
        at += 1;
    }
    lengths
};

const fn add_length(lengths: &mut [u32; 32], name: &str) {
    lengths[(name.as_bytes()[0] % 32) as usize] |= 1 << name.len();
}

/// The lengths, as bits, of all names that may matter.
const ANY_LENGTH: u32 = {
    let (mut any, mut at) = (0, 0);
    while at < LENGTHS.len() {
        any |= LENGTHS[at];
        at += 1;
    }
    any
};

/// True if a name of this many bytes may matter, so that a host need not convert any other.
#[inline]
pub fn may_matter(length: usize) -> bool {
    length < 32 && (ANY_LENGTH >> length) & 1 == 1
}

/// True if this name may matter, by its length and first byte: most names of a message are rejected here.
#[inline]
pub fn name_may_matter(name: &[u8]) -> bool {
    let lengths = name.first().map_or(0, |first| LENGTHS[usize::from(first % 32)]);
    name.len() < 32 && (lengths >> name.len()) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::{HeaderName, Headers, may_matter, name_may_matter};

    #[test]
    fn every_name_that_is_read_may_matter_in_any_case() {
        let names = HeaderName::ALL.into_iter().flat_map(|header| [header.name(), header.gateway_name()]);
        for name in names.chain(Headers::GATEWAY_MARKS) {
            assert!(may_matter(name.len()), "{name}");
            assert!(name_may_matter(name.as_bytes()), "{name}");
            assert!(name_may_matter(name.to_ascii_uppercase().as_bytes()), "{name}");
            assert!(name_may_matter(name.to_ascii_lowercase().as_bytes()), "{name}");
        }
    }

    #[test]
    fn other_names_of_a_request_matter_by_neither() {
        for name in ["", "host", "accept-language", "content-type", "x", &"s".repeat(32), &"s".repeat(44)] {
            assert!(!name_may_matter(name.as_bytes()), "{name}");
        }
        assert!([0, 8, 31, 32, 64].iter().all(|length| !may_matter(*length)));
    }
}
