//! A context as one line of text, for a copy in another process (rule C10).
//!
//! ```text
//! line     = "1" SP facts SP sentry-trace SP parent SP link SP baggage SP tracestate
//! facts    = 48HEXDIGLC         ; findings, sample_rate as a double, sample_rand in millionths, max_baggage_bytes, flags, 00
//! parent   = "-" / span-id
//! link     = "-" / sentry-trace
//! baggage  = *OCTET             ; no SP
//! ```

use core::fmt;

use crate::ascii;
use crate::buffer::{Buffer, TRACESTATE_BYTES};
use crate::context::{Position, TraceContext};
use crate::dsc::{Members, Overrides, encode};
use crate::finding::Findings;
use crate::hex;
use crate::id::SpanId;
use crate::sampling::{Rand, is_rate};
use crate::wire::baggage::BAGGAGE_WRITE_BYTES;
use crate::wire::sentry_trace::SentryTrace;
use crate::wire::tracestate;

/// The version of the text.
const VERSION: &[u8] = b"1";
const ABSENT: &str = " -";
/// The length of the numbers in a text, in bytes; twice as many hex digits.
const FACTS: usize = 24;

const IS_HEAD: u8 = 1;
const WRITES_TRACEPARENT: u8 = 2;
const PARENT_DECIDED: u8 = 4;
const PARENT_SAMPLED: u8 = 8;
const IS_RANDOM: u8 = 16;

/// The text that `serialized` writes.
struct Serialized<'a>(TraceContext<'a>);

impl TraceContext<'_> {
    /// This context as one line of text: at most 3 KiB of printable ASCII. [`TraceContext::deserialize`] reads it.
    pub fn serialized(&self) -> impl fmt::Display {
        Serialized(*self)
    }
}

impl<'b> TraceContext<'b> {
    /// The context of a serialized text, equal to the one that was written; `None` for a text of another version or without a
    /// trace. Its baggage and tracestate are read as those of a message, so that a forged text cannot break rule B8.
    ///
    /// # Example: from one process to another
    /// ```
    /// use tracehop_core::{Buffer, Options, Propagator, Seed, Start, TraceContext};
    /// let propagator = Propagator::new(Options { release: Some("api@1"), ..Options::default() })?;
    /// let mut buffer = Buffer::new();
    /// let context = propagator.start_trace(Start::with(Seed([7; 24])), &mut buffer).child([8; 8]);
    /// let text = context.serialized().to_string();
    /// let mut buffer = Buffer::new();
    /// let copy = TraceContext::deserialize(text.as_bytes(), &mut buffer).unwrap();
    /// assert_eq!(copy.parent_span_id(), context.parent_span_id());
    /// assert_eq!(copy.baggage(), context.baggage());
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn deserialize(text: &'b [u8], buffer: &'b mut Buffer) -> Option<TraceContext<'b>> {
        let mut rest = text;
        let mut field = || {
            let field = ascii::until(rest, b' ');
            rest = rest.get(field.len()..)?.get(1..)?;
            Some(field)
        };
        if field()? != VERSION {
            return None;
        }
        let facts = Facts::read(&hex::read(field()?)?)?;
        let trace = SentryTrace::parse(field()?).ok()?;
        let parent = field()?;
        let link = SentryTrace::parse(field()?).ok();
        let baggage = field()?;
        let position = Position {
            trace_id: trace.trace_id,
            span_id: trace.span_id?,
            parent_span_id: hex::read(parent).and_then(SpanId::new),
            sampled: trace.sampled,
            parent_sampled: facts.flag(PARENT_DECIDED).then_some(facts.flag(PARENT_SAMPLED)),
            decided_rate: None,
            parent_sample_rate: facts.sample_rate,
            rand: facts.rand,
            link,
            findings: facts.findings,
            is_head: facts.flag(IS_HEAD),
            propagates_traceparent: facts.flag(WRITES_TRACEPARENT),
            is_random: facts.flag(IS_RANDOM),
            max_baggage_bytes: facts.max_baggage_bytes,
        };
        let mut members = Members::new();
        members.read([baggage]);
        buffer.tracestate.clear();
        tracestate::write(&[rest], TRACESTATE_BYTES, &mut buffer.tracestate);
        let Buffer { dsc, tracestate } = buffer;
        Some(TraceContext { position, baggage: encode(&members, &Overrides::new(), dsc).text, tracestate })
    }
}

impl fmt::Display for Serialized<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TraceContext { position, baggage, tracestate } = &self.0;
        let mut facts = [0; 2 * FACTS];
        hex::write(&Facts::of(&self.0).bytes(), &mut facts);
        let field = |f: &mut fmt::Formatter<'_>, text: &[u8]| {
            f.write_str(" ")?;
            f.write_str(ascii::as_str(text))
        };
        f.write_str(ascii::as_str(VERSION))?;
        field(f, &facts)?;
        field(f, self.0.sentry_trace().text().as_bytes())?;
        match position.parent_span_id {
            Some(parent) => field(f, &parent.text())?,
            None => f.write_str(ABSENT)?,
        }
        match position.link {
            Some(link) => field(f, link.text().as_bytes())?,
            None => f.write_str(ABSENT)?,
        }
        field(f, baggage)?;
        field(f, tracestate)
    }
}

/// The fields of a context apart from its ids and texts.
struct Facts {
    findings: Findings,
    sample_rate: Option<f64>,
    rand: Option<Rand>,
    max_baggage_bytes: u16,
    flags: u8,
}

impl Facts {
    fn of(context: &TraceContext<'_>) -> Self {
        let Position { parent_sampled, rand, findings, max_baggage_bytes, .. } = context.position;
        let flag = |is_set: bool, flag| if is_set { flag } else { 0 };
        let flags = flag(context.position.is_head, IS_HEAD)
            | flag(context.position.propagates_traceparent, WRITES_TRACEPARENT)
            | flag(parent_sampled.is_some(), PARENT_DECIDED)
            | flag(parent_sampled == Some(true), PARENT_SAMPLED)
            | flag(context.position.is_random, IS_RANDOM);
        Facts { findings, sample_rate: context.sample_rate(), rand, max_baggage_bytes, flags }
    }

    fn flag(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The numbers as bytes; absent ones have an invalid value: a rate of -1, 2^32 - 1 millionths.
    fn bytes(&self) -> [u8; FACTS] {
        let [a, b, c, d, e, f, g, h] = self.findings.bits().to_be_bytes();
        let [i, j, k, l, m, n, o, p] = self.sample_rate.unwrap_or(-1.0).to_bits().to_be_bytes();
        let [q, r, s, t] = self.rand.map_or(u32::MAX, Rand::millionths).to_be_bytes();
        let [u, v] = self.max_baggage_bytes.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, self.flags, 0]
    }

    fn read(bytes: &[u8; FACTS]) -> Option<Self> {
        let (findings, rest) = bytes.split_first_chunk()?;
        let (rate, rest) = rest.split_first_chunk()?;
        let (rand, rest) = rest.split_first_chunk()?;
        let (most, rest) = rest.split_first_chunk()?;
        Some(Facts {
            findings: Findings::from_bits(u64::from_be_bytes(*findings)),
            sample_rate: Some(f64::from_bits(u64::from_be_bytes(*rate))).filter(|rate| is_rate(*rate)),
            rand: Rand::from_millionths(u32::from_be_bytes(*rand)),
            max_baggage_bytes: u16::from_be_bytes(*most).min(BAGGAGE_WRITE_BYTES as u16),
            flags: *rest.first()?,
        })
    }
}
