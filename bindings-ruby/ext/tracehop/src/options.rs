//! The options of a service, owned, and the core's propagator over them for one call.

use magnus::{Error, Integer, RArray, RString, Ruby, Value, gc, prelude::*};
use smallvec::SmallVec;
use tracehop_core::{HeaderName, Identity, Options, Propagator, Sampler, Sampling, Target};

use crate::host::{self, Callable, Host};
use crate::targets::Targets;
use crate::{error, strings};

/// What `Propagator.new` was given.
pub(crate) struct Owned {
    dsn: Option<String>,
    public_key: Option<String>,
    org_id: Option<String>,
    release: Option<String>,
    environment: Option<String>,
    rate: Option<f64>,
    sampler: Option<Callable>,
    targets: Option<Targets>,
    strict: bool,
    traceparent: bool,
    /// What the core found in them when they were checked.
    identity: Identity,
    fields: &'static [HeaderName],
}

impl Owned {
    /// Reads the options in the order in which Ruby's signature lists them, and has the core check them.
    pub(crate) fn read(ruby: &Ruby, options: RArray) -> Result<Self, Error> {
        let [dsn, public_key, org_id, release, environment, rate, sampler, targets, strict, traceparent] =
            options.to_value_array()?;
        let owned = Owned {
            dsn: strings::optional(ruby, dsn, "dsn")?,
            public_key: strings::optional(ruby, public_key, "public_key")?,
            org_id: digits(ruby, org_id)?,
            release: strings::optional(ruby, release, "release")?,
            environment: strings::optional(ruby, environment, "environment")?,
            rate: rate_option(ruby, rate)?,
            sampler: callable(ruby, sampler)?,
            targets: Targets::read(ruby, targets)?,
            strict: switch(ruby, strict, "strict_trace_continuation")?,
            traceparent: switch(ruby, traceparent, "propagate_traceparent")?,
            identity: Identity::default(),
            fields: &[],
        };
        let checked = Propagator::new(owned.plain()).map_err(|wrong| error::option(ruby, wrong, ""))?;
        let (identity, fields) = (checked.identity(), checked.fields());
        Ok(Owned { identity, fields, ..owned })
    }

    /// Does something that asks for targets with the core's propagator; what callables raise comes out of here.
    pub(crate) fn with<T>(&self, ruby: &Ruby, act: impl FnOnce(&Propagator<'_>) -> T) -> Result<T, Error> {
        let host = Host::new(ruby);
        let Some(targets) = &self.targets else { return Ok(act(&self.core(None, None))) };
        let asking = targets.asking(&host);
        let mut lent = SmallVec::<[_; 4]>::new();
        lent.extend(targets.lent(&asking));
        let answer = act(&self.core(None, Some(&lent)));
        host.pass(answer)
    }

    /// Begins a trace with the core's propagator, which asks no target; what the sampler raises comes out of here.
    #[inline(always)]
    pub(crate) fn begin<T>(&self, ruby: &Ruby, act: impl FnOnce(&Propagator<'_>) -> T) -> Result<T, Error> {
        let Some(sampler) = self.sampler else { return Ok(act(&self.core(None, None))) };
        let host = Host::new(ruby);
        let sampler = |sampling: &Sampling<'_>| host.sample(sampler, sampling);
        let answer = act(&self.core(Some(&sampler), None));
        host.pass(answer)
    }

    /// The core's propagator over these options, which were checked before.
    fn core<'a>(
        &'a self,
        traces_sampler: Option<&'a Sampler<'a>>,
        trace_propagation_targets: Option<&'a [Target<'a>]>,
    ) -> Propagator<'a> {
        let options = Options { traces_sampler, trace_propagation_targets, ..self.plain() };
        Propagator::with_identity(options, self.identity)
    }

    /// The headers that are read from an incoming message.
    pub(crate) fn fields(&self) -> &'static [HeaderName] {
        self.fields
    }

    /// What a developer should know about these options (rule O4).
    pub(crate) fn warnings(&self) -> impl Iterator<Item = String> {
        self.targets.iter().flat_map(Targets::warnings)
    }

    /// Keeps the callables alive.
    pub(crate) fn mark(&self, marker: &gc::Marker) {
        self.sampler.iter().for_each(|sampler| marker.mark(*sampler));
        self.targets.iter().for_each(|targets| targets.mark(marker));
    }

    fn plain(&self) -> Options<'_> {
        Options {
            dsn: self.dsn.as_deref(),
            public_key: self.public_key.as_deref(),
            org_id: self.org_id.as_deref(),
            release: self.release.as_deref(),
            environment: self.environment.as_deref(),
            traces_sample_rate: self.rate,
            strict_trace_continuation: self.strict,
            propagate_traceparent: self.traceparent,
            ..Options::default()
        }
    }
}

/// The option `org_id`: text, or an integer, which is passed on as its digits (rule C1).
fn digits(ruby: &Ruby, option: Value) -> Result<Option<String>, Error> {
    if let Some(number) = Integer::from_value(option) {
        return Ok(Some(number.to_string()));
    }
    if option.is_nil() || RString::from_value(option).is_some() {
        return strings::optional(ruby, option, "org_id");
    }
    Err(error::wrong_type(ruby, "org_id", "a String of digits, an Integer or nil", option))
}

fn rate_option(ruby: &Ruby, option: Value) -> Result<Option<f64>, Error> {
    if option.is_nil() {
        return Ok(None);
    }
    let wrong =
        || error::wrong_type(ruby, "traces_sample_rate", "a number from 0 to 1, a boolean or nil", option);
    host::rate(ruby, option).ok_or_else(wrong).map(Some)
}

fn callable(ruby: &Ruby, option: Value) -> Result<Option<Callable>, Error> {
    match option.is_nil() {
        true => Ok(None),
        false if option.respond_to("call", false)? => Ok(Some(option.into())),
        false => {
            Err(error::wrong_type(ruby, "traces_sampler", "an object with call (a proc) or nil", option))
        }
    }
}

fn switch(ruby: &Ruby, option: Value, name: &str) -> Result<bool, Error> {
    match decision(option) {
        Some(Some(switch)) => Ok(switch),
        _ => Err(error::wrong_type(ruby, name, "true or false", option)),
    }
}

/// A decision: true, false or nil; nothing for anything else.
pub(crate) fn decision(value: Value) -> Option<Option<bool>> {
    if value.is_nil() {
        return Some(None);
    }
    let ruby = Ruby::get_with(value);
    let is_boolean = value.is_kind_of(ruby.class_true_class()) || value.is_kind_of(ruby.class_false_class());
    is_boolean.then(|| Some(value.to_bool()))
}
