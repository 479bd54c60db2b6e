//! The DSN of a service: its public key, its organisation and its own ingest host (rules C2, O5).

use crate::ascii;
use crate::error::{Error, ErrorKind};
use crate::percent;
use crate::wire::url::{Parts, UrlOrigin, is_project, org_id, public_key};

/// The parts of a DSN, `https://<public key>[:<secret>]@<host>[:<port>]/[<path>/]<project>`, that propagation needs.
///
/// A host may own the parts and borrow them for each call, so that the text is parsed once.
///
/// # Example
/// ```
/// use tracehop_core::Dsn;
/// let dsn = Dsn::parse("https://key@o42.ingest.sentry.io/7")?;
/// assert_eq!(dsn, Dsn { public_key: "key", org_id: Some("42"), host: "o42.ingest.sentry.io", port: 443 });
/// # Ok::<(), tracehop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dsn<'a> {
    /// The public key.
    pub public_key: &'a str,
    /// The organisation: the digits of a first host label such as `o42`.
    pub org_id: Option<&'a str>,
    /// The host that this service sends its own data to.
    pub host: &'a str,
    /// The port; that of the scheme if the DSN contains none.
    pub port: u16,
}

impl<'a> Dsn<'a> {
    /// Parses a DSN.
    ///
    /// # Errors
    /// The first part that is missing or wrong, with the offset of that part in the text.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        // The C library parses the DSN in every call.
        if cfg!(feature = "std")
            && let Some(dsn) = plain(text)
        {
            return Ok(dsn);
        }
        Self::parse_any(text)
    }

    /// Parses the option of that name: an absent or empty one is unset.
    ///
    /// # Errors
    /// As [`Dsn::parse`].
    pub fn parse_option(text: Option<&'a str>) -> Result<Option<Self>, Error> {
        match text {
            None | Some("") => Ok(None),
            Some(text) => Dsn::parse(text).map(Some),
        }
    }

    fn parse_any(text: &'a str) -> Result<Self, Error> {
        let offset = |part: &str| ascii::offset(text.as_bytes(), part.as_bytes()).min(text.len());
        let wrong = |kind, at: &str| Error::new(kind, offset(at));
        let parts = Parts::of(text);
        let scheme =
            parts.scheme.filter(|s| ["http", "https"].iter().any(|known| s.eq_ignore_ascii_case(known)));
        let (Some(scheme), Some(authority)) = (scheme, parts.authority) else {
            return Err(Error::new(ErrorKind::DsnScheme, 0));
        };
        let public_key = authority.userinfo.and_then(public_key);
        let public_key = public_key.ok_or(wrong(ErrorKind::DsnPublicKey, authority.text))?;
        if !authority.has_valid_host || !authority.host.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong(ErrorKind::DsnHost, authority.host));
        }
        let port =
            authority.port_number(scheme).ok_or(wrong(ErrorKind::DsnPort, authority.port.unwrap_or("")))?;
        let path = parts.path();
        let project = ascii::rsplit_once(path, b'/').map_or(path, |(_, project)| project);
        if !is_project(project) {
            return Err(wrong(ErrorKind::DsnProject, if project.is_empty() { path } else { project }));
        }
        Ok(Dsn { public_key, org_id: org_id(authority.host), host: authority.host, port })
    }

    /// True if host and port of this URL are those that this service sends its own data to (rule O5).
    pub(crate) fn receives(&self, origin: &UrlOrigin<'_>) -> bool {
        let is_default = |port: u16| matches!(port, 80 | 443);
        let is_port = self.port == origin.port || (is_default(self.port) && is_default(origin.port));
        is_port && self.host.eq_ignore_ascii_case(origin.host)
    }
}

/// A DSN as Sentry issues it; `None` for any other, which is read byte by byte.
fn plain(text: &str) -> Option<Dsn<'_>> {
    let rest = text.strip_prefix("https://").filter(|rest| has_plain_bytes(rest.as_bytes()))?;
    let (authority, project) = ascii::split_once(rest, b'/')?;
    let (public_key, host) = ascii::rsplit_once(authority, b'@')?;
    let project = ascii::rsplit_once(project, b'/').map_or(project, |(_, project)| project);
    let is_whole = !public_key.is_empty() && !host.is_empty() && is_project(project);
    is_whole.then(|| Dsn { public_key, org_id: org_id(host), host, port: 443 })
}

/// True if all bytes, at least 16, are unreserved, `@` or `/`. Reads blocks of 16 bytes; the last block overlaps the
/// one before it.
fn has_plain_bytes(bytes: &[u8]) -> bool {
    let is_plain = |byte: u8| percent::is_unreserved(byte) | (byte == b'@') | (byte == b'/');
    let are_plain = |block: &[u8; 16]| block.iter().fold(true, |plain, byte| plain & is_plain(*byte));
    bytes.last_chunk().is_some_and(are_plain) && bytes.as_chunks().0.iter().all(are_plain)
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests {
    use super::{Dsn, plain};

    /// With each ASCII byte, `@`, `/` and colons among them, at each index and at each two.
    #[test]
    fn a_plain_dsn_is_read_as_any_other() {
        for text in ["https://0123456789abcdef@o42.ingest.sentry.io/45012345", "https://key@o7.host/a/b@c/1"]
        {
            assert!(plain(text).is_some(), "{text}");
            let ranges = (0..text.len()).flat_map(|at| [at..at + 1, at..at + 2]);
            for (range, new) in ranges.flat_map(|range| (0..128_u8).map(move |new| (range.clone(), new))) {
                let replace = |(index, byte)| char::from(if range.contains(&index) { new } else { byte });
                let text: String = text.bytes().enumerate().map(replace).collect();
                if let Some(dsn) = plain(&text) {
                    let any = Dsn::parse_any(&text).expect("a plain one is valid");
                    assert_eq!(format!("{dsn:?}"), format!("{any:?}"), "{text}");
                }
            }
        }
    }
}
