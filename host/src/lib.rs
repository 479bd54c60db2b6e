//! What the bindings of a host with a heap share: regex targets in the host's own dialect.
//!
//! The Python and Ruby packages and the std build of the C library use it beside `tracehop_core`, which allocates nothing.
#![forbid(unsafe_code)]

mod regex;

pub use regex::{Dialect, REGEX_SIZE_BYTES, RegexFlags, RegexTarget};
