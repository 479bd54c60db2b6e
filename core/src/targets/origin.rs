//! Origin targets: scheme, host and port compared as whole labels (rule O3).

use crate::ascii;
use crate::error::{Error, ErrorKind};
use crate::place::Place;
use crate::wire::url::{Parts, UrlOrigin};

/// A target such as `https://api.myapp.com` or `https://*.myapp.com:8443`.
///
/// Scheme and host compare case-insensitively; no port means 80 or 443 by scheme; `*.` stands for one or more labels of a name.
/// `S` is where its text lies: borrowed where it is parsed, owned where [`Origin::map`] makes it so.
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
#[derive(Clone, Copy, Debug)]
pub struct Origin<S> {
    text: S,
    scheme: Place,
    host: Place,
    port: u16,
    is_wildcard: bool,
}

const SCHEMES: [&str; 4] = ["https", "http", "wss", "ws"];

impl<'a> Origin<&'a str> {
    /// Reads an origin target.
    ///
    /// # Errors
    /// Where scheme, host or port is missing or wrong, or where a path, query, fragment or user stands in it.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let parts = Parts::of(text);
        let scheme =
            parts.scheme.filter(|scheme| SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)));
        let (Some(scheme), Some(place)) = (scheme, parts.authority) else {
            return Err(Error::new(ErrorKind::OriginScheme, 0));
        };
        let at_authority = scheme.len().saturating_add("://".len());
        if place.userinfo.is_some() {
            return Err(Error::new(ErrorKind::OriginTail, at_authority));
        }
        let (is_wildcard, host) = match place.host.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, place.host),
        };
        let is_name = !is_wildcard || !host.starts_with('[');
        let has_labels = labels_are_full(host.strip_suffix('.').unwrap_or(host));
        let is_host = place.has_valid_host() && is_name && has_labels && host.bytes().all(is_host_byte);
        if !is_host {
            return Err(Error::new(ErrorKind::OriginHost, at_authority));
        }
        let at_port = at_authority.saturating_add(place.host.len());
        let port = place.port_number(scheme).filter(|_| place.port != Some(""));
        let port = port.ok_or(Error::new(ErrorKind::OriginPort, at_port))?;
        if !matches!(parts.tail, "" | "/") {
            return Err(Error::new(ErrorKind::OriginTail, at_authority.saturating_add(place.text.len())));
        }
        Ok(Origin { text, scheme: Place::of(scheme, text), host: Place::of(host, text), port, is_wildcard })
    }
}

impl<S> Origin<S> {
    /// The same origin with its text elsewhere: `origin.map(String::from)` owns it.
    pub fn map<T>(self, own: impl FnOnce(S) -> T) -> Origin<T> {
        let Origin { text, scheme, host, port, is_wildcard } = self;
        Origin { text: own(text), scheme, host, port, is_wildcard }
    }
}

impl<S: AsRef<str>> Origin<S> {
    /// The same origin, borrowed: nothing is parsed again.
    pub fn lent(&self) -> Origin<&str> {
        let Origin { ref text, scheme, host, port, is_wildcard } = *self;
        Origin { text: text.as_ref(), scheme, host, port, is_wildcard }
    }

    /// The text of this target, as it was given.
    pub fn as_str(&self) -> &str {
        self.text.as_ref()
    }

    pub(crate) fn covers(&self, url: &UrlOrigin<'_>) -> bool {
        let (scheme, host) = (self.scheme.part(self.as_str()), self.host.part(self.as_str()));
        let own = UrlOrigin { scheme, host, port: self.port };
        if !self.is_wildcard {
            return own == *url;
        }
        let labels = url.host.len().checked_sub(host.len());
        let Some((labels, host)) = labels.and_then(|at| url.host.split_at_checked(at)) else { return false };
        let is_name = |labels: &str| labels_are_full(labels) && labels.bytes().all(is_label_byte);
        labels.strip_suffix('.').is_some_and(is_name) && own == UrlOrigin { host, ..*url }
    }
}

/// Is no label of a name empty?
fn labels_are_full(name: &str) -> bool {
    ascii::split(name, b'.').all(|label| !label.is_empty())
}

/// True for what a wildcard stands for: letters, digits, `-`, `_` and the dots between labels. Clients disagree about the
/// host that any other character names.
fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_host_byte(byte: u8) -> bool {
    !matches!(byte, 0..=0x20 | 0x7f | b'\\' | b'*' | b'%' | b'"' | b'<' | b'>')
}
