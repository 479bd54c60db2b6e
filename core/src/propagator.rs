//! The options of this service, named as in the Sentry SDKs, and the propagator made from them.

use core::fmt;

use crate::context::TraceContext;
use crate::dsc::{DscKey, Members};
use crate::dsn::Dsn;
use crate::error::{Error, ErrorKind};
use crate::finding::Finding;
use crate::header_name::HeaderName;
use crate::percent::Decoded;
use crate::sampling::{Deciders, Sampler, is_rate};
use crate::targets::Target;
use crate::wire::baggage::BAGGAGE_WRITE_BYTES;

/// The options of a service; each is optional and named as in the Sentry SDKs. Empty texts are unset.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The DSN: gives public key, organisation and own ingest host.
    pub dsn: Option<Dsn<'a>>,
    /// The public key, if no DSN gives it or to override that of the DSN.
    pub public_key: Option<&'a str>,
    /// The organisation: text of digits.
    pub org_id: Option<&'a str>,
    /// The release of this service.
    pub release: Option<&'a str>,
    /// The environment of this service.
    pub environment: Option<&'a str>,
    /// The static rate, from 0 to 1; `None` together with no sampler is tracing without performance (rule P4).
    pub traces_sample_rate: Option<f64>,
    /// The sampler: returns the rate at which a trace is sampled.
    pub traces_sampler: Option<&'a Sampler<'a>>,
    /// The URLs that may get trace headers: `None` is all (or same-origin for a page), an empty list none (rule O1).
    pub trace_propagation_targets: Option<&'a [Target<'a>]>,
    /// Continue only traces whose organisation is known to be this one's (rule C1).
    pub strict_trace_continuation: bool,
    /// Read and write W3C `traceparent` too (rules C5, O7).
    pub propagate_traceparent: bool,
    /// The longest `baggage` value to write, from 0 to [`Limit::BaggageWriteBytes`](crate::Limit::BaggageWriteBytes),
    /// the default (rule B6).
    pub max_baggage_bytes: Option<usize>,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Destructured in full: a new option does not compile until it is shown.
        let Options {
            dsn,
            public_key,
            org_id,
            release,
            environment,
            traces_sample_rate,
            traces_sampler,
            trace_propagation_targets,
            strict_trace_continuation,
            propagate_traceparent,
            max_baggage_bytes,
        } = self;
        f.debug_struct("Options")
            .field("dsn", dsn)
            .field("public_key", public_key)
            .field("org_id", org_id)
            .field("release", release)
            .field("environment", environment)
            .field("traces_sample_rate", traces_sample_rate)
            .field("traces_sampler", &traces_sampler.is_some())
            .field("trace_propagation_targets", trace_propagation_targets)
            .field("strict_trace_continuation", strict_trace_continuation)
            .field("propagate_traceparent", propagate_traceparent)
            .field("max_baggage_bytes", max_baggage_bytes)
            .finish()
    }
}

/// A service that starts and continues traces, and decides where their headers may go.
///
/// It borrows its options and is cheap to make: a host that owns its options may make one for each call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Propagator<'a> {
    pub(crate) options: Options<'a>,
    org_id: Option<&'a str>,
}

impl<'a> Propagator<'a> {
    /// Checks the options.
    ///
    /// # Errors
    /// The first wrong option: [`ErrorKind::option`] names it, the message says what to do, the offset counts in its text.
    ///
    /// # Example: a wrong option is refused when configured
    /// ```
    /// use tracehop_core::{Options, Propagator};
    /// let error = Propagator::new(Options { traces_sample_rate: Some(1.5), ..Options::default() }).unwrap_err();
    /// assert_eq!(error.kind().option(), Some("traces_sample_rate"));
    /// ```
    pub fn new(options: Options<'a>) -> Result<Self, Error> {
        if let Some(org_id) = non_empty(options.org_id) {
            check_org_id(org_id)?;
        }
        if options.traces_sample_rate.is_some_and(|rate| !is_rate(rate)) {
            return Err(Error::new(ErrorKind::SampleRate, 0));
        }
        if options.max_baggage_bytes.is_some_and(|most| most > BAGGAGE_WRITE_BYTES) {
            return Err(Error::new(ErrorKind::MaxBaggageBytes, 0));
        }
        let targets = options.trace_propagation_targets.unwrap_or_default();
        if targets.iter().any(|target| matches!(target, Target::Text(""))) {
            return Err(Error::new(ErrorKind::TargetEmpty, 0));
        }
        Ok(Self::with_checked(options))
    }

    /// A propagator over options that [`Propagator::new`] accepted before: for a host that owns its options and makes a
    /// propagator for each call. A wrong option is not refused; it is written or compared as it is.
    pub fn with_checked(options: Options<'a>) -> Self {
        let org_id = non_empty(options.org_id).or(options.dsn.and_then(|dsn| dsn.org_id));
        Propagator { options, org_id }
    }

    /// The longest baggage value to write; small, because each context has a copy.
    pub(crate) fn max_baggage_bytes(&self) -> u16 {
        self.options.max_baggage_bytes.unwrap_or(BAGGAGE_WRITE_BYTES).min(BAGGAGE_WRITE_BYTES) as u16
    }

    /// The public key of this service, from its option or its DSN.
    pub fn public_key(&self) -> Option<&'a str> {
        non_empty(self.options.public_key).or(self.options.dsn.map(|dsn| dsn.public_key))
    }

    /// The organisation of this service, from its option or its DSN (rule C2).
    pub fn org_id(&self) -> Option<&'a str> {
        self.org_id
    }

    /// The headers that this propagator reads from an incoming message.
    pub fn fields(&self) -> &'static [HeaderName] {
        const ALL: &[HeaderName] =
            &[HeaderName::SentryTrace, HeaderName::Baggage, HeaderName::Traceparent, HeaderName::Tracestate];
        const SENTRY: &[HeaderName] = &[HeaderName::SentryTrace, HeaderName::Baggage];
        if self.options.propagate_traceparent { ALL } else { SENTRY }
    }

    /// Passes the DSC for an envelope's `trace` header to `each`, with `trace_id` and `public_key` added if they are
    /// absent (rule D8).
    pub fn envelope_trace(&self, context: &TraceContext<'_>, mut each: impl FnMut(Decoded<'_>, Decoded<'_>)) {
        let mut members = Members::new();
        context.frozen().read_into(&mut members);
        members.iter().for_each(|member| each(member.name(), member.value()));
        let trace_id = context.position.trace_id.text();
        let completion = [
            (DscKey::TraceId, Some(trace_id.as_slice())),
            (DscKey::PublicKey, self.public_key().map(str::as_bytes)),
        ];
        for (known, value) in completion {
            if let (None, Some(value)) = (members.get(known), value) {
                each(Decoded::plain(known.name()), Decoded::plain(value));
            }
        }
    }

    /// The finding if an incoming org id, `None` if absent, forbids to continue (rule C1).
    pub(crate) fn refusal(&self, incoming: Option<Decoded<'_>>) -> Option<Finding> {
        let is_strict = self.options.strict_trace_continuation;
        match (self.org_id, incoming) {
            (None, _) if !is_strict => return None,
            (Some(own), Some(incoming)) if incoming.is(own.as_bytes()) => return None,
            _ => {}
        }
        let is_number = |org_id: &Decoded<'_>| org_id.bytes().all(|byte| byte.is_ascii_digit());
        match (self.org_id, incoming.filter(is_number)) {
            (Some(_), Some(_)) => Some(Finding::OrgMismatch),
            (Some(_), None) | (None, Some(_)) if is_strict => Some(Finding::OrgUnknownStrict),
            _ => None,
        }
    }

    /// What decides about sampling, with the caller's own decision.
    pub(crate) fn deciders(&self, explicit: Option<bool>) -> Deciders<'a> {
        Deciders { explicit, sampler: self.options.traces_sampler, rate: self.options.traces_sample_rate }
    }
}

/// Checks the `org_id` option.
fn check_org_id(option: &str) -> Result<(), Error> {
    let wrong = option.bytes().position(|byte| !byte.is_ascii_digit());
    wrong.map_or(Ok(()), |at| Err(Error::new(ErrorKind::OrgId, at)))
}

/// An empty option is unset.
pub(crate) fn non_empty(option: Option<&str>) -> Option<&str> {
    option.filter(|text| !text.is_empty())
}
