//! The service: its identity and its propagation targets, as a plain struct of options.

use core::ffi::c_void;

use tracehop_core::{Dsn, Options, Propagator, Sampler, SamplingContext, Target};

use crate::limits::TRACEHOP_UNSET;
use crate::panic_guard::status;
use crate::pointers::{sized, slice};
use crate::refusal::refused;
use crate::sampling::{ask, tracehop_sampler};
use crate::status::{TRACEHOP_FAULT, TRACEHOP_LENGTH, tracehop_status};
use crate::target::{TRACEHOP_TARGETS, tracehop_target};
use crate::text::tracehop_str;

/// No targets are configured: every URL is allowed, but only the same origin if a page URL is given.
pub const TRACEHOP_TARGETS_UNSET: usize = usize::MAX;

/// A byte of a C `bool`, read as true if it is not 0.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct tracehop_bool(u8);

impl tracehop_bool {
    /// True if the byte is not 0.
    pub(crate) fn is_true(self) -> bool {
        self.0 != 0
    }
}

/// The options of this service: its identity and its propagation targets. The fields have the names of the
/// Sentry SDKs' options.
///
/// Begin with `tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;` and set what you need; check it once with
/// `tracehop_propagator_check`. The library reads it and what it points at during a call and keeps nothing.
/// While no thread writes to it, any number of threads may use it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_propagator {
    /// `sizeof(tracehop_propagator)`. Programs compiled with an older header have a smaller struct: the options that it
    /// lacks have their defaults.
    struct_size: usize,
    /// The DSN; public key, organisation and the ingest host are taken from it.
    dsn: tracehop_str,
    /// The public key, if it differs from that of the DSN.
    public_key: tracehop_str,
    /// The organisation's id as digits, if it differs from that of the DSN.
    org_id: tracehop_str,
    /// The release, such as `api@1.0`.
    release: tracehop_str,
    /// The environment, such as `production`.
    environment: tracehop_str,
    /// The share of traces started here that are sampled, from 0 to 1, or `TRACEHOP_UNSET`: tracing without
    /// performance.
    traces_sample_rate: f64,
    /// The function that returns the sample rate of each trace, or NULL.
    traces_sampler: tracehop_sampler,
    /// Passed to the sampler; the library does not read it.
    traces_sampler_data: *mut c_void,
    /// The `n_targets` targets that decide which URLs get headers.
    trace_propagation_targets: *const tracehop_target,
    /// Number of targets. 0 allows no URL; `TRACEHOP_TARGETS_UNSET` is the default. If there are more than
    /// `TRACEHOP_TARGETS`, every call that reads them returns `TRACEHOP_LENGTH`.
    n_targets: usize,
    /// True to start a new trace also if only one side names its organisation.
    strict_trace_continuation: tracehop_bool,
    /// True to also read and send W3C traceparent and tracestate.
    propagate_traceparent: tracehop_bool,
    /// Maximum bytes of a baggage value that is written, from 1 to `TRACEHOP_BAGGAGE_WRITE_BYTES`, which is the default; 0 also
    /// means the default. Third-party members are kept regardless of their length.
    max_baggage_bytes: u64,
}

/// Values of `sizeof(tracehop_propagator)` in older headers. Each new field is added at the end, is 8 bytes or more so that it
/// is never in the padding of an older struct, and adds its offset here and its default to `DEFAULT`.
const OLDER_SIZES: &[usize] = &[core::mem::offset_of!(tracehop_propagator, max_baggage_bytes)];

/// The fields that an older struct lacks.
const DEFAULT: tracehop_propagator = tracehop_propagator {
    struct_size: size_of::<tracehop_propagator>(),
    dsn: tracehop_str::ABSENT,
    public_key: tracehop_str::ABSENT,
    org_id: tracehop_str::ABSENT,
    release: tracehop_str::ABSENT,
    environment: tracehop_str::ABSENT,
    traces_sample_rate: TRACEHOP_UNSET,
    traces_sampler: None,
    traces_sampler_data: core::ptr::null_mut(),
    trace_propagation_targets: core::ptr::null(),
    n_targets: TRACEHOP_TARGETS_UNSET,
    strict_trace_continuation: tracehop_bool(0),
    propagate_traceparent: tracehop_bool(0),
    max_baggage_bytes: 0,
};

/// Checks every option. Call this once at start to find a wrong option then. The other functions check the
/// options too, but read the targets only if they have a URL to decide about.
///
/// Returns `TRACEHOP_OK`, `TRACEHOP_NULL`, `TRACEHOP_STRUCT_SIZE`, `TRACEHOP_UTF8` for an option that is not
/// UTF-8, `TRACEHOP_LENGTH` for more targets than `TRACEHOP_TARGETS`, `TRACEHOP_UNKNOWN` for a kind of target
/// that this build lacks, or a status above 31 for a wrong option: `tracehop_status_option` names it and
/// `tracehop_status_sentence` says what to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_propagator_check(
    propagator: *const tracehop_propagator,
) -> tracehop_status {
    // SAFETY: this function makes the same demands on its caller.
    status(|| unsafe { with(propagator, |_| ()) })
}

/// Builds core's propagator from a C caller's options and passes it to `body`.
///
/// # Safety
/// As for [`sized`].
pub(crate) unsafe fn with<T>(
    propagator: *const tracehop_propagator,
    body: impl FnOnce(&Propagator<'_>) -> T,
) -> Result<T, tracehop_status> {
    let (mut body, mut answer, mut copy) = (Some(body), None, None);
    // SAFETY: the promise is that of this function's caller.
    let options = unsafe { sized(propagator, OLDER_SIZES, DEFAULT, &mut copy) }?;
    options.lend(&mut |propagator| answer = body.take().map(|body| body(propagator)))?;
    answer.ok_or(TRACEHOP_FAULT)
}

/// Like [`with`], for functions without a URL: does not read the targets, which keeps their cost off the hot path.
///
/// # Safety
/// As for [`sized`].
#[inline(always)]
pub(crate) unsafe fn without_targets<T>(
    propagator: *const tracehop_propagator,
    body: impl FnOnce(&Propagator<'_>) -> T,
) -> Result<T, tracehop_status> {
    let mut copy = None;
    // SAFETY: the promise is that of this function's caller.
    unsafe { sized(propagator, OLDER_SIZES, DEFAULT, &mut copy) }?.run(None, body)
}

type Borrower<'a> = &'a mut dyn FnMut(&Propagator<'_>);

impl tracehop_propagator {
    /// Converts the targets into an array on the stack of one of three sizes, so that few targets use little stack.
    fn lend(&self, body: Borrower<'_>) -> Result<(), tracehop_status> {
        if self.n_targets == TRACEHOP_TARGETS_UNSET {
            return self.run(None, body);
        }
        // SAFETY: `slice` checks NULL and length; the targets are the caller's promise.
        let targets = unsafe { slice(self.trace_propagation_targets, self.n_targets) }?;
        match targets.len() {
            0..=4 => self.lend_targets::<4>(targets, body),
            5..=32 => self.lend_targets::<32>(targets, body),
            33..=TRACEHOP_TARGETS => self.lend_targets::<TRACEHOP_TARGETS>(targets, body),
            _ => Err(TRACEHOP_LENGTH),
        }
    }

    #[inline(never)]
    fn lend_targets<const N: usize>(
        &self,
        targets: &[tracehop_target],
        body: Borrower<'_>,
    ) -> Result<(), tracehop_status> {
        let mut lent = [Target::Text(""); N];
        for (place, target) in lent.iter_mut().zip(targets) {
            target.lend(place)?;
        }
        self.run(lent.get(..targets.len()), body)
    }

    #[inline(always)]
    fn run<T>(
        &self,
        targets: Option<&[Target<'_>]>,
        body: impl FnOnce(&Propagator<'_>) -> T,
    ) -> Result<T, tracehop_status> {
        let sampler = self.traces_sampler.map(|sampler| {
            move |told: &SamplingContext<'_>| Some(ask(sampler, self.traces_sampler_data, told))
        });
        // An empty text means that the option is unset.
        let options = Options {
            dsn: Dsn::parse_option(Some(self.dsn.text()?)).map_err(|error| refused(&error, None))?,
            public_key: Some(self.public_key.text()?),
            org_id: Some(self.org_id.text()?),
            release: Some(self.release.text()?),
            environment: Some(self.environment.text()?),
            traces_sample_rate: Some(self.traces_sample_rate).filter(|rate| *rate != TRACEHOP_UNSET),
            traces_sampler: sampler.as_ref().map(|sampler| sampler as &Sampler<'_>),
            trace_propagation_targets: targets,
            strict_trace_continuation: self.strict_trace_continuation.is_true(),
            propagate_traceparent: self.propagate_traceparent.is_true(),
            max_baggage_bytes: Some(usize::try_from(self.max_baggage_bytes).unwrap_or(usize::MAX))
                .filter(|bytes| *bytes != 0),
        };
        Propagator::new(options).map(|propagator| body(&propagator)).map_err(|error| refused(&error, None))
    }
}
