//! One member of a baggage list (rules B1 to B3).

use super::delimiters::{Offsets, WINDOW};
use crate::ascii;
use crate::percent::Decoded;

use flag::Half;

/// The prefix of a Sentry member's key, compared as it is (rule B2).
pub(crate) const SENTRY_PREFIX: &str = "sentry-";

/// One member of a baggage list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A key that starts with `sentry-`, with a name and a value.
    Sentry(Member<'a>),
    /// A key that starts with `sentry-`, but no `=`, name or value: it is skipped (rule B1).
    Malformed(&'a [u8]),
    /// A third-party member, trimmed and never decoded.
    Foreign(&'a [u8]),
}

/// A Sentry member: a name after the prefix and a value without properties, both as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    text: &'a [u8],
    equals: Half,
    flags: Half,
}

/// What a member contains, one bit each.
pub(super) mod flag {
    use crate::percent::split_escape;

    /// Half a pointer, so that a member has no padding, which would be copied with it.
    #[cfg(target_pointer_width = "64")]
    pub(crate) type Half = u32;
    #[cfg(not(target_pointer_width = "64"))]
    pub(crate) type Half = u16;

    /// A byte, or a second `=`, that goes out in another form than it was received in (rule B3), or is no part of name
    /// and value.
    pub(crate) const REWRITTEN: Half = 1;
    /// A `%` in the name.
    pub(crate) const NAME_PERCENT: Half = 2;
    /// A `%` in the value.
    pub(crate) const VALUE_PERCENT: Half = 4;
    /// A byte that is not ASCII, plain or percent-encoded.
    pub(crate) const NON_ASCII: Half = 8;
    /// A `%` that two hex digits do not follow.
    pub(crate) const BAD_ESCAPE: Half = 16;
    /// All of them: for a member that was not inspected.
    pub(crate) const ANY: Half = 31;

    /// The flags of the `%` at this offset.
    pub(crate) fn of_escape(text: &[u8], at: usize) -> Half {
        match text.get(at..).and_then(split_escape) {
            Some((0x80.., _)) => NON_ASCII,
            Some(_) => 0,
            None => REWRITTEN | BAD_ESCAPE,
        }
    }
}

impl<'a> Member<'a> {
    /// The member at the front as SDKs write it; `None` for any other, or one longer than a window.
    pub(super) fn canonical(rest: &'a [u8], mut delimiters: Offsets) -> Option<Self> {
        let (equals, mut flags) = (delimiters.pop(), 0);
        let end = loop {
            let at = delimiters.pop();
            // If no delimiter of the window ends it, the end of the line or a comma may still follow the window.
            match rest.get(at) {
                Some(b'%') if at < WINDOW => flags |= flag::VALUE_PERCENT | flag::of_escape(rest, at),
                Some(b',') | None => break at.min(rest.len()),
                Some(_) => return None,
            }
        };
        let text = rest.get(..end)?;
        let is_whole = equals > SENTRY_PREFIX.len() && equals.wrapping_add(1) < text.len();
        let is_canonical = is_whole && text.get(equals) == Some(&b'=') && flags & flag::REWRITTEN == 0;
        is_canonical.then_some(Member { text, equals: equals as Half, flags })
    }

    /// A trimmed member whose first `=` is at this offset; `None` if it has no name or value (rule B1).
    pub(super) fn new(text: &'a [u8], equals: usize, flags: Half) -> Option<Self> {
        let member = Member { text, equals: Half::try_from(equals).ok()?, flags };
        // The text is trimmed, so a value is not blank.
        let has_value = !matches!(ascii::trim_start(member.after_equals()), [] | [b';', ..]);
        (has_value && !member.raw_name().is_empty()).then_some(member)
    }

    /// The length as received, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    fn is_rewritten(&self) -> bool {
        self.flags & flag::REWRITTEN != 0
    }

    /// The whole member, if it goes out as it was received (rule B3).
    pub(crate) fn forwarded(&self) -> Option<&'a [u8]> {
        (!self.is_rewritten()).then_some(self.text)
    }

    fn equals(&self) -> usize {
        self.equals as usize
    }

    fn after_equals(&self) -> &'a [u8] {
        self.text.get(self.equals().wrapping_add(1)..).unwrap_or_default()
    }

    /// The name as received. Blanks after the prefix are part of it; those before the `=` are not.
    pub(crate) fn raw_name(&self) -> &'a [u8] {
        let name = self.text.get(SENTRY_PREFIX.len()..self.equals()).unwrap_or_default();
        if self.is_rewritten() { ascii::trim_end(name) } else { name }
    }

    /// The value as received, without properties.
    pub(crate) fn raw_value(&self) -> &'a [u8] {
        let value = self.after_equals();
        if self.is_rewritten() { ascii::trim(ascii::until(value, b';')) } else { value }
    }

    /// True if the name needs neither trimming nor decoding. Devices save code size: they decode all names.
    pub(crate) fn has_plain_name(&self) -> bool {
        cfg!(feature = "std") && self.flags & (flag::REWRITTEN | flag::NAME_PERCENT) == 0
    }

    /// True if the plain name is this one. Compared in place: slicing it costs more.
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        let end = SENTRY_PREFIX.len().wrapping_add(name.len());
        self.equals() == end && self.text.get(SENTRY_PREFIX.len()..end) == Some(name)
    }

    /// True if the decoded names are equal.
    pub(crate) fn is_named_as(&self, other: &Member<'_>) -> bool {
        match (self.flags | other.flags) & flag::NAME_PERCENT {
            0 => self.raw_name() == other.raw_name(),
            _ => self.name().bytes().eq(other.name().bytes()),
        }
    }

    /// True if the decoded name or value may be malformed.
    pub(crate) fn may_be_odd(&self) -> bool {
        self.may_have_bad_escape() || self.may_be_non_ascii()
    }

    /// True if a `%` may not begin an escape.
    pub(crate) fn may_have_bad_escape(&self) -> bool {
        self.flags & flag::BAD_ESCAPE != 0
    }

    /// True if a byte that is not ASCII may be in the decoded name or value.
    pub(crate) fn may_be_non_ascii(&self) -> bool {
        self.flags & flag::NON_ASCII != 0
    }

    /// The name that follows `sentry-`, such as `trace_id`.
    pub fn name(&self) -> Decoded<'a> {
        self.decoded(self.raw_name(), flag::NAME_PERCENT)
    }

    /// The value.
    pub fn value(&self) -> Decoded<'a> {
        self.decoded(self.raw_value(), flag::VALUE_PERCENT)
    }

    fn decoded(&self, raw: &'a [u8], percent: Half) -> Decoded<'a> {
        if self.flags & percent != 0 { Decoded::escaped(raw) } else { Decoded::plain(raw) }
    }
}
