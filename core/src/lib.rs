//! Carries a Sentry distributed trace across every hop, without allocation, without panics.
//!
//! ```text
//!  bytes (headers, env, HTML)              Propagator (identity and policy)            Seed (24 random bytes)
//!         |                                          |                                       |
//!         v                                          v                                       |
//!    Headers<'a>  -- borrowed view ---->  continue_trace / start_trace  --->  TraceContext <-+   (a view, frozen)
//!                                                                                  |  child, sample: a new one
//!    Headers<'a> of the outgoing request -->  allows(url)?  -->  headers / meta_tags / server_timing
//! ```
//!
//! Two policies apply everywhere. A parse of one value ([`SentryTrace::parse`], [`Traceparent::parse`]) is strict and
//! reports why it fails. The flow ([`Headers`], [`Propagator`], [`TraceContext`]) never fails; anomalies are in
//! [`Findings`].
//!
//! Rules are cited by number as in the vectors: S (sentry-trace), B (baggage), D (dynamic sampling context, DSC),
//! P (sampling), C (continuing), O (outgoing), H (server and browser), L (lifetime), K (carriers), I (identity),
//! F (findings).
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

/// The example on crates.io, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod adopt;
mod ascii;
mod buffer;
mod context;
mod continue_trace;
mod cors;
mod decimal;
mod dsc;
mod dsn;
mod error;
mod explain;
mod finding;
mod header_name;
mod header_value;
mod headers;
mod hex;
mod id;
mod incoming;
mod inject;
mod lifetime;
mod limit;
mod meta_tags;
mod outgoing;
mod percent;
mod propagator;
mod sampling;
mod sentry_members;
mod serialized;
mod targets;
mod wire;

pub use buffer::Buffer;
pub use context::{StoredContext, TraceContext};
pub use continue_trace::Start;
pub use dsn::Dsn;
pub use error::{Error, ErrorKind};
pub use explain::Explanation;
pub use finding::{Finding, Findings};
pub use header_name::HeaderName;
pub use header_value::HeaderValue;
pub use headers::Headers;
pub use id::{Seed, SpanId, TraceId};
pub use lifetime::TraceLifetime;
pub use limit::Limit;
pub use outgoing::{Outcome, Reason};
pub use percent::Decoded;
pub use propagator::{Options, Propagator};
pub use sampling::{Decision, Sampler, SamplingContext};
pub use sentry_members::SentryMembers;
pub use targets::{Matcher, Origin, Target};
pub use wire::baggage::{Baggage, Entry, Member};
pub use wire::sentry_trace::{SentryTrace, SentryTraceText};
pub use wire::traceparent::Traceparent;
