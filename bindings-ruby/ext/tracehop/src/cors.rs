//! `Tracehop::Propagator`: CORS, the headers that a browser may send (rule H4).

use magnus::{Error, RArray, RClass, Ruby, Value, method, prelude::*};
use tracehop_core::HeaderName;

use crate::propagator::Propagator;
use crate::{inputs, strings};

impl Propagator {
    fn allow_headers(ruby: &Ruby, this: &Self, existing: Value, credentials: bool) -> Result<String, Error> {
        let existing = strings::required(ruby, existing, "existing")?;
        this.begin(ruby, |core| core.allow_headers(&existing, credentials).to_string())
    }

    fn other_headers(ruby: &Ruby, this: &Self, asked: Value) -> Result<String, Error> {
        let asked = strings::required(ruby, asked, "requested")?;
        this.begin(ruby, |core| core.other_headers(&asked).to_string())
    }

    fn missing_cors_headers(
        ruby: &Ruby,
        this: &Self,
        answer: Value,
        credentials: bool,
    ) -> Result<RArray, Error> {
        let lines = inputs::lines(ruby, answer, "answer_headers", HeaderName::ALLOW_HEADERS)?;
        let answer = lines.iter().map(|line| (HeaderName::ALLOW_HEADERS.as_bytes(), line.as_ref()));
        this.begin(ruby, |core| ruby.ary_from_iter(core.missing_cors_headers(answer, credentials)))
    }
}

/// Adds the private methods.
pub(crate) fn define(class: RClass) -> Result<(), Error> {
    class.define_private_method("native_allow_headers", method!(Propagator::allow_headers, 2))?;
    class.define_private_method("native_other_headers", method!(Propagator::other_headers, 1))?;
    class.define_private_method("native_missing_cors_headers", method!(Propagator::missing_cors_headers, 2))
}
