//! A frozen DSC: its members are read back from its canonical text.

use crate::dsc::encode::{Draft, Overrides};
use crate::dsc::members::Members;
use crate::wire::baggage::{Entry, Member, canonical_members, entries};

/// The canonical text of a DSC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frozen<'a>(pub(crate) &'a [u8]);

impl<'a> Frozen<'a> {
    /// Bitmap of the members that fit; all bits are set if all members do (rule B6).
    pub(crate) fn fitting(self, bytes: usize, count: usize) -> u64 {
        // A canonical text has one comma fewer than members.
        let commas = self.0.iter().filter(|byte| **byte == b',').count();
        if self.0.len() <= bytes && (commas < count || self.0.is_empty()) {
            u64::MAX
        } else {
            self.most_important(bytes, count)
        }
    }

    fn most_important(self, bytes: usize, count: usize) -> u64 {
        let mut members = Members::new();
        self.read_into(&mut members);
        Draft { members: &members, overrides: &Overrides::new() }.most_important(bytes, count)
    }

    /// The members, in order.
    pub(crate) fn members(self) -> impl Iterator<Item = Member<'a>> {
        entries(self.0).filter_map(|entry| match entry {
            Entry::Sentry(member) => Some(member),
            _ => None,
        })
    }

    /// Reads the members back.
    pub(crate) fn read_into(self, members: &mut Members<'a>) {
        members.read([self.0]);
    }
}

/// The members of a canonical text that have their bit set.
pub(crate) fn chosen(text: &[u8], slots: u64) -> impl Iterator<Item = &[u8]> {
    let members = canonical_members(text).enumerate();
    members.filter(move |(at, _)| slots.wrapping_shr(*at as u32) & 1 == 1).map(|(_, member)| member)
}
