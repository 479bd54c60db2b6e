//! Reads the members of one line: canonical ones by a bitmap, all others byte by byte (rules B1, B3, B7).

use core::iter;

use super::delimiters::{Delimiters, Offsets, WINDOW};
use super::grammar::list_member;
use super::member::{Entry, Member, SENTRY_PREFIX};
use crate::ascii;

/// The members of one line, in order.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    line: &'a [u8],
    delimiters: Delimiters<'a>,
    /// The offset of the next member; past the end if there is none.
    begin: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(line: &'a [u8]) -> Self {
        Reader { line, delimiters: Delimiters::of(line), begin: 0 }
    }

    /// Passes Sentry's members to `each` until it returns false, or a member is not as SDKs write it: spaces, then a
    /// third-party member, or a name, `=`, a value of unreserved bytes and escapes, and a comma.
    pub(crate) fn each_canonical(&mut self, mut each: impl FnMut(Member<'a>) -> bool) {
        loop {
            let window = self.delimiters.window(self.begin);
            let Some(rest) = self.line.get(self.begin..) else { return };
            let len = if rest.starts_with(SENTRY_PREFIX.as_bytes()) {
                Member::canonical(rest, window).filter(|member| each(*member)).map(|member| member.len())
            } else if rest.first() == Some(&b' ') {
                Some(0)
            } else {
                foreign_len(rest, window)
            };
            let Some(len) = len else { return };
            self.begin = self.begin.wrapping_add(len).wrapping_add(1);
        }
    }

    /// The next member, whatever its form; `None` after the last one.
    pub(crate) fn next(&mut self) -> Option<Entry<'a>> {
        while let Some(rest) = self.line.get(self.begin..) {
            let (rest, entry) = list_member(rest).ok()?;
            self.begin = self.line.len().wrapping_sub(rest.len()).wrapping_add(1);
            if entry.is_some() {
                return entry;
            }
        }
        None
    }
}

/// The length of the third-party member at the front; `None` if it may be none.
fn foreign_len(rest: &[u8], mut delimiters: Offsets) -> Option<usize> {
    if delimiters.has_first() {
        return None;
    }
    let comma = delimiters.find(|at| rest.get(*at) == Some(&b','));
    let rest_len = || if rest.len() <= WINDOW { rest.len() } else { ascii::until(rest, b',').len() };
    Some(comma.unwrap_or_else(rest_len))
}

/// The members of one line, in order; blank ones are skipped.
pub(crate) fn entries(line: &[u8]) -> impl Iterator<Item = Entry<'_>> + Clone {
    let mut rest = Some(line);
    iter::from_fn(move || {
        loop {
            let (after, entry) = list_member(rest?).ok()?;
            rest = after.get(1..);
            if entry.is_some() {
                return entry;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn members_as_sdks_write_them_are_canonical() {
        let release = "x".repeat(70);
        let line = format!(
            "sentry-trace_id=771a43a4192642f0b136d5159a501700,other=1,sentry-transaction=GET%20%2F, third={release},sentry-org_id=1"
        );
        let (mut reader, mut members) = (Reader::new(line.as_bytes()), Vec::new());
        reader.each_canonical(|member| {
            members.push(member);
            true
        });
        assert!(reader.next().is_none(), "the whole line is read");
        let texts: Vec<_> = line.split(',').filter(|text| text.starts_with("sentry-")).collect();
        let forwarded: Vec<_> = members.iter().filter_map(|member| member.forwarded()).collect();
        assert_eq!(forwarded, texts.iter().map(|text| text.as_bytes()).collect::<Vec<_>>());
        assert!(
            members
                .iter()
                .all(|member| !member.may_be_odd() && member.has_plain_name() == cfg!(feature = "std"))
        );
    }
}
