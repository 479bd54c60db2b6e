//! The members of a DSC as received: each name once (rules B3, B6).

use heapless::Vec;

use crate::ascii;
use crate::dsc::keys::{DSC_BYTES, DscKey, MEMBERS, NAMES, OTHERS};
use crate::percent::Decoded;
use crate::wire::baggage::{Entry, Member, Reader, may_be_sentry};

/// The index of no member.
const NONE: u8 = u8::MAX;

/// Anomalies of the members of a baggage list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Oddities {
    pub(crate) malformed: bool,
    pub(crate) repeated: bool,
    pub(crate) percent: bool,
    pub(crate) utf8: bool,
    pub(crate) too_many: bool,
}

impl Oddities {
    fn look_at(&mut self, member: &Member<'_>) {
        // A text that no sampling context holds is dropped, whatever it contains.
        let texts = [member.name(), member.value()];
        for text in texts.iter().filter(|text| text.raw().len() <= DSC_BYTES) {
            self.percent = self.percent || text.has_malformed_escape();
            self.utf8 = self.utf8 || !text.is_utf8();
        }
    }
}

/// The members of one sampling context, each name once, in order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    pub(super) list: Vec<Member<'a>, MEMBERS>,
    /// The index of each known name in the list.
    known: [u8; NAMES],
    /// How many other names are in the list.
    others: usize,
    /// The line of the first member.
    line: &'a [u8],
    /// The length of all members, each with a comma.
    bytes: usize,
    /// True if a member is rewritten, or does not follow the one before it in the line.
    is_scattered: bool,
}

impl<'a> Members<'a> {
    pub(crate) fn new() -> Self {
        Members {
            list: ascii::empty_vec(),
            known: [NONE; NAMES],
            others: 0,
            line: &[],
            bytes: 0,
            is_scattered: false,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        (self.known, self.others, self.bytes, self.is_scattered) = ([NONE; NAMES], 0, 0, false);
    }

    /// Adds the Sentry members of the lines of a baggage list, and returns their anomalies.
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
        odd
    }

    /// `inline(never)` leaves all registers to the loop.
    #[inline(never)]
    fn read_line(&mut self, line: &'a [u8], odd: &mut Oddities) {
        let mut reader = Reader::new(line);
        loop {
            // On a device code size counts: byte by byte only.
            if cfg!(feature = "std") {
                reader.each_canonical(|member| self.add_canonical(member, odd));
            }
            match reader.next() {
                Some(Entry::Sentry(member)) => self.add(DscKey::of(&member), &member, odd),
                Some(Entry::Malformed(_)) => odd.malformed = true,
                Some(Entry::Foreign(_)) => {}
                None => return,
            }
        }
    }

    /// Adds a member whose name needs no decoding: most are known and come once.
    fn add_canonical(&mut self, member: Member<'a>, odd: &mut Oddities) {
        let known = DscKey::named(&member);
        let index = known.and_then(|known| self.known.get_mut(usize::from(known as u8)));
        match index {
            _ if member.may_be_odd() => {}
            Some(index) if *index == NONE => {
                *index = self.list.len() as u8;
                return self.push(member);
            }
            None if self.others == OTHERS => return odd.too_many = true,
            _ => {}
        }
        self.add(known, &member, odd);
    }

    #[inline(never)]
    fn add(&mut self, known: Option<DscKey>, member: &Member<'a>, odd: &mut Oddities) {
        if member.may_be_odd() {
            odd.look_at(member);
        }
        let first = known.map_or_else(|| self.other(member), |known| self.position(known));
        if let Some(first) = first.and_then(|at| self.list.get_mut(at)) {
            *first = *member;
            (odd.repeated, self.is_scattered) = (true, true);
            return;
        }
        match known.and_then(|known| self.known.get_mut(usize::from(known as u8))) {
            Some(index) => *index = self.list.len() as u8,
            None if self.others < OTHERS => self.others = self.others.wrapping_add(1),
            None => return odd.too_many = true,
        }
        self.push(*member);
    }

    /// The index of a member whose name is not known; none is looked for once there are as many as are kept.
    fn other(&self, member: &Member<'a>) -> Option<usize> {
        let is_searched = (1..OTHERS).contains(&self.others);
        if is_searched { self.list.iter().position(|other| other.is_named_as(member)) } else { None }
    }

    fn push(&mut self, member: Member<'a>) {
        self.bytes = self.bytes.wrapping_add(member.len()).wrapping_add(1);
        self.is_scattered |= member.forwarded().is_none();
        let _ = self.list.push(member);
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

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The value of a known name, as it came.
    pub(crate) fn get(&self, known: DscKey) -> Option<Decoded<'a>> {
        self.list.get(self.position(known)?).map(Member::value)
    }

    /// Where a known name stands among the members.
    pub(super) fn position(&self, known: DscKey) -> Option<usize> {
        self.known.get(usize::from(known as u8)).filter(|at| **at != NONE).map(|at| usize::from(*at))
    }

    /// The members, deduplicated.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Member<'a>> + '_ {
        self.list.iter().copied()
    }
}
