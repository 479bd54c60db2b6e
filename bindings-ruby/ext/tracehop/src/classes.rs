//! The root module and the classes of the compiled part.

use magnus::{Error, Module, RClass, RModule, Ruby, TypedData};

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
