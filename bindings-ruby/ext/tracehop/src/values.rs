//! The small values: one parsed `sentry-trace`, one parsed `traceparent`, and the outcome of injecting.

use magnus::typed_data::Obj;
use magnus::{
    Error, RArray, RModule, RString, Ruby, StaticSymbol, TypedData, Value, function, method, prelude::*,
};

use crate::{borrowed, classes, error, finding, strings};

/// A Ruby object of a frozen value, shareable between Ractors.
#[inline(always)]
pub(crate) fn frozen<T: TypedData>(ruby: &Ruby, value: T) -> Obj<T> {
    let object = ruby.obj_wrap(value);
    object.freeze();
    object
}

/// `Tracehop::SentryTrace`
#[magnus::wrap(class = "Tracehop::SentryTrace", free_immediately, size, frozen_shareable)]
pub(crate) struct SentryTrace(pub(crate) tracehop_core::SentryTrace);

impl SentryTrace {
    fn parse(ruby: &Ruby, value: Value) -> Result<Obj<Self>, Error> {
        let parsed = borrowed::bytes(header(ruby, value)?, tracehop_core::SentryTrace::parse);
        parsed.map(|parsed| frozen(ruby, SentryTrace(parsed))).map_err(|wrong| error::header(ruby, wrong))
    }

    fn trace_id(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.trace_id.text())
    }

    fn span_id(ruby: &Ruby, this: &Self) -> Option<RString> {
        this.0.span_id.map(|span_id| strings::utf8(ruby, span_id.text()))
    }

    fn sampled(&self) -> Option<bool> {
        self.0.sampled
    }

    fn to_s(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.text().as_bytes())
    }
}

/// `Tracehop::Traceparent`
#[magnus::wrap(class = "Tracehop::Traceparent", free_immediately, size, frozen_shareable)]
pub(crate) struct Traceparent(tracehop_core::Traceparent);

impl Traceparent {
    fn parse(ruby: &Ruby, value: Value) -> Result<Obj<Self>, Error> {
        let parsed = borrowed::bytes(header(ruby, value)?, tracehop_core::Traceparent::parse);
        parsed.map(|parsed| frozen(ruby, Traceparent(parsed))).map_err(|wrong| error::header(ruby, wrong))
    }

    fn trace_id(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.trace_id.text())
    }

    fn span_id(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.span_id.text())
    }

    fn sampled(&self) -> Option<bool> {
        self.0.sampled
    }

    fn to_s(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.text())
    }
}

/// `Tracehop::Outcome`
#[magnus::wrap(class = "Tracehop::Outcome", free_immediately, size, frozen_shareable)]
pub(crate) struct Outcome(pub(crate) tracehop_core::Outcome);

impl Outcome {
    fn reason(ruby: &Ruby, this: &Self) -> StaticSymbol {
        ruby.sym_new(this.0.reason().name())
    }

    fn is_written(&self) -> bool {
        self.0.written()
    }

    fn findings(ruby: &Ruby, this: &Self) -> RArray {
        finding::numbers(ruby, this.0.findings())
    }
}

/// The header value for a strict parse, not truncated, because error offsets refer to it.
fn header(ruby: &Ruby, value: Value) -> Result<RString, Error> {
    RString::from_value(value).ok_or_else(|| error::wrong_type(ruby, "value", "a String", value))
}

pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let class = classes::class::<SentryTrace>(ruby, root, "SentryTrace")?;
    class.define_singleton_method("parse", function!(SentryTrace::parse, 1))?;
    class.define_method("trace_id", method!(SentryTrace::trace_id, 0))?;
    class.define_method("span_id", method!(SentryTrace::span_id, 0))?;
    class.define_method("sampled", method!(SentryTrace::sampled, 0))?;
    class.define_method("to_s", method!(SentryTrace::to_s, 0))?;
    let class = classes::class::<Traceparent>(ruby, root, "Traceparent")?;
    class.define_singleton_method("parse", function!(Traceparent::parse, 1))?;
    class.define_method("trace_id", method!(Traceparent::trace_id, 0))?;
    class.define_method("span_id", method!(Traceparent::span_id, 0))?;
    class.define_method("sampled", method!(Traceparent::sampled, 0))?;
    class.define_method("to_s", method!(Traceparent::to_s, 0))?;
    let class = classes::class::<Outcome>(ruby, root, "Outcome")?;
    class.define_method("reason", method!(Outcome::reason, 0))?;
    class.define_method("written?", method!(Outcome::is_written, 0))?;
    class.define_private_method("native_findings", method!(Outcome::findings, 0))
}
