//! CORS: which header names a server must allow, and which a preflight's answer lacks (rule H4); shared caches (rule H5).

use core::fmt;

use crate::ascii;

/// The answer header that lists the allowed names.
pub const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";

/// The answer header that allows credentials (cookies and the like), where its value is `true`.
pub const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";

/// The response header that names the origin whose pages may read the response.
pub const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

/// The header of a preflight that lists the names which the page wants to send.
pub const REQUEST_HEADERS: &str = "Access-Control-Request-Headers";

/// A value for [`REQUEST_HEADERS`] without the names of trace headers; `Display` writes it.
///
/// A CORS library that does not know them would refuse the whole preflight; it decides about the other names alone.
#[derive(Clone, Copy, Debug)]
pub struct OtherHeaders<'a> {
    pub(crate) asked: &'a str,
    pub(crate) names: &'static [&'static str],
}

impl fmt::Display for OtherHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_ours = |item: &str| self.names.iter().any(|name| item.eq_ignore_ascii_case(name));
        let mut separator = "";
        for item in items(self.asked).filter(|item| !is_ours(item)) {
            write!(f, "{separator}{item}")?;
            separator = ", ";
        }
        Ok(())
    }
}

/// True if a browser gives a page of `origin` this response to a request with or without `credentials` (rule H4).
///
/// The Fetch standard's CORS check: exactly one [`ALLOW_ORIGIN`], equal to `origin` byte by byte, or `*` if no credentials
/// are sent; with credentials [`ALLOW_CREDENTIALS`] too.
pub fn allows_origin<'a>(
    response: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    origin: &str,
    credentials: bool,
) -> bool {
    let (mut origins, mut is_named, mut is_allowed) = (0_u32, false, !credentials);
    for (name, value) in response {
        let value = value.trim_ascii();
        if name.eq_ignore_ascii_case(ALLOW_ORIGIN.as_bytes()) {
            origins = origins.saturating_add(1);
            is_named = value == origin.as_bytes() || (value == b"*" && !credentials);
        } else if name.eq_ignore_ascii_case(ALLOW_CREDENTIALS.as_bytes()) {
            is_allowed |= allows_credentials(value);
        }
    }
    origins == 1 && is_named && is_allowed
}

/// Does this value of [`ALLOW_CREDENTIALS`] allow credentials? Browsers take nothing but `true`, in lower case.
pub fn allows_credentials(value: &[u8]) -> bool {
    value == b"true"
}

/// The list of a header, split at commas and trimmed, without empty items.
fn items(list: &str) -> impl Iterator<Item = &str> {
    ascii::split(list, b',')
        .map(|item| item.trim_matches(|c: char| c.is_ascii() && ascii::is_blank(c as u8)))
        .filter(|item| !item.is_empty())
}

fn lists(list: &str, name: &str) -> bool {
    items(list).any(|item| item.eq_ignore_ascii_case(name))
}

/// Is this name allowed by this list? Browsers do not honour `*` where credentials are allowed.
fn allows(list: &str, name: &str, credentials: bool) -> bool {
    lists(list, name) || (!credentials && lists(list, "*"))
}

/// A value for `Access-Control-Allow-Headers`; `Display` writes it.
#[derive(Clone, Copy, Debug)]
pub struct AllowHeaders<'a> {
    pub(crate) existing: &'a str,
    pub(crate) credentials: bool,
    pub(crate) names: &'static [&'static str],
}

impl fmt::Display for AllowHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing =
            self.names.iter().copied().filter(|name| !allows(self.existing, name, self.credentials));
        let existing = self.existing.trim_matches([' ', '\t', ',']);
        let mut separator = "";
        for piece in core::iter::once(existing).filter(|existing| !existing.is_empty()).chain(missing) {
            write!(f, "{separator}{piece}")?;
            separator = ", ";
        }
        Ok(())
    }
}

/// The names that a preflight's answer lacks.
pub(crate) fn missing<'a>(
    answer: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    names: &'static [&'static str],
    credentials: bool,
) -> impl Iterator<Item = &'static str> {
    let mut present = [false; 8];
    for (name, value) in answer {
        if name.eq_ignore_ascii_case(ALLOW_HEADERS.as_bytes()) {
            let list = ascii::utf8(value).unwrap_or("");
            for (wanted, present) in names.iter().zip(&mut present) {
                *present |= allows(list, wanted, credentials);
            }
        }
    }
    names.iter().zip(present).filter(|(_, present)| !present).map(|(name, _)| *name)
}

/// May a shared cache keep an answer with this `Cache-Control`? Then it must not carry a trace (rule H5).
///
/// Knows `public`, `s-maxage` and `immutable`; `private` and `no-store` keep shared caches away whatever else is
/// said; `private="field"` keeps them from that field alone.
pub fn is_shared_cache(cache_control: &str) -> bool {
    let says = |name: &str| {
        items(cache_control).any(|item| ascii::before(item, b'=').trim_end().eq_ignore_ascii_case(name))
    };
    ["public", "s-maxage", "immutable"].into_iter().any(says)
        && !["private", "no-store"].into_iter().any(|name| lists(cache_control, name))
}
