//! Converts Ruby strings: bytes are unchanged, and the caller's encoding is kept (rule K4).

use bytes::Bytes;
use magnus::encoding::{EncodingCapable, Index};
use magnus::{Error, RString, Ruby, Value, prelude::*};
use tracehop_core::{Decoded, HeaderValue};

use crate::{borrowed, error, methods};

/// Replaces a URL that is not valid text: the core refuses it.
const UNREADABLE: &str = "\0";

/// The first bytes of a text, at most `most` and one more, so that the core still detects a longer text (rule B7).
#[inline(always)]
pub(crate) fn head(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..=most).unwrap_or(bytes)
}

/// A copy of the first bytes of a string.
pub(crate) fn bytes(string: RString, most: usize) -> Bytes {
    borrowed::bytes(string, |bytes| Bytes::copy_from_slice(head(bytes, most)))
}

/// The text of a string, transcoded to UTF-8 if Ruby can, with U+FFFD for invalid bytes.
#[inline(always)]
pub(crate) fn text(string: RString) -> String {
    string.to_string().unwrap_or_else(|_| String::from_utf8_lossy(&string.to_bytes()).into_owned())
}

/// A UTF-8 string of text that the core made.
pub(crate) fn utf8(ruby: &Ruby, text: impl AsRef<[u8]>) -> RString {
    ruby.enc_str_new(text, ruby.utf8_encoding())
}

/// A decoded text.
pub(crate) fn decoded(ruby: &Ruby, text: Decoded<'_>) -> RString {
    match text.as_plain() {
        Some(plain) => utf8(ruby, plain),
        None => {
            let mut bytes = Vec::with_capacity(text.raw().len());
            bytes.extend(text.bytes());
            utf8(ruby, String::from_utf8_lossy(&bytes).as_bytes())
        }
    }
}

/// The value of a header as a string in this encoding.
#[inline(never)]
pub(crate) fn header(ruby: &Ruby, value: HeaderValue<'_>, encoding: Option<Index>) -> RString {
    match (value.as_bytes(), encoding) {
        (Some(ours), None) => utf8(ruby, ours),
        _ => merged(ruby, &value, encoding),
    }
}

#[inline(never)]
fn merged(ruby: &Ruby, value: &HeaderValue<'_>, encoding: Option<Index>) -> RString {
    ruby.enc_str_new(joined(value), encoding.unwrap_or_else(|| ruby.utf8_encindex()))
}

/// The bytes of a value, joined from the core's chunks.
pub(crate) fn joined(value: &HeaderValue<'_>) -> Vec<u8> {
    let mut bytes = vec![0; value.len()];
    value.copy_to(&mut bytes);
    bytes
}

/// The encoding of a string.
pub(crate) fn encoding(string: RString) -> Index {
    string.enc_get()
}

/// The text of a required argument.
pub(crate) fn required(ruby: &Ruby, value: Value, name: &str) -> Result<String, Error> {
    match RString::from_value(value) {
        Some(string) => Ok(text(string)),
        None => Err(error::wrong_type(ruby, name, "a String", value)),
    }
}

/// The text of an optional argument.
#[inline(always)]
pub(crate) fn optional(ruby: &Ruby, value: Value, name: &str) -> Result<Option<String>, Error> {
    if value.is_nil() {
        return Ok(None);
    }
    RString::from_value(value)
        .map(|string| Some(text(string)))
        .ok_or_else(|| error::wrong_type(ruby, name, "a String or nil", value))
}

/// A URL: text, or a URI object, converted by `to_s`.
#[inline(always)]
pub(crate) fn url(ruby: &Ruby, value: Value, name: &str) -> Result<String, Error> {
    if let Some(string) = RString::from_value(value) {
        // No client sends a URL that is invalid in its encoding.
        return Ok(string.to_string().unwrap_or_else(|_| UNREADABLE.to_owned()));
    }
    if value.respond_to(*methods::SCHEME, false)? && value.respond_to(*methods::HOST, false)? {
        return Ok(text(value.funcall(*methods::TO_S, ())?));
    }
    Err(error::wrong_type(ruby, name, "a String or a URI", value))
}
