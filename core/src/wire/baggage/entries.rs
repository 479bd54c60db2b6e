//! The members of one line, one look at each byte that means something (rules B1, B3, B7).

use super::SENTRY_PREFIX;
use super::delimiters::Marks;
use super::member::{Entry, seen};
use crate::ascii;
use crate::percent;

mod plain;

/// May any member of this line be Sentry's? Looked for only in a line so long that it pays.
pub(crate) fn may_be_sentry(line: &[u8]) -> bool {
    line.len() < LONG_LINE || ascii::find(line, SENTRY_PREFIX.as_bytes()).is_some()
}

/// More than what SDKs write, in bytes.
const LONG_LINE: usize = 2_048;

/// The members of one line, looked at one by one.
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
    /// Where the next member stands, whatever it is, and what was seen in it.
    fn look(&mut self) -> Found {
        let mut found = Found { begin: self.begin, equals: self.line.len(), end: self.line.len(), seen: 0 };
        let mut percent = seen::NAME_PERCENT;
        for at in self.marks.from(self.begin) {
            found.seen |= match self.line.get(at) {
                Some(b',') => {
                    found.end = at;
                    break;
                }
                // A second `=` is part of the value, which does not go out as it came.
                Some(b'=') if percent == seen::NAME_PERCENT => {
                    (found.equals, percent) = (at, seen::VALUE_PERCENT);
                    continue;
                }
                Some(b'%') => percent | percent_at(self.line, at),
                Some(byte) if at == found.begin && ascii::is_blank(*byte) => {
                    found.begin = at.wrapping_add(1);
                    continue;
                }
                Some(0x80..) => seen::ODD | seen::WIDE,
                _ => seen::ODD,
            };
            if at.wrapping_sub(found.begin) > LONG
                && found.seen & seen::ODD != 0
                && percent == seen::VALUE_PERCENT
            {
                found.end = next_comma(self.line, at);
                found.seen |= seen::UNKNOWN;
                break;
            }
        }
        found
    }
}

/// Where a member stands, with its first `=` if that is in it, and what was seen in it.
struct Found {
    begin: usize,
    equals: usize,
    end: usize,
    seen: u8,
}

impl<'a> Entries<'a> {
    /// The next member, unless nothing is left of it when it is trimmed.
    #[cfg_attr(feature = "std", inline(never))]
    fn step(&mut self) -> Option<Entry<'a>> {
        let found = self.look();
        self.begin = found.end.wrapping_add(1);
        let member = self.line.get(found.begin..found.end)?;
        Entry::of(member, found.equals.wrapping_sub(found.begin), found.seen)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    // Inlined on hosts, where most lines are at their end when they are asked.
    #[cfg_attr(feature = "std", inline(always))]
    fn next(&mut self) -> Option<Entry<'a>> {
        while self.begin < self.line.len() {
            if let entry @ Some(_) = self.step() {
                return entry;
            }
        }
        None
    }
}

/// Where the member that holds this offset ends.
#[cold]
fn next_comma(line: &[u8], at: usize) -> usize {
    at.wrapping_add(ascii::until(line.get(at..).unwrap_or_default(), b',').len())
}

/// What the `%` at this place is.
fn percent_at(line: &[u8], at: usize) -> u8 {
    match line.get(at..).and_then(percent::split_escape) {
        Some((0x80.., _)) => seen::WIDE,
        Some(_) => 0,
        None => seen::ODD | seen::MALFORMED,
    }
}

/// The members of a canonical list.
pub(crate) fn canonical_members(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| *byte == b',').filter(|member| !member.is_empty())
}
