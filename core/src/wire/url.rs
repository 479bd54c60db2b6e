//! URLs: the split and the reference resolution of RFC 3986, and what an origin is (rules O2, O3, O5).
//!
//! ```text
//! reference = [ scheme ":" ] [ "//" authority ] path [ "?" query ] [ "#" fragment ]
//! authority = [ userinfo "@" ] host [ ":" *DIGIT ]     ; userinfo ends at the last "@"
//! host      = "[" *OCTET "]" / *OCTET
//! ```

use heapless::Vec;

use crate::text;

/// The longest URL that a relative reference is resolved to, in bytes (rule O2).
pub const URL_BYTES: usize = 2_048;

/// The five parts of a URL reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Parts<'a> {
    pub(crate) scheme: Option<&'a str>,
    pub(crate) authority: Option<&'a str>,
    pub(crate) path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Splits a reference; any text is one.
    pub(crate) fn of(reference: &'a str) -> Self {
        let (rest, fragment) = cut(reference, b'#');
        let (rest, query) = cut(rest, b'?');
        let scheme = text::split_once(rest, b':').filter(|(scheme, _)| is_scheme(scheme));
        let (scheme, rest) = scheme.map_or((None, rest), |(scheme, rest)| (Some(scheme), rest));
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = text::position(rest.as_bytes(), b'/').unwrap_or(rest.len());
                rest.split_at_checked(end).map_or((None, rest), |(authority, path)| (Some(authority), path))
            }
            None => (None, rest),
        };
        Parts { scheme, authority, path, query, fragment }
    }

    /// Has it nothing behind the authority?
    pub(crate) fn is_bare_origin(&self) -> bool {
        matches!(self.path, "" | "/") && self.query.is_none() && self.fragment.is_none()
    }
}

/// The text before a sign, and what follows it.
fn cut(text: &str, sign: u8) -> (&str, Option<&str>) {
    text::split_once(text, sign).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_scheme(scheme: &str) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let bytes = scheme.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.iter().all(is_sign)
}

/// The three parts of an authority.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Authority<'a> {
    pub(crate) userinfo: Option<&'a str>,
    pub(crate) host: &'a str,
    pub(crate) port: &'a str,
}

impl<'a> Authority<'a> {
    pub(crate) fn of(authority: &'a str) -> Self {
        let (userinfo, place) = match text::rsplit_once(authority, b'@') {
            Some((userinfo, place)) => (Some(userinfo), place),
            None => (None, authority),
        };
        let after_literal = place.as_bytes().iter().rposition(|byte| *byte == b']').unwrap_or(0);
        let colon = place.as_bytes().iter().rposition(|byte| *byte == b':').filter(|at| *at >= after_literal);
        let (host, port) = colon.and_then(|at| place.split_at_checked(at)).unwrap_or((place, ""));
        Authority { userinfo, host, port: port.strip_prefix(':').unwrap_or("") }
    }

    /// Is the host one: not empty, brackets only around an IPv6 address, no colon outside of them?
    pub(crate) fn has_valid_host(&self) -> bool {
        match self.host.strip_prefix('[') {
            Some(literal) => literal.strip_suffix(']').is_some_and(|inner| {
                contains(inner, ":")
                    && inner.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'))
            }),
            None => !self.host.is_empty() && !self.host.bytes().any(|b| matches!(b, b'[' | b']' | b':')),
        }
    }

    /// The port number; the scheme's own where none is written, `None` where it is not a number up to 65,535.
    pub(crate) fn port_number(&self, scheme: &str) -> Option<u16> {
        if self.port.is_empty() {
            return Some(default_port(scheme));
        }
        self.port.bytes().try_fold(0_u16, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'))?;
            number.checked_mul(10)?.checked_add(u16::from(digit))
        })
    }
}

fn default_port(scheme: &str) -> u16 {
    if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("ws") { 80 } else { 443 }
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

/// An absolute URL: its text, its origin, and its path without query and fragment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Url<'a> {
    pub(crate) text: &'a str,
    pub(crate) origin: UrlOrigin<'a>,
    pub(crate) path: &'a str,
}

impl<'a> Url<'a> {
    /// Reads an absolute URL; `None` where it has no scheme, host or valid port, or holds a byte of rule O5.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if has_odd_byte(text) {
            return None;
        }
        let parts = Parts::of(text);
        let (scheme, authority) = (parts.scheme?, Authority::of(parts.authority?));
        let port = authority.port_number(scheme).filter(|_| authority.has_valid_host())?;
        let path = if parts.path.is_empty() { "/" } else { parts.path };
        Some(Url { text, origin: UrlOrigin { scheme, host: authority.host, port }, path })
    }
}

/// Does it hold a control byte, a blank, DEL or a backslash (rule O5)? Looked at whole, so that 16 bytes go at once.
fn has_odd_byte(text: &str) -> bool {
    text.bytes().fold(false, |odd, byte| odd | matches!(byte, 0..=0x20 | 0x7f | b'\\'))
}

/// Room for a resolved URL.
pub(crate) type Resolved = Vec<u8, URL_BYTES>;

/// Is this a reference that needs a page to become a URL?
pub(crate) fn is_relative(reference: &str) -> bool {
    Parts::of(reference).scheme.is_none()
}

/// Resolves a relative reference against a page by RFC 3986 5.2 into `out`; `None` where it does not fit.
///
/// Its bytes are looked at before, because a `..` may take the odd ones away (rule O5).
pub(crate) fn resolve<'o>(reference: &str, page: &str, out: &'o mut Resolved) -> Option<&'o str> {
    if has_odd_byte(reference) {
        return None;
    }
    let (relative, base) = (Parts::of(reference), Parts::of(page));
    out.clear();
    append(out, &[base.scheme?, "://", relative.authority.or(base.authority)?])?;
    let root = out.len();
    let keeps_path = relative.authority.is_none() && relative.path.is_empty();
    if keeps_path {
        append(out, &[base.path])?;
    } else {
        if relative.authority.is_none() && !relative.path.starts_with('/') {
            let (folder, _) = text::rsplit_once(base.path, b'/').unwrap_or_default();
            append_segments(out, root, folder, false)?;
        }
        append_segments(out, root, relative.path, true)?;
    }
    let query = relative.query.or(if keeps_path { base.query } else { None });
    append_tail(out, "?", query)?;
    append_tail(out, "#", relative.fragment)?;
    core::str::from_utf8(out).ok()
}

fn append(out: &mut Resolved, pieces: &[&str]) -> Option<()> {
    pieces.iter().try_for_each(|piece| out.extend_from_slice(piece.as_bytes()).ok())
}

fn append_tail(out: &mut Resolved, sign: &str, tail: Option<&str>) -> Option<()> {
    tail.map_or(Some(()), |tail| append(out, &[sign, tail]))
}

/// Appends the segments of a path without its dot segments; the last one may leave a bare slash.
fn append_segments(out: &mut Resolved, root: usize, path: &str, is_last: bool) -> Option<()> {
    if path.is_empty() {
        return Some(());
    }
    let mut rest = Some(path.strip_prefix('/').unwrap_or(path));
    while let Some(segments) = rest {
        let (segment, tail) = match text::split_once(segments, b'/') {
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

/// Does the text contain this piece, byte for byte?
pub(crate) fn contains(whole: &str, piece: &str) -> bool {
    text::find(whole.as_bytes(), piece.as_bytes()).is_some()
}

/// The value of a query parameter, undecoded; its name is compared without regard to case.
pub(crate) fn query_value<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let query = Parts::of(url).query?;
    text::split(query, b'&')
        .filter_map(|pair| text::split_once(pair, b'='))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}
