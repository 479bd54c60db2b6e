//! Carries a Sentry distributed trace across every hop, without allocation, without panics.
//!
//! ```text
//!  bytes (headers, env, HTML)              Propagator (who am I, what do I allow)      Seed (24 random bytes)
//!         |                                          |                                       |
//!         v                                          v                                       |
//!    Headers<'a>  -- borrowed view ---->  continue_trace / start_trace  --->  TraceContext <-+   (owned, frozen)
//!                                                                                  |  child, sample: a new one
//!    Headers<'a> of the outgoing request -->  allows(url)?  -->  headers / meta_tags / server_timing
//! ```
//!
//! Two policies hold everywhere. A parse of one value ([`SentryTrace::parse`], [`Traceparent::parse`]) is strict and
//! says why. The flow ([`Headers`], [`Propagator`], [`TraceContext`]) never fails: what was odd stands in [`Findings`].
//!
//! Rules are cited by number as in the vectors: S (sentry-trace), B (baggage), D (sampling context), P (sampling),
//! C (continuing), O (outgoing), H (server and browser), L (lifetime), K (carriers), I (identity), F (findings).
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod ascii;
mod context;
mod cors;
mod decimal;
mod dsc;
mod error;
mod finding;
mod headers;
mod hex;
mod id;
mod identity;
mod lifetime;
mod percent;
mod place;
mod propagator;
mod sampling;
mod targets;
mod view;
mod wire;

pub use context::{
    HeaderValue, Inline, Lent, MetaTags, Outcome, Reason, ServerTiming, Texts, TraceContext, strip,
};
pub use cors::{
    ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_ORIGIN, AllowHeaders, OtherHeaders, REQUEST_HEADERS,
    allows_credentials, allows_origin, is_shared_cache,
};
pub use dsc::MEMBER_NAMES;
pub use error::{Error, ErrorKind};
pub use finding::{Finding, Findings};
pub use headers::{GATEWAY_MARKS, HEADER_NAMES, HeaderName, Headers, SCRATCH_BYTES};
pub use id::{Seed, SpanId, TraceId};
pub use identity::Identity;
pub use lifetime::TraceLifetime;
pub use percent::Decoded;
pub use propagator::{Explanation, Options, Propagator, Start};
pub use sampling::{Decision, Sampler, Sampling};
pub use targets::{Matcher, Origin, Target};

pub use view::SentryMembers;
pub use wire::baggage::{Baggage, Entry, Member};
pub use wire::sentry_trace::{SentryTrace, SentryTraceText};
pub use wire::traceparent::Traceparent;

/// The limits, in bytes unless the name says otherwise.
pub mod limits {
    pub use crate::context::BAGGAGE_WRITE_BYTES;
    pub use crate::context::TRACESTATE_BYTES;
    pub use crate::dsc::{DSC_BYTES, MEMBERS};
    pub use crate::wire::baggage::{BAGGAGE_LINES, BAGGAGE_READ_BYTES};
    pub use crate::wire::html::HTML_READ_BYTES;
    pub use crate::wire::sentry_trace::SENTRY_TRACE_READ_BYTES;
    pub use crate::wire::url::URL_BYTES;
}
