//! Sets the headers of a trace on a message for a URL: `inject`, and a variant for messages that are sent again.

use magnus::typed_data::Obj;
use magnus::{Error, RHash, Ruby, Value};
use tracehop_core::Headers;

use crate::context::TraceContext;
use crate::outgoing::{Message, Setter};
use crate::propagator::Propagator;
use crate::urls::urls;
use crate::values::{Outcome, frozen};

impl Propagator {
    pub(crate) fn inject(
        ruby: &Ruby,
        this: &Self,
        context: Value,
        url: Value,
        page: Option<Value>,
        headers: Value,
    ) -> Result<Obj<Outcome>, Error> {
        let message = Message::of(ruby, headers, "headers")?;
        Ok(frozen(ruby, Outcome(this.put(ruby, context, urls(ruby, url, page)?, &message, None)?)))
    }

    /// Like `inject`, for a message that may be sent again: returns the written entries (nil for a removed one) and the
    /// previous entries; nil if nothing was written.
    pub(crate) fn write(
        ruby: &Ruby,
        this: &Self,
        context: Value,
        url: Value,
        headers: Value,
    ) -> Result<Option<(RHash, RHash)>, Error> {
        let message = Message::of(ruby, headers, "headers")?;
        let (written, before) = (ruby.hash_new(), message.entries(ruby, "headers")?);
        let outcome = this.put(ruby, context, urls(ruby, url, None)?, &message, Some(written))?;
        Ok(outcome.written().then_some((written, before)))
    }

    fn put(
        &self,
        ruby: &Ruby,
        context: Value,
        (url, page): (String, Option<String>),
        message: &Message,
        written: Option<RHash>,
    ) -> Result<tracehop_core::Outcome, Error> {
        let context = TraceContext::given(ruby, context)?;
        let carrier = message.carried(ruby, "headers")?.copied();
        let (mut existing, mut setter) = (Headers::new(), Setter::new(ruby, &carrier, written));
        carrier.show(&mut existing);
        let outcome = self.leave(ruby, |core| {
            let set = |name, value: tracehop_core::HeaderValue<'_>| setter.on(message, name, value);
            core.inject(&context.core(), &url, page.as_deref(), &existing, set)
        })?;
        setter.done(outcome)
    }
}
