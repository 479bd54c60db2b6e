//! The authority of a URL, and what a DSN says in it.
//!
//! ```text
//! authority  = [ userinfo "@" ] host [ ":" port ]      ; userinfo ends at the last "@"
//! userinfo   = *octet                                  ; of a DSN: public-key [ ":" secret ]
//! host       = IP-literal / reg-name
//! IP-literal = "[" *( HEXDIG / ":" / "." ) "]"
//! reg-name   = 1*octet                                 ; no ":", "[" or "]"
//! port       = *octet                                  ; no ":"; checked to be a number later
//! public-key = 1*VCHAR                                 ; no ":"
//! org-host   = ( "o" / "O" ) 1*DIGIT [ "." *octet ]
//! project    = 1*DIGIT
//! ```

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_till1, take_while1};
use nom::character::complete::digit1;
use nom::combinator::{eof, opt, verify};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::ascii;

type Parsed<'a, T> = IResult<&'a [u8], T, ()>;

/// An authority and its three parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Authority<'a> {
    pub(crate) text: &'a str,
    pub(crate) userinfo: Option<&'a str>,
    /// The host; all that follows the userinfo if that is not a host with or without a port.
    pub(crate) host: &'a str,
    /// What follows the host's colon, if there is one.
    pub(crate) port: Option<&'a str>,
    pub(crate) has_valid_host: bool,
}

impl<'a> Authority<'a> {
    /// Splits an authority off the text after `//`.
    #[cfg_attr(feature = "std", inline(always))]
    pub(super) fn split(text: &'a str) -> Option<(Self, &'a str)> {
        if cfg!(feature = "std")
            && let plain @ Some(_) = Self::split_plain(text)
        {
            return plain;
        }
        Self::split_any(text)
    }

    /// Splits off one without userinfo and brackets, in one pass; `None` for any other (W6: 1,042 to 837 instructions).
    fn split_plain(text: &'a str) -> Option<(Self, &'a str)> {
        let (mut colon, mut end) = (None, text.len());
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'/' | b'?' | b'#' => {
                    end = at;
                    break;
                }
                b':' if colon.is_none() => colon = Some(at),
                b':' | b'@' | b'[' | b']' => return None,
                _ => {}
            }
        }
        let (text, tail) = text.split_at_checked(end)?;
        let parts = colon.and_then(|colon| ascii::split_at_byte(text, colon));
        let (host, port) = parts.map_or((text, None), |(host, port)| (host, Some(port)));
        let authority = Authority { text, userinfo: None, host, port, has_valid_host: true };
        (!host.is_empty()).then_some((authority, tail))
    }

    fn split_any(text: &'a str) -> Option<(Self, &'a str)> {
        let (_, authority) = authority(text.as_bytes()).ok()?;
        let (text, tail) = text.split_at_checked(authority.len())?;
        let (userinfo, host) =
            ascii::rsplit_once(text, b'@').map_or((None, text), |(userinfo, host)| (Some(userinfo), host));
        let parsed = host_and_port(host.as_bytes());
        let (host_bytes, port) = parsed.as_ref().map_or((host.as_bytes(), None), |(_, parts)| *parts);
        let port = port.map(|port| part(host, port));
        let host = part(host, host_bytes);
        Some((Authority { text, userinfo, host, port, has_valid_host: parsed.is_ok() }, tail))
    }

    /// The port number; the scheme's own if none is written, `None` if it is not a number up to 65,535.
    pub(crate) fn port_number(&self, scheme: &str) -> Option<u16> {
        let Some(port) = self.port.filter(|port| !port.is_empty()) else { return Some(default_port(scheme)) };
        let number = port.bytes().try_fold(0_u32, |number, byte| {
            let digit = u32::from(byte).wrapping_sub(u32::from(b'0'));
            let number = number.wrapping_mul(10).wrapping_add(digit);
            (digit < 10 && number <= u32::from(u16::MAX)).then_some(number)
        })?;
        u16::try_from(number).ok()
    }
}

pub(crate) fn default_port(scheme: &str) -> u16 {
    if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("ws") { 80 } else { 443 }
}

/// The part of a text that a parser returned of its bytes.
fn part<'a>(text: &'a str, bytes: &[u8]) -> &'a str {
    let start = ascii::offset(text.as_bytes(), bytes);
    text.get(start..start.wrapping_add(bytes.len())).unwrap_or_default()
}

fn authority(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till(|byte| matches!(byte, b'/' | b'?' | b'#')).parse(input)
}

/// `host [ ":" port ]` and nothing more.
fn host_and_port(input: &[u8]) -> Parsed<'_, (&[u8], Option<&[u8]>)> {
    terminated((host, opt(preceded(tag(":"), port))), eof).parse(input)
}

fn host(input: &[u8]) -> Parsed<'_, &[u8]> {
    alt((reg_name, ip_literal)).parse(input)
}

fn reg_name(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till1(|byte| matches!(byte, b':' | b'[' | b']')).parse(input)
}

fn ip_literal(input: &[u8]) -> Parsed<'_, &[u8]> {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let address = verify(take_while1(is_part), |address: &[u8]| ascii::position(address, b':').is_some());
    let (rest, _) = delimited(tag("["), address, tag("]")).parse(input)?;
    // nom's `recognize` keeps a panic here.
    Ok((rest, input.get(..input.len().wrapping_sub(rest.len())).unwrap_or_default()))
}

fn port(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till(|byte| byte == b':').parse(input)
}

/// The public key in the userinfo of a DSN.
pub(crate) fn public_key(userinfo: &str) -> Option<&str> {
    let key = take_while1(|byte: u8| byte.is_ascii_graphic() && byte != b':');
    let parsed: Parsed<'_, &[u8]> = terminated(key, alt((tag(":"), eof))).parse(userinfo.as_bytes());
    parsed.ok().map(|(_, key)| part(userinfo, key))
}

/// The organisation in the name of a host of Sentry's.
pub(crate) fn org_id(host: &str) -> Option<&str> {
    let parsed: Parsed<'_, &[u8]> =
        delimited(alt((tag("o"), tag("O"))), digit1, alt((tag("."), eof))).parse(host.as_bytes());
    parsed.ok().map(|(_, org_id)| part(host, org_id))
}

/// True if this is the id of a project.
pub(crate) fn is_project(segment: &str) -> bool {
    let parsed: Parsed<'_, &[u8]> = terminated(digit1, eof).parse(segment.as_bytes());
    parsed.is_ok()
}

#[cfg(test)]
mod tests {
    use super::Authority;

    /// With each ASCII byte at each index and at each two.
    #[test]
    fn plain_authority_is_split_as_by_the_grammar() {
        let mut plain = 0;
        for text in ["a.b:80/p", "u:k@a.b:8/p", "[::1]:8?q", "o1.c#f"] {
            for (at, len, byte) in (0..text.len() * 256).map(|n| (n / 256, 1 + n / 128 % 2, n as u8 % 128)) {
                let replace = |(index, old)| if (at..at + len).contains(&index) { byte } else { old };
                let text: String = text.bytes().enumerate().map(replace).map(char::from).collect();
                if let found @ Some(_) = Authority::split_plain(&text) {
                    assert_eq!(found, Authority::split_any(&text), "{text}");
                    plain += 1;
                }
            }
        }
        assert!(plain > 1_000, "{plain}");
    }
}
