//! Handing a trace on without a request: meta tags, Server-Timing, the environment of a child process (rules H1, H3, K3).

use core::fmt;

use super::{HeaderValue, TraceContext};
use crate::headers::{ENVIRON_BAGGAGE, ENVIRON_SWITCH, ENVIRON_TRACE, Field, Headers};
use crate::wire::server_timing;

impl TraceContext {
    /// The meta tags of this trace for the head of a page; `Display` writes them (rule H1).
    ///
    /// Put none on a page that a shared cache keeps: see [`crate::is_shared_cache`].
    pub fn meta_tags(&self) -> MetaTags<'_> {
        MetaTags(self)
    }

    /// A `Server-Timing` value with this trace behind the existing metrics; `Display` writes it (rule H3).
    pub fn server_timing<'a>(&'a self, existing: &'a str) -> ServerTiming<'a> {
        ServerTiming { context: self, existing }
    }

    /// Hands out the variables for the environment of a child process (rule K3). All three are always set, so that
    /// none is inherited from another trace.
    pub fn environ(&self, mut set: impl FnMut(&'static str, HeaderValue<'_>)) {
        set(ENVIRON_TRACE, HeaderValue::ours(self.sentry_trace().text().as_bytes()));
        set(ENVIRON_BAGGAGE, HeaderValue::ours(self.dsc.as_bytes()));
        set(ENVIRON_SWITCH, HeaderValue::ours(b"true"));
    }

    fn each_header(&self, mut each: impl FnMut(&'static str, &str) -> fmt::Result) -> fmt::Result {
        let mut result = Ok(());
        self.headers(&Headers::new(), |name, value| {
            result = result.and_then(|()| each(name, value.as_str().unwrap_or("")));
        });
        result
    }
}

/// One meta tag per header that exists; `Display` writes HTML.
#[derive(Clone, Copy, Debug)]
pub struct MetaTags<'a>(&'a TraceContext);

impl fmt::Display for MetaTags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.each_header(|name, value| {
            let pieces = ["<meta name=\"", name, "\" content=\""];
            pieces.into_iter().try_for_each(|piece| f.write_str(piece))?;
            write_escaped(f, value)?;
            f.write_str("\"/>")
        })
    }
}

/// Writes text for HTML. Of what is handed on only a `tracestate` may need an escape (rule B8), so one fast look is all it costs.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if !text.bytes().fold(false, |needs, byte| needs | needs_escape(byte)) {
        return f.write_str(text);
    }
    text.chars().try_for_each(|character| escape(f, character))
}

const fn needs_escape(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
}

#[cold]
fn escape(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        '&' => f.write_str("&amp;"),
        '<' => f.write_str("&lt;"),
        '>' => f.write_str("&gt;"),
        '"' => f.write_str("&quot;"),
        '\'' => f.write_str("&#39;"),
        _ => fmt::Write::write_char(f, character),
    }
}

/// A `Server-Timing` value; `Display` writes it.
#[derive(Clone, Copy, Debug)]
pub struct ServerTiming<'a> {
    context: &'a TraceContext,
    existing: &'a str,
}

impl fmt::Display for ServerTiming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let existing = self.existing.trim_matches([' ', '\t']);
        f.write_str(existing)?;
        if server_timing::mentions(existing.as_bytes(), Field::SentryTrace.name()) {
            return Ok(());
        }
        let mut separator = if existing.is_empty() { "" } else { ", " };
        self.context.each_header(|name, value| {
            // W3C's headers are not read from Server-Timing by anybody.
            if name == Field::Traceparent.name() || name == Field::Tracestate.name() {
                return Ok(());
            }
            write!(f, "{separator}{name};desc=\"{value}\"")?;
            separator = ", ";
            Ok(())
        })
    }
}
