//! The members of a sampling context on their way in: each name once (rules B3, B6).

use heapless::Vec;

use super::{DSC_BYTES, Known, MEMBERS, NAMES};
use crate::decoded::Decoded;
use crate::text;
use crate::wire::baggage::{Entry, Member, entries, may_be_sentry};

/// The known names always have a place, others take the rest.
const OTHERS: usize = MEMBERS - NAMES;

/// What was odd about the members of a baggage list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Oddities {
    pub(crate) malformed: bool,
    pub(crate) repeated: bool,
    pub(crate) percent: bool,
    pub(crate) utf8: bool,
    pub(crate) too_many: bool,
}

impl Oddities {
    #[cold]
    fn look_at(&mut self, member: Member<'_>) {
        self.look_at_text(member.name());
        self.look_at_text(member.value());
    }

    // Not inlined, because it would be so twice.
    #[inline(never)]
    fn look_at_text(&mut self, text: Decoded<'_>) {
        // One that no sampling context has room for goes nowhere, whatever it says.
        if text.raw().len() <= DSC_BYTES {
            self.percent = self.percent || text.has_malformed_escape();
            self.utf8 = self.utf8 || !text.is_utf8();
        }
    }
}

/// The members of one sampling context, each name once, in order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    pub(super) list: Vec<Member<'a>, MEMBERS>,
    known: [u8; NAMES],
    others: Index,
    /// The line of the first member.
    line: &'a [u8],
    /// Are they from several lines, or in another order than there?
    is_scattered: bool,
}

/// A place of no member.
const FREE: u8 = u8::MAX;

/// Finds the other names by their hash, so that a thousand distinct names cost no more each than one.
#[derive(Clone, Debug)]
struct Index {
    places: [u8; Index::PLACES],
    count: usize,
}

impl Index {
    const PLACES: usize = 128;
    const LAST: u8 = 127;

    fn empty() -> Self {
        Index { places: [FREE; Index::PLACES], count: 0 }
    }

    /// FNV-1a over the decoded name.
    fn hash(name: Decoded<'_>) -> u8 {
        let hash = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        (hash ^ (hash >> 16)) as u8 & Index::LAST
    }
}

impl<'a> Members<'a> {
    pub(crate) fn new() -> Self {
        Members {
            list: Vec::new(),
            known: [FREE; NAMES],
            others: Index::empty(),
            line: &[],
            is_scattered: false,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.known = [FREE; NAMES];
        self.others = Index::empty();
        self.is_scattered = false;
    }

    /// Adds the Sentry members of the lines of a baggage list, and tells what was odd about them.
    pub(crate) fn read(&mut self, lines: impl IntoIterator<Item = &'a [u8]>) -> Oddities {
        let mut odd = Oddities::default();
        for line in lines.into_iter().filter(|line| may_be_sentry(line)) {
            let before = self.list.len();
            if before == 0 {
                self.line = line;
            }
            self.read_line(line, &mut odd);
            self.is_scattered |= before > 0 && self.list.len() > before;
        }
        self.is_scattered |= odd.repeated;
        odd
    }

    // Not inlined, so that the loop has the registers to itself.
    #[inline(never)]
    fn read_line(&mut self, line: &'a [u8], odd: &mut Oddities) {
        let mut entries = entries(line);
        loop {
            // A device is short of room for the quick way.
            if cfg!(feature = "std") {
                entries.each_plain(|member| self.add(member, odd));
            }
            match entries.next() {
                Some(Entry::Sentry(member)) => self.add(member, odd),
                Some(Entry::Malformed(_)) => odd.malformed = true,
                Some(Entry::Foreign(_)) => {}
                None => return,
            }
        }
    }

    /// The members as they came, where they follow each other in a line and each goes out again just so: most baggage
    /// is that and nothing else.
    pub(super) fn run(&self) -> Option<&'a [u8]> {
        let mut bytes = 0_usize;
        for member in &self.list {
            bytes = bytes.wrapping_add(member.forwarded()?.len()).wrapping_add(1);
        }
        let begin = text::offset(self.line, self.list.first()?.forwarded()?);
        let run = self.line.get(begin..begin.wrapping_add(bytes).wrapping_sub(1))?;
        // What stands between first and last has their length together only if it is they, with a comma between two.
        let last = self.list.last()?.forwarded()?;
        let is_run = text::offset(run, last).wrapping_add(last.len()) == run.len();
        (is_run && !self.is_scattered).then_some(run)
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn add(&mut self, member: Member<'a>, odd: &mut Oddities) {
        if member.may_be_odd() {
            odd.look_at(member);
        }
        match self.place(&member) {
            Place::Taken(first) => {
                *first = member;
                odd.repeated = true;
            }
            Place::Full => odd.too_many = true,
            Place::New => drop(self.list.push(member)),
        }
    }

    /// Where a name stands; a new one is entered as the next slot.
    #[cfg_attr(feature = "std", inline(always))]
    fn place(&mut self, member: &Member<'a>) -> Place<'a, '_> {
        let next = self.list.len() as u8;
        let Some(known) = Known::of(member) else { return self.place_other(member.name(), next) };
        match self.known.get_mut(usize::from(known as u8)) {
            Some(free @ &mut FREE) => {
                *free = next;
                Place::New
            }
            taken => {
                taken.and_then(|at| self.list.get_mut(usize::from(*at))).map_or(Place::Full, Place::Taken)
            }
        }
    }

    #[inline(never)]
    fn place_other(&mut self, name: Decoded<'a>, next: u8) -> Place<'a, '_> {
        let mut hash = Index::hash(name);
        while let Some(place) = self.others.places.get_mut(usize::from(hash)) {
            if *place == FREE {
                if self.others.count == OTHERS {
                    return Place::Full;
                }
                self.others.count = self.others.count.saturating_add(1);
                *place = next;
                return Place::New;
            }
            let at = usize::from(*place);
            if self.list.get(at).is_some_and(|member| member.name().bytes().eq(name.bytes())) {
                return self.list.get_mut(at).map_or(Place::Full, Place::Taken);
            }
            hash = hash.wrapping_add(1) & Index::LAST;
        }
        Place::Full
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The value of a known name, as it came.
    pub(crate) fn get(&self, known: Known) -> Option<Decoded<'a>> {
        self.list.get(self.position(known)?).map(Member::value)
    }

    /// Where a known name stands among the members.
    pub(super) fn position(&self, known: Known) -> Option<usize> {
        self.known.get(usize::from(known as u8)).filter(|at| **at != FREE).map(|at| usize::from(*at))
    }

    /// The members, deduplicated.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Member<'a>> + '_ {
        self.list.iter().copied()
    }
}

enum Place<'a, 'm> {
    New,
    Taken(&'m mut Member<'a>),
    Full,
}
