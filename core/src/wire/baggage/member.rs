//! One member of a baggage list, and what its bytes were (rules B1 to B3).

use super::SENTRY_PREFIX;
use crate::ascii;
use crate::percent::Decoded;

/// One member of a baggage list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A key that starts with `sentry-`, with a name and a value.
    Sentry(Member<'a>),
    /// A key that starts with `sentry-`, but no `=`, name or value: it is skipped (rule B1).
    Malformed(&'a [u8]),
    /// Somebody else's member, trimmed and never decoded.
    Foreign(&'a [u8]),
}

impl<'a> Entry<'a> {
    /// Classifies one member whose first `=` stands at `equals`, if within, and whose bytes were these.
    pub(super) fn of(text: &'a [u8], equals: usize, seen: u8) -> Option<Self> {
        let text = if seen & seen::ODD == 0 { text } else { ascii::trim(text) };
        if !text.starts_with(SENTRY_PREFIX.as_bytes()) {
            return (!text.is_empty()).then_some(Entry::Foreign(text));
        }
        Some(Member::of(text, equals, seen).map_or(Entry::Malformed(text), Entry::Sentry))
    }
}

/// What the bytes of a member were, one bit each.
pub(super) mod seen {
    /// A byte, or a second `=`, that goes out in another form than it came in (rule B3), or belongs to no name or value.
    pub(crate) const ODD: u8 = 1;
    /// A `%` in the name.
    pub(crate) const NAME_PERCENT: u8 = 2;
    /// A `%` in the value.
    pub(crate) const VALUE_PERCENT: u8 = 4;
    /// A byte that is not ASCII, as it is or escaped.
    pub(crate) const WIDE: u8 = 8;
    /// A `%` that introduces no escape.
    pub(crate) const MALFORMED: u8 = 16;
    /// What a value may hold that was not looked at.
    pub(crate) const UNKNOWN: u8 = VALUE_PERCENT | WIDE | MALFORMED;
}

/// A Sentry member: a name behind the prefix, a value without properties, both as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    text: &'a [u8],
    equals: u16,
    seen: u8,
}

/// A member's text, where its `=` stands, and what was seen in it.
pub(crate) type Parts<'a> = (&'a [u8], u16, u8);

/// The prefix, at the end of a word.
const PREFIX_TAIL: u64 = u64::from_be_bytes(*b"\0sentry-");

impl<'a> Member<'a> {
    /// A trimmed member; `None` where there is no `=`, name or value (rule B1).
    fn of(text: &'a [u8], equals: usize, seen: u8) -> Option<Self> {
        let member = Member { text, equals: u16::try_from(equals).ok()?, seen };
        let is_whole = match member.is_tidy() {
            true => equals > SENTRY_PREFIX.len() && equals.wrapping_add(1) < text.len(),
            false => !member.raw_name().is_empty() && !member.raw_value().is_empty(),
        };
        is_whole.then_some(member)
    }

    /// A trimmed member that has a name and a value.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn whole((text, equals, seen): Parts<'a>) -> Self {
        Member { text, equals, seen }
    }

    pub(crate) fn parts(&self) -> Parts<'a> {
        (self.text, self.equals, self.seen)
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn is_tidy(&self) -> bool {
        self.seen & seen::ODD == 0
    }

    /// The whole member, where it goes out again as it came (rule B3).
    pub(crate) fn forwarded(&self) -> Option<&'a [u8]> {
        self.is_tidy().then_some(self.text)
    }

    /// What stands between prefix and name is part of the name; the key is trimmed as a whole.
    pub(crate) fn raw_name(&self) -> &'a [u8] {
        let name = self.text.get(SENTRY_PREFIX.len()..usize::from(self.equals)).unwrap_or_default();
        if self.is_tidy() { name } else { ascii::trim_end(name) }
    }

    /// Is the name taken as it stands? It needs no decoding; and a device is short of room for the quick way.
    pub(crate) fn has_plain_name(&self) -> bool {
        cfg!(feature = "std") && self.seen & (seen::ODD | seen::NAME_PERCENT) == 0
    }

    /// Is this its name, which needs no decoding? Compared where it stands, because cutting it out costs more.
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        let end = SENTRY_PREFIX.len().wrapping_add(name.len());
        usize::from(self.equals) == end && self.text.get(SENTRY_PREFIX.len()..end) == Some(name)
    }

    /// Has another member the same name, once both are decoded?
    pub(crate) fn is_named_as(&self, other: &Member<'_>) -> bool {
        match self.has_plain_name() && other.has_plain_name() {
            true => self.plain_key() == other.plain_key(),
            false => self.is_decoded_as(other),
        }
    }

    #[cold]
    fn is_decoded_as(&self, other: &Member<'_>) -> bool {
        self.name().bytes().eq(other.name().bytes())
    }

    /// The key, where it needs neither trimming nor decoding.
    fn plain_key(&self) -> &'a [u8] {
        self.text.get(..usize::from(self.equals)).unwrap_or_default()
    }

    /// The last eight bytes of a plain key, as one word.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn plain_tail(&self) -> Option<u64> {
        let tail = self.plain_key().last_chunk().filter(|_| self.has_plain_name());
        tail.map(|tail| u64::from_be_bytes(*tail))
    }

    /// The last eight bytes of the decoded key, as one word: prefix and name are never fewer.
    #[cold]
    pub(crate) fn decoded_tail(&self) -> u64 {
        self.name().bytes().fold(PREFIX_TAIL, |tail, byte| tail << 8 | u64::from(byte))
    }

    pub(crate) fn raw_value(&self) -> &'a [u8] {
        let value = self.text.get(usize::from(self.equals).wrapping_add(1)..).unwrap_or_default();
        if self.is_tidy() { value } else { ascii::trim(ascii::until(value, b';')) }
    }

    /// May the decoded name or value be odd? Where it may not, nothing has to be looked at again.
    pub(crate) fn may_be_odd(&self) -> bool {
        self.seen & (seen::MALFORMED | seen::WIDE) != 0
    }

    /// The name that follows `sentry-`, such as `trace_id`.
    pub fn name(&self) -> Decoded<'a> {
        self.decoded(self.raw_name(), seen::NAME_PERCENT)
    }

    /// The value.
    pub fn value(&self) -> Decoded<'a> {
        self.decoded(self.raw_value(), seen::VALUE_PERCENT)
    }

    fn decoded(&self, raw: &'a [u8], percent: u8) -> Decoded<'a> {
        if self.seen & percent != 0 { Decoded::escaped(raw) } else { Decoded::plain(raw) }
    }
}
