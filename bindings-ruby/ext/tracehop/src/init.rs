//! The init functions that Ruby calls when it loads the compiled part, under both names that RubyGems gives it.

use magnus::{Error, Ruby};

use crate::{
    baggage, classes, command, context, functions, interned_names, lifetime, methods, propagator, values,
};

/// Defines the compiled part under the name that newer RubyGems load: `tracehop/tracehop_ruby.so`.
#[magnus::init]
fn init(ruby: &Ruby) -> Result<(), Error> {
    let module = classes::root(ruby)?;
    interned_names::names(ruby);
    methods::intern(ruby);
    functions::define(ruby, module)?;
    values::define(ruby, module)?;
    baggage::define(ruby, module)?;
    context::define(ruby, module)?;
    propagator::define(ruby, module)?;
    command::define(ruby, module)?;
    lifetime::define(ruby, module)
}

/// Defines the compiled part under the name that RubyGems before 3.4 loads: `tracehop.so`.
#[magnus::init(name = "tracehop")]
fn init_flat(ruby: &Ruby) -> Result<(), Error> {
    init(ruby)
}
