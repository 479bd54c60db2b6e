//! The `baggage` header over one or more lines (rules B1 to B4, and the reading budget of B6).
//!
//! ```text
//! baggage = *( blank / "," ) [ member *( "," *blank member ) ]     ; lines count as one list joined by commas
//! member  = key *blank [ "=" *blank value ]
//! sentry  = %s"sentry-" name "=" value [ ";" properties ]
//! ```
//!
//! A lazy list: a member is looked at when the iterator reaches it, and nothing is copied.

use core::iter;

use heapless::Vec;

use crate::decoded::Decoded;
use crate::marks::Marks;
use crate::text;

/// How many bytes of baggage are read, over all lines together (rule B6).
pub const BAGGAGE_READ_BYTES: usize = 16_384;
/// How many lines of baggage are read (rule B6).
pub const BAGGAGE_LINES: usize = 64;
/// The prefix of a Sentry member's key, compared as it stands (rule B2).
pub(crate) const SENTRY_PREFIX: &str = "sentry-";

/// A view over the baggage of one message: every line of it, within the reading budget.
///
/// # Example: Sentry's members are read, foreign ones are shown as they stand
/// ```
/// use tracehop_core::{Baggage, Entry};
/// let baggage = Baggage::new(b"tenant=acme;tier=gold, sentry-release=app%401.0");
/// let mut entries = baggage.members();
/// assert_eq!(entries.next(), Some(Entry::Foreign(b"tenant=acme;tier=gold")));
/// let Some(Entry::Sentry(member)) = entries.next() else { panic!() };
/// assert_eq!((member.name().to_string(), member.value().to_string()), ("release".into(), "app@1.0".into()));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Baggage<'a> {
    lines: Vec<&'a [u8], BAGGAGE_LINES>,
    left: Left,
}

/// What is left of the reading budget.
#[derive(Clone, Debug)]
struct Left {
    bytes: usize,
    exceeded: bool,
}

impl Default for Left {
    fn default() -> Self {
        Left { bytes: BAGGAGE_READ_BYTES, exceeded: false }
    }
}

impl<'a> Baggage<'a> {
    /// The baggage of one header value.
    pub fn new(value: &'a [u8]) -> Self {
        Baggage::from_lines([value])
    }

    /// The baggage of several header lines, which count as one list.
    pub fn from_lines(lines: impl IntoIterator<Item = &'a [u8]>) -> Self {
        // Collected, because compilers write a constant `Vec::new()` out with zeros, all of it.
        let mut baggage = Baggage { lines: iter::empty().collect(), left: Left::default() };
        lines.into_iter().for_each(|line| baggage.add_line(line));
        baggage
    }

    /// Adds a header line; what exceeds the budget is not kept.
    pub fn add_line(&mut self, line: &'a [u8]) {
        let within = whole_members(line, self.left.bytes);
        self.left.exceeded |= within.len() < line.len();
        self.left.bytes = self.left.bytes.saturating_sub(line.len());
        self.left.exceeded |= self.lines.push(within).is_err();
    }

    /// Was there more than the reading budget holds?
    pub fn exceeds_budget(&self) -> bool {
        self.left.exceeded
    }

    /// Was there a header line at all, even an empty one?
    pub fn has_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// The lines, as far as they are read.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a [u8]> + Clone + '_ {
        self.lines.iter().copied()
    }

    /// The members in order of arrival; empty ones are passed over.
    pub fn members(&self) -> impl Iterator<Item = Entry<'a>> + Clone + '_ {
        self.lines().flat_map(entries)
    }

    /// The third-party members as they stand, trimmed (rule B4).
    pub fn foreign(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.members().filter_map(|entry| match entry {
            Entry::Foreign(member) => Some(member),
            _ => None,
        })
    }
}

/// The part of a line that holds whole members within `budget` bytes.
fn whole_members(line: &[u8], budget: usize) -> &[u8] {
    let Some((within, beyond)) = line.split_at_checked(budget) else { return line };
    if matches!(beyond, [] | [b',', ..]) {
        return within;
    }
    text::last_position(within, b',').and_then(|comma| within.get(..comma)).unwrap_or_default()
}

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
    fn of(text: &'a [u8], equals: usize, seen: u8) -> Option<Self> {
        let text = if seen & seen::ODD == 0 { text } else { text::trim(text) };
        if !text.starts_with(SENTRY_PREFIX.as_bytes()) {
            return (!text.is_empty()).then_some(Entry::Foreign(text));
        }
        Some(Member::of(text, equals, seen).map_or(Entry::Malformed(text), Entry::Sentry))
    }
}

/// What the bytes of a member were, one bit each.
mod seen {
    /// A byte, or a second `=`, that goes out in another form than it came in (rule B3), or belongs to no name or value.
    pub(super) const ODD: u8 = 1;
    /// A `%` in the name.
    pub(super) const NAME_PERCENT: u8 = 2;
    /// A `%` in the value.
    pub(super) const VALUE_PERCENT: u8 = 4;
    /// A byte that is not ASCII, as it is or escaped.
    pub(super) const WIDE: u8 = 8;
    /// A `%` that introduces no escape.
    pub(super) const MALFORMED: u8 = 16;
    /// What a value may hold that was not looked at.
    pub(super) const UNKNOWN: u8 = VALUE_PERCENT | WIDE | MALFORMED;
}

/// A Sentry member: a name behind the prefix, a value without properties, both as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    text: &'a [u8],
    equals: u16,
    seen: u8,
}

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

    fn is_tidy(&self) -> bool {
        self.seen & seen::ODD == 0
    }

    /// The whole member, where it goes out again as it came (rule B3).
    pub(crate) fn forwarded(&self) -> Option<&'a [u8]> {
        self.is_tidy().then_some(self.text)
    }

    /// What stands between prefix and name is part of the name; the key is trimmed as a whole.
    pub(crate) fn raw_name(&self) -> &'a [u8] {
        let name = self.text.get(SENTRY_PREFIX.len()..usize::from(self.equals)).unwrap_or_default();
        if self.is_tidy() { name } else { text::trim_end(name) }
    }

    /// Does the name need no decoding?
    pub(crate) fn has_plain_name(&self) -> bool {
        self.seen & (seen::ODD | seen::NAME_PERCENT) == 0
    }

    /// Is this its name, which needs no decoding? Compared where it stands, because cutting it out costs more.
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        let end = SENTRY_PREFIX.len().wrapping_add(name.len());
        usize::from(self.equals) == end && self.text.get(SENTRY_PREFIX.len()..end) == Some(name)
    }

    pub(crate) fn raw_value(&self) -> &'a [u8] {
        let value = self.text.get(usize::from(self.equals).wrapping_add(1)..).unwrap_or_default();
        if self.is_tidy() { value } else { text::trim(text::until(value, b';')) }
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

/// May any member of this line be Sentry's? Looked for only in a line so long that it pays.
pub(crate) fn may_be_sentry(line: &[u8]) -> bool {
    line.len() < LONG_LINE || text::find(line, SENTRY_PREFIX.as_bytes()).is_some()
}

/// More than what SDKs write, in bytes.
const LONG_LINE: usize = 2_048;

/// The members of one line, looked at one by one; one look at each byte.
pub(crate) fn entries(line: &[u8]) -> Entries<'_> {
    Entries { line, begin: 0, marks: Marks::new(line) }
}

#[derive(Clone, Debug)]
pub(crate) struct Entries<'a> {
    line: &'a [u8],
    /// Where the next member begins; behind the line's end when there is none.
    begin: usize,
    marks: Marks<'a>,
}

/// From here on, in bytes, the rest of an odd member is passed over at once: nothing in it changes what it is.
const LONG: usize = 256;

impl Entries<'_> {
    /// Passes the marks up to the end of a name (an `=` or a comma) or of a value (a comma): where that is, and what
    /// was seen.
    // Inlined on hosts, so that a loop over the members keeps its state in registers; a device is short of room for code.
    #[cfg_attr(feature = "std", inline(always))]
    fn pass(&mut self, percent: u8) -> (usize, u8) {
        let mut seen = 0;
        while let Some(at) = self.marks.next() {
            match self.line.get(at) {
                Some(b',') => return (at, seen),
                // A second `=` is part of the value, which does not go out as it came.
                Some(b'=') if percent == seen::NAME_PERCENT => return (at, seen),
                Some(b'%') => {
                    let here = percent_at(self.line, at);
                    seen |= here | percent;
                    if here & seen::MALFORMED == 0 {
                        continue;
                    }
                }
                Some(byte) if at == self.begin && text::is_blank(*byte) => {
                    self.begin = at.wrapping_add(1);
                    continue;
                }
                Some(0x80..) => seen |= seen::ODD | seen::WIDE,
                _ => seen |= seen::ODD,
            }
            if percent == seen::VALUE_PERCENT && at.wrapping_sub(self.begin) > LONG {
                let end = next_comma(self.line, at);
                self.marks.skip_to(end.wrapping_add(1));
                return (end, seen | seen::UNKNOWN);
            }
        }
        (self.line.len(), seen)
    }
}

/// Where the member that holds this offset ends.
#[cold]
fn next_comma(line: &[u8], at: usize) -> usize {
    at.wrapping_add(text::until(line.get(at..).unwrap_or_default(), b',').len())
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    #[cfg_attr(feature = "std", inline(always))]
    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            let (equals, mut seen) = self.pass(seen::NAME_PERCENT);
            let mut end = equals;
            if self.line.get(equals) == Some(&b'=') {
                let (comma, value) = self.pass(seen::VALUE_PERCENT);
                (end, seen) = (comma, seen | value);
            }
            let begin = core::mem::replace(&mut self.begin, end.wrapping_add(1));
            let member = self.line.get(begin..end)?;
            if let entry @ Some(_) = Entry::of(member, equals.wrapping_sub(begin), seen) {
                return entry;
            }
        }
    }
}

/// What the `%` at this place is.
fn percent_at(line: &[u8], at: usize) -> u8 {
    match line.get(at..).and_then(text::split_escape) {
        Some((0x80.., _)) => seen::WIDE,
        Some(_) => 0,
        None => seen::ODD | seen::MALFORMED,
    }
}

/// The members of a canonical list.
pub(crate) fn canonical_members(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| *byte == b',').filter(|member| !member.is_empty())
}
