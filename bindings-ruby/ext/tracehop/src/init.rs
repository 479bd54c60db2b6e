//! What Ruby calls when it loads the compiled part, under both names that RubyGems gives it.

use magnus::{Error, RModule, Ruby};

use crate::{baggage, context, lifetime, native, propagator, values};

/// The root module, made by `tracehop.rb` or here, whichever comes first.
pub(crate) fn root(ruby: &Ruby) -> Result<RModule, Error> {
    ruby.define_module("Tracehop")
}

/// Defines the compiled part under the name that newer RubyGems load: `tracehop/tracehop_ruby.so`.
#[magnus::init]
fn init(ruby: &Ruby) -> Result<(), Error> {
    let module = root(ruby)?;
    native::define(ruby, module)?;
    values::define(ruby, module)?;
    baggage::define(ruby, module)?;
    context::define(ruby, module)?;
    propagator::define(ruby, module)?;
    lifetime::define(ruby, module)
}

/// The same under the name that RubyGems before 3.4 load: `tracehop.so`.
#[magnus::init(name = "tracehop")]
fn init_flat(ruby: &Ruby) -> Result<(), Error> {
    init(ruby)
}
