//! Calls from the core back into Ruby: samplers and function targets.

use std::cell::RefCell;

use magnus::value::Opaque;
use magnus::{ArgList, Error, Float, RHash, Ruby, TryConvert, Value, prelude::*};
use tracehop_core::Sampling;

use crate::{methods, strings};

/// A Ruby object with a `call`, owned by whoever marks it.
pub(crate) type Callable = Opaque<Value>;

/// Asks Ruby, and keeps what must pass through the core: interrupts, exits and throws (rules P6, O4).
pub(crate) struct Host<'r> {
    ruby: &'r Ruby,
    passing: RefCell<Option<Error>>,
}

impl<'r> Host<'r> {
    pub(crate) fn new(ruby: &'r Ruby) -> Self {
        Host { ruby, passing: RefCell::new(None) }
    }

    /// The rate that a sampler answers; `None` where it failed.
    pub(crate) fn sample(&self, sampler: Callable, sampling: &Sampling<'_>) -> Option<f64> {
        let answer = self.ask(sampler, (sampling_context(self.ruby, sampling).ok()?,))?;
        rate(self.ruby, answer)
    }

    /// The answer of a function target; `None` where it failed.
    pub(crate) fn allows(&self, function: Callable, url: &str) -> Option<bool> {
        Some(self.ask(function, (url,))?.to_bool())
    }

    /// What the core answered, or what was raised meanwhile and is no StandardError.
    pub(crate) fn pass<T>(&self, answer: T) -> Result<T, Error> {
        match self.passing.take() {
            Some(error) => Err(error),
            None => Ok(answer),
        }
    }

    fn ask(&self, callable: Callable, args: impl ArgList) -> Option<Value> {
        if self.passing.borrow().is_some() {
            return None;
        }
        match self.ruby.get_inner(callable).funcall(*methods::CALL, args) {
            Ok(answer) => Some(answer),
            Err(error) => self.keep(error),
        }
    }

    fn keep(&self, error: Error) -> Option<Value> {
        if !error.is_kind_of(self.ruby.exception_standard_error()) {
            self.passing.replace(Some(error));
        }
        None
    }
}

/// A rate or a decision: booleans count as 1 and 0 (rule P6); any other type is no answer.
pub(crate) fn rate(ruby: &Ruby, value: Value) -> Option<f64> {
    if value.is_kind_of(ruby.class_true_class()) || value.is_kind_of(ruby.class_false_class()) {
        return Some(f64::from(u8::from(value.to_bool())));
    }
    value
        .is_kind_of(ruby.class_numeric())
        .then(|| Float::try_convert(value).ok())
        .flatten()
        .map(Float::to_f64)
}

/// The one argument of a sampler (rule P7).
fn sampling_context(ruby: &Ruby, sampling: &Sampling<'_>) -> Result<RHash, Error> {
    let transaction = ruby.hash_new();
    transaction.aset(ruby.to_symbol("name"), sampling.transaction)?;
    let context = ruby.hash_new();
    context.aset(ruby.to_symbol("transaction_context"), transaction)?;
    context.aset(ruby.to_symbol("parent_sampled"), sampling.parent_sampled)?;
    context.aset(ruby.to_symbol("parent_sample_rate"), sampling.parent_sample_rate)?;
    context.aset(ruby.to_symbol("sample_rand"), sampling.sample_rand)?;
    context.aset(ruby.to_symbol("trace_id"), strings::utf8(ruby, sampling.trace_id.text()))?;
    Ok(context)
}
