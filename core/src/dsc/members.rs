//! The members of a DSC as received: each name once (rules B3, B6).

use heapless::Vec;

use crate::ascii;
use crate::dsc::keys::{DSC_BYTES, DscKey, MEMBERS, MEMBERS_READ, NAMES, OTHERS};
use crate::finding::{Finding, Findings};
use crate::percent::Decoded;
use crate::wire::baggage::{Entry, Member, Reader, may_be_sentry};

/// The index of no member.
const NONE: u8 = u8::MAX;

/// The members of one DSC, each name once, in order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    pub(super) list: Vec<Member<'a>, MEMBERS>,
    /// The index of each known name in the list.
    known: [u8; NAMES],
    /// Number of other names in the list.
    others: usize,
    /// Number of members that may still be read.
    left: usize,
    /// True if there are more.
    is_cut: bool,
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
            left: MEMBERS_READ,
            is_cut: false,
            line: &[],
            bytes: 0,
            is_scattered: false,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        (self.known, self.others, self.bytes, self.is_scattered) = ([NONE; NAMES], 0, 0, false);
        (self.left, self.is_cut) = (MEMBERS_READ, false);
    }

    /// Adds the Sentry members of the lines of a baggage list, and returns their findings.
    pub(crate) fn read(&mut self, lines: impl IntoIterator<Item = &'a [u8]>) -> Findings {
        let mut findings = Findings::default();
        for line in lines.into_iter().filter(|line| may_be_sentry(line)) {
            let before = self.list.len();
            if before == 0 {
                self.line = line;
            }
            self.read_line(line, &mut findings);
            self.is_scattered |= before > 0 && self.list.len() > before;
        }
        findings.insert_if(self.is_cut, Finding::ReadBudgetExceeded);
        findings
    }

    fn read_line(&mut self, line: &'a [u8], findings: &mut Findings) {
        let mut reader = Reader::new(line);
        while !self.is_cut {
            // Devices save code size: byte by byte only.
            if cfg!(feature = "std") {
                reader.each_canonical(|member| self.add_canonical(member, findings));
            }
            match reader.next() {
                Some(Entry::Foreign(_)) => {}
                Some(_) if !self.counts_in() => {}
                Some(Entry::Sentry(member)) => self.add(DscKey::of(&member), &member, findings),
                Some(Entry::Malformed(_)) => findings.insert(Finding::MemberMalformed),
                None => return,
            }
        }
    }

    /// True if one more member is read.
    fn counts_in(&mut self) -> bool {
        let left = self.left.checked_sub(1);
        match left {
            Some(left) => self.left = left,
            None => self.is_cut = true,
        }
        left.is_some()
    }

    /// Adds a member whose name needs no decoding, and returns true if it was read. Most names are known and unrepeated.
    fn add_canonical(&mut self, member: Member<'a>, findings: &mut Findings) -> bool {
        let known = DscKey::named(&member);
        if !self.counts_in() {
            return false;
        }
        match known.and_then(|known| self.known.get_mut(usize::from(known as u8))) {
            Some(index) if *index == NONE && !member.may_be_odd() => {
                *index = self.list.len() as u8;
                self.push(member);
            }
            _ => self.add(known, &member, findings),
        }
        true
    }

    fn add(&mut self, known: Option<DscKey>, member: &Member<'a>, findings: &mut Findings) {
        if known.is_none() && self.others == OTHERS {
            return findings.insert(Finding::ReadBudgetExceeded);
        }
        look_at(member, findings);
        let same_name = || self.list.iter().position(|other| other.is_named_as(member));
        let first = known.map_or_else(same_name, |known| self.position(known));
        if let Some(first) = first.and_then(|at| self.list.get_mut(at)) {
            *first = *member;
            self.is_scattered = true;
            return findings.insert(Finding::MemberRepeated);
        }
        match known.and_then(|known| self.known.get_mut(usize::from(known as u8))) {
            Some(index) => *index = self.list.len() as u8,
            None => self.others = self.others.wrapping_add(1),
        }
        self.push(*member);
    }

    fn push(&mut self, member: Member<'a>) {
        self.bytes = self.bytes.wrapping_add(member.len()).wrapping_add(1);
        self.is_scattered |= member.forwarded().is_none();
        let _ = self.list.push(member);
    }

    /// The received text of the members, if they are adjacent in one line and go out unchanged, as in most baggage.
    pub(super) fn run(&self) -> Option<&'a [u8]> {
        let begin = ascii::offset(self.line, self.list.first()?.forwarded()?);
        let run = self.line.get(begin..begin.wrapping_add(self.bytes).wrapping_sub(1))?;
        // The text from first to last has their summed length only if nothing but commas is between them.
        let last = self.list.last()?.forwarded()?;
        let is_run = ascii::offset(run, last).wrapping_add(last.len()) == run.len();
        (is_run && !self.is_scattered).then_some(run)
    }

    /// The same if it fits into a DSC.
    pub(crate) fn fitting_run(&self) -> Option<&'a [u8]> {
        self.run().filter(|run| run.len() <= DSC_BYTES)
    }

    /// True if there were more members than are read.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// True if there is a member of this name.
    pub(crate) fn has(&self, known: DscKey) -> bool {
        self.position(known).is_some()
    }

    /// The value of a known name, as received.
    pub(crate) fn get(&self, known: DscKey) -> Option<Decoded<'a>> {
        self.list.get(self.position(known)?).map(Member::value)
    }

    /// The index of a known name among the members.
    pub(super) fn position(&self, known: DscKey) -> Option<usize> {
        self.known.get(usize::from(known as u8)).filter(|at| **at != NONE).map(|at| usize::from(*at))
    }

    /// The members, deduplicated.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Member<'a>> + '_ {
        self.list.iter().copied()
    }
}

/// Adds the findings of a member's content; decodes it only if its flags allow a new one.
fn look_at(member: &Member<'_>, findings: &mut Findings) {
    // A text longer than a DSC is dropped, whatever it contains.
    let texts = || [member.name(), member.value()].into_iter().filter(|text| text.raw().len() <= DSC_BYTES);
    if member.may_have_bad_escape() && !findings.contains(Finding::PercentMalformed) {
        let is_malformed = texts().any(|text| text.has_malformed_escape());
        findings.insert_if(is_malformed, Finding::PercentMalformed);
    }
    if member.may_be_non_ascii() && !findings.contains(Finding::Utf8Invalid) {
        findings.insert_if(texts().any(|text| !text.is_utf8()), Finding::Utf8Invalid);
    }
}
