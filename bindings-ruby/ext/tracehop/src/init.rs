//! What Ruby calls when it loads the compiled part, under both names that RubyGems gives it.

use magnus::{Error, Module, RClass, RModule, Ruby, TypedData};

use crate::keys::Keys;
use crate::{baggage, context, lifetime, methods, native, propagator, values};

/// The root module, made by `tracehop.rb` or here, whichever comes first.
pub(crate) fn root(ruby: &Ruby) -> Result<RModule, Error> {
    ruby.define_module("Tracehop")
}

/// Defines the class of a type that Ruby is given, and has magnus look it up at once.
///
/// It would do so at the first use, under a lock, while Ruby may run another thread: that one waits for the lock and keeps
/// Ruby waiting, so that neither ever goes on.
pub(crate) fn class<T: TypedData>(ruby: &Ruby, root: RModule, name: &str) -> Result<RClass, Error> {
    root.define_class(name, ruby.class_object())?;
    Ok(T::class(ruby))
}

/// Defines the compiled part under the name that newer RubyGems load: `tracehop/tracehop_ruby.so`.
#[magnus::init]
fn init(ruby: &Ruby) -> Result<(), Error> {
    let module = root(ruby)?;
    Keys::of(ruby);
    methods::intern(ruby);
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
