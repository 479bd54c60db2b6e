//! The keys of a carrier: text in any case, or a symbol with `_` for `-`.

use magnus::{RArray, RString, Symbol, Value};
use tracehop_core::HeaderName;
use tracehop_host::carrier::{Key, may_matter, name_may_matter};

use crate::borrowed;
use crate::input_kind::split;

/// The header that a key names: text in any case, or a symbol with `_` for `-`.
pub(crate) fn field(key: Value) -> Option<HeaderName> {
    if has_name(key) { Name(key).with_name(HeaderName::named).flatten() } else { None }
}

/// True for a key that may name a header: text, or a symbol.
pub(crate) fn has_name(key: Value) -> bool {
    match RString::from_value(key) {
        Some(string) => borrowed::bytes(string, name_may_matter),
        None => Symbol::from_value(key)
            .is_some_and(|symbol| symbol.name().is_ok_and(|name| may_matter(name.len()))),
    }
}

/// True for the name as text in any case, or as a symbol with `_` for `-`.
pub(crate) fn is_named(key: Value, name: &str) -> bool {
    if let Some(string) = RString::from_value(key) {
        return string.len() == name.len()
            && borrowed::bytes(string, |text| text.eq_ignore_ascii_case(name.as_bytes()));
    }
    let Some(symbol) = Symbol::from_value(key).and_then(|symbol| symbol.name().ok()) else { return false };
    symbol.len() == name.len() && symbol.replace('_', "-").eq_ignore_ascii_case(&name.replace('_', "-"))
}

/// A name: text, or a symbol with `_` for `-`.
pub(crate) struct Name(pub(crate) Value);

impl Key for Name {
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T + Send) -> Option<T> {
        if let Some(string) = RString::from_value(self.0) {
            return Some(borrowed::bytes(string, read));
        }
        let symbol = Symbol::from_value(self.0)?.name().ok()?;
        Some(read(symbol.replace('_', "-").as_bytes()))
    }
}

/// The key of the pair with this index.
pub(crate) struct PairKey {
    pub(crate) pairs: RArray,
    pub(crate) index: usize,
}

impl Key for PairKey {
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T + Send) -> Option<T> {
        let (key, _) = split(self.pairs.entry(self.index as isize).ok()?)?;
        Name(key).with_name(read)
    }
}
