//! Who a service is: what its DSN says, and its organisation (rule C2).

use crate::error::{Error, ErrorKind};
use crate::text;
use crate::wire::url::{Parts, UrlOrigin};

/// What a DSN says: `https://<public key>[:<secret>]@<host>[:<port>]/[<path>/]<project>`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dsn<'a> {
    pub(crate) public_key: &'a str,
    pub(crate) ingest: UrlOrigin<'a>,
}

impl<'a> Dsn<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let offset = |part: &str| text::offset(text.as_bytes(), part.as_bytes()).min(text.len());
        let wrong = |kind, at: &str| Error::new(kind, offset(at));
        let parts = Parts::of(text);
        let scheme =
            parts.scheme.filter(|s| ["http", "https"].iter().any(|known| s.eq_ignore_ascii_case(known)));
        let (Some(scheme), Some(place)) = (scheme, parts.authority) else {
            return Err(Error::new(ErrorKind::DsnScheme, 0));
        };
        let public_key = text::before(place.userinfo.unwrap_or(""), b':');
        if public_key.is_empty() || !public_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong(ErrorKind::DsnPublicKey, place.text));
        }
        if !place.has_valid_host() || !place.host.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong(ErrorKind::DsnHost, place.host));
        }
        let port = place.port_number(scheme).ok_or(wrong(ErrorKind::DsnPort, place.port.unwrap_or("")))?;
        let path = parts.path();
        if path.is_empty() || path.ends_with('/') {
            return Err(wrong(ErrorKind::DsnProject, path));
        }
        Ok(Dsn { public_key, ingest: UrlOrigin { scheme, host: place.host, port } })
    }

    /// The digits of a first host label such as `o42`.
    pub(crate) fn org_id(&self) -> Option<&'a str> {
        let label = text::before(self.ingest.host, b'.');
        let (o, digits) = label.split_at_checked(1)?;
        (o.eq_ignore_ascii_case("o") && is_org_id(digits.as_bytes())).then_some(digits)
    }

    /// Is this URL's host and port the one that this service sends its own data to (rule O5)?
    pub(crate) fn receives(&self, origin: &UrlOrigin<'_>) -> bool {
        self.ingest.port == origin.port && self.ingest.host.eq_ignore_ascii_case(origin.host)
    }
}

/// Org ids are text of digits (rule C1).
pub(crate) fn is_org_id(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Checks the `org_id` option; an empty one is unset.
pub(crate) fn parse_org_id(option: Option<&str>) -> Result<Option<&str>, Error> {
    match option.filter(|text| !text.is_empty()) {
        Some(text) if !is_org_id(text.as_bytes()) => {
            let at = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(0);
            Err(Error::new(ErrorKind::OrgId, at))
        }
        option => Ok(option),
    }
}
