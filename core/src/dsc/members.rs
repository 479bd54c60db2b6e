//! The members of a sampling context on their way in: each name once (rules B3, B6).

use heapless::Vec;

use super::index::{FREE, Index};
use super::{DSC_BYTES, Known, MEMBERS, NAMES};
use crate::ascii;
use crate::percent::Decoded;
use crate::wire::baggage::{Entry, Member, Parts, entries, may_be_sentry};

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
    /// How many more of them have a place.
    others_left: usize,
    /// The line of the first member.
    line: &'a [u8],
    /// How many bytes they have together, each with a comma.
    bytes: usize,
    /// Are they from several lines, in another order than there, or is one to be written in another form?
    is_scattered: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn new() -> Self {
        Members {
            list: Vec::new(),
            known: [FREE; NAMES],
            others: Index::empty(),
            others_left: OTHERS,
            line: &[],
            bytes: 0,
            is_scattered: false,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.known = [FREE; NAMES];
        (self.others, self.others_left) = (Index::empty(), OTHERS);
        (self.bytes, self.is_scattered) = (0, false);
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
                entries.each_plain(|member| self.add_plain(member, odd));
            }
            match entries.next() {
                Some(Entry::Sentry(member)) => self.add(Known::of(&member), member.parts(), odd),
                Some(Entry::Malformed(_)) => odd.malformed = true,
                Some(Entry::Foreign(_)) => {}
                None => return,
            }
        }
    }

    /// The members as they came, where they follow each other in a line and each goes out again just so: most baggage
    /// is that and nothing else.
    pub(super) fn run(&self) -> Option<&'a [u8]> {
        let begin = ascii::offset(self.line, self.list.first()?.forwarded()?);
        let run = self.line.get(begin..begin.wrapping_add(self.bytes).wrapping_sub(1))?;
        // What stands between first and last has their length together only if it is they, with a comma between two.
        let last = self.list.last()?.forwarded()?;
        let is_run = ascii::offset(run, last).wrapping_add(last.len()) == run.len();
        (is_run && !self.is_scattered).then_some(run)
    }

    /// The same where a sampling context has room for it.
    pub(crate) fn fitting_run(&self) -> Option<&'a [u8]> {
        self.run().filter(|run| run.len() <= DSC_BYTES)
    }

    /// Adds a member whose name needs no decoding. Most are known ones that come once: no member lies in memory for
    /// them but in the list, because what is stored in parts and loaded as a whole is waited for.
    #[cfg_attr(feature = "std", inline(always))]
    fn add_plain(&mut self, member: Member<'a>, odd: &mut Oddities) {
        let known = Known::named(&member);
        match known {
            _ if member.may_be_odd() => {}
            Some(known) if self.take(known) => return self.enter(member),
            None if self.is_surplus(&member) => return odd.too_many = true,
            _ => {}
        }
        self.add(known, member.parts(), odd);
    }

    /// Takes the place of a known name, as the next slot, if it is free.
    #[cfg_attr(feature = "std", inline(always))]
    fn take(&mut self, known: Known) -> bool {
        let next = self.list.len() as u8;
        let free = self.known.get_mut(usize::from(known as u8)).filter(|at| **at == FREE);
        free.map(|free| *free = next).is_some()
    }

    /// Is there certainly no place for this member, which has no known name?
    #[cfg_attr(feature = "std", inline(always))]
    fn is_surplus(&self, member: &Member<'_>) -> bool {
        self.others_left == 0 && self.others.lacks(member)
    }

    #[inline(never)]
    fn add(&mut self, known: Option<Known>, parts: Parts<'a>, odd: &mut Oddities) {
        let member = Member::whole(parts);
        if member.may_be_odd() {
            odd.look_at(member);
        }
        match self.place(known, &member) {
            Place::Taken(first) => {
                *first = member;
                odd.repeated = true;
            }
            Place::Full => odd.too_many = true,
            Place::New => self.enter(member),
        }
    }

    #[cfg_attr(feature = "std", inline(always))]
    fn enter(&mut self, member: Member<'a>) {
        self.bytes = self.bytes.wrapping_add(member.len()).wrapping_add(1);
        self.is_scattered |= !member.is_tidy();
        let _ = self.list.push(member);
    }

    /// Where a name stands; a new one is entered as the next slot.
    #[cfg_attr(feature = "std", inline(always))]
    fn place(&mut self, known: Option<Known>, member: &Member<'a>) -> Place<'a, '_> {
        match known {
            None => self.seek(member),
            Some(known) if self.take(known) => Place::New,
            Some(known) => {
                let first = self.position(known).and_then(|at| self.list.get_mut(at));
                first.map_or(Place::Full, Place::Taken)
            }
        }
    }

    #[inline(never)]
    fn seek(&mut self, member: &Member<'a>) -> Place<'a, '_> {
        let (next, list) = (self.list.len(), &mut self.list);
        let is_it =
            |at| list.get(usize::from(at)).is_some_and(|other: &Member<'_>| other.is_named_as(member));
        match self.others.place(member, is_it) {
            Some(free @ &mut FREE) if self.others_left > 0 => {
                self.others_left = self.others_left.saturating_sub(1);
                *free = next as u8;
                Place::New
            }
            place => place.and_then(|at| list.get_mut(usize::from(*at))).map_or(Place::Full, Place::Taken),
        }
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
