//! Regex targets: patterns of a host language, translated for an engine that matches in linear time (rule O4).

mod dialect;
mod program;
mod target;

pub use dialect::{Dialect, RegexFlags};
pub use program::{REGEX_SIZE_BYTES, REGEX_WORK_BYTES};
pub use target::RegexTarget;
