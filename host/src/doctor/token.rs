//! Random bytes and texts.

use crate::entropy;

/// Random bytes. [`super::examine`] has checked that the operating system returns them.
pub(crate) fn drawn<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let _ = entropy::fill(&mut bytes);
    bytes
}

/// A text that no other request has.
pub(crate) fn token() -> String {
    format!("{:016x}", u64::from_be_bytes(drawn()))
}
