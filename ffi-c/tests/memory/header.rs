//! The declarations of `include/tracehop.h` that `memory.rs` uses.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;

use tracehop::text::tracehop_str;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Str {
    pub(crate) data: *const u8,
    pub(crate) len: usize,
}

impl Str {
    /// The library's own type, which Miri requires for arguments passed by value.
    pub(crate) fn pass(self) -> tracehop_str {
        // SAFETY: both are a pointer and a length.
        unsafe { std::mem::transmute(self) }
    }

    pub(crate) fn passed(text: tracehop_str) -> Self {
        // SAFETY: both are a pointer and a length.
        unsafe { std::mem::transmute(text) }
    }
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) name: Str,
    pub(crate) value: Str,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Target {
    pub(crate) kind: i32,
    pub(crate) text: Str,
    pub(crate) function: Option<extern "C" fn(*const u8, usize, *mut c_void) -> i32>,
    pub(crate) data: *mut c_void,
    pub(crate) regex: *const c_void,
}

#[repr(C)]
pub(crate) struct Sampling {
    pub(crate) transaction: Str,
    pub(crate) parent_sampled: i32,
    pub(crate) parent_sample_rate: f64,
    pub(crate) sample_rand: f64,
    pub(crate) trace_id: Str,
}

#[repr(C)]
pub(crate) struct Propagator {
    pub(crate) struct_size: usize,
    pub(crate) identity: [Str; 5],
    pub(crate) rate: f64,
    pub(crate) sampler: Option<unsafe extern "C" fn(*const Sampling, *mut c_void) -> f64>,
    pub(crate) sampler_data: *mut c_void,
    pub(crate) targets: *const Target,
    pub(crate) n_targets: usize,
    pub(crate) strict: u8,
    pub(crate) traceparent: u8,
    pub(crate) max_baggage_bytes: u64,
}

#[repr(C)]
pub(crate) struct Outcome {
    pub(crate) reason: i32,
    pub(crate) n_headers: usize,
    pub(crate) headers: [Header; 8],
    pub(crate) needed: usize,
    pub(crate) findings: u64,
    pub(crate) reserved: [u64; 4],
}

#[repr(C)]
pub(crate) struct Members {
    pub(crate) n_members: usize,
    pub(crate) members: [Header; 64],
    pub(crate) needed: usize,
    pub(crate) findings: u64,
    pub(crate) reserved: [u64; 4],
}

/// Opaque: uninitialised words.
pub(crate) type Context = [MaybeUninit<u64>; 1 + tracehop::context::TRACEHOP_CONTEXT_WORDS];
pub(crate) type Lifetime = [MaybeUninit<u64>; 1 + tracehop::lifetime::TRACEHOP_LIFETIME_WORDS];
pub(crate) type Text = unsafe extern "C" fn(*const Context, *mut c_char, usize) -> usize;

#[allow(improper_ctypes, reason = "the structs above are those of the header")]
unsafe extern "C" {
    pub(crate) fn tracehop_propagator_check(propagator: *const Propagator) -> i32;
    pub(crate) fn tracehop_continue_trace(
        p: *const Propagator,
        h: *const Header,
        n: usize,
        s: *const u8,
        c: *mut Context,
    ) -> i32;
    pub(crate) fn tracehop_continue_environ(
        p: *const Propagator,
        e: *const *mut c_char,
        s: *const u8,
        c: *mut Context,
    ) -> i32;
    pub(crate) fn tracehop_continue_html(
        p: *const Propagator,
        page: tracehop_str,
        s: *const u8,
        c: *mut Context,
    ) -> i32;
    pub(crate) fn tracehop_context_child(c: *const Context, seed: *const u8, child: *mut Context) -> i32;
    pub(crate) fn tracehop_context_sampled(c: *const Context) -> i32;
    pub(crate) fn tracehop_context_trace_id(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_context_span_id(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_context_parent_span_id(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_context_sentry_trace(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_context_traceparent(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_context_meta_tags(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_context_link(c: *const Context, buf: *mut c_char, cap: usize) -> usize;
    pub(crate) fn tracehop_inject(
        p: *const Propagator,
        c: *const Context,
        url: tracehop_str,
        page: tracehop_str,
        outgoing: *const Header,
        n: usize,
        buf: *mut c_char,
        cap: usize,
        outcome: *mut Outcome,
    ) -> i32;
    pub(crate) fn tracehop_strip(
        h: *const Header,
        n: usize,
        buf: *mut c_char,
        cap: usize,
        outcome: *mut Outcome,
    ) -> i32;
    pub(crate) fn tracehop_context_environ(
        c: *const Context,
        buf: *mut c_char,
        cap: usize,
        outcome: *mut Outcome,
    ) -> i32;
    pub(crate) fn tracehop_allows(p: *const Propagator, url: tracehop_str, page: tracehop_str) -> bool;
    pub(crate) fn tracehop_header_names(p: *const Propagator, names: *mut Str, cap: usize) -> usize;
    pub(crate) fn tracehop_baggage_foreign(lines: *const Str, n: usize, index: usize) -> tracehop_str;
    pub(crate) fn tracehop_baggage_members(
        lines: *const Str,
        n: usize,
        buf: *mut c_char,
        cap: usize,
        members: *mut Members,
    ) -> i32;
    pub(crate) fn tracehop_targets_new() -> *mut c_void;
    pub(crate) fn tracehop_targets_add_regex(
        o: *mut c_void,
        pattern: tracehop_str,
        f: u32,
        d: i32,
        t: *mut Target,
        at: *mut usize,
    ) -> i32;
    pub(crate) fn tracehop_targets_free(owner: *mut c_void);
    pub(crate) fn tracehop_lifetime_new(
        p: *const Propagator,
        seed: *const u8,
        now: u64,
        lifetime: *mut Lifetime,
    ) -> i32;
    pub(crate) fn tracehop_lifetime_navigate(
        l: *mut Lifetime,
        p: *const Propagator,
        seed: *const u8,
        now: u64,
    ) -> i32;
    pub(crate) fn tracehop_lifetime_current(l: *const Lifetime, context: *mut Context) -> i32;
    pub(crate) fn tracehop_lifetime_previous(l: *const Lifetime, buf: *mut c_char, cap: usize) -> usize;
}
