//! Adopts a position that another program or an SDK records, and passes it on unchanged (rules C7, C8).

use crate::buffer::Buffer;
use crate::context::{Position, TraceContext};
use crate::dsc::{Members, Overrides, encode};
use crate::finding::Finding;
use crate::headers::Headers;
use crate::incoming;
use crate::propagator::Propagator;

impl Propagator<'_> {
    /// The context of a position that another program or an SDK records: its span id, its sampling decision and its DSC
    /// are those of the headers. Draws nothing and decides nothing; `None` if the headers name no trace or no span.
    ///
    /// For a hop that records no span (a gateway, a program without an SDK), so that the next service continues the
    /// last recorded span; and for the headers of the span that an SDK in the same process records. A service that
    /// records spans itself calls [`Propagator::continue_trace`].
    ///
    /// # Example: the outgoing headers equal the incoming ones
    /// ```
    /// use tracehop_core::{Buffer, Headers, Options, Propagator};
    /// let propagator = Propagator::new(Options::default())?;
    /// let incoming = Headers::from_pairs([
    ///     (&b"sentry-trace"[..], &b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1"[..]),
    ///     (b"baggage", b"tenant=acme,sentry-release=api"),
    /// ]);
    /// let mut buffer = Buffer::new();
    /// let context = propagator.adopt(&incoming, &mut buffer).unwrap();
    /// assert_eq!(context.sentry_trace().to_string(), "771a43a4192642f0b136d5159a501700-1234567890abcdef-1");
    /// assert_eq!(context.baggage(), Some("sentry-release=api"));
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn adopt<'b>(&self, headers: &Headers<'b>, buffer: &'b mut Buffer) -> Option<TraceContext<'b>> {
        let mut members = Members::new();
        let mut incoming = incoming::read(headers, self.options.propagate_traceparent, &mut members);
        let trace = incoming.trace?;
        let span_id = trace.span_id?;
        let Buffer { dsc, tracestate } = buffer;
        let tracestate = incoming.take(headers, tracestate);
        let encoded = encode(&members, &Overrides::new(), dsc);
        let mut findings = incoming.findings;
        findings.insert_if(encoded.is_truncated, Finding::DscTruncated);
        let position = Position {
            trace_id: trace.trace_id,
            span_id,
            parent_span_id: None,
            sampled: trace.sampled,
            parent_sampled: None,
            decided_rate: None,
            parent_sample_rate: incoming.sample_rate,
            rand: incoming.rand,
            link: None,
            findings,
            is_head: false,
            propagates_traceparent: self.options.propagate_traceparent,
            is_random: incoming.is_random,
            max_baggage_bytes: self.max_baggage_bytes(),
        };
        Some(TraceContext { position, baggage: encoded.text, tracestate })
    }
}
