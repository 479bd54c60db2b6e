//! Sampling decisions and samplers in C types.

use core::ffi::c_void;

use tracehop_core::SamplingContext;

use crate::limits::TRACEHOP_UNSET;
use crate::status::{TRACEHOP_UNKNOWN, tracehop_status};
use crate::text::tracehop_str;

/// A sampling decision of three values: yes, no and undecided.
pub type tracehop_decision = i32;

/// No decision was made.
pub const TRACEHOP_UNDECIDED: tracehop_decision = -1;
/// Not sampled.
pub const TRACEHOP_NO: tracehop_decision = 0;
/// Sampled.
pub const TRACEHOP_YES: tracehop_decision = 1;

/// The input of a sampler. It lives as long as that call of the sampler; later versions may add fields at its
/// end.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_sampling {
    /// The name of the transaction; `{NULL, 0}` if the caller gave none.
    transaction: tracehop_str,
    /// The sender's sampling decision.
    parent_sampled: tracehop_decision,
    /// The sender's sample rate, from 0 to 1; `TRACEHOP_UNSET` if it sent no usable one.
    parent_sample_rate: f64,
    /// The random number of the trace, in [0, 1), in whole millionths.
    sample_rand: f64,
    /// The id of the trace, 32 lower-case hex digits.
    trace_id: tracehop_str,
}

/// A sampler: returns a rate from 0 to 1; 0 means no and 1 means yes. Any other value, such as
/// `TRACEHOP_UNSET`, means that it failed: then the trace is not sampled (finding sampler_failed). It runs on
/// the thread that starts or continues the trace, must return, and must not throw or longjmp.
pub type tracehop_sampler =
    Option<unsafe extern "C" fn(sampling: *const tracehop_sampling, data: *mut c_void) -> f64>;

/// A decision of core as a number.
pub(crate) fn decision(sampled: Option<bool>) -> tracehop_decision {
    sampled.map_or(TRACEHOP_UNDECIDED, tracehop_decision::from)
}

/// A number as a decision of the core.
pub(crate) fn decided(decision: tracehop_decision) -> Result<Option<bool>, tracehop_status> {
    match decision {
        TRACEHOP_UNDECIDED => Ok(None),
        TRACEHOP_NO => Ok(Some(false)),
        TRACEHOP_YES => Ok(Some(true)),
        _ => Err(TRACEHOP_UNKNOWN),
    }
}

/// A rate of core as a number.
pub(crate) fn rate(rate: Option<f64>) -> f64 {
    rate.unwrap_or(TRACEHOP_UNSET)
}

/// Calls a C sampler.
pub(crate) fn ask(
    sampler: unsafe extern "C" fn(*const tracehop_sampling, *mut c_void) -> f64,
    data: *mut c_void,
    told: &SamplingContext<'_>,
) -> f64 {
    let trace_id = told.trace_id.text();
    let sampling = tracehop_sampling {
        transaction: told.transaction.map_or(tracehop_str::ABSENT, |name| tracehop_str::new(name.as_bytes())),
        parent_sampled: decision(told.parent_sampled),
        parent_sample_rate: rate(told.parent_sample_rate),
        sample_rand: told.sample_rand,
        trace_id: tracehop_str::new(&trace_id),
    };
    // SAFETY: the pointer is to a live local; the function came from C as a sampler with its own `data`.
    unsafe { sampler(&raw const sampling, data) }
}
