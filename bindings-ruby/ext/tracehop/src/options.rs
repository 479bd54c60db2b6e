//! Converts the options of a service from Ruby; `tracehop_host` owns them.

use magnus::{Error, Integer, RArray, RString, Ruby, Value, prelude::*};
use tracehop_host::{OwnedOptions, Service};

use crate::callbacks::{self, Callable};
use crate::{error, strings, targets};

/// Reads the options in the order of Ruby's signature; the core checks them.
pub(crate) fn service(ruby: &Ruby, options: RArray) -> Result<Service<Callable>, Error> {
    let [dsn, public_key, org_id, release, environment, rate, sampler, targets, strict, traceparent, most] =
        options.to_value_array()?;
    let text = |option, name| Ok::<_, Error>(strings::optional(ruby, option, name)?.map(Box::from));
    let options = OwnedOptions {
        dsn: text(dsn, "dsn")?,
        public_key: text(public_key, "public_key")?,
        org_id: digits(ruby, org_id)?.map(Box::from),
        release: text(release, "release")?,
        environment: text(environment, "environment")?,
        traces_sample_rate: rate_option(ruby, rate)?,
        traces_sampler: callable(ruby, sampler)?,
        trace_propagation_targets: targets::owned(ruby, targets)?,
        strict_trace_continuation: switch(ruby, strict, "strict_trace_continuation")?,
        propagate_traceparent: switch(ruby, traceparent, "propagate_traceparent")?,
        max_baggage_bytes: length(ruby, most, "max_baggage_bytes")?,
    };
    Service::new(options).map_err(|wrong| error::option(ruby, wrong, ""))
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
    callbacks::rate(ruby, option).ok_or_else(wrong).map(Some)
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

/// A number of bytes, or nil. A negative or too large Integer becomes a size that the core refuses.
fn length(ruby: &Ruby, option: Value, name: &str) -> Result<Option<usize>, Error> {
    match Integer::from_value(option) {
        Some(number) => Ok(Some(number.to_usize().unwrap_or(usize::MAX))),
        None if option.is_nil() => Ok(None),
        None => Err(error::wrong_type(ruby, name, "an Integer or nil", option)),
    }
}

fn switch(ruby: &Ruby, option: Value, name: &str) -> Result<bool, Error> {
    match decision(option) {
        Some(Some(switch)) => Ok(switch),
        _ => Err(error::wrong_type(ruby, name, "true or false", option)),
    }
}

/// A decision: true, false or nil; `None` for any other value.
pub(crate) fn decision(value: Value) -> Option<Option<bool>> {
    if value.is_nil() {
        return Some(None);
    }
    let ruby = Ruby::get_with(value);
    let is_boolean = value.is_kind_of(ruby.class_true_class()) || value.is_kind_of(ruby.class_false_class());
    is_boolean.then(|| Some(value.to_bool()))
}
