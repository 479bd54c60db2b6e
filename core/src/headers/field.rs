//! The headers that matter to propagation, and how each is named where (rules K1 to K3).

use super::{ENVIRON_BAGGAGE, ENVIRON_TRACE};

/// One header that matters to propagation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `sentry-trace`
    SentryTrace,
    /// `baggage`
    Baggage,
    /// `traceparent`
    Traceparent,
    /// `tracestate`
    Tracestate,
    /// `authorization`: tells which headers an AWS signature covers (rule O11).
    Authorization,
    /// `server-timing`: read only by `page_load` (rule H3).
    ServerTiming,
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 6] = [
        Field::SentryTrace,
        Field::Baggage,
        Field::Traceparent,
        Field::Tracestate,
        Field::Authorization,
        Field::ServerTiming,
    ];

    /// The lower-case header name.
    pub const fn name(self) -> &'static str {
        match self {
            Field::SentryTrace => "sentry-trace",
            Field::Baggage => "baggage",
            Field::Traceparent => "traceparent",
            Field::Tracestate => "tracestate",
            Field::Authorization => "authorization",
            Field::ServerTiming => "server-timing",
        }
    }

    /// The key of this header in a WSGI or Rack env.
    pub const fn gateway_name(self) -> &'static str {
        match self {
            Field::SentryTrace => "HTTP_SENTRY_TRACE",
            Field::Baggage => "HTTP_BAGGAGE",
            Field::Traceparent => "HTTP_TRACEPARENT",
            Field::Tracestate => "HTTP_TRACESTATE",
            Field::Authorization => "HTTP_AUTHORIZATION",
            Field::ServerTiming => "HTTP_SERVER_TIMING",
        }
    }

    /// The key of this header in a process environment (rule K3).
    pub(super) const fn environment_name(self) -> Option<&'static str> {
        match self {
            Field::SentryTrace => Some(ENVIRON_TRACE),
            Field::Baggage => Some(ENVIRON_BAGGAGE),
            _ => None,
        }
    }

    /// The header of this name, in any case, or as it is spelt in a WSGI or Rack env.
    pub fn named(name: &[u8]) -> Option<Field> {
        // Almost every header of a message ends here.
        if !matches!(name.len(), 7 | 10..=13 | 15..=18) {
            return None;
        }
        let is_named = |field: &Field| name == field.name().as_bytes();
        let is_spelt = |field: &Field| name.eq_ignore_ascii_case(field.name().as_bytes());
        let mut fields = Field::ALL.into_iter();
        fields.clone().find(is_named).or_else(|| fields.find(is_spelt)).or_else(|| Field::gateway_named(name))
    }

    pub(super) fn gateway_named(name: &[u8]) -> Option<Field> {
        Field::ALL.into_iter().find(|field| name == field.gateway_name().as_bytes())
    }
}
