//! The dynamic sampling context (DSC): its known names, its members as received, its one canonical text (rules D1 to D6).

mod encode;
mod frozen;
mod keys;
mod members;

pub(crate) use encode::{Overrides, encode};
pub(crate) use frozen::{Frozen, chosen};
pub(crate) use keys::{DSC_BYTES, DscKey, MEMBER_NAMES, MEMBERS};
pub(crate) use members::Members;
