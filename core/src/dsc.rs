//! The dynamic sampling context: which members it has, which matter most, and its one canonical text (rules D1, D2, D6).

use heapless::Vec;

use crate::decoded::Decoded;
use crate::text;
use crate::wire::baggage::{Entry, Member, canonical_members, entries};

mod draft;
mod members;

use draft::Draft;
pub(crate) use draft::Edit;
pub(crate) use members::{Members, Oddities};

/// How many bytes of header text a sampling context holds (rule D6).
pub const DSC_BYTES: usize = 2_048;
/// How many members a sampling context, or an outgoing baggage header, holds (rule B6).
pub const MEMBERS: usize = 64;

const NAMES: usize = 10;

/// The ten known names, in the order in which a head of trace writes them (rule D1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Known {
    TraceId,
    PublicKey,
    SampleRate,
    SampleRand,
    Sampled,
    Release,
    Environment,
    OrgId,
    Transaction,
    ReplayId,
}

impl Known {
    /// By importance where room is short; all other names come after them.
    const BY_IMPORTANCE: [Known; NAMES] = [
        Known::TraceId,
        Known::PublicKey,
        Known::SampleRand,
        Known::SampleRate,
        Known::Sampled,
        Known::OrgId,
        Known::Environment,
        Known::Release,
        Known::Transaction,
        Known::ReplayId,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Known::TraceId => "trace_id",
            Known::PublicKey => "public_key",
            Known::SampleRate => "sample_rate",
            Known::SampleRand => "sample_rand",
            Known::Sampled => "sampled",
            Known::Release => "release",
            Known::Environment => "environment",
            Known::OrgId => "org_id",
            Known::Transaction => "transaction",
            Known::ReplayId => "replay_id",
        }
    }

    fn of(name: Decoded<'_>) -> Option<Self> {
        let is_known = |known: &Known| name.is(known.name().as_bytes());
        // The length tells most of them apart.
        let known: &[Known] = match name.plain_len() {
            Some(6) => &[Known::OrgId],
            Some(7) => &[Known::Release, Known::Sampled],
            Some(8) => &[Known::TraceId],
            Some(9) => &[Known::ReplayId],
            Some(10) => &[Known::PublicKey],
            Some(11) => &[Known::SampleRate, Known::SampleRand, Known::Environment, Known::Transaction],
            Some(_) => &[],
            None => &Known::BY_IMPORTANCE,
        };
        known.iter().copied().find(is_known)
    }
}

/// A frozen sampling context: its canonical header text, at most 2,048 bytes.
#[derive(Clone, Debug)]
pub(crate) struct Dsc(pub(crate) Vec<u8, DSC_BYTES>);

impl Dsc {
    /// Writes the members once, with these values changed (rule D3); was one dropped for want of room?
    pub(crate) fn freeze(&mut self, members: Option<&Members<'_>>, edits: &[Edit<'_>]) -> bool {
        let draft = Draft { members, edits };
        let chosen = draft.fitting(DSC_BYTES, MEMBERS);
        draft.write(chosen, &mut self.0);
        chosen != u64::MAX
    }

    /// Which members fit into this room: a bit for each, all bits where all do (rule B6).
    pub(crate) fn fitting(&self, bytes: usize, count: usize) -> u64 {
        // A canonical text tells its own length, and has a comma less than it has members.
        let commas = self.0.iter().filter(|byte| **byte == b',').count();
        if self.0.len() <= bytes && (commas < count || self.is_empty()) {
            u64::MAX
        } else {
            self.most_important(bytes, count)
        }
    }

    #[cold]
    #[inline(never)]
    fn most_important(&self, bytes: usize, count: usize) -> u64 {
        let mut members = Members::new();
        self.read_into(&mut members);
        Draft { members: Some(&members), edits: &[] }.fitting(bytes, count)
    }

    /// The header text; ASCII by rule B8.
    pub(crate) fn text(&self) -> &str {
        text::ascii(&self.0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members, in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member<'_>> {
        entries(&self.0).filter_map(|entry| match entry {
            Entry::Sentry(member) => Some(member),
            _ => None,
        })
    }

    /// Reads the members back.
    pub(crate) fn read_into<'a>(&'a self, members: &mut Members<'a>) {
        members.read(entries(&self.0));
    }
}

/// The n-th members of a canonical text whose bits are set.
pub(crate) fn chosen(text: &str, slots: u64) -> impl Iterator<Item = &[u8]> {
    let members = canonical_members(text.as_bytes()).enumerate();
    members.filter(move |(at, _)| slots.wrapping_shr(*at as u32) & 1 == 1).map(|(_, member)| member)
}
