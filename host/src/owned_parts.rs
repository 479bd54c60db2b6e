//! The parts of a DSN or an origin target, owned by a host, so that their texts are parsed once.

use tracehop_core::{Dsn, Error, Origin};

/// The parts of a DSN.
#[derive(Clone, Debug)]
pub(crate) struct OwnedDsn {
    public_key: Box<str>,
    org_id: Option<Box<str>>,
    host: Box<str>,
    port: u16,
}

impl From<Dsn<'_>> for OwnedDsn {
    fn from(dsn: Dsn<'_>) -> Self {
        let Dsn { public_key, org_id, host, port } = dsn;
        OwnedDsn { public_key: public_key.into(), org_id: org_id.map(Into::into), host: host.into(), port }
    }
}

impl OwnedDsn {
    #[inline(always)]
    pub(crate) fn borrow(&self) -> Dsn<'_> {
        let OwnedDsn { public_key, org_id, host, port } = self;
        Dsn { public_key, org_id: org_id.as_deref(), host, port: *port }
    }
}

/// An origin target: its text and its parts.
#[derive(Clone, Debug)]
pub struct OwnedOrigin {
    text: Box<str>,
    scheme: Box<str>,
    host: Box<str>,
    port: u16,
    wildcard: bool,
}

impl OwnedOrigin {
    /// Parses an origin target.
    ///
    /// # Errors
    /// As [`Origin::parse`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let Origin { scheme, host, port, wildcard } = Origin::parse(text)?;
        Ok(OwnedOrigin { text: text.into(), scheme: scheme.into(), host: host.into(), port, wildcard })
    }

    /// The text of the target, as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn borrow(&self) -> Origin<'_> {
        let OwnedOrigin { text: _, scheme, host, port, wildcard } = self;
        Origin { scheme, host, port: *port, wildcard: *wildcard }
    }
}
