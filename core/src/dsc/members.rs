//! The members of a sampling context on their way in: each name once, and what fits where room is short (rules B6, D6).

use heapless::Vec;

use super::{DSC_BYTES, Known, MEMBERS, NAMES};
use crate::decoded::Decoded;
use crate::text;
use crate::wire::baggage::{Entry, Member, SENTRY_PREFIX};

/// The known names always have a place, others take the rest.
const OTHERS: usize = MEMBERS - NAMES;

/// One member on its way into a context: as it came, or a plain value of ours that is yet to be encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    member: Member<'a>,
    is_plain: bool,
}

impl Slot<'_> {
    fn written_len(&self) -> usize {
        if let Some(text) = self.member.forwarded {
            return text.len();
        }
        let name = text::forwarded_len(self.member.name);
        let value = match self.is_plain {
            true => text::encoded_len(self.member.value),
            false => text::forwarded_len(self.member.value),
        };
        SENTRY_PREFIX.len().saturating_add(name).saturating_add(value).saturating_add(1)
    }

    pub(super) fn write(&self, out: &mut Vec<u8, DSC_BYTES>) {
        text::push(out, if out.is_empty() { b"" } else { b"," });
        if let Some(text) = self.member.forwarded {
            return text::push(out, text);
        }
        text::push(out, SENTRY_PREFIX.as_bytes());
        text::push_forwarded(out, self.member.name);
        text::push(out, b"=");
        match self.is_plain {
            true => text::push_encoded(out, self.member.value),
            false => text::push_forwarded(out, self.member.value),
        }
    }
}

/// What was odd about the members of a baggage list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Oddities {
    pub(crate) malformed: bool,
    pub(crate) repeated: bool,
    pub(crate) percent: bool,
    pub(crate) utf8: bool,
    pub(crate) too_many: bool,
}

/// The members of one sampling context, each name once, in order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    pub(super) slots: Vec<Slot<'a>, MEMBERS>,
    known: [Option<u8>; NAMES],
    others: Index,
}

/// Finds the other names by their hash, so that a thousand distinct names cost no more each than one.
#[derive(Clone, Debug)]
struct Index {
    places: [u8; Index::PLACES],
    count: usize,
}

impl Index {
    const PLACES: usize = 256;
    const FREE: u8 = u8::MAX;

    /// FNV-1a over the decoded name.
    fn hash(name: Decoded<'_>) -> u8 {
        let hash = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        (hash ^ (hash >> 16)) as u8
    }
}

impl<'a> Members<'a> {
    pub(crate) fn new() -> Self {
        let others = Index { places: [Index::FREE; Index::PLACES], count: 0 };
        Members { slots: Vec::new(), known: [None; NAMES], others }
    }

    /// Adds the Sentry members of a baggage list, and tells what was odd about them.
    pub(crate) fn read(&mut self, entries: impl Iterator<Item = Entry<'a>>) -> Oddities {
        let mut odd = Oddities::default();
        for entry in entries {
            match entry {
                Entry::Sentry(member) => self.add(member, &mut odd),
                Entry::Malformed(_) => odd.malformed = true,
                Entry::Foreign(_) => {}
            }
        }
        odd
    }

    fn add(&mut self, member: Member<'a>, odd: &mut Oddities) {
        if member.may_be_odd() {
            for text in [member.name(), member.value()] {
                odd.percent |= text.has_malformed_escape();
                odd.utf8 |= !text.is_utf8();
            }
        }
        match self.place(member.name()) {
            Place::Taken(slot) => {
                slot.member = Member::loose(slot.member.name, member.value);
                odd.repeated = true;
            }
            Place::Full => odd.too_many = true,
            Place::New => self.push(Slot { member, is_plain: false }),
        }
    }

    /// Where a name stands; a new one is entered as the next slot.
    fn place(&mut self, name: Decoded<'a>) -> Place<'a, '_> {
        let next = self.slots.len() as u8;
        let place = match Known::of(name) {
            Some(known) => self.known.get_mut(usize::from(known as u8)),
            None => return self.place_other(name, next),
        };
        match place {
            Some(Some(at)) => self.slots.get_mut(usize::from(*at)).map_or(Place::Full, Place::Taken),
            Some(free) => {
                *free = Some(next);
                Place::New
            }
            None => Place::Full,
        }
    }

    fn place_other(&mut self, name: Decoded<'a>, next: u8) -> Place<'a, '_> {
        let mut hash = Index::hash(name);
        while let Some(place) = self.others.places.get_mut(usize::from(hash)) {
            if *place == Index::FREE {
                if self.others.count == OTHERS {
                    return Place::Full;
                }
                self.others.count = self.others.count.saturating_add(1);
                *place = next;
                return Place::New;
            }
            let at = usize::from(*place);
            if self.slots.get(at).is_some_and(|slot| slot.member.name().bytes().eq(name.bytes())) {
                return self.slots.get_mut(at).map_or(Place::Full, Place::Taken);
            }
            hash = hash.wrapping_add(1);
        }
        Place::Full
    }

    fn push(&mut self, slot: Slot<'a>) {
        let _ = self.slots.push(slot);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The value of a known name, as it came.
    pub(crate) fn get(&self, known: Known) -> Option<Decoded<'a>> {
        let at = (*self.known.get(usize::from(known as u8))?)?;
        self.slots.get(usize::from(at)).map(|slot| slot.member.value())
    }

    /// Gives a known name a plain value: in its place where it has one, else last (rule D3).
    pub(super) fn set(&mut self, known: Known, value: &'a [u8]) {
        let member = Member::loose(known.name().as_bytes(), value);
        match self.place(member.name()) {
            Place::Taken(slot) => *slot = Slot { member, is_plain: true },
            Place::New => self.push(Slot { member, is_plain: true }),
            Place::Full => {}
        }
    }

    /// The members, deduplicated.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Member<'a>> + '_ {
        self.slots.iter().map(|slot| slot.member)
    }

    fn importance(&self) -> impl Iterator<Item = usize> + '_ {
        let known = |known: Known| self.known.get(usize::from(known as u8)).copied().flatten();
        let is_known = |at: &usize| self.known.iter().flatten().any(|place| usize::from(*place) == *at);
        let known = Known::BY_IMPORTANCE.into_iter().filter_map(known).map(usize::from);
        known.chain((0..self.slots.len()).filter(move |at| !is_known(at)))
    }

    /// Which members fit into this room, the most important first; a bit for each slot, and the bytes that they take.
    pub(crate) fn fitting(&self, bytes: usize, members: usize) -> Fitting {
        let all =
            self.slots.iter().map(|slot| slot.written_len().saturating_add(1)).fold(0, usize::saturating_add);
        if all <= bytes.saturating_add(1) && self.slots.len() <= members {
            return Fitting { slots: u64::MAX, bytes: all, members: self.slots.len() };
        }
        let mut fitting = Fitting { slots: 0, bytes: 0, members: 0 };
        for at in self.importance() {
            let comma = usize::from(fitting.members > 0);
            let len = self.slots.get(at).map_or(0, Slot::written_len);
            let total = fitting.bytes.saturating_add(comma).saturating_add(len);
            if total <= bytes && fitting.members < members {
                fitting.slots |= 1_u64.wrapping_shl(at as u32);
                (fitting.bytes, fitting.members) = (total, fitting.members.saturating_add(1));
            }
        }
        fitting
    }
}

enum Place<'a, 'm> {
    New,
    Taken(&'m mut Slot<'a>),
    Full,
}

/// Which members of a context were chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fitting {
    /// Bit n stands for the n-th member.
    pub(crate) slots: u64,
    bytes: usize,
    pub(crate) members: usize,
}
