//! `Tracehop::TraceContext`: one position in one trace, frozen.

use magnus::scan_args::scan_args;
use magnus::typed_data::Obj;
use magnus::{
    DataTypeFunctions, Error, RArray, RHash, RModule, RString, Ruby, TryConvert, TypedData, Value, function,
    method, prelude::*,
};
use smallvec::SmallVec;
use tracehop_core::{Buffer, Decision, HeaderName, Headers, StoredContext, TraceContext as Core};

use crate::carrier::Carrier;
use crate::outgoing::Noted;
use crate::stored_text::Kept;
use crate::values::{Outcome, SentryTrace, frozen};
use crate::{callbacks, classes, entropy, error, finding, interned_names, methods, options, strings};

/// Initial capacity for meta tags in bytes: enough for almost every trace.
const MOST_TAGS: usize = 1_000;

/// The core's context in a Ruby object.
#[derive(TypedData)]
#[magnus(class = "Tracehop::TraceContext", free_immediately, size, frozen_shareable)]
pub(crate) struct TraceContext(pub(crate) StoredContext<Kept>);

impl DataTypeFunctions for TraceContext {
    fn size(&self) -> usize {
        size_of::<Self>() + self.0.storage().size()
    }
}

impl TraceContext {
    /// The core's context, borrowing the stored texts.
    pub(crate) fn core(&self) -> Core<'_> {
        self.0.context(Kept::lent)
    }

    /// A new Ruby object for a context of the core; stores a copy of its texts.
    #[inline(always)]
    pub(crate) fn keeping(ruby: &Ruby, context: &Core<'_>) -> Obj<Self> {
        frozen(ruby, TraceContext(context.store(Kept::of)))
    }

    /// The context in an argument; a TypeError for any other object.
    pub(crate) fn given(ruby: &Ruby, argument: Value) -> Result<Obj<Self>, Error> {
        Obj::try_convert(argument)
            .map_err(|_| error::wrong_type(ruby, "context", "a Tracehop::TraceContext", argument))
    }

    fn trace_id(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.trace_id().text())
    }

    fn span_id(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.span_id().text())
    }

    fn parent_span_id(ruby: &Ruby, this: &Self) -> Option<RString> {
        this.0.parent_span_id().map(|span_id| strings::utf8(ruby, span_id.text()))
    }

    fn sampled(&self) -> Option<bool> {
        self.0.sampled()
    }

    fn parent_sampled(&self) -> Option<bool> {
        self.0.parent_sampled()
    }

    fn sample_rate(&self) -> Option<f64> {
        self.0.sample_rate()
    }

    fn sample_rand(&self) -> Option<f64> {
        self.0.sample_rand()
    }

    fn dynamic_sampling_context(ruby: &Ruby, this: &Self) -> RHash {
        interned_names::members(ruby, this.core().dynamic_sampling_context())
    }

    fn link(ruby: &Ruby, this: &Self) -> Option<Obj<SentryTrace>> {
        this.0.link().map(|link| frozen(ruby, SentryTrace(link)))
    }

    fn sentry_trace(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.sentry_trace().text().as_bytes())
    }

    fn baggage(ruby: &Ruby, this: &Self) -> Option<RString> {
        let (baggage, _) = this.0.storage().lent();
        (!baggage.is_empty()).then(|| strings::utf8(ruby, baggage))
    }

    fn traceparent(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.0.traceparent().text())
    }

    fn findings(ruby: &Ruby, this: &Self) -> RArray {
        finding::numbers(ruby, this.0.findings())
    }

    fn child(ruby: &Ruby, this: &Self, given: Value) -> Result<Obj<Self>, Error> {
        let mut seed = [0; 8];
        entropy::draw(ruby, given, &mut seed)?;
        Ok(frozen(ruby, TraceContext(this.0.child(seed, Kept::clone))))
    }

    fn sample(ruby: &Ruby, this: &Self, decision: Value) -> Result<Obj<Self>, Error> {
        let decision = match options::decision(decision) {
            Some(Some(sampled)) => Decision::Sampled(sampled),
            _ => Decision::Rate(callbacks::rate(ruby, decision).ok_or_else(|| wrong_rate(ruby, decision))?),
        };
        let mut buffer = Buffer::new();
        let context =
            this.core().sample(decision, &mut buffer).map_err(|wrong| error::option(ruby, wrong, ""))?;
        Ok(Self::keeping(ruby, &context))
    }

    /// The headers to set; the argument is `existing = nil`.
    fn headers(ruby: &Ruby, this: &Self, args: &[Value]) -> Result<RHash, Error> {
        let existing = match args {
            [] => None,
            _ => scan_args::<(), (Option<Option<Value>>,), (), (), (), ()>(args)?.optional.0.flatten(),
        };
        this.outgoing(ruby, existing).map(|(set, _)| set)
    }

    /// The headers to set, with the outcome.
    fn headers_and_outcome(
        ruby: &Ruby,
        this: &Self,
        existing: Option<Value>,
    ) -> Result<(RHash, Obj<Outcome>), Error> {
        this.outgoing(ruby, existing).map(|(set, outcome)| (set, frozen(ruby, Outcome(outcome))))
    }

    #[inline(always)]
    fn outgoing(
        &self,
        ruby: &Ruby,
        existing: Option<Value>,
    ) -> Result<(RHash, tracehop_core::Outcome), Error> {
        let Some(existing) = existing else {
            let mut set = Noted::new(ruby, None);
            let outcome = self.core().headers(&Headers::new(), |name, value| set.note(name, value));
            return Ok((set.hash()?, outcome));
        };
        self.merged(ruby, existing)
    }

    /// The headers to set on a message that has headers. Their bytes are borrowed, so no Ruby strings may be made
    /// meanwhile: the core's output is copied first.
    #[inline(never)]
    fn merged(&self, ruby: &Ruby, existing: Value) -> Result<(RHash, tracehop_core::Outcome), Error> {
        let carrier = Carrier::read(ruby, existing, "existing", &HeaderName::ALL)?;
        let mut written = SmallVec::<[_; HeaderName::ALL.len()]>::new();
        let outcome = carrier.borrow(|headers| {
            self.core().headers(headers, |name, value| written.push((name, strings::joined(&value))))
        });
        let mut set = Noted::new(ruby, carrier.encoding());
        written.iter().for_each(|(name, value)| set.note_bytes(name, value));
        Ok((set.hash()?, outcome))
    }

    /// The meta tags; `html_safe` if ActiveSupport is loaded.
    fn meta_tags(ruby: &Ruby, this: &Self) -> Result<Value, Error> {
        let mut tags = Vec::with_capacity(MOST_TAGS);
        this.core().write_meta_tags(|piece| tags.extend_from_slice(piece));
        let tags = strings::utf8(ruby, tags);
        let is_asked_for = tags.respond_to(*methods::HTML_SAFE, false)?;
        if is_asked_for { tags.funcall(*methods::HTML_SAFE, ()) } else { Ok(tags.as_value()) }
    }

    fn server_timing(ruby: &Ruby, this: &Self, existing: Value) -> Result<RString, Error> {
        let existing = strings::required(ruby, existing, "existing")?;
        Ok(strings::utf8(ruby, this.core().server_timing(&existing).to_string()))
    }

    /// The context as the core's text (rule C10).
    fn serialize(ruby: &Ruby, this: &Self) -> RString {
        strings::utf8(ruby, this.core().serialized().to_string())
    }

    /// The context in such a text, or nil.
    fn deserialize(ruby: &Ruby, text: Value) -> Result<Option<Obj<Self>>, Error> {
        let text = strings::required(ruby, text, "text")?;
        let mut buffer = Buffer::new();
        Ok(Core::deserialize(text.as_bytes(), &mut buffer).map(|context| Self::keeping(ruby, &context)))
    }

    fn environ(ruby: &Ruby, this: &Self) -> Result<RHash, Error> {
        let mut set = Noted::new(ruby, None);
        this.core().environ(|name, value| set.note(name, value));
        set.hash()
    }
}

fn wrong_rate(ruby: &Ruby, given: Value) -> Error {
    error::wrong_type(ruby, "sample", "a number from 0 to 1 or a boolean", given)
}

pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let class = classes::class::<TraceContext>(ruby, root, "TraceContext")?;
    class.define_method("trace_id", method!(TraceContext::trace_id, 0))?;
    class.define_method("span_id", method!(TraceContext::span_id, 0))?;
    class.define_method("parent_span_id", method!(TraceContext::parent_span_id, 0))?;
    class.define_method("sampled", method!(TraceContext::sampled, 0))?;
    class.define_method("parent_sampled", method!(TraceContext::parent_sampled, 0))?;
    class.define_method("sample_rate", method!(TraceContext::sample_rate, 0))?;
    class.define_method("sample_rand", method!(TraceContext::sample_rand, 0))?;
    class.define_method("dynamic_sampling_context", method!(TraceContext::dynamic_sampling_context, 0))?;
    class.define_method("link", method!(TraceContext::link, 0))?;
    class.define_method("sentry_trace", method!(TraceContext::sentry_trace, 0))?;
    class.define_method("baggage", method!(TraceContext::baggage, 0))?;
    class.define_method("traceparent", method!(TraceContext::traceparent, 0))?;
    class.define_method("sample", method!(TraceContext::sample, 1))?;
    class.define_method("headers", method!(TraceContext::headers, -1))?;
    class.define_method("meta_tags", method!(TraceContext::meta_tags, 0))?;
    class.define_method("environ", method!(TraceContext::environ, 0))?;
    class.define_singleton_method("native_deserialize", function!(TraceContext::deserialize, 1))?;
    class.define_private_method("native_serialize", method!(TraceContext::serialize, 0))?;
    class.define_private_method("native_child", method!(TraceContext::child, 1))?;
    class.define_private_method("native_findings", method!(TraceContext::findings, 0))?;
    class.define_private_method("native_outgoing", method!(TraceContext::headers_and_outcome, 1))?;
    class.define_private_method("native_server_timing", method!(TraceContext::server_timing, 1))
}
