//! URLs: the split and the reference resolution of RFC 3986, and what an origin is (rules O2, O3, O5).
//!
//! ```text
//! reference = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]
//! ```

use heapless::Vec;

use crate::ascii;

mod authority;

pub(crate) use authority::{Authority, default_port, is_project, org_id, public_key};

/// The longest URL that a relative reference is resolved to, in bytes (rule O2).
pub(crate) const URL_BYTES: usize = 2_048;

/// The parts of a URL reference; those of its tail are split on demand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) scheme: Option<&'a str>,
    pub(crate) authority: Option<Authority<'a>>,
    /// Path, query and fragment.
    pub(crate) tail: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits a reference; any text is one.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn of(reference: &'a str) -> Self {
        let scheme = split_scheme(reference);
        let (scheme, rest) = scheme.map_or((None, reference), |(scheme, rest)| (Some(scheme), rest));
        match rest.strip_prefix("//").and_then(Authority::split) {
            Some((authority, tail)) => Parts { scheme, authority: Some(authority), tail },
            None => Parts { scheme, authority: None, tail: rest },
        }
    }

    /// The path without query and fragment.
    pub(crate) fn path(&self) -> &'a str {
        path(self.tail)
    }

    fn fragment(&self) -> Option<&'a str> {
        ascii::split_once(self.tail, b'#').map(|(_, fragment)| fragment)
    }
}

fn path(tail: &str) -> &str {
    ascii::before(ascii::before(tail, b'#'), b'?')
}

/// The query of a reference; no `?` precedes its path.
fn query(reference: &str) -> Option<&str> {
    ascii::split_once(ascii::before(reference, b'#'), b'?').map(|(_, query)| query)
}

/// The scheme, and what follows its colon.
fn split_scheme(reference: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = ascii::split_once(reference, b':')?;
    (is_known(scheme) || is_scheme(scheme)).then_some((scheme, rest))
}

/// True for the schemes of nearly all URLs, which hosts need not check byte by byte.
fn is_known(scheme: &str) -> bool {
    cfg!(feature = "std") && matches!(scheme, "https" | "http")
}

fn is_scheme(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.bytes().all(is_allowed) && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
}

/// Scheme, host and port: what the same-origin rule compares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UrlOrigin<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) host: &'a str,
    pub(crate) port: u16,
}

impl PartialEq for UrlOrigin<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.port == other.port
            && self.scheme.eq_ignore_ascii_case(other.scheme)
            && self.host.eq_ignore_ascii_case(other.host)
    }
}

/// An absolute URL: its text, its origin, and what follows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Url<'a> {
    pub(crate) text: &'a str,
    pub(crate) origin: UrlOrigin<'a>,
    /// Path, query and fragment.
    tail: &'a str,
}

impl<'a> Url<'a> {
    /// Reads an absolute URL; `None` if it has no scheme, host or valid port, or contains a byte of rule O5.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if has_forbidden_byte(text) {
            return None;
        }
        let parts = Parts::of(text);
        let (scheme, authority) = (parts.scheme?, parts.authority?);
        let port = authority.port_number(scheme).filter(|_| authority.has_valid_host)?;
        Some(Url { text, origin: UrlOrigin { scheme, host: authority.host, port }, tail: parts.tail })
    }

    /// Its path without query and fragment; an empty one counts as `/`.
    pub(crate) fn path(&self) -> &'a str {
        let path = path(self.tail);
        if path.is_empty() { "/" } else { path }
    }
}

/// True if a URL has a byte that rule O5 forbids: a control byte, or a blank or backslash before its query.
fn has_forbidden_byte(text: &str) -> bool {
    has_odd_byte(text) && has_odd_byte_where_it_counts(text)
}

fn has_odd_byte_where_it_counts(text: &str) -> bool {
    let mut in_query = false;
    text.bytes().any(|byte| {
        in_query |= matches!(byte, b'?' | b'#');
        byte < b' ' || byte == 0x7f || (matches!(byte, b' ' | b'\\') && !in_query)
    })
}

/// True if a text contains a control byte, a blank, DEL or a backslash. Hosts read blocks of 16 bytes; the last block
/// overlaps the one before it.
fn has_odd_byte(text: &str) -> bool {
    let is_odd = |byte: &u8| (*byte <= b' ') | (*byte == 0x7f) | (*byte == b'\\');
    let has_odd = |block: &[u8; 16]| block.iter().fold(false, |odd, byte| odd | is_odd(byte));
    let bytes = text.as_bytes();
    match bytes.last_chunk() {
        Some(last) if cfg!(feature = "std") => bytes.as_chunks().0.iter().any(has_odd) || has_odd(last),
        _ => bytes.iter().any(is_odd),
    }
}

/// The buffer of a resolved URL.
pub(crate) type Resolved = Vec<u8, URL_BYTES>;

/// True if a reference needs a page to become a URL.
pub(crate) fn is_relative(reference: &str) -> bool {
    split_scheme(reference).is_none()
}

/// Resolves a relative reference against a page by RFC 3986 5.2 into `out`; `None` if it does not fit.
///
/// Checks its bytes first, because a `..` may remove forbidden ones (rule O5).
pub(crate) fn resolve<'o>(reference: &str, page: &str, out: &'o mut Resolved) -> Option<&'o str> {
    if has_forbidden_byte(reference) {
        return None;
    }
    let (relative, base) = (Parts::of(reference), Parts::of(page));
    out.clear();
    append(out, &[base.scheme?, "://", relative.authority.or(base.authority)?.text])?;
    let root = out.len();
    let keeps_path = relative.authority.is_none() && relative.path().is_empty();
    if keeps_path {
        append(out, &[base.path()])?;
    } else {
        if relative.authority.is_none() && !relative.path().starts_with('/') {
            let (folder, _) = ascii::rsplit_once(base.path(), b'/').unwrap_or_default();
            append_segments(out, root, folder, false)?;
        }
        append_segments(out, root, relative.path(), true)?;
    }
    let query = query(relative.tail).or(if keeps_path { query(base.tail) } else { None });
    append_tail(out, "?", query)?;
    append_tail(out, "#", relative.fragment())?;
    ascii::utf8(out).ok()
}

fn append(out: &mut Resolved, pieces: &[&str]) -> Option<()> {
    pieces.iter().try_for_each(|piece| out.extend_from_slice(piece.as_bytes()).ok())
}

fn append_tail(out: &mut Resolved, delimiter: &str, tail: Option<&str>) -> Option<()> {
    tail.map_or(Some(()), |tail| append(out, &[delimiter, tail]))
}

/// Appends the segments of a path without its dot segments; the last one may leave a bare slash.
fn append_segments(out: &mut Resolved, root: usize, path: &str, is_last: bool) -> Option<()> {
    if path.is_empty() {
        return Some(());
    }
    let mut rest = Some(path.strip_prefix('/').unwrap_or(path));
    while let Some(segments) = rest {
        let (segment, tail) = match ascii::split_once(segments, b'/') {
            Some((segment, tail)) => (segment, Some(tail)),
            None => (segments, None),
        };
        append_segment(out, root, segment, is_last && tail.is_none())?;
        rest = tail;
    }
    Some(())
}

fn append_segment(out: &mut Resolved, root: usize, segment: &str, is_end: bool) -> Option<()> {
    match segment {
        ".." => {
            let (_, path) = out.split_at_checked(root)?;
            let parent = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            out.truncate(root.saturating_add(parent));
        }
        "." => {}
        _ => return append(out, &["/", segment]),
    }
    if is_end { append(out, &["/"]) } else { Some(()) }
}

/// True if the text contains this piece, byte for byte.
pub(crate) fn contains(whole: &str, piece: &str) -> bool {
    ascii::find(whole.as_bytes(), piece.as_bytes()).is_some()
}

/// The value of a query parameter, undecoded; its name is compared without regard to case.
pub(crate) fn query_value<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    ascii::split(query(url)?, b'&')
        .filter_map(|pair| ascii::split_once(pair, b'='))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::{has_odd_byte, is_known};

    #[test]
    fn an_odd_byte_is_found_anywhere() {
        let odd = [' ', '\0', '\x7f', '\\'];
        let signs = odd.into_iter().chain(['!', 'a', '~']);
        for (len, sign) in (1..40).flat_map(|len| signs.clone().map(move |sign| (len, sign))) {
            for at in 0..len {
                let text: String = (0..len).map(|index| if index == at { sign } else { '/' }).collect();
                assert_eq!(has_odd_byte(&text), odd.contains(&sign), "{sign:?} at {at} of {len}");
            }
        }
    }

    #[test]
    fn hosts_know_the_schemes_of_nearly_all_urls() {
        assert_eq!(
            ["http", "https", "ws"].map(is_known),
            [cfg!(feature = "std"), cfg!(feature = "std"), false]
        );
    }
}
