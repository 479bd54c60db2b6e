//! The kind as which a carrier is read: a Hash, or pairs.

use magnus::r_hash::ForEach;
use magnus::{Error, RArray, RHash, Ruby, Value, prelude::*};

use crate::{error, methods};

/// The accepted carriers, for error messages.
pub(crate) const ACCEPTED: &str = "a Hash, an array of pairs, a Rack env or a message with to_hash or to_a";

/// The kind as which a carrier is read.
#[derive(Clone, Copy)]
pub(crate) enum InputKind {
    Map(RHash),
    Pairs(RArray),
}

impl InputKind {
    /// The kind of a carrier; `name` is the name of the argument.
    #[inline(always)]
    pub(crate) fn of(ruby: &Ruby, carrier: Value, name: &str) -> Result<Self, Error> {
        if let Some(map) = RHash::from_value(carrier) {
            return Ok(InputKind::Map(map));
        }
        if let Some(pairs) = RArray::from_value(carrier) {
            return Ok(InputKind::Pairs(pairs));
        }
        let wrong = || error::wrong_type(ruby, name, ACCEPTED, carrier);
        if carrier.respond_to(*methods::TO_HASH, false)? {
            return RHash::from_value(carrier.funcall(*methods::TO_HASH, ())?)
                .map(InputKind::Map)
                .ok_or_else(wrong);
        }
        if !carrier.is_nil() && carrier.respond_to(*methods::TO_A, false)? {
            // Only an endless object raises RangeError here.
            let pairs: Value = carrier.funcall(*methods::TO_A, ()).map_err(|error: Error| {
                if error.is_kind_of(ruby.exception_range_error()) { wrong() } else { error }
            })?;
            return RArray::from_value(pairs).map(InputKind::Pairs).ok_or_else(wrong);
        }
        Err(wrong())
    }

    /// Calls the closure with every pair.
    pub(crate) fn each(
        self,
        ruby: &Ruby,
        name: &str,
        mut show: impl FnMut(Value, Value) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self {
            InputKind::Map(map) => {
                map.foreach(|key: Value, value: Value| show(key, value).map(|()| ForEach::Continue))
            }
            InputKind::Pairs(pairs) => pairs.into_iter().try_for_each(|pair| {
                let (key, value) =
                    split(pair).ok_or_else(|| error::wrong_type(ruby, name, ACCEPTED, pair))?;
                show(key, value)
            }),
        }
    }
}

/// The key and value of one pair.
pub(crate) fn split(pair: Value) -> Option<(Value, Value)> {
    let pair = RArray::from_value(pair).filter(|pair| pair.len() == 2)?;
    Some((pair.entry(0).ok()?, pair.entry(1).ok()?))
}
