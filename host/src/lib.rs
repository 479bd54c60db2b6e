//! The code that bindings of a host with a heap share: regex targets in the host's dialect, owned options and targets,
//! header carriers, errors of callbacks, interned names, randomness, and the commands `explain` and `doctor`.
//!
//! The Python and Ruby packages and the std build of the C library use it with `tracehop_core`, which allocates nothing.
#![forbid(unsafe_code)]

mod captured;
pub mod carrier;
#[cfg(feature = "command")]
mod described;
#[cfg(feature = "command")]
pub mod doctor;
pub mod entropy;
#[cfg(feature = "command")]
pub mod explain;
mod interned_names;
mod options;
mod owned_parts;
#[cfg(feature = "command")]
mod printed;
mod regex;
mod targets;
#[cfg(feature = "command")]
mod text_map;

pub use captured::Captured;
pub use interned_names::InternedNames;
pub use options::{OwnedOptions, Service};
pub use owned_parts::OwnedOrigin;
#[cfg(feature = "command")]
pub use printed::Printed;
pub use regex::{Dialect, REGEX_SIZE_BYTES, REGEX_WORK_BYTES, RegexFlags, RegexTarget};
pub use targets::OwnedTarget;
