//! Converts errors of the core to Ruby exceptions, whose classes are declared in Ruby.

use magnus::{Error, ExceptionClass, RClass, Ruby, Value, kwargs, prelude::*};
use tracehop_core::ErrorKind;

use crate::classes::root;

/// A `Tracehop::HeaderError` for one malformed header value.
pub(crate) fn header(ruby: &Ruby, error: tracehop_core::Error) -> Error {
    let facts = kwargs!("kind" => ruby.to_symbol(error.kind().name()), "at" => error.offset());
    built(exception(ruby, "HeaderError", (error.to_string(), facts)))
}

/// A `Tracehop::OptionError` for an invalid option value; `place` names the element of a list.
pub(crate) fn option(ruby: &Ruby, error: tracehop_core::Error, place: &str) -> Error {
    let (kind, sentence) = (error.kind(), error.kind().message());
    let option = kind.option().unwrap_or_default();
    let message =
        if sentence.contains(option) { sentence.to_string() } else { format!("{option}{place}: {sentence}") };
    // The message names the target's index and the offset in its text.
    refused(ruby, kind, option, message, (!place.is_empty()).then_some(error.offset()))
}

/// A `Tracehop::OptionError` of this kind for an argument.
pub(crate) fn argument(ruby: &Ruby, name: &str, kind: ErrorKind) -> Error {
    refused(ruby, kind, name, format!("{name}: {}", kind.message()), None)
}

fn refused(ruby: &Ruby, kind: ErrorKind, option: &str, message: String, at: Option<usize>) -> Error {
    let message = at.map_or(message.clone(), |at| format!("{message} (at byte {at})"));
    let facts =
        kwargs!("kind" => ruby.to_symbol(kind.name()), "option" => ruby.to_symbol(option), "at" => at);
    built(exception(ruby, "OptionError", (message, facts)))
}

/// A TypeError that names the given and the accepted types.
pub(crate) fn wrong_type(ruby: &Ruby, name: &str, accepted: &str, given: Value) -> Error {
    let message = format!("{name} takes {accepted}, not {}", class(given));
    Error::new(ruby.exception_type_error(), message)
}

/// The class of an object, skipping singleton classes.
fn class(given: Value) -> RClass {
    let is_singleton = |class: &RClass| class.funcall("singleton_class?", ()).unwrap_or(false);
    let mut classes = std::iter::successors(Some(given.class()), |class| class.superclass().ok());
    classes.find(|class| !is_singleton(class)).unwrap_or_else(|| given.class())
}

fn exception(ruby: &Ruby, name: &str, facts: impl magnus::ArgList) -> Result<Error, Error> {
    let class: ExceptionClass = root(ruby)?.const_get(name)?;
    Ok(class.new_instance(facts)?.into())
}

fn built(error: Result<Error, Error>) -> Error {
    error.unwrap_or_else(|failure| failure)
}
