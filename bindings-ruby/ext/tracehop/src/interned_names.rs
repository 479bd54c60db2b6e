//! The core's names as frozen Ruby strings, made once, so that a Hash uses them as keys without a copy.

use std::sync::OnceLock;

use magnus::value::Opaque;
use magnus::{RHash, RString, Ruby, prelude::*};
use tracehop_core::{Decoded, HeaderName, Member};
use tracehop_host::InternedNames;

use crate::strings;

type Names = InternedNames<Opaque<RString>>;

/// The names, made when the compiled part is loaded.
pub(crate) fn names(ruby: &Ruby) -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| Names::new(|name| interned(ruby, name)))
}

/// The key of a header in a Hash of headers.
#[inline(always)]
pub(crate) fn header(ruby: &Ruby, header: HeaderName) -> RString {
    ruby.get_inner(*names(ruby).header(header))
}

/// The key of a header in a Rack env.
pub(crate) fn gateway(ruby: &Ruby, header: HeaderName) -> RString {
    ruby.get_inner(*names(ruby).gateway(header))
}

/// The key of the header with this name in the core.
#[inline(always)]
pub(crate) fn named(ruby: &Ruby, name: &str) -> RString {
    names(ruby).named(name).map_or_else(|| strings::utf8(ruby, name), |name| ruby.get_inner(*name))
}

/// True if this Hash is a Rack env (rule K2).
pub(crate) fn is_gateway(ruby: &Ruby, map: RHash) -> bool {
    names(ruby).marks().iter().any(|mark| map.get(ruby.get_inner(*mark)).is_some())
}

/// The key of a member of a DSC; frozen, so that a Hash does not copy it.
pub(crate) fn member(ruby: &Ruby, name: Decoded<'_>) -> RString {
    names(ruby)
        .member(name)
        .map_or_else(|| frozen(strings::decoded(ruby, name)), |name| ruby.get_inner(*name))
}

/// Members as a Hash of decoded names and values.
pub(crate) fn members<'a>(ruby: &Ruby, members: impl Iterator<Item = Member<'a>>) -> RHash {
    ruby.hash_from_iter(members.map(|each| (member(ruby, each.name()), strings::decoded(ruby, each.value()))))
}

fn interned(ruby: &Ruby, name: &str) -> Opaque<RString> {
    let name = strings::utf8(ruby, name).to_interned_str();
    ruby.gc_register_mark_object(name);
    name.into()
}

fn frozen(key: RString) -> RString {
    key.freeze();
    key
}
