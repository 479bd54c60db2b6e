//! A sampling context about to be written: what came in, with a few values of ours (rules D3, D6, B6).

use super::{DSC_BYTES, Known, Members, Text};
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

impl<'d> Slot<'d> {
    fn ours((known, value): &'d Edit<'d>) -> Self {
        Slot::Ours { name: known.name(), value }
    }

    fn name(&self) -> &'d [u8] {
        match self {
            Slot::Came(member) => member.raw_name(),
            Slot::Ours { name, .. } => name,
        }
    }

    /// The length once written; one that fits nowhere is not measured.
    fn written_len(&self) -> usize {
        let value = match self {
            Slot::Came(member) if fits_nowhere(member) => return usize::MAX,
            Slot::Came(member) => match member.forwarded() {
                Some(text) => return text.len(),
                None => text::forwarded_len(member.raw_value()),
            },
            Slot::Ours { value, .. } => text::encoded_len(value),
        };
        SENTRY_PREFIX
            .len()
            .saturating_add(text::forwarded_len(self.name()))
            .saturating_add(value)
            .saturating_add(1)
    }

    /// Writes it behind what stands there; `None` where it does not fit.
    fn write(&self, out: &mut Text) -> Option<()> {
        if !out.is_empty() {
            text::push(out, b",")?;
        }
        if let Slot::Came(member) = self
            && let Some(text) = member.forwarded()
        {
            return text::push(out, text);
        }
        text::push(out, SENTRY_PREFIX.as_bytes())?;
        text::push_forwarded(out, self.name())?;
        text::push(out, b"=")?;
        match self {
            Slot::Came(member) if fits_nowhere(member) => None,
            Slot::Came(member) => text::push_forwarded(out, member.raw_value()),
            Slot::Ours { value, .. } => text::push_encoded(out, value),
        }
    }
}

/// Is its value longer than a whole sampling context? Nothing gets shorter when it is written.
fn fits_nowhere(member: &Member<'_>) -> bool {
    member.raw_value().len() > DSC_BYTES
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
    fn len(&self) -> usize {
        self.came().len().saturating_add(self.added().count())
    }

    fn added(self) -> impl Iterator<Item = &'d Edit<'d>> {
        self.edits.iter().filter(move |(known, _)| self.came_at(*known).is_none())
    }

    fn slots(self) -> impl Iterator<Item = Slot<'d>> {
        let came = self.came().iter().enumerate().map(move |(at, member)| {
            let edit = self.edits.iter().find(|(known, _)| self.came_at(*known) == Some(at));
            edit.map_or(Slot::Came(*member), |(_, value)| Slot::Ours { name: member.raw_name(), value })
        });
        came.chain(self.added().map(Slot::ours))
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

    /// The members that fit into this room, the most important first: a bit for each (rules B6, D6).
    #[cold]
    pub(super) fn most_important(&self, bytes: usize, members: usize) -> u64 {
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

    /// Writes all members; `None` where they do not fit.
    pub(super) fn write_all(&self, out: &mut Text) -> Option<()> {
        let run = self.members.and_then(Members::run).filter(|_| self.added().count() == self.edits.len());
        let Some(run) = run else { return self.write(u64::MAX, out) };
        out.clear();
        text::push(out, run)?;
        self.added().map(Slot::ours).try_for_each(|slot| slot.write(out))
    }

    /// Writes the members whose bits are set; `None` where they do not fit.
    pub(super) fn write(&self, chosen: u64, out: &mut Text) -> Option<()> {
        out.clear();
        let mut slots = self.slots().enumerate().filter(|(at, _)| chosen.wrapping_shr(*at as u32) & 1 == 1);
        slots.try_for_each(|(_, slot)| slot.write(out))
    }
}
