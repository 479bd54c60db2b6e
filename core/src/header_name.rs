//! The headers of propagation, and their names in each kind of carrier (rules K1 to K3).

pub(crate) const ENVIRON_TRACE: &str = "SENTRY_TRACE";
pub(crate) const ENVIRON_BAGGAGE: &str = "SENTRY_BAGGAGE";
pub(crate) const ENVIRON_SWITCH: &str = "SENTRY_USE_ENVIRONMENT";

/// One header that matters to propagation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderName {
    /// `sentry-trace`
    SentryTrace,
    /// `baggage`
    Baggage,
    /// `traceparent`
    Traceparent,
    /// `tracestate`
    Tracestate,
    /// `authorization`: lists the headers that an AWS signature covers (rule O11).
    Authorization,
    /// `server-timing`: read only by `page_load` (rule H3).
    ServerTiming,
}

impl HeaderName {
    /// The header names that tracehop reads and may write.
    pub const NAMES: [&'static str; 4] = ["sentry-trace", "baggage", "traceparent", "tracestate"];

    /// The response header that lists the header names which a page may send.
    pub const ALLOW_HEADERS: &'static str = "Access-Control-Allow-Headers";

    /// The response header that allows credentials (cookies and the like), if its value is `true`.
    pub const ALLOW_CREDENTIALS: &'static str = "Access-Control-Allow-Credentials";

    /// The response header that names the origin whose pages may read the response.
    pub const ALLOW_ORIGIN: &'static str = "Access-Control-Allow-Origin";

    /// The header of a preflight that lists the header names which the page wants to send.
    pub const REQUEST_HEADERS: &'static str = "Access-Control-Request-Headers";

    /// Every header.
    pub const ALL: [HeaderName; 6] = [
        HeaderName::SentryTrace,
        HeaderName::Baggage,
        HeaderName::Traceparent,
        HeaderName::Tracestate,
        HeaderName::Authorization,
        HeaderName::ServerTiming,
    ];

    /// The lower-case header name.
    pub const fn name(self) -> &'static str {
        match self {
            HeaderName::SentryTrace => "sentry-trace",
            HeaderName::Baggage => "baggage",
            HeaderName::Traceparent => "traceparent",
            HeaderName::Tracestate => "tracestate",
            HeaderName::Authorization => "authorization",
            HeaderName::ServerTiming => "server-timing",
        }
    }

    /// The key of this header in a WSGI or Rack env.
    pub const fn gateway_name(self) -> &'static str {
        match self {
            HeaderName::SentryTrace => "HTTP_SENTRY_TRACE",
            HeaderName::Baggage => "HTTP_BAGGAGE",
            HeaderName::Traceparent => "HTTP_TRACEPARENT",
            HeaderName::Tracestate => "HTTP_TRACESTATE",
            HeaderName::Authorization => "HTTP_AUTHORIZATION",
            HeaderName::ServerTiming => "HTTP_SERVER_TIMING",
        }
    }

    /// The key of this header in a process environment (rule K3).
    pub(crate) const fn environment_name(self) -> Option<&'static str> {
        match self {
            HeaderName::SentryTrace => Some(ENVIRON_TRACE),
            HeaderName::Baggage => Some(ENVIRON_BAGGAGE),
            _ => None,
        }
    }

    /// The header of this name, in any case, or as it is spelt in a WSGI or Rack env.
    pub fn named(name: &[u8]) -> Option<HeaderName> {
        let is_named = |field: &HeaderName| name == field.name().as_bytes();
        let is_spelt = |field: &HeaderName| name.eq_ignore_ascii_case(field.name().as_bytes());
        let mut fields = HeaderName::ALL.into_iter();
        let spelt = fields.clone().find(is_named).or_else(|| fields.find(is_spelt));
        spelt.or_else(|| HeaderName::gateway_named(name))
    }

    pub(crate) fn gateway_named(name: &[u8]) -> Option<HeaderName> {
        HeaderName::ALL.into_iter().find(|field| name == field.gateway_name().as_bytes())
    }
}
