//! Origin targets: scheme, host and port compared as whole labels (rule O3).

use core::fmt;

use crate::ascii;
use crate::error::{Error, ErrorKind};
use crate::wire::url::{Parts, UrlOrigin, default_port};

/// A target such as `https://api.myapp.com` or `https://*.myapp.com:8443`.
///
/// Scheme and host compare case-insensitively; no port means 80 or 443 by scheme; `*.` matches one or more labels of a
/// name. A host may own the parts and borrow them for each call, so that the text is parsed once. `Display` writes the
/// target.
///
/// # Example: a look-alike host is no match
/// ```
/// use tracehop_core::{Options, Origin, Propagator, Target};
/// let targets = [Target::Origin(Origin::parse("https://*.myapp.com")?)];
/// let propagator = Propagator::new(Options { trace_propagation_targets: Some(&targets), ..Options::default() })?;
/// assert!(propagator.allows("https://api.myapp.com/users", None));
/// assert!(!propagator.allows("https://api.myapp.com.evil.test/", None));
/// assert!(!propagator.allows("https://evil.test/?u=https://api.myapp.com", None));
/// # Ok::<(), tracehop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    /// `https`, `http`, `wss` or `ws`, in any case.
    pub scheme: &'a str,
    /// The host; of a wildcard, what follows `*.`.
    pub host: &'a str,
    /// The port; that of the scheme if the text contains none.
    pub port: u16,
    /// True if the text contains `*.`, which matches one or more labels.
    pub wildcard: bool,
}

const SCHEMES: [&str; 4] = ["https", "http", "wss", "ws"];

impl<'a> Origin<'a> {
    /// Parses an origin target.
    ///
    /// # Errors
    /// If scheme, host or port is missing or wrong, or if the text contains a path, query, fragment or user.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let parts = Parts::of(text);
        let scheme =
            parts.scheme.filter(|scheme| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
        let (Some(scheme), Some(authority)) = (scheme, parts.authority) else {
            return Err(Error::new(ErrorKind::OriginScheme, 0));
        };
        let at_authority = scheme.len().saturating_add("://".len());
        if authority.userinfo.is_some() {
            return Err(Error::new(ErrorKind::OriginTail, at_authority));
        }
        let (wildcard, host) = match authority.host.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, authority.host),
        };
        let is_name = !wildcard || !host.starts_with('[');
        let has_labels = labels_are_full(host.strip_suffix('.').unwrap_or(host));
        let is_host = authority.has_valid_host && is_name && has_labels && host.bytes().all(is_host_byte);
        if !is_host {
            return Err(Error::new(ErrorKind::OriginHost, at_authority));
        }
        let at_port = at_authority.saturating_add(authority.host.len());
        let port = authority.port_number(scheme).filter(|_| authority.port != Some(""));
        let port = port.ok_or(Error::new(ErrorKind::OriginPort, at_port))?;
        if !matches!(parts.tail, "" | "/") {
            return Err(Error::new(ErrorKind::OriginTail, at_authority.saturating_add(authority.text.len())));
        }
        Ok(Origin { scheme, host, port, wildcard })
    }
}

impl Origin<'_> {
    pub(crate) fn covers(&self, url: &UrlOrigin<'_>) -> bool {
        let Origin { scheme, host, port, wildcard } = *self;
        let own = UrlOrigin { scheme, host, port };
        if !wildcard {
            return own == *url;
        }
        let labels = url.host.len().checked_sub(host.len());
        let Some((labels, host)) = labels.and_then(|at| url.host.split_at_checked(at)) else { return false };
        let is_name = |labels: &str| labels_are_full(labels) && labels.bytes().all(is_label_byte);
        labels.strip_suffix('.').is_some_and(is_name) && own == UrlOrigin { host, ..*url }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { scheme, host, port, wildcard } = *self;
        write!(f, "{scheme}://{}{host}", if wildcard { "*." } else { "" })?;
        if port == default_port(scheme) { Ok(()) } else { write!(f, ":{port}") }
    }
}

/// True if no label of a name is empty.
fn labels_are_full(name: &str) -> bool {
    ascii::split(name, b'.').all(|label| !label.is_empty())
}

/// True for what a wildcard matches: letters, digits, `-`, `_` and the dots between labels. Clients disagree about the
/// host that any other character names.
fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_host_byte(byte: u8) -> bool {
    !matches!(byte, 0..=0x20 | 0x7f | b'\\' | b'*' | b'%' | b'"' | b'<' | b'>')
}
