//! The workloads of the benches, and tracehop at work on them: what criterion times is what callgrind counts.

pub mod hostile;
mod tracehop;
mod workloads;

pub use tracehop::{Scratch, Tracehop};
pub use workloads::Workloads;
