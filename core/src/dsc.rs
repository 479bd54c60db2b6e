//! The dynamic sampling context: which members it has, which matter most, and its one canonical text (rules D1, D2, D6).

use heapless::Vec;

use crate::ascii;
use crate::percent::Decoded;
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

macro_rules! known {
    ($($known:ident $name:literal),* $(,)?) => {
        /// The names that the members of a sampling context have, in the order in which a head of trace writes them
        /// (rule D1); others may come in too. A host may keep strings of them.
        pub const MEMBER_NAMES: [&str; NAMES] = [$($name),*];

        /// The ten known names, in the order in which a head of trace writes them (rule D1).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Known { $($known),* }

        impl Known {
            pub(crate) const fn name(self) -> &'static [u8] {
                match self { $(Known::$known => $name.as_bytes()),* }
            }

            /// The known name that a plain name is.
            #[inline(always)]
            fn named(member: &Member<'_>) -> Option<Self> {
                // Compared as wholes, in words; a match on slices goes byte by byte.
                $(if member.is_named($name.as_bytes()) { return Some(Known::$known) })*
                None
            }
        }
    };
}

known! {
    TraceId "trace_id",
    PublicKey "public_key",
    SampleRate "sample_rate",
    SampleRand "sample_rand",
    Sampled "sampled",
    Release "release",
    Environment "environment",
    OrgId "org_id",
    Transaction "transaction",
    ReplayId "replay_id",
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

    fn of(member: &Member<'_>) -> Option<Self> {
        if member.has_plain_name() { Known::named(member) } else { Known::spelt(member.name()) }
    }

    #[inline(never)]
    fn spelt(name: Decoded<'_>) -> Option<Self> {
        Known::BY_IMPORTANCE.into_iter().find(|known| name.is(known.name()))
    }
}

/// Room for a sampling context: its canonical header text, at most 2,048 bytes.
#[derive(Clone, Debug)]
pub(crate) struct Dsc(Text);

/// A sampling context as it was frozen, wherever its text lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frozen<'a>(pub(crate) &'a [u8]);

type Text = Vec<u8, DSC_BYTES>;

impl Dsc {
    /// None.
    pub(crate) fn empty() -> Self {
        Dsc(ascii::empty_vec())
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Writes the members once, with these values changed (rule D3); was one dropped for want of room?
    pub(crate) fn freeze(&mut self, members: Option<&Members<'_>>, edits: &[Edit<'_>]) -> bool {
        let draft = Draft { members, edits };
        let is_whole = draft.write_all(&mut self.0).is_some();
        if !is_whole {
            self.0.clear();
            draft.write(0, draft.most_important(DSC_BYTES, MEMBERS), &mut self.0);
        }
        !is_whole
    }

    /// The header text; ASCII by rule B8.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<'a> Frozen<'a> {
    /// Which members fit into this room: a bit for each, all bits where all do (rule B6).
    pub(crate) fn fitting(self, bytes: usize, count: usize) -> u64 {
        // A canonical text tells its own length, and has a comma less than it has members.
        let commas = self.0.iter().filter(|byte| **byte == b',').count();
        if self.0.len() <= bytes && (commas < count || self.0.is_empty()) {
            u64::MAX
        } else {
            self.most_important(bytes, count)
        }
    }

    #[cold]
    #[inline(never)]
    fn most_important(self, bytes: usize, count: usize) -> u64 {
        let mut members = Members::new();
        self.read_into(&mut members);
        Draft { members: Some(&members), edits: &[] }.most_important(bytes, count)
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

/// The n-th members of a canonical text whose bits are set.
pub(crate) fn chosen(text: &[u8], slots: u64) -> impl Iterator<Item = &[u8]> {
    let members = canonical_members(text).enumerate();
    members.filter(move |(at, _)| slots.wrapping_shr(*at as u32) & 1 == 1).map(|(_, member)| member)
}
