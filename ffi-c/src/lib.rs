//! libtracehop: the C binding of tracehop. It converts types; all decisions are made by `tracehop-core`.
//!
//! The manual is `include/tracehop.h`, which is generated from this crate: first the conventions, then the modules in the order
//! below. Rust programs use `tracehop-core` itself.

#![no_std]
#![allow(non_camel_case_types, reason = "types are named as C programs know them")]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![allow(
    clippy::missing_safety_doc,
    reason = "the beginning of the header states what every function requires of its caller"
)]
#![allow(clippy::too_many_arguments, reason = "self, inputs, outputs: C has no other way to name them")]

#[cfg(feature = "std")]
extern crate std;

mod c_strings;
mod header_writer;
mod panic_guard;
mod pointers;
mod refusal;

// In the order of the manual.
pub mod limits;

pub mod status;

pub mod text;

pub mod status_text;

pub mod finding;

pub mod sampling;

pub mod target;

#[cfg(feature = "std")]
pub mod regex;

pub mod propagator;

#[cfg(feature = "std")]
pub mod seed;

pub mod starting;

pub mod continuing;

pub mod adopting;

pub mod context;

pub mod context_text;

pub mod members;

pub mod sampling_context;

pub mod outcome;

pub mod outgoing;

pub mod explain;

pub mod headers;

pub mod cors;

pub mod page;

pub mod sentry_trace;

pub mod traceparent;

pub mod baggage;

pub mod lifetime;
