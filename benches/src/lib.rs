//! The workloads of the benches, run with tracehop: criterion times and callgrind counts the same code.

pub mod hostile;
mod tracehop;
mod workloads;

pub use tracehop::{Scratch, Tracehop};
pub use workloads::Workloads;
