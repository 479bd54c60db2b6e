//! The known names of a DSC's members: their order (rule D1), and which ones matter most if space is short (rule B6).

use crate::percent::Decoded;
use crate::wire::baggage::Member;

/// Maximum bytes of a DSC as header text (rule D6).
pub(crate) const DSC_BYTES: usize = 2_048;
/// Maximum members of a DSC, and of an outgoing baggage header (rule B6).
pub(crate) const MEMBERS: usize = 64;

/// Maximum Sentry members that are read, repeated and malformed ones included (rule B6).
pub(crate) const MEMBERS_READ: usize = 128;

/// Maximum members of other names in a DSC: known ones always have a slot (rule B6).
pub(crate) const OTHERS: usize = 54;

/// Number of known names.
pub(crate) const NAMES: usize = DscKey::ALL.len();

// A new known name takes the slot of an unknown one: then rule B6, `MEMBERS` or `OTHERS` changes with it.
const _: () = assert!(NAMES + OTHERS == MEMBERS);

macro_rules! known {
    ($($known:ident $name:literal),* $(,)?) => {
        /// The known names, in the order of [`DscKey`].
        pub(crate) const MEMBER_NAMES: [&str; NAMES] = [$($name),*];

        /// A known name, in the order in which a head of trace writes them (rule D1).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum DscKey { $($known),* }

        impl DscKey {
            /// All of them, in that order.
            pub(crate) const ALL: &[DscKey] = &[$(DscKey::$known),*];

            pub(crate) const fn name(self) -> &'static [u8] {
                match self { $(DscKey::$known => $name.as_bytes()),* }
            }

            /// The key of a member's plain name.
            #[inline(always)]
            pub(crate) fn named(member: &Member<'_>) -> Option<Self> {
                // Comparisons of whole slices compile to word compares; a `match` on slices compares byte by byte.
                $(if member.is_named($name.as_bytes()) { return Some(DscKey::$known) })*
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

impl DscKey {
    /// The names by importance if space is short; all others come after them.
    pub(crate) const BY_IMPORTANCE: [DscKey; NAMES] = [
        DscKey::TraceId,
        DscKey::PublicKey,
        DscKey::SampleRand,
        DscKey::SampleRate,
        DscKey::Sampled,
        DscKey::OrgId,
        DscKey::Environment,
        DscKey::Release,
        DscKey::Transaction,
        DscKey::ReplayId,
    ];

    pub(crate) fn of(member: &Member<'_>) -> Option<Self> {
        if member.has_plain_name() { DscKey::named(member) } else { DscKey::spelt(member.name()) }
    }

    fn spelt(name: Decoded<'_>) -> Option<Self> {
        DscKey::BY_IMPORTANCE.into_iter().find(|known| name.is(known.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::DscKey;

    #[test]
    fn every_key_has_one_importance() {
        for key in DscKey::ALL {
            let times = DscKey::BY_IMPORTANCE.iter().filter(|other| *other == key).count();
            assert_eq!(times, 1, "{key:?}");
        }
    }
}
