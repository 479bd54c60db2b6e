//! The random bytes of a seed, or bytes given by a test (rule I1).

use magnus::{Error, RString, Ruby, TryConvert, Value, prelude::*};
use tracehop_core::Seed;
use tracehop_host::entropy;

/// The seed of a context.
pub(crate) fn context(ruby: &Ruby, given: Value) -> Result<Seed, Error> {
    let mut seed = Seed([0; 24]);
    draw(ruby, given, &mut seed.0)?;
    Ok(seed)
}

/// Fills a seed with the given bytes (for tests with known ids) or with random ones. In place, because a returned array
/// would be copied byte by byte.
#[inline(always)]
pub(crate) fn draw(ruby: &Ruby, given: Value, seed: &mut [u8]) -> Result<(), Error> {
    if !given.is_nil() {
        return take(ruby, RString::try_convert(given)?, seed);
    }
    entropy::fill(seed).map_err(|error| Error::new(ruby.exception_runtime_error(), error.to_string()))
}

fn take(ruby: &Ruby, given: RString, seed: &mut [u8]) -> Result<(), Error> {
    let given = given.to_bytes();
    if given.len() != seed.len() {
        let message = format!("a seed has {} bytes", seed.len());
        return Err(Error::new(ruby.exception_arg_error(), message));
    }
    seed.copy_from_slice(&given);
    Ok(())
}
