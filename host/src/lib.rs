//! What the bindings of a host with a heap share: regex targets in the host's dialect, owned options and targets, which
//! entries of a carrier are headers, errors of callbacks, interned names, and randomness.
//!
//! The Python and Ruby packages use it beside `tracehop_core`, which allocates nothing; so does the std build of the C library.
#![forbid(unsafe_code)]

mod captured;
pub mod carrier;
pub mod entropy;
mod interned_names;
mod options;
mod owned_parts;
mod regex;
mod targets;

pub use captured::Captured;
pub use interned_names::InternedNames;
pub use options::{OwnedOptions, Service};
pub use owned_parts::OwnedOrigin;
pub use regex::{Dialect, REGEX_SIZE_BYTES, REGEX_WORK_BYTES, RegexFlags, RegexTarget};
pub use targets::OwnedTarget;
