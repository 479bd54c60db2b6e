//! The root module and the classes of the compiled part.

use magnus::{Error, Module, RClass, RModule, Ruby, TypedData};

/// The root module, defined by `tracehop.rb` or here.
pub(crate) fn root(ruby: &Ruby) -> Result<RModule, Error> {
    ruby.define_module("Tracehop")
}

/// Defines the Ruby class of a type, and makes magnus look it up immediately.
///
/// magnus would look it up at the first use, under a lock. If Ruby then switches to another thread that waits for that lock
/// while it holds the GVL, both deadlock.
pub(crate) fn class<T: TypedData>(ruby: &Ruby, root: RModule, name: &str) -> Result<RClass, Error> {
    root.define_class(name, ruby.class_object())?;
    Ok(T::class(ruby))
}
