//! Who a service is: what its DSN says, and its organisation (rule C2).

use crate::error::{Error, ErrorKind};
use crate::place::Place;
use crate::text;
use crate::wire::url::{Parts, UrlOrigin};

/// What checking the options of a service found in them, without their texts.
///
/// A host that owns its options keeps it beside them and makes a [`crate::Propagator`] for each call at no cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity(Option<Dsn<Place>>);

impl Identity {
    pub(crate) fn of(dsn: Option<Dsn<&str>>, text: Option<&str>) -> Self {
        Identity(dsn.zip(text).map(|(dsn, text)| dsn.map(|part| Place::of(part, text))))
    }

    pub(crate) fn dsn(self, text: Option<&str>) -> Option<Dsn<&str>> {
        self.0.zip(text).map(|(dsn, text)| dsn.map(|place| place.part(text)))
    }
}

/// What a DSN says: `https://<public key>[:<secret>]@<host>[:<port>]/[<path>/]<project>`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dsn<S> {
    pub(crate) public_key: S,
    /// The digits of a first host label such as `o42`.
    pub(crate) org_id: Option<S>,
    host: S,
    port: u16,
}

impl<S> Dsn<S> {
    fn map<T>(self, each: impl Fn(S) -> T) -> Dsn<T> {
        let Dsn { public_key, org_id, host, port } = self;
        Dsn { public_key: each(public_key), org_id: org_id.map(&each), host: each(host), port }
    }
}

impl<'a> Dsn<&'a str> {
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
        Ok(Dsn { public_key, org_id: org_id(place.host), host: place.host, port })
    }

    /// Is this URL's host and port the one that this service sends its own data to (rule O5)?
    pub(crate) fn receives(&self, origin: &UrlOrigin<'_>) -> bool {
        self.port == origin.port && self.host.eq_ignore_ascii_case(origin.host)
    }
}

/// The organisation that a host of Sentry's names.
fn org_id(host: &str) -> Option<&str> {
    let (o, digits) = text::before(host, b'.').split_at_checked(1)?;
    (o.eq_ignore_ascii_case("o") && is_org_id(digits.as_bytes())).then_some(digits)
}

/// Org ids are text of digits (rule C1).
pub(crate) fn is_org_id(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Checks the `org_id` option; an empty one is unset.
pub(crate) fn check_org_id(option: Option<&str>) -> Result<(), Error> {
    let wrong = option.unwrap_or("").bytes().position(|byte| !byte.is_ascii_digit());
    wrong.map_or(Ok(()), |at| Err(Error::new(ErrorKind::OrgId, at)))
}
