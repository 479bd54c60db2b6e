//! The core's names as a host's own strings, made once, so that a header look-up copies nothing.

use tracehop_core::{Decoded, HeaderName, Headers, SentryMembers};

/// The names of headers and of members of a DSC, as strings of a host.
#[derive(Debug)]
pub struct InternedNames<S> {
    headers: [S; HeaderName::ALL.len()],
    gateway: [S; HeaderName::ALL.len()],
    marks: [S; Headers::GATEWAY_MARKS.len()],
    members: [S; SentryMembers::NAMES.len()],
}

impl<S> InternedNames<S> {
    /// Makes each string once.
    pub fn new(mut intern: impl FnMut(&'static str) -> S) -> Self {
        InternedNames {
            headers: HeaderName::ALL.map(|header| intern(header.name())),
            gateway: HeaderName::ALL.map(|header| intern(header.gateway_name())),
            marks: Headers::GATEWAY_MARKS.map(&mut intern),
            members: SentryMembers::NAMES.map(&mut intern),
        }
    }

    /// The lower-case name of a header.
    #[inline]
    pub fn header(&self, header: HeaderName) -> &S {
        &self.headers[header as usize]
    }

    /// The key of a header in a WSGI or Rack environment.
    #[inline]
    pub fn gateway(&self, header: HeaderName) -> &S {
        &self.gateway[header as usize]
    }

    /// The keys that only a WSGI or Rack environment has (rule K2).
    pub fn marks(&self) -> &[S] {
        &self.marks
    }

    /// The interned name that equals a name of the core.
    #[inline]
    pub fn named(&self, name: &str) -> Option<&S> {
        HeaderName::ALL.into_iter().find(|header| header.name() == name).map(|header| self.header(header))
    }

    /// The name of a member of a DSC, if it is a known one.
    #[inline]
    pub fn member(&self, name: Decoded<'_>) -> Option<&S> {
        let known = SentryMembers::NAMES.iter().position(|known| name.is(known.as_bytes()));
        known.map(|known| &self.members[known])
    }
}

#[cfg(test)]
mod tests {
    use super::InternedNames;
    use tracehop_core::HeaderName;

    #[test]
    fn every_header_is_found_under_its_names() {
        let names = InternedNames::new(str::to_owned);
        for header in HeaderName::ALL {
            assert_eq!(names.header(header), header.name());
            assert_eq!(names.gateway(header), header.gateway_name());
            assert_eq!(names.named(header.name()), Some(names.header(header)));
        }
        assert_eq!(names.named("cookie"), None);
    }
}
