//! CORS: which header names a server must allow, and which a preflight's response lacks (rule H4); shared caches (rule H5).

use core::fmt;

use crate::ascii;
use crate::header_name::HeaderName;
use crate::propagator::Propagator;

impl Propagator<'_> {
    /// A value for [`HeaderName::ALLOW_HEADERS`] that lists what browsers must be allowed to send, merged into an existing
    /// one (rule H4).
    pub fn allow_headers<'s>(&self, existing: &'s str, credentials: bool) -> impl fmt::Display + use<'s> {
        AllowHeaders { existing, credentials, names: self.header_names() }
    }

    /// The value of a preflight's [`HeaderName::REQUEST_HEADERS`] without the names that [`Propagator::allow_headers`] adds
    /// (rule H4).
    ///
    /// A CORS library that does not know them would refuse the whole preflight; it decides only about the other names.
    pub fn other_headers<'s>(&self, asked: &'s str) -> impl fmt::Display + use<'s> {
        OtherHeaders { asked, names: self.header_names() }
    }

    /// The header names that the response to a preflight fails to allow (rule H4).
    pub fn missing_cors_headers<'h>(
        &self,
        response: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
        credentials: bool,
    ) -> impl Iterator<Item = &'static str> {
        let (names, mut present) = (self.header_names(), [false; HeaderName::NAMES.len()]);
        for (name, value) in response {
            if name.eq_ignore_ascii_case(HeaderName::ALLOW_HEADERS.as_bytes()) {
                let list = ascii::utf8(value).unwrap_or("");
                for (wanted, present) in names.iter().zip(&mut present) {
                    *present |= allows(list, wanted, credentials);
                }
            }
        }
        names.iter().zip(present).filter(|(_, present)| !present).map(|(name, _)| *name)
    }

    /// True if a browser passes this response to a page of `origin`, for a request with or without `credentials` (rule H4).
    ///
    /// The Fetch standard's CORS check: exactly one [`HeaderName::ALLOW_ORIGIN`], equal to `origin` byte by byte, or `*` if
    /// no credentials are sent; with credentials [`HeaderName::ALLOW_CREDENTIALS`] too.
    pub fn allows_origin<'h>(
        response: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
        origin: &str,
        credentials: bool,
    ) -> bool {
        let (mut origins, mut is_named, mut is_allowed) = (0_u32, false, !credentials);
        for (name, value) in response {
            let value = value.trim_ascii();
            if name.eq_ignore_ascii_case(HeaderName::ALLOW_ORIGIN.as_bytes()) {
                origins = origins.saturating_add(1);
                is_named = value == origin.as_bytes() || (value == b"*" && !credentials);
            } else if name.eq_ignore_ascii_case(HeaderName::ALLOW_CREDENTIALS.as_bytes()) {
                is_allowed |= Propagator::allows_credentials(value);
            }
        }
        origins == 1 && is_named && is_allowed
    }

    /// True if this value of [`HeaderName::ALLOW_CREDENTIALS`] allows credentials: browsers accept nothing but `true`, in
    /// lower case.
    pub fn allows_credentials(value: &[u8]) -> bool {
        value == b"true"
    }

    /// True if a shared cache may keep a response with this `Cache-Control`, which then must not carry a trace (rule H5).
    ///
    /// Knows `public`, `s-maxage` and `immutable`; `private` and `no-store` forbid shared caches, whatever else the value
    /// contains; `private="field"` forbids them only that field.
    pub fn is_shared_cache(cache_control: &str) -> bool {
        let says = |name: &str| {
            items(cache_control).any(|item| ascii::before(item, b'=').trim_end().eq_ignore_ascii_case(name))
        };
        ["public", "s-maxage", "immutable"].into_iter().any(says)
            && !["private", "no-store"].into_iter().any(|name| lists(cache_control, name))
    }

    fn header_names(&self) -> &'static [&'static str] {
        const SENTRY: &[&str] = HeaderName::NAMES.split_at(2).0;
        if self.options.propagate_traceparent { &HeaderName::NAMES } else { SENTRY }
    }
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

/// True if this list allows this name. Browsers do not honour `*` if credentials are allowed.
fn allows(list: &str, name: &str, credentials: bool) -> bool {
    lists(list, name) || (!credentials && lists(list, "*"))
}

/// The value that `allow_headers` writes.
struct AllowHeaders<'a> {
    existing: &'a str,
    credentials: bool,
    names: &'static [&'static str],
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

/// The value that `other_headers` writes.
struct OtherHeaders<'a> {
    asked: &'a str,
    names: &'static [&'static str],
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
