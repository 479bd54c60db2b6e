//! The bytes of Ruby strings without a copy: the only unsafe code of the gem.
//!
//! # Soundness
//! Ruby's bytes are valid while the string is alive, not modified and not moved. Only a call into Ruby can change that,
//! and `read` makes none:
//! - **It cannot call Ruby.** A call into Ruby needs a `Ruby` handle or a Ruby value. Neither is `Send`, so a closure
//!   that is `Send` captures none; a sampler or a function target is such a value, so a propagator that calls one is not
//!   `Send` either. `Ruby::get`, which needs no handle, is not used in this crate (`test_borrowed.rb`).
//! - **Nothing is modified.** Only threads of its Ractor can change a string, one at a time: this thread holds their lock
//!   (GVL), which is released only within calls into Ruby. Objects that several Ractors share are frozen.
//! - **Nothing is freed or moved.** The garbage collector runs within Ruby's allocations. That of another Ractor first
//!   waits until this thread checks for interrupts, which also happens only within calls into Ruby.
//!
//! The slices cannot leave `read`, because it accepts any lifetime. A slice has no encoding: the core reads headers as
//! bytes (rule K4), and `text` passes only valid UTF-8.
#![allow(unsafe_code, reason = "proved above; refused in the rest of the gem")]

use magnus::RString;
use smallvec::SmallVec;

/// Calls `read` with the bytes of a string.
#[inline(always)]
pub(crate) fn bytes<T>(string: RString, read: impl FnOnce(&[u8]) -> T + Send) -> T {
    // SAFETY: `read` makes no call into Ruby.
    read(unsafe { string.as_slice() })
}

/// Calls `read` with the bytes of several strings, in order.
#[inline(always)]
pub(crate) fn each<T>(strings: impl Iterator<Item = RString>, read: impl FnOnce(&[&[u8]]) -> T + Send) -> T {
    let strings: SmallVec<[RString; 4]> = strings.collect();
    // SAFETY: all strings are collected before the first is borrowed, and `read` makes no call into Ruby.
    let slices: SmallVec<[&[u8]; 4]> = strings.iter().map(|string| unsafe { string.as_slice() }).collect();
    read(&slices)
}

/// Calls `read` with the text of a string; `None` if it is not valid UTF-8 or has another encoding.
#[inline(always)]
pub(crate) fn text<T>(string: RString, read: impl FnOnce(Option<&str>) -> T + Send) -> T {
    // SAFETY: `read` makes no call into Ruby.
    read(unsafe { string.test_as_str() })
}
