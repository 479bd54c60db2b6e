//! A sampling context about to be written: what came in, with a few values of ours (rules D3, D6, B6).

use heapless::Vec;

use super::{DSC_BYTES, Known, Members};
use crate::text;
use crate::wire::baggage::{Member, SENTRY_PREFIX};

/// A plain value that a known name gets.
pub(crate) type Edit<'a> = (Known, &'a [u8]);

/// The members that came in, with the values that change: each in its place, or last where it had none.
#[derive(Clone, Copy)]
pub(super) struct Draft<'d, 'a> {
    pub(super) members: Option<&'d Members<'a>>,
    pub(super) edits: &'d [Edit<'d>],
}

/// One member of a draft: as it came, or a value of ours that is yet to be encoded.
enum Slot<'d> {
    Came(Member<'d>),
    Ours { name: &'d [u8], value: &'d [u8] },
}

impl Slot<'_> {
    fn written_len(&self) -> usize {
        let (name, value) = match self {
            Slot::Came(Member { forwarded: Some(text), .. }) => return text.len(),
            Slot::Came(member) => (text::forwarded_len(member.name), text::forwarded_len(member.value)),
            Slot::Ours { name, value } => (text::forwarded_len(name), text::encoded_len(value)),
        };
        SENTRY_PREFIX.len().saturating_add(name).saturating_add(value).saturating_add(1)
    }

    fn write(&self, out: &mut Vec<u8, DSC_BYTES>) {
        text::push(out, if out.is_empty() { b"" } else { b"," });
        let name = match self {
            Slot::Came(Member { forwarded: Some(text), .. }) => return text::push(out, text),
            Slot::Came(Member { name, .. }) | Slot::Ours { name, .. } => name,
        };
        text::push(out, SENTRY_PREFIX.as_bytes());
        text::push_forwarded(out, name);
        text::push(out, b"=");
        match self {
            Slot::Came(member) => text::push_forwarded(out, member.value),
            Slot::Ours { value, .. } => text::push_encoded(out, value),
        }
    }
}

impl<'d, 'a> Draft<'d, 'a> {
    fn came(&self) -> &'d [Member<'a>] {
        self.members.map_or(&[], |members| &members.list)
    }

    /// Where a known name stands among the members that came.
    fn came_at(&self, known: Known) -> Option<usize> {
        self.members.and_then(|members| members.position(known))
    }

    /// How many members there are: those that came, and the values that had no place among them.
    pub(super) fn len(&self) -> usize {
        self.came().len().saturating_add(self.added().count())
    }

    fn added(self) -> impl Iterator<Item = &'d Edit<'d>> {
        self.edits.iter().filter(move |(known, _)| self.came_at(*known).is_none())
    }

    fn slots(self) -> impl Iterator<Item = Slot<'d>> {
        let came = self.came().iter().enumerate().map(move |(at, member)| {
            let edit = self.edits.iter().find(|(known, _)| self.came_at(*known) == Some(at));
            edit.map_or(Slot::Came(*member), |(_, value)| Slot::Ours { name: member.name, value })
        });
        let ours = |(known, value): &'d Edit<'d>| Slot::Ours { name: known.name().as_bytes(), value };
        came.chain(self.added().map(ours))
    }

    /// Where a known name stands in the draft.
    fn position(&self, known: Known) -> Option<usize> {
        let added = || self.added().position(|(name, _)| *name == known);
        self.came_at(known).or_else(|| Some(self.came().len().saturating_add(added()?)))
    }

    /// The positions, the most important first (rule D1).
    fn by_importance(&self) -> impl Iterator<Item = usize> {
        let known = Known::BY_IMPORTANCE.map(|known| self.position(known));
        let others = (0..self.len()).filter(move |at| !known.contains(&Some(*at)));
        known.into_iter().flatten().chain(others)
    }

    /// Which members fit into this room: a bit for each, all bits where all do (rules B6, D6).
    pub(super) fn fitting(&self, bytes: usize, members: usize) -> u64 {
        let total = self
            .slots()
            .fold(0_usize, |total, slot| total.saturating_add(slot.written_len()).saturating_add(1));
        if total <= bytes.saturating_add(1) && self.len() <= members {
            return u64::MAX;
        }
        self.most_important(bytes, members)
    }

    #[cold]
    fn most_important(&self, bytes: usize, members: usize) -> u64 {
        let (mut chosen, mut used) = (0_u64, 0_usize);
        for at in self.by_importance() {
            let comma = usize::from(chosen != 0);
            let len = self.slots().nth(at).map_or(0, |slot| slot.written_len());
            let total = used.saturating_add(comma).saturating_add(len);
            if total <= bytes && (chosen.count_ones() as usize) < members {
                chosen |= 1_u64.wrapping_shl(at as u32);
                used = total;
            }
        }
        chosen
    }

    /// Writes the chosen members.
    pub(super) fn write(&self, chosen: u64, out: &mut Vec<u8, DSC_BYTES>) {
        out.clear();
        for (at, slot) in self.slots().enumerate() {
            if chosen.wrapping_shr(at as u32) & 1 == 1 {
                slot.write(out);
            }
        }
    }
}
