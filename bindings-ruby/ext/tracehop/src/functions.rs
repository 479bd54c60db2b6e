//! `Tracehop::Native`: the core's tables and free functions, for the Ruby files of the gem.

use magnus::{Error, RArray, RHash, RModule, RString, Ruby, Value, function, prelude::*};
use tracehop_core::{Finding, HeaderName, Headers, Origin};
use tracehop_host::entropy;

use crate::carrier::JOB_KEY;
use crate::input_kind::InputKind;
use crate::outgoing::{Message, Setter};
use crate::propagator::Propagator;
use crate::{borrowed, error, finding, key, strings};

/// Checks the text of an origin target and returns a frozen copy of it.
fn check_origin(ruby: &Ruby, text: Value) -> Result<RString, Error> {
    let text = strings::required(ruby, text, "Tracehop::Origin.new")?;
    Origin::parse(&text).map_err(|wrong| error::option(ruby, wrong, ""))?;
    let text = strings::utf8(ruby, text);
    text.freeze();
    Ok(text)
}

/// Removes the trace headers from a message; returns the numbers of the findings.
fn strip(ruby: &Ruby, headers: Value) -> Result<RArray, Error> {
    let message = Message::of(ruby, headers, "headers")?;
    let carrier = message.carried(ruby, "headers")?.copied();
    let (mut headers, mut setter) = (Headers::new(), Setter::new(ruby, &carrier, None));
    carrier.show(&mut headers);
    let findings = headers.strip(|name, value| setter.on(&message, name, value));
    setter.done(finding::numbers(ruby, findings))
}

/// The entries of the trace headers of a message, by name: keys with copies of their values.
fn entries(ruby: &Ruby, headers: Value) -> Result<RHash, Error> {
    Message::of(ruby, headers, "headers")?.entries(ruby, "headers")
}

/// True if a shared cache may store a response with this Cache-Control (rule H5).
fn is_shared_cache(ruby: &Ruby, cache_control: Value) -> Result<bool, Error> {
    Ok(tracehop_core::Propagator::is_shared_cache(&strings::required(ruby, cache_control, "cache_control")?))
}

/// True if a response lists the headers that a browser may send.
fn lists_headers(ruby: &Ruby, headers: Value) -> Result<bool, Error> {
    Ok(find(ruby, headers, HeaderName::ALLOW_HEADERS)?.is_some())
}

/// Name and value of this header of a response, whose names may have any case; nil if it has none.
fn entry(ruby: &Ruby, headers: Value, name: RString) -> Result<Option<(Value, Value)>, Error> {
    find(ruby, headers, &strings::text(name))
}

fn find(ruby: &Ruby, headers: Value, name: &str) -> Result<Option<(Value, Value)>, Error> {
    let mut found = None;
    InputKind::of(ruby, headers, "headers")?.each(ruby, "headers", |key, value| {
        if found.is_none() && key::is_named(key, name) {
            found = Some((key, value));
        }
        Ok(())
    })?;
    Ok(found)
}

/// True if this value of the header that allows credentials allows them.
fn allows_credentials(value: Value) -> bool {
    RString::from_value(value)
        .is_some_and(|value| borrowed::bytes(value, tracehop_core::Propagator::allows_credentials))
}

pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let native = root.define_module("Native")?;
    native.const_set("VERSION", env!("CARGO_PKG_VERSION"))?;
    native.const_set("ALLOW_HEADERS", constant(ruby, HeaderName::ALLOW_HEADERS))?;
    native.const_set("ALLOW_CREDENTIALS", constant(ruby, HeaderName::ALLOW_CREDENTIALS))?;
    native.const_set("ALLOW_ORIGIN", constant(ruby, HeaderName::ALLOW_ORIGIN))?;
    native.const_set("REQUEST_HEADERS", constant(ruby, HeaderName::REQUEST_HEADERS))?;
    let names = ruby.ary_from_iter(HeaderName::NAMES.map(|name| constant(ruby, name)));
    names.freeze();
    native.const_set("HEADER_NAMES", names)?;
    native.const_set("JOB_KEY", constant(ruby, JOB_KEY))?;
    native.const_set("FINDINGS", finding::table(ruby))?;
    native.const_set("SHARED_CACHE", Finding::SharedCache.number())?;
    native.define_singleton_method("check_origin", function!(check_origin, 1))?;
    native.define_singleton_method("strip", function!(strip, 1))?;
    native.define_singleton_method("write", function!(Propagator::write, 4))?;
    native.define_singleton_method("entries", function!(entries, 1))?;
    native.define_singleton_method("lists_headers?", function!(lists_headers, 1))?;
    native.define_singleton_method("entry", function!(entry, 2))?;
    native.define_singleton_method("allows_credentials?", function!(allows_credentials, 1))?;
    native.define_singleton_method("forked", function!(entropy::forked, 0))?;
    native.define_singleton_method("shared_cache?", function!(is_shared_cache, 1))
}

fn constant(ruby: &Ruby, text: &str) -> RString {
    strings::utf8(ruby, text).to_interned_str()
}
