//! The core on a Cortex-M4, and the same program on the host.
//!
//! `flow` is the work of a device for a request: continue, then inject; its code and stack are measured.
//! `tour` calls every public function of the core and runs the shared vectors. Both link only if no panic
//! can be reached: the board's panic handler calls a symbol that does not exist.
#![cfg_attr(target_os = "none", no_std)]

pub mod console;
pub mod flow;
pub mod tour;
pub mod vectors;
