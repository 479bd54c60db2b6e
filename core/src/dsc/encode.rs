//! Writes a DSC: the members as received, with a few values of this service (rules D3, D6, B6).

use heapless::Vec;

use crate::ascii;
use crate::dsc::keys::{DSC_BYTES, DscKey, MEMBERS, NAMES};
use crate::dsc::members::Members;
use crate::percent;
use crate::wire::baggage::{Member, SENTRY_PREFIX};

type Text = Vec<u8, DSC_BYTES>;

/// A plain value that a known name gets.
pub(crate) type Override<'a> = (DscKey, &'a [u8]);

/// The values that this service sets, in the order in which new ones are appended.
pub(crate) struct Overrides<'a>(Vec<Override<'a>, NAMES>);

impl<'a> Overrides<'a> {
    pub(crate) fn new() -> Self {
        Overrides(ascii::empty_vec())
    }

    /// Sets the value of a name, once; `None` leaves the name as received.
    pub(crate) fn set(&mut self, key: DscKey, value: Option<&'a [u8]>) {
        // There is space for each name once.
        let _ = value.map(|value| self.0.push((key, value)));
    }
}

/// The text of a DSC.
pub(crate) struct Encoded<'b> {
    pub(crate) text: &'b [u8],
    /// True if a member was dropped for lack of space (rule D6).
    pub(crate) is_truncated: bool,
}

/// Encodes the members with these values: borrowed from their line if that contains the result, else written to `out`.
pub(crate) fn encode<'b>(members: &Members<'b>, overrides: &Overrides<'_>, out: &'b mut Text) -> Encoded<'b> {
    if overrides.0.is_empty()
        && let Some(text) = members.fitting_run()
    {
        return Encoded { text, is_truncated: false };
    }
    let draft = Draft { members, overrides };
    let is_truncated = draft.write_all(out).is_none();
    if is_truncated {
        out.clear();
        draft.write(0, draft.most_important(DSC_BYTES, MEMBERS), out);
    }
    Encoded { text: out, is_truncated }
}

/// The members as received, with the values that change: each at its index, or last if its name is new.
#[derive(Clone, Copy)]
pub(super) struct Draft<'d, 'a> {
    pub(super) members: &'d Members<'a>,
    pub(super) overrides: &'d Overrides<'d>,
}

/// One member of a draft: as received, or a value of this service, not yet encoded.
enum Slot<'d> {
    Came(Member<'d>),
    Ours { name: &'d [u8], value: &'d [u8] },
}

impl<'d> Slot<'d> {
    fn ours((known, value): &'d Override<'d>) -> Self {
        Slot::Ours { name: known.name(), value }
    }

    fn name(&self) -> &'d [u8] {
        match self {
            Slot::Came(member) => member.raw_name(),
            Slot::Ours { name, .. } => name,
        }
    }

    /// The written length; `usize::MAX` if it exceeds any DSC.
    fn written_len(&self) -> usize {
        let value = match self {
            Slot::Came(member) if fits_nowhere(member) => return usize::MAX,
            Slot::Came(member) => match member.forwarded() {
                Some(text) => return text.len(),
                None => percent::forwarded_len(member.raw_value()),
            },
            Slot::Ours { value, .. } => percent::encoded_len(value),
        };
        SENTRY_PREFIX
            .len()
            .saturating_add(percent::forwarded_len(self.name()))
            .saturating_add(value)
            .saturating_add(1)
    }

    /// Appends the member; `None` if it does not fit.
    fn write(&self, out: &mut Text) -> Option<()> {
        if !out.is_empty() {
            ascii::push(out, b",")?;
        }
        if let Slot::Came(member) = self
            && let Some(text) = member.forwarded()
        {
            return ascii::push(out, text);
        }
        ascii::push(out, SENTRY_PREFIX.as_bytes())?;
        percent::push_forwarded(out, self.name())?;
        ascii::push(out, b"=")?;
        match self {
            Slot::Came(member) if fits_nowhere(member) => None,
            Slot::Came(member) => percent::push_forwarded(out, member.raw_value()),
            Slot::Ours { value, .. } => percent::push_encoded(out, value),
        }
    }
}

/// True if the value is longer than a whole DSC. Writing never shortens a value.
fn fits_nowhere(member: &Member<'_>) -> bool {
    member.raw_value().len() > DSC_BYTES
}

impl<'d, 'a> Draft<'d, 'a> {
    fn came(&self) -> &'d [Member<'a>] {
        &self.members.list
    }

    /// The index of a known name among the received members.
    fn came_at(&self, known: DscKey) -> Option<usize> {
        self.members.position(known)
    }

    /// Number of members: those received, and the values whose names are new.
    fn len(&self) -> usize {
        self.came().len().saturating_add(self.added().count())
    }

    fn added(self) -> impl Iterator<Item = &'d Override<'d>> {
        self.overrides.0.iter().filter(move |(known, _)| self.came_at(*known).is_none())
    }

    fn slot(&self, at: usize) -> Option<Slot<'d>> {
        let Some(member) = self.came().get(at) else {
            return self.added().nth(at.wrapping_sub(self.came().len())).map(Slot::ours);
        };
        let edit = self.overrides.0.iter().find(|(known, _)| self.came_at(*known) == Some(at));
        Some(edit.map_or(Slot::Came(*member), |(_, value)| Slot::Ours { name: member.raw_name(), value }))
    }

    /// The index of a known name in the draft.
    fn position(&self, known: DscKey) -> Option<usize> {
        let added = || self.added().position(|(name, _)| *name == known);
        self.came_at(known).or_else(|| Some(self.came().len().saturating_add(added()?)))
    }

    /// Bitmap of the members that fit, chosen by importance (rules B6, D1, D6).
    pub(super) fn most_important(&self, bytes: usize, members: usize) -> u64 {
        let (mut asked, mut chosen, mut used) = (0_u64, 0_u64, 0_usize);
        let known = DscKey::BY_IMPORTANCE.iter().filter_map(|known| self.position(*known));
        for at in known.chain(0..self.len()) {
            let bit = 1_u64.wrapping_shl(at as u32);
            if asked & bit != 0 {
                continue;
            }
            asked |= bit;
            let comma = usize::from(chosen != 0);
            let len = self.slot(at).map_or(0, |slot| slot.written_len());
            let total = used.saturating_add(comma).saturating_add(len);
            if total <= bytes && (chosen.count_ones() as usize) < members {
                (chosen, used) = (chosen | bit, total);
            }
        }
        chosen
    }

    /// Writes all members; `None` if they do not fit.
    pub(super) fn write_all(&self, out: &mut Text) -> Option<()> {
        out.clear();
        let run = self.members.run().filter(|_| self.added().count() == self.overrides.0.len());
        let begin = run.map_or(0, |_| self.came().len());
        ascii::push(out, run.unwrap_or_default())?;
        self.write(begin, u64::MAX, out)
    }

    /// Writes the members from `begin` on that have their bit set; `None` if they do not fit.
    pub(super) fn write(&self, begin: usize, chosen: u64, out: &mut Text) -> Option<()> {
        let mut chosen = (begin..self.len()).filter(|at| chosen.wrapping_shr(*at as u32) & 1 == 1);
        chosen.try_for_each(|at| self.slot(at)?.write(out))
    }
}
