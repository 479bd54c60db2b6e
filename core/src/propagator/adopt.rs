//! A position that somebody else records, taken over as it is and passed on unchanged (rules C7, C8).

use super::Propagator;
use crate::context::{Position, Room, TraceContext};
use crate::dsc::{Known, Members};
use crate::finding::Finding;
use crate::headers::Headers;
use crate::id::Seed;

impl Propagator<'_> {
    /// The context of a position that somebody else records: its span id, its sampling decision and its sampling
    /// context are those of the headers. Draws nothing and decides nothing; `None` if the headers name no trace or no
    /// span.
    ///
    /// For a hop that records no span (a gateway, a program without an SDK), so that the next service continues the
    /// last recorded span; and for the headers of the span that an SDK in the same process records. A service that
    /// records spans itself calls [`Propagator::continue_trace`].
    ///
    /// # Example: what came in goes out
    /// ```
    /// use tracehop_core::{Headers, Options, Propagator};
    /// let propagator = Propagator::new(Options::default())?;
    /// let incoming = Headers::from_pairs([
    ///     (&b"sentry-trace"[..], &b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1"[..]),
    ///     (b"baggage", b"tenant=acme,sentry-release=api"),
    /// ]);
    /// let context = propagator.adopt(&incoming).unwrap();
    /// assert_eq!(context.sentry_trace().to_string(), "771a43a4192642f0b136d5159a501700-1234567890abcdef-1");
    /// assert_eq!(context.baggage(), Some("sentry-release=api"));
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn adopt(&self, headers: &Headers<'_>) -> Option<TraceContext> {
        let mut context = TraceContext::empty();
        self.adopt_into(&mut context, headers).then_some(context)
    }

    /// As [`Propagator::adopt`], written over `context`, which is left as it was if the answer is `false`.
    #[expect(private_bounds, reason = "no other type can be a room")]
    pub fn adopt_into<'h>(&self, context: &mut TraceContext<impl Room<'h>>, headers: &Headers<'h>) -> bool {
        let mut members = Members::new();
        let parent = self.read_parent(headers, &mut members);
        let Some((trace, span_id)) = parent.trace.and_then(|trace| Some((trace, trace.span_id?))) else {
            return false;
        };
        context.reset(Position {
            trace_id: trace.trace_id,
            span_id,
            sampled: trace.sampled,
            rand: None,
            findings: parent.findings,
            propagates_traceparent: self.options.propagate_traceparent,
            ..Position::new(Seed([0; 24]))
        });
        if parent.uses_traceparent {
            context.keep_tracestate(headers.tracestate());
        }
        context.read_rate(&members);
        context.keep_rand(&members);
        let differs = members.get(Known::TraceId).is_some_and(|came| !came.is(&trace.trace_id.text()));
        context.position.findings.insert_if(differs, Finding::TraceIdMismatch);
        context.freeze(Some(&members), &[]);
        true
    }
}
