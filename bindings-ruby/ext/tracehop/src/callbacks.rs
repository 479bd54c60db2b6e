//! Calls from the core back into Ruby: samplers and function targets.

use magnus::value::Opaque;
use magnus::{ArgList, Error, Float, RHash, Ruby, TryConvert, Value, prelude::*};
use tracehop_core::SamplingContext;

use crate::{methods, strings};

/// A Ruby object with a `call` method; its owner must mark it.
pub(crate) type Callable = Opaque<Value>;

/// The rate that a sampler returns; `None` if it failed, an error for an interrupt, exit or throw (rule P6).
pub(crate) fn sample(
    ruby: &Ruby,
    sampler: Callable,
    sampling: &SamplingContext<'_>,
) -> Result<Option<f64>, Error> {
    let Ok(context) = sampling_context(ruby, sampling) else { return Ok(None) };
    Ok(call(ruby, sampler, (context,))?.and_then(|answer| rate(ruby, answer)))
}

/// The result of a function target; `None` and errors as for a sampler (rule O4).
pub(crate) fn allows(ruby: &Ruby, function: Callable, url: &str) -> Result<Option<bool>, Error> {
    Ok(call(ruby, function, (url,))?.map(Value::to_bool))
}

fn call(ruby: &Ruby, callable: Callable, args: impl ArgList) -> Result<Option<Value>, Error> {
    match ruby.get_inner(callable).funcall(*methods::CALL, args) {
        Err(error) if error.is_kind_of(ruby.exception_standard_error()) => Ok(None),
        answer => answer.map(Some),
    }
}

/// A rate or a decision: booleans count as 1 and 0 (rule P6); `None` for any other type.
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

/// The argument of a sampler (rule P7).
fn sampling_context(ruby: &Ruby, sampling: &SamplingContext<'_>) -> Result<RHash, Error> {
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
