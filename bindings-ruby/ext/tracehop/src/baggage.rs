//! `Tracehop::Baggage`: an immutable list from one or more header values.

use magnus::typed_data::Obj;
use magnus::{Error, RArray, RHash, RModule, Ruby, Value, function, method, prelude::*};
use tracehop_core::{HeaderName, Headers};

use crate::carrier::Carrier;
use crate::copied::Copied;
use crate::{classes, finding, interned_names, values};

/// A copy of the lines of one baggage list; each getter parses them.
#[magnus::wrap(class = "Tracehop::Baggage", free_immediately, size, frozen_shareable)]
pub(crate) struct Baggage(Copied);

impl Baggage {
    fn parse(ruby: &Ruby, value: Value) -> Result<Obj<Self>, Error> {
        Ok(values::frozen(ruby, Baggage(Carrier::of(HeaderName::Baggage, value)?.copied())))
    }

    /// The baggage of a message.
    fn of(ruby: &Ruby, carrier: Value) -> Result<Obj<Self>, Error> {
        let found = Carrier::read(ruby, carrier, "headers", &[HeaderName::Baggage])?;
        Ok(values::frozen(ruby, Baggage(found.copied())))
    }

    fn sentry(ruby: &Ruby, this: &Self) -> RHash {
        let mut headers = Headers::new();
        this.0.show(&mut headers);
        interned_names::members(ruby, headers.baggage().sentry().iter())
    }

    fn foreign(ruby: &Ruby, this: &Self) -> RArray {
        let encoding = this.0.encoding().unwrap_or_else(|| ruby.utf8_encindex());
        let mut headers = Headers::new();
        this.0.show(&mut headers);
        ruby.ary_from_iter(headers.baggage().foreign().map(|member| ruby.enc_str_new(member, encoding)))
    }

    fn findings(ruby: &Ruby, this: &Self) -> RArray {
        let mut headers = Headers::new();
        this.0.show(&mut headers);
        let mut findings = headers.findings();
        findings.extend(headers.baggage().findings());
        finding::numbers(ruby, findings)
    }
}

pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let class = classes::class::<Baggage>(ruby, root, "Baggage")?;
    class.define_singleton_method("parse", function!(Baggage::parse, 1))?;
    class.define_singleton_method("native_of", function!(Baggage::of, 1))?;
    class.define_method("sentry", method!(Baggage::sentry, 0))?;
    class.define_method("foreign", method!(Baggage::foreign, 0))?;
    class.define_private_method("native_findings", method!(Baggage::findings, 0))
}
