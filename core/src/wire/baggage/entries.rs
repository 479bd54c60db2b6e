//! The members of one line, one look at each byte that means something (rules B1, B3, B7).

use super::SENTRY_PREFIX;
use super::member::{Entry, seen};
use crate::marks::Marks;
use crate::text;

/// May any member of this line be Sentry's? Looked for only in a line so long that it pays.
pub(crate) fn may_be_sentry(line: &[u8]) -> bool {
    line.len() < LONG_LINE || text::find(line, SENTRY_PREFIX.as_bytes()).is_some()
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
