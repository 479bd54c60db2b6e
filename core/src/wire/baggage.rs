//! The `baggage` header over one or more lines (rules B1 to B4, and the reading budget of B6).
//!
//! ```text
//! baggage = *( blank / "," ) [ member *( "," *blank member ) ]     ; lines count as one list joined by commas
//! member  = key *blank [ "=" *blank value ]
//! sentry  = %s"sentry-" name "=" value [ ";" properties ]
//! ```
//!
//! A lazy list: a member is parsed when the iterator reaches it, and nothing is copied.

use heapless::Vec;

use crate::ascii;

mod delimiters;
mod grammar;
mod member;
mod reader;

pub(crate) use member::SENTRY_PREFIX;
pub use member::{Entry, Member};
pub(crate) use reader::{Reader, entries};

/// Maximum bytes of baggage that are read, over all lines together (rule B6).
pub(crate) const BAGGAGE_READ_BYTES: usize = 16_384;
/// Maximum bytes of an outgoing baggage header, including what the request already had (rule B6). Most servers refuse
/// a header line of about 8,180 bytes.
pub(crate) const BAGGAGE_WRITE_BYTES: usize = 7_900;
/// Maximum lines of baggage that are read (rule B6).
pub(crate) const BAGGAGE_LINES: usize = 64;

/// A view over the baggage of one message: every line of it, within the reading budget.
///
/// # Example: Sentry's members are read, third-party members are returned unchanged
/// ```
/// use tracehop_core::{Baggage, Entry};
/// let baggage = Baggage::new(b"tenant=acme;tier=gold, sentry-release=app%401.0");
/// let mut entries = baggage.members();
/// assert_eq!(entries.next(), Some(Entry::Foreign(b"tenant=acme;tier=gold")));
/// let Some(Entry::Sentry(member)) = entries.next() else { panic!() };
/// assert_eq!((member.name().to_string(), member.value().to_string()), ("release".into(), "app@1.0".into()));
/// ```
#[derive(Clone, Debug)]
pub struct Baggage<'a> {
    first: Option<&'a [u8]>,
    /// The lines after the first one. A separate field, so that the list of one line is built in place: a `Vec` that is
    /// pushed to is copied when it is returned.
    others: Vec<&'a [u8], { BAGGAGE_LINES - 1 }>,
    left: Left,
}

/// What is left of the reading budget.
#[derive(Clone, Debug)]
struct Left {
    bytes: usize,
    exceeded: bool,
}

impl Left {
    /// The part of a line that is within the budget.
    fn cut<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        let within = whole_members(line, self.bytes);
        self.exceeded |= within.len() < line.len();
        self.bytes = self.bytes.saturating_sub(line.len());
        within
    }
}

impl Default for Left {
    fn default() -> Self {
        Left { bytes: BAGGAGE_READ_BYTES, exceeded: false }
    }
}

impl Default for Baggage<'_> {
    fn default() -> Self {
        Baggage { first: None, others: ascii::empty_vec(), left: Left::default() }
    }
}

impl<'a> Baggage<'a> {
    /// The baggage of one header value.
    pub fn new(value: &'a [u8]) -> Self {
        let mut left = Left::default();
        Baggage { first: Some(left.cut(value)), others: ascii::empty_vec(), left }
    }

    /// The baggage of several header lines, which count as one list.
    pub fn from_lines(lines: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut baggage = Baggage::default();
        lines.into_iter().for_each(|line| baggage.add_line(line));
        baggage
    }

    /// Adds a header line; what exceeds the budget is not kept.
    pub fn add_line(&mut self, line: &'a [u8]) {
        let line = self.left.cut(line);
        match self.first {
            None => self.first = Some(line),
            Some(_) => self.left.exceeded |= self.others.push(line).is_err(),
        }
    }

    /// True if there was more than the reading budget allows.
    pub fn exceeds_budget(&self) -> bool {
        self.left.exceeded
    }

    /// True if there was a header line, even an empty one.
    pub fn has_lines(&self) -> bool {
        self.first.is_some()
    }

    /// The lines, as far as they are read.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a [u8]> + Clone + '_ {
        (0..BAGGAGE_LINES).map_while(|at| match at.checked_sub(1) {
            None => self.first,
            Some(at) => self.others.get(at).copied(),
        })
    }

    /// The members in order of arrival; empty ones are skipped.
    pub fn members(&self) -> impl Iterator<Item = Entry<'a>> + Clone + '_ {
        self.lines().flat_map(entries)
    }

    /// The third-party members as received, trimmed (rule B4).
    pub fn foreign(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.members().filter_map(|entry| match entry {
            Entry::Foreign(member) => Some(member),
            _ => None,
        })
    }
}

/// The whole members at the start of a line that fit into `budget` bytes.
fn whole_members(line: &[u8], budget: usize) -> &[u8] {
    let Some((within, beyond)) = line.split_at_checked(budget) else { return line };
    if matches!(beyond, [] | [b',', ..]) {
        return within;
    }
    ascii::last_position(within, b',').and_then(|comma| within.get(..comma)).unwrap_or_default()
}

/// False if no member of this line is Sentry's. Searches only long lines, for which the search pays.
pub(crate) fn may_be_sentry(line: &[u8]) -> bool {
    line.len() < LONG_LINE || ascii::find(line, SENTRY_PREFIX.as_bytes()).is_some()
}

/// A length in bytes above what SDKs write.
const LONG_LINE: usize = 2_048;

/// The members of a canonical list.
pub(crate) fn canonical_members(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| *byte == b',').filter(|member| !member.is_empty())
}
