//! The options of a service, owned by a host and borrowed by the core for each call.

use tracehop_core::{Dsn, Error, HeaderName, Options, Propagator, SamplingContext, Target};

use crate::captured::Captured;
use crate::owned_parts::OwnedDsn;
use crate::targets::{OwnedTarget, with_targets};

/// The options of a service as they were given; the fields are those of [`Options`]. `C` and `P` as in [`OwnedTarget`].
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "they are documented in the core's Options")]
pub struct OwnedOptions<C, P = ()> {
    pub dsn: Option<Box<str>>,
    pub public_key: Option<Box<str>>,
    pub org_id: Option<Box<str>>,
    pub release: Option<Box<str>>,
    pub environment: Option<Box<str>>,
    pub traces_sample_rate: Option<f64>,
    pub traces_sampler: Option<C>,
    pub trace_propagation_targets: Option<Vec<OwnedTarget<C, P>>>,
    pub strict_trace_continuation: bool,
    pub propagate_traceparent: bool,
    pub max_baggage_bytes: Option<usize>,
}

impl<C, P> OwnedOptions<C, P> {
    /// Every callable, for a host that collects garbage.
    pub fn callables(&self) -> impl Iterator<Item = &C> {
        let targets = self.trace_propagation_targets.iter().flatten();
        self.traces_sampler.iter().chain(targets.filter_map(OwnedTarget::function))
    }

    /// The index of each target that deserves a warning, and the sentence.
    pub fn warnings(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let targets = self.trace_propagation_targets.iter().flatten();
        targets.enumerate().filter_map(|(index, target)| Some((index, target.warning()?)))
    }

    /// The core's options without callbacks.
    #[inline(always)]
    fn borrow<'a>(&'a self, dsn: Option<Dsn<'a>>) -> Options<'a> {
        Options {
            dsn,
            public_key: self.public_key.as_deref(),
            org_id: self.org_id.as_deref(),
            release: self.release.as_deref(),
            environment: self.environment.as_deref(),
            traces_sample_rate: self.traces_sample_rate,
            strict_trace_continuation: self.strict_trace_continuation,
            propagate_traceparent: self.propagate_traceparent,
            max_baggage_bytes: self.max_baggage_bytes,
            ..Options::default()
        }
    }

    fn text_targets(&self) -> impl Iterator<Item = &str> {
        self.trace_propagation_targets.iter().flatten().filter_map(|target| match target {
            OwnedTarget::Text(text) => Some(&**text),
            _ => None,
        })
    }
}

/// A service with options that were checked once.
#[derive(Debug)]
pub struct Service<C, P = ()> {
    options: OwnedOptions<C, P>,
    dsn: Option<OwnedDsn>,
    header_names: &'static [HeaderName],
}

impl<C, P> Service<C, P> {
    /// Checks the options.
    ///
    /// # Errors
    /// The first option that is wrong, as [`Propagator::new`] reports it.
    pub fn new(options: OwnedOptions<C, P>) -> Result<Self, Error> {
        let dsn = Dsn::parse_option(options.dsn.as_deref())?;
        let texts: Vec<Target<'_>> = options.text_targets().map(Target::Text).collect();
        let checked =
            Propagator::new(Options { trace_propagation_targets: Some(&texts), ..options.borrow(dsn) })?;
        let (dsn, header_names) = (dsn.map(OwnedDsn::from), checked.fields());
        Ok(Service { options, dsn, header_names })
    }

    /// The options as they were given.
    pub fn options(&self) -> &OwnedOptions<C, P> {
        &self.options
    }

    /// The headers that this service reads from an incoming message.
    pub fn header_names(&self) -> &'static [HeaderName] {
        self.header_names
    }

    /// The core's propagator for calls that need neither sampler nor targets.
    #[inline(always)]
    pub fn propagator(&self) -> Propagator<'_> {
        Propagator::with_checked(self.borrow())
    }

    #[inline(always)]
    fn borrow(&self) -> Options<'_> {
        self.options.borrow(self.dsn.as_ref().map(OwnedDsn::borrow))
    }

    /// Runs `act`, which may call the sampler through `ask`. That returns `Ok(None)` if the sampler failed, and an error for
    /// an interrupt or exit, which is returned after `act`.
    ///
    /// # Errors
    /// The error of `ask`.
    #[inline(always)]
    pub fn with_sampler<T, E>(
        &self,
        ask: impl Fn(&C, &SamplingContext<'_>) -> Result<Option<f64>, E>,
        act: impl FnOnce(&Propagator<'_>) -> T,
    ) -> Result<T, E> {
        let Some(sampler) = &self.options.traces_sampler else { return Ok(act(&self.propagator())) };
        let captured = Captured::default();
        let sampler = |sampling: &SamplingContext<'_>| captured.call(|| ask(sampler, sampling));
        let options = Options { traces_sampler: Some(&sampler), ..self.borrow() };
        let answer = act(&Propagator::with_checked(options));
        captured.finish(answer)
    }

    /// Runs `act`, which may check the targets; `ask` calls a function target with the URL, and its errors are as for
    /// [`Service::with_sampler`].
    ///
    /// # Errors
    /// The error of `ask`.
    pub fn with_targets<T, E>(
        &self,
        ask: impl Fn(&C, &str) -> Result<Option<bool>, E>,
        act: impl FnOnce(&Propagator<'_>) -> T,
    ) -> Result<T, E> {
        let Some(targets) = &self.options.trace_propagation_targets else {
            return Ok(act(&self.propagator()));
        };
        with_targets(targets, ask, |targets: &[Target<'_>]| {
            let options = Options { trace_propagation_targets: Some(targets), ..self.borrow() };
            act(&Propagator::with_checked(options))
        })
    }
}
