//! Passes a trace on without a request: meta tags, Server-Timing, the environment of a child process (rules H1, H3, K3).

use core::fmt;

use crate::ascii;
use crate::context::TraceContext;
use crate::header_name::{ENVIRON_BAGGAGE, ENVIRON_SWITCH, ENVIRON_TRACE, HeaderName};
use crate::header_value::HeaderValue;
use crate::wire::server_timing;

impl TraceContext<'_> {
    /// The meta tags of this trace for the head of a page: one for each header that exists (rule H1).
    ///
    /// A page that a shared cache keeps must have none: see [`Propagator::is_shared_cache`](crate::Propagator::is_shared_cache).
    pub fn meta_tags(&self) -> impl fmt::Display {
        MetaTags(self)
    }

    /// Passes [`TraceContext::meta_tags`] to `write` in pieces, ASCII: cheaper than `Display` if bytes are wanted.
    ///
    /// # Example: into a page
    /// ```
    /// use tracehop_core::{Buffer, Options, Propagator, Seed, Start};
    /// let mut buffer = Buffer::new();
    /// let context = Propagator::new(Options::default())?.start_trace(Start::with(Seed([7; 24])), &mut buffer);
    /// let mut page = b"<head>".to_vec();
    /// context.write_meta_tags(|piece| page.extend_from_slice(piece));
    /// assert!(page.starts_with(b"<head><meta name=\"sentry-trace\" content=\"07070707"));
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn write_meta_tags(&self, mut write: impl FnMut(&[u8])) {
        MetaTags(self).each_piece(|piece| match piece {
            Piece::Markup(markup) => write(markup.as_bytes()),
            Piece::Value(value) => write(value),
        });
    }

    /// A `Server-Timing` value with this trace after the existing metrics (rule H3).
    pub fn server_timing<'a>(&'a self, existing: &'a str) -> impl fmt::Display {
        ServerTiming { context: self, existing }
    }

    /// Passes to `set` the variables for the environment of a child process (rule K3). All three are always set, so
    /// that none is inherited from another trace.
    pub fn environ(&self, mut set: impl FnMut(&'static str, HeaderValue<'_>)) {
        set(ENVIRON_TRACE, HeaderValue::ours(self.sentry_trace().text().as_bytes()));
        set(ENVIRON_BAGGAGE, HeaderValue::ours(self.baggage));
        set(ENVIRON_SWITCH, HeaderValue::ours(b"true"));
    }

    /// Passes Sentry's headers to `each`, for messages without headers; ASCII.
    fn each_of_sentry(&self, mut each: impl FnMut(HeaderName, &[u8])) {
        each(HeaderName::SentryTrace, self.sentry_trace().text().as_bytes());
        if !self.baggage.is_empty() {
            each(HeaderName::Baggage, self.baggage);
        }
    }
}

/// The HTML that `meta_tags` writes.
struct MetaTags<'a>(&'a TraceContext<'a>);

/// A piece of HTML.
enum Piece<'a> {
    Markup(&'static str),
    /// ASCII that needs no escape (rule B8).
    Value(&'a [u8]),
}

impl MetaTags<'_> {
    fn each_piece(&self, mut write: impl FnMut(Piece<'_>)) {
        let mut tag = |field: HeaderName, value: &[u8], is_ours: bool| {
            write(Piece::Markup(opening(field)));
            if is_ours {
                write(Piece::Value(value))
            } else {
                each_escaped(value, &mut write)
            }
            write(Piece::Markup("\"/>"));
        };
        self.0.each_of_sentry(|field, value| tag(field, value, true));
        if self.0.position.propagates_traceparent {
            tag(HeaderName::Traceparent, &self.0.traceparent().text(), true);
            let tracestate = self.0.tracestate;
            if !tracestate.is_empty() {
                tag(HeaderName::Tracestate, tracestate, false);
            }
        }
    }
}

impl fmt::Display for MetaTags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        self.each_piece(|piece| {
            let text = match piece {
                Piece::Markup(markup) => markup,
                Piece::Value(value) => ascii::as_str(value),
            };
            result = result.and_then(|()| f.write_str(text));
        });
        result
    }
}

/// The beginning of a header's tag, in one piece.
const fn opening(field: HeaderName) -> &'static str {
    match field {
        HeaderName::SentryTrace => "<meta name=\"sentry-trace\" content=\"",
        HeaderName::Baggage => "<meta name=\"baggage\" content=\"",
        HeaderName::Traceparent => "<meta name=\"traceparent\" content=\"",
        _ => "<meta name=\"tracestate\" content=\"",
    }
}

/// Escapes a third-party text for HTML.
fn each_escaped(mut text: &[u8], write: &mut impl FnMut(Piece<'_>)) {
    while let Some((byte, rest)) = text.split_first() {
        write(escape(*byte).map_or(Piece::Value(core::slice::from_ref(byte)), Piece::Markup));
        text = rest;
    }
}

/// The escape of a byte that has a meaning in HTML.
const fn escape(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    }
}

/// The value that `server_timing` writes.
struct ServerTiming<'a> {
    context: &'a TraceContext<'a>,
    existing: &'a str,
}

impl fmt::Display for ServerTiming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let existing = self.existing.trim_matches([' ', '\t']);
        f.write_str(existing)?;
        if server_timing::mentions(existing.as_bytes(), HeaderName::SentryTrace.name()) {
            return Ok(());
        }
        let (mut result, mut separator) = (Ok(()), if existing.is_empty() { "" } else { ", " });
        // No known reader takes W3C's headers from Server-Timing.
        self.context.each_of_sentry(|field, value| {
            let value = ascii::as_str(value);
            result = result.and_then(|()| write!(f, "{separator}{};desc=\"{value}\"", field.name()));
            separator = ", ";
        });
        result
    }
}
