//! Finds members by name without a look at each of them.

use super::MEMBERS;
use crate::wire::baggage::Member;

/// A place of no member.
pub(super) const FREE: u8 = u8::MAX;

/// Where members stand in a list, by the hash of their names: a thousand distinct names cost no more each than one.
#[derive(Clone, Debug)]
pub(super) struct Index([u8; PLACES]);

/// Far more than there may be members, so that most names meet no other one; a device is short of room.
const PLACES: usize = if cfg!(feature = "std") { 8 * MEMBERS } else { 2 * MEMBERS };

impl Index {
    pub(super) fn empty() -> Self {
        Index([FREE; PLACES])
    }

    /// The place of this member, or the free one that it may take: `is_it` tells whether the one there has its name.
    #[cfg_attr(feature = "std", inline(always))]
    pub(super) fn place(&mut self, member: &Member<'_>, is_it: impl Fn(u8) -> bool) -> Option<&mut u8> {
        let mut hash = hash(member);
        while let Some(taken) = self.0.get(hash).filter(|at| **at != FREE) {
            if is_it(*taken) {
                break;
            }
            hash = hash.wrapping_add(1) % PLACES;
        }
        self.0.get_mut(hash)
    }

    /// Is there certainly no member of this name?
    #[cfg_attr(feature = "std", inline(always))]
    pub(super) fn lacks(&self, member: &Member<'_>) -> bool {
        member.plain_tail().is_some_and(|tail| self.0.get(spread(tail)) == Some(&FREE))
    }
}

#[cfg_attr(feature = "std", inline(always))]
fn hash(member: &Member<'_>) -> usize {
    spread(member.plain_tail().unwrap_or_else(|| member.decoded_tail()))
}

/// By the last bytes of a name, in which names differ as a rule, and by Fibonacci's way to spread them.
fn spread(tail: u64) -> usize {
    (tail.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize % PLACES
}
