//! The headers among the entries of a carrier (rule K2): a mapping, a list of pairs, or the environment of a WSGI or
//! Rack server.
//!
//! A mapping is looked up by the lower-case names and scanned only for those that it lacks. In an environment only the
//! `HTTP_` names count, because process variables get into it.

use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers};

/// A key of a carrier.
pub trait Key {
    /// Passes the bytes of the name to `read`, which is `Send` so that it runs no code of the host; `None` for a key that
    /// is no name.
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T + Send) -> Option<T>;
}

/// A mapping of a host that finds an entry by its key.
#[allow(clippy::len_without_is_empty, reason = "only the length is used")]
pub trait Map {
    /// The host's type of a key.
    type Key: Key;
    /// A value: text, bytes, or several lines of them.
    type Value;
    /// The host's error.
    type Error;

    /// Number of entries.
    fn len(&self) -> usize;

    /// The value under the lower-case name of a header.
    ///
    /// # Errors
    /// An error of the host.
    fn header(&self, header: HeaderName) -> Result<Option<Self::Value>, Self::Error>;

    /// The value under the name of a header in a WSGI or Rack environment.
    ///
    /// # Errors
    /// An error of the host.
    fn gateway(&self, header: HeaderName) -> Result<Option<Self::Value>, Self::Error>;

    /// True if it has a key that only a WSGI or Rack environment has.
    ///
    /// # Errors
    /// An error of the host.
    fn is_gateway(&self) -> Result<bool, Self::Error>;

    /// Visits every entry for which [`may_matter`] is true; `visit` may run code of the host.
    ///
    /// # Errors
    /// An error of `visit` or of the host.
    fn each(
        &self,
        visit: impl FnMut(Self::Key, Self::Value) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;
}

/// The receiver of a carrier's headers.
pub trait Lines<K, V> {
    /// The host's error.
    type Error;

    /// Discards all lines: the carrier is a WSGI or Rack environment, whose text has its own encoding (rule K4).
    fn begin_gateway(&mut self);

    /// Takes the value of a header; `key` is the key under which it was found, if it was not looked up by name.
    ///
    /// # Errors
    /// An error of the host.
    fn take(&mut self, header: HeaderName, key: Option<K>, value: V) -> Result<(), Self::Error>;
}

/// Reads these headers of a mapping.
///
/// # Errors
/// An error of the host.
#[inline(always)]
pub fn read_map<M: Map>(
    map: &M,
    headers: &[HeaderName],
    lines: &mut impl Lines<M::Key, M::Value, Error = M::Error>,
) -> Result<(), M::Error> {
    // A mapping this small may contain only these headers; of a larger one the kind is checked first.
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

/// Reads these headers of a mapping that is not the environment of a server.
///
/// # Errors
/// An error of the host.
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
/// An error of the host.
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

/// Looks up the lower-case names; returns those that are absent.
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

/// The spelling of a header's key.
#[derive(Clone, Copy, PartialEq)]
enum Spelling {
    Lower,
    Gateway,
    Other,
}

/// The headers among the entries of a carrier that is read in full: a list of pairs, or what `items()` returns.
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

    /// Passes the headers on. If `is_mapping` returns true, no name occurs twice: a lower-case name then hides other
    /// spellings.
    ///
    /// # Errors
    /// An error of the host.
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

/// The lengths, as bits, of the names that may matter, for each value of the five low bits of the first byte, which are the
/// same in both cases of a letter.
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
