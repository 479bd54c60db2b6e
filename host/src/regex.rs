//! Regex targets: patterns of a host language, translated for an engine that matches in linear time (rule O4).

mod dialect;
mod literal_prefix;
mod target;

pub use dialect::{Dialect, RegexFlags};
pub use target::{REGEX_SIZE_BYTES, RegexTarget};
