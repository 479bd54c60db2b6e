//! Pairs of texts as an object of JSON, in their order.

use serde::{Serialize, Serializer};

/// Serializes pairs as an object.
pub(crate) fn serialize<V: Serialize, S: Serializer>(
    pairs: &[(String, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
