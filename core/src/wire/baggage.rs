//! The `baggage` header over one or more lines (rules B1 to B4, and the reading budget of B6).
//!
//! ```text
//! baggage = *( blank / "," ) [ member *( "," *blank member ) ]     ; lines count as one list joined by commas
//! member  = key *blank [ "=" *blank value ]
//! sentry  = %s"sentry-" name "=" value [ ";" properties ]
//! ```
//!
//! A lazy list: a member is looked at when the iterator reaches it, and nothing is copied.

use heapless::Vec;
use memchr::{memchr, memrchr};
use nom::bytes::complete::{tag, take_till};
use nom::combinator::rest;
use nom::sequence::separated_pair;
use nom::{IResult, Parser};

use crate::decoded::{Decoded, escaped_bytes, has_malformed_escape};
use crate::marks::Marks;
use crate::text::{self, class, class_of};

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
        let mut baggage = Baggage::default();
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

    /// The members in order of arrival; empty ones are passed over.
    pub fn members(&self) -> impl Iterator<Item = Entry<'a>> + Clone + '_ {
        self.lines.iter().copied().flat_map(entries)
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
    memrchr(b',', within).and_then(|comma| within.get(..comma)).unwrap_or_default()
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
    /// Classifies one member, whose bytes had these classes (see [`split_member`]).
    fn of(text: &'a [u8], equals: Option<usize>, seen: u8) -> Option<Self> {
        let is_plain = seen & class::OTHER == 0;
        let text = if is_plain { text } else { text::trim(text) };
        if !text.starts_with(SENTRY_PREFIX.as_bytes()) {
            return (!text.is_empty()).then_some(Entry::Foreign(text));
        }
        let tidy =
            equals.filter(|_| is_plain).and_then(|at| Member::tidy(text, at, seen & class::PERCENT != 0));
        Some(tidy.or_else(|| loose_member(text)).map_or(Entry::Malformed(text), Entry::Sentry))
    }
}

/// A member that is not written in the canonical form.
#[cold]
fn loose_member(text: &[u8]) -> Option<Member<'_>> {
    let member = sentry_member(text).ok().map(|(_, (name, value))| Member::loose(name, value));
    member.filter(|member| !member.name.is_empty() && !member.value.is_empty())
}

fn sentry_member(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let (input, (key, value)) =
        separated_pair(take_till(|byte| byte == b'='), tag("="), rest).parse(input)?;
    let (_, value) = take_till(|byte| byte == b';')(value)?;
    // What stands between prefix and name is part of the name; the key is trimmed as a whole.
    let (name, _) = tag(SENTRY_PREFIX)(text::trim(key))?;
    Ok((input, (name, text::trim(value))))
}

/// A Sentry member: name without the prefix, value without properties, both as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
    /// The whole member, where it goes out again as it came (rule B3).
    pub(crate) forwarded: Option<&'a [u8]>,
    has_escapes: bool,
}

impl<'a> Member<'a> {
    /// A member of unreserved bytes and well-formed escapes alone, whose first `=` stands at `equals`.
    fn tidy(text: &'a [u8], equals: usize, has_escapes: bool) -> Option<Self> {
        let (key, value) = text.split_at_checked(equals)?;
        let (name, value) = (key.get(SENTRY_PREFIX.len()..)?, value.get(1..)?);
        let is_odd = name.is_empty() || value.is_empty() || (has_escapes && has_malformed_escape(text));
        (!is_odd).then_some(Member { name, value, forwarded: Some(text), has_escapes })
    }

    /// A member that is written byte by byte.
    pub(crate) fn loose(name: &'a [u8], value: &'a [u8]) -> Self {
        let has_escapes = memchr(b'%', name).or(memchr(b'%', value)).is_some();
        Member { name, value, forwarded: None, has_escapes }
    }

    /// May the decoded name or value be odd? Where it may not, nothing has to be looked at again.
    pub(crate) fn may_be_odd(&self) -> bool {
        match self.forwarded {
            Some(text) => self.has_escapes && !escaped_bytes(text).all(|byte| byte.is_ascii()),
            None => true,
        }
    }

    /// The name that follows `sentry-`, such as `trace_id`.
    pub fn name(&self) -> Decoded<'a> {
        Decoded::new(self.name, self.has_escapes)
    }

    /// The value.
    pub fn value(&self) -> Decoded<'a> {
        Decoded::new(self.value, self.has_escapes)
    }
}

/// The members of one line, looked at one by one; one look at each byte.
pub(crate) fn entries(line: &[u8]) -> Entries<'_> {
    Entries { rest: Some(line), begin: 0, marks: Marks::new(line) }
}

#[derive(Clone, Debug)]
pub(crate) struct Entries<'a> {
    rest: Option<&'a [u8]>,
    /// Where the rest begins in the line, which the marks count from.
    begin: usize,
    marks: Marks<'a>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        while let Some(rest) = self.rest {
            let (mut seen, mut equals, mut end) = (0, None, None);
            for mark in self.marks.by_ref() {
                let at = mark.wrapping_sub(self.begin);
                let class = rest.get(at).map_or(class::OTHER, |byte| class_of(*byte));
                if class == class::COMMA {
                    end = Some(at);
                    break;
                }
                // A second `=` is part of the value, which does not go out as it came.
                let is_second = class == class::EQUALS && equals.is_some();
                seen |= if is_second { class::OTHER } else { class };
                equals = equals.or((class == class::EQUALS).then_some(at));
            }
            let (member, tail) = end.and_then(|end| rest.split_at_checked(end)).unwrap_or((rest, &[]));
            self.begin = self.begin.wrapping_add(member.len()).wrapping_add(1);
            self.rest = tail.get(1..);
            if let entry @ Some(_) = Entry::of(member, equals, seen) {
                return entry;
            }
        }
        None
    }
}

/// The members of a canonical list.
pub(crate) fn canonical_members(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || (!list.is_empty()).then(|| next_part(&mut list)))
}

/// Takes the part up to the next comma off the front of a list.
fn next_part<'a>(list: &mut &'a [u8]) -> &'a [u8] {
    let all = *list;
    let Some((part, tail)) = memchr(b',', all).and_then(|comma| all.split_at_checked(comma)) else {
        *list = &[];
        return all;
    };
    *list = tail.get(1..).unwrap_or_default();
    part
}
