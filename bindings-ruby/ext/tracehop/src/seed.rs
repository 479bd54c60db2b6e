//! Randomness from the operating system for each new context (rule I1).

use magnus::{Error, RString, Ruby, Value, prelude::*};
use tracehop_core::Seed;

/// The seed of a context: the one that was given, for tests with known ids, or a new one.
pub(crate) fn context(ruby: &Ruby, given: Value) -> Result<Seed, Error> {
    bytes(ruby, given).map(Seed)
}

/// The seed of a child.
pub(crate) fn child(ruby: &Ruby, given: Value) -> Result<[u8; 8], Error> {
    bytes(ruby, given)
}

fn bytes<const N: usize>(ruby: &Ruby, given: Value) -> Result<[u8; N], Error> {
    if given.is_nil() {
        return draw(ruby);
    }
    let bytes = RString::try_convert(given)?.to_bytes();
    bytes
        .as_ref()
        .try_into()
        .map_err(|_| Error::new(ruby.exception_arg_error(), format!("a seed has {N} bytes")))
}

fn draw<const N: usize>(ruby: &Ruby) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::new(
            ruby.exception_runtime_error(),
            format!("the operating system gave no random bytes: {error}"),
        )
    })?;
    Ok(bytes)
}
