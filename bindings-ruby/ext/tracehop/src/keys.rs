//! The names of core's headers as Ruby strings, made once: keys that a Hash takes and finds without a copy.

use std::sync::OnceLock;

use magnus::value::Opaque;
use magnus::{RHash, RString, Ruby, prelude::*};
use tracehop_core::{Decoded, GATEWAY_MARKS, HeaderName, MEMBER_NAMES};

use crate::strings;

const FIELDS: usize = HeaderName::ALL.len();

/// Every name, in the order of `HeaderName::ALL`.
pub(crate) struct Keys {
    plain: [Opaque<RString>; FIELDS],
    gateway: [Opaque<RString>; FIELDS],
    marks: [Opaque<RString>; GATEWAY_MARKS.len()],
    members: [Opaque<RString>; MEMBER_NAMES.len()],
}

impl Keys {
    /// The keys, made when the compiled part is loaded.
    pub(crate) fn of(ruby: &Ruby) -> &'static Keys {
        static KEYS: OnceLock<Keys> = OnceLock::new();
        KEYS.get_or_init(|| Keys {
            plain: HeaderName::ALL.map(|field| key(ruby, field.name())),
            gateway: HeaderName::ALL.map(|field| key(ruby, field.gateway_name())),
            marks: GATEWAY_MARKS.map(|mark| key(ruby, mark)),
            members: MEMBER_NAMES.map(|name| key(ruby, name)),
        })
    }

    /// The key of a header in a Hash of headers.
    pub(crate) fn plain(&self, ruby: &Ruby, field: HeaderName) -> RString {
        ruby.get_inner(self.plain[position(field)])
    }

    /// Which of these headers the key of a Hash names exactly.
    #[inline(always)]
    pub(crate) fn field(&self, ruby: &Ruby, key: RString, fields: &[HeaderName]) -> Option<HeaderName> {
        fields.iter().copied().find(|field| self.plain(ruby, *field).cmp(key).is_eq())
    }

    /// The key of a header in a Rack env.
    pub(crate) fn gateway(&self, ruby: &Ruby, field: HeaderName) -> RString {
        ruby.get_inner(self.gateway[position(field)])
    }

    /// The key of the header that core names so.
    #[inline(always)]
    pub(crate) fn named(&self, ruby: &Ruby, name: &str) -> RString {
        let known = HeaderName::ALL.into_iter().find(|field| field.name() == name);
        known.map_or_else(|| strings::utf8(ruby, name), |field| self.plain(ruby, field))
    }

    /// The key of a member of a sampling context; frozen, so that a Hash takes it as it is.
    pub(crate) fn member(&self, ruby: &Ruby, name: Decoded<'_>) -> RString {
        let known = MEMBER_NAMES.iter().zip(self.members).find(|(known, _)| name.is(known.as_bytes()));
        known.map_or_else(|| frozen(strings::decoded(ruby, name)), |(_, key)| ruby.get_inner(key))
    }

    /// Is this Hash a Rack env (rule K2)?
    pub(crate) fn is_gateway(&self, ruby: &Ruby, map: RHash) -> bool {
        self.marks.iter().any(|mark| map.get(ruby.get_inner(*mark)).is_some())
    }
}

fn key(ruby: &Ruby, name: &str) -> Opaque<RString> {
    let key = strings::utf8(ruby, name).to_interned_str();
    ruby.gc_register_mark_object(key);
    key.into()
}

fn frozen(key: RString) -> RString {
    key.freeze();
    key
}

fn position(field: HeaderName) -> usize {
    HeaderName::ALL.iter().position(|other| *other == field).unwrap_or_default()
}
