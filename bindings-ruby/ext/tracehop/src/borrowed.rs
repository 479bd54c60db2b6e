//! The bytes of Ruby strings without a copy: the only unsafe code of the gem.
//!
//! # Why it is sound
//! Ruby's bytes are valid while three things hold: the string is alive, nobody modifies it, and nobody moves it.
//! Each can end only by a call into Ruby, and `read` makes none:
//! - **It cannot.** A call into Ruby needs a `Ruby` handle or a Ruby value. Neither is `Send`, so a closure that is
//!   `Send` captures none; a sampler or a function target is such a value, and a propagator that asks one is not `Send`
//!   either. `Ruby::get`, which takes the handle from nowhere, is called nowhere in this crate (`test_package.rb`).
//! - **Nothing is modified.** A string is changed by threads of its Ractor alone, one at a time: this one holds their lock
//!   (GVL), which is given up only within calls into Ruby. What several Ractors share is frozen.
//! - **Nothing is freed or moved.** The garbage collector works within allocations of Ruby's. That of another Ractor
//!   first waits until this thread checks for interrupts, which also happens only within calls into Ruby.
//!
//! The slices cannot leave `read`, because it accepts any lifetime. A slice says nothing about the encoding: the core
//! reads headers as bytes (rule K4), and `text` hands out valid UTF-8 alone.
#![allow(unsafe_code, reason = "proved above; refused in the rest of the gem")]

use magnus::RString;
use smallvec::SmallVec;

/// Shows `read` the bytes of a string.
#[inline(always)]
pub(crate) fn bytes<T>(string: RString, read: impl FnOnce(&[u8]) -> T + Send) -> T {
    // SAFETY: `read` makes no call into Ruby.
    read(unsafe { string.as_slice() })
}

/// Shows `read` the bytes of several strings, in order.
#[inline(always)]
pub(crate) fn each<T>(strings: impl Iterator<Item = RString>, read: impl FnOnce(&[&[u8]]) -> T + Send) -> T {
    let strings: SmallVec<[RString; 4]> = strings.collect();
    // SAFETY: all strings are at hand before the first is borrowed, and `read` makes no call into Ruby.
    let slices: SmallVec<[&[u8]; 4]> = strings.iter().map(|string| unsafe { string.as_slice() }).collect();
    read(&slices)
}

/// Shows `read` the text of a string that is UTF-8 as it is; `None` for one that is not, or has another encoding.
#[inline(always)]
pub(crate) fn text<T>(string: RString, read: impl FnOnce(Option<&str>) -> T + Send) -> T {
    // SAFETY: `read` makes no call into Ruby.
    read(unsafe { string.test_as_str() })
}
