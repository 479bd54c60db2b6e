//! The quick way over members as SDKs write them: two signs in the marks of 64 bytes, and the member is known.

use super::super::SENTRY_PREFIX;
use super::super::delimiters::{BLOCK, Bits};
use super::super::member::{Member, seen};
use super::{Entries, percent_at};
use crate::ascii;

impl<'a> Entries<'a> {
    /// Hands out the Sentry members in front as long as they and the foreign ones between them are as SDKs write them: after
    /// one blank at most a name, an `=`, a value of unreserved bytes and escapes, and a comma.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn each_plain(&mut self, mut each: impl FnMut(Member<'a>)) {
        loop {
            let mut marks = self.marks.window(self.begin);
            // A branch that is foreseen: were it added to the offset, all that follows would wait for this byte.
            if marks & 1 == 1 && self.line.get(self.begin) == Some(&b' ') {
                self.begin = self.begin.wrapping_add(1);
                marks = self.marks.window(self.begin);
            }
            let Some(rest) = self.line.get(self.begin..) else { return };
            let len = if rest.starts_with(SENTRY_PREFIX.as_bytes()) {
                plain(rest, Bits(marks), &mut each)
            } else {
                foreign_len(rest, Bits(marks))
            };
            let Some(len) = len else { return };
            self.begin = self.begin.wrapping_add(len).wrapping_add(1);
        }
    }
}

/// Hands out the member in front and tells how long it is, if it is plain.
#[cfg_attr(feature = "std", inline(always))]
fn plain<'a>(rest: &'a [u8], mut marks: Bits, each: &mut impl FnMut(Member<'a>)) -> Option<usize> {
    let (equals, mut seen) = (marks.next()?, 0);
    let end = marks.find(|at| match rest.get(*at) {
        Some(b'%') => {
            seen |= seen::VALUE_PERCENT | percent_at(rest, *at);
            false
        }
        _ => true,
    });
    // Where no mark ends it within the block, its comma or the end of the line may still stand right behind.
    let (text, after) = rest.split_at_checked(end.unwrap_or_else(|| BLOCK.min(rest.len())))?;
    let is_plain =
        text.get(equals) == Some(&b'=') && matches!(after, [] | [b',', ..]) && seen & seen::ODD == 0;
    let is_whole = equals > SENTRY_PREFIX.len() && equals.wrapping_add(1) < text.len();
    (is_plain && is_whole).then(|| {
        each(Member::whole((text, equals as u16, seen)));
        text.len()
    })
}

/// How long the member in front is, which is foreign for certain if no mark stands where its name begins.
#[cfg_attr(feature = "std", inline(always))]
fn foreign_len(rest: &[u8], mut marks: Bits) -> Option<usize> {
    let comma = marks.clone().find(|at| rest.get(*at) == Some(&b','));
    let rest_len = || if rest.len() <= BLOCK { rest.len() } else { ascii::until(rest, b',').len() };
    (marks.next() != Some(0)).then(|| comma.unwrap_or_else(rest_len))
}
