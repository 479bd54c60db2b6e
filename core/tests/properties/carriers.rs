//! Carriers other than headers: what was written is read back, whatever surrounds it.

use std::time::Duration;

use tracehop_core::{Buffer, Headers, Start, TraceLifetime};

use super::message::{Message, SEED, assert_clean, bytes, headers_of, written};

const INCOMING: &[u8] =
    b"\x09sentry-trace:771a43a4192642f0b136d5159a501700-1234567890abcdef-1\nbaggage:sentry-release=a%22b%3C";

/// Tags written before any page are the ones that are read.
pub(super) fn html(page: &[u8]) {
    let (mut scratch, mut large, mut small) =
        (vec![0; Headers::SCRATCH_BYTES], vec![0; Headers::SCRATCH_BYTES], [0; 64]);
    let (message, mut buffer) = (Message::read(INCOMING), Buffer::new());
    let (propagator, context) = (message.propagator(), message.context(&mut buffer));
    let ours = [context.meta_tags().to_string().as_bytes(), page].concat();
    let mut other = Buffer::new();
    let page_headers = Headers::from_html(&ours, &mut scratch);
    let again = propagator.continue_trace(&page_headers, Start::with(SEED), &mut other);
    assert_eq!(again.parent_span_id(), Some(context.span_id()));
    assert_eq!(again.baggage(), context.baggage());
    for headers in [Headers::from_html(page, &mut large), Headers::from_html(page, &mut small)] {
        let theirs = written(&propagator.continue_trace(&headers, Start::with(SEED), &mut Buffer::new()));
        theirs.iter().filter(|(name, _)| *name != "tracestate").for_each(|(_, value)| assert_clean(value));
    }
}

/// Existing metrics are unchanged, and a page load continues our trace, or theirs if they name one.
pub(super) fn server_timing(existing: &[u8]) {
    let (message, mut buffer) = (Message::read(INCOMING), Buffer::new());
    let context = message.context(&mut buffer);
    let existing = String::from_utf8_lossy(existing);
    let value = context.server_timing(&existing).to_string();
    let trimmed = existing.trim_matches([' ', '\t']);
    let ours = value.strip_prefix(trimmed).expect("existing metrics stay");
    assert_clean(ours.replace(['"', ' '], "").as_bytes());
    assert_eq!(context.server_timing(&value).to_string(), value, "not repeated");
    let pairs = [(&b"server-timing"[..], value.as_bytes())];
    let propagator = message.propagator();
    let mut lifetime = TraceLifetime::new(&propagator, SEED, Duration::ZERO);
    lifetime.page_load(&propagator, Some(&Headers::from_pairs(pairs)), SEED, Duration::ZERO);
    // Their own baggage may name another organisation, and a quote that is never closed includes our metrics.
    let is_alone = !trimmed.contains('"') && !trimmed.to_ascii_lowercase().contains("baggage");
    if !ours.is_empty() && is_alone {
        assert_eq!(lifetime.current().parent_span_id(), Some(context.span_id()));
    }
}

/// The environment of a child process carries the trace, whatever else is in it.
pub(super) fn environ(data: &[u8]) {
    let message = Message::read(data);
    let propagator = message.propagator();
    let inherited = Headers::from_environ(message.pairs.iter().copied());
    let mut buffers = [Buffer::new(), Buffer::new()];
    let [first, second] = &mut buffers;
    let context = propagator.continue_trace(&inherited, Start::with(SEED), first);
    let mut variables = Vec::new();
    context.environ(|name, value| variables.push((name, bytes(&value))));
    assert_eq!(variables.len(), 3);
    let child =
        Headers::from_environ(variables.iter().map(|(name, value)| (name.as_bytes(), value.as_slice())));
    let child = propagator.continue_trace(&child, Start::with(SEED), second);
    if child.link().is_none() {
        assert_eq!(child.trace_id(), context.trace_id());
        assert_eq!(child.parent_span_id(), Some(context.span_id()));
    }
    assert_eq!(headers_of(&written(&context)).sentry_trace(), Some(variables[0].1.as_slice()));
}
