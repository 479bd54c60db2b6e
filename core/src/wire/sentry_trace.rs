//! The `sentry-trace` header (rules S1 to S5).
//!
//! ```text
//! sentry-trace = *( blank / "," ) part [ blank ] [ "," *OCTET ]
//! part         = trace-id [ "-" tail ]
//! tail         = [ flag ] / "-" [ flag ] / span-id [ "-" [ flag ] ]
//! trace-id     = 32HEXDIGLC        ; not all zero
//! span-id      = 16HEXDIGLC        ; all zero counts as none
//! flag         = "0" / "1"
//! ```

use core::fmt;

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::combinator::{eof, opt, value};
use nom::sequence::{preceded, terminated};

use super::{Fault, Parsed, or_fault, run, span_id, trace_id};
use crate::error::{Error, ErrorKind};
use crate::id::{SpanId, TraceId};
use crate::text;

/// How many bytes of a `sentry-trace` value are looked at (rule S5).
pub const SENTRY_TRACE_READ_BYTES: usize = 256;

/// One `sentry-trace` value: which trace, which span sent it, and what was decided there.
///
/// # Example: a deferred decision is `None`, not `false`
/// ```
/// use tracehop_core::SentryTrace;
/// let parsed = SentryTrace::parse(b" 771a43a4192642f0b136d5159a501700-1234567890abcdef- ")?;
/// assert_eq!(parsed.sampled, None);
/// assert_eq!(parsed.to_string(), "771a43a4192642f0b136d5159a501700-1234567890abcdef");
/// # Ok::<(), tracehop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentryTrace {
    /// The id of the trace.
    pub trace_id: TraceId,
    /// The span that sent the value; `None` where the value names none.
    pub span_id: Option<SpanId>,
    /// The sender's decision; `None` where it is deferred to the receiver.
    pub sampled: Option<bool>,
}

impl SentryTrace {
    /// Reads one header value strictly (rules S1, S2, S3, S5): blanks around it are trimmed, and of several values
    /// joined by commas the first non-empty one counts.
    ///
    /// # Errors
    /// Anything else than the accepted forms, with the byte offset in `value` at which it goes wrong.
    pub fn parse(value: &[u8]) -> Result<SentryTrace, Error> {
        let (part, offset) = first_part(value)?;
        run(sentry_trace, part, offset)
    }

    /// The canonical header text, on the stack (rule S4).
    pub fn text(&self) -> SentryTraceText {
        let mut text = SentryTraceText::new();
        text.push(&self.trace_id.text());
        if let Some(span_id) = self.span_id {
            text.push(b"-");
            text.push(&span_id.text());
        }
        match self.sampled {
            Some(true) => text.push(b"-1"),
            Some(false) => text.push(b"-0"),
            None => {}
        }
        text
    }
}

impl fmt::Display for SentryTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

/// The text of a `sentry-trace` value: at most 51 bytes, on the stack.
#[derive(Clone, Debug, Default)]
pub struct SentryTraceText(heapless::Vec<u8, 51>);

impl SentryTraceText {
    fn new() -> Self {
        SentryTraceText(heapless::Vec::new())
    }

    fn push(&mut self, bytes: &[u8]) {
        text::push(&mut self.0, bytes);
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }

    /// The text as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The first non-empty part of a comma list and its offset, within the bytes that are looked at.
fn first_part(value: &[u8]) -> Result<(&[u8], usize), Error> {
    let seen = value.get(..SENTRY_TRACE_READ_BYTES).unwrap_or(value);
    let start = seen.iter().position(|byte| !is_filler(byte)).ok_or(blank(value))?;
    let part = seen.get(start..).unwrap_or_default();
    let end = text::position(part, b',');
    if end.is_none() && value.len() > seen.len() {
        return Err(Error::new(ErrorKind::TooLong, seen.len()));
    }
    Ok((text::trim(part.get(..end.unwrap_or(part.len())).unwrap_or(part)), start))
}

fn is_filler(byte: &u8) -> bool {
    text::is_blank(*byte) || *byte == b','
}

/// Is there nothing in a value but blanks and commas? One that is too long to tell is not empty.
pub(crate) fn has_no_part(value: &[u8]) -> bool {
    value.len() <= SENTRY_TRACE_READ_BYTES && value.iter().all(is_filler)
}

fn blank(value: &[u8]) -> Error {
    let long = value.len() > SENTRY_TRACE_READ_BYTES;
    Error::new(
        if long { ErrorKind::TooLong } else { ErrorKind::Empty },
        value.len().min(SENTRY_TRACE_READ_BYTES),
    )
}

fn sentry_trace(input: &[u8]) -> Parsed<'_, SentryTrace> {
    let (input, trace_id) = trace_id(input)?;
    let (rest, (span_id, sampled)) = match input {
        [] => (input, (None, None)),
        _ => preceded(or_fault(ErrorKind::SeparatorMissing, tag("-")), tail).parse(input)?,
    };
    Ok((rest, SentryTrace { trace_id, span_id, sampled }))
}

fn tail(input: &[u8]) -> Parsed<'_, (Option<SpanId>, Option<bool>)> {
    let last_flag = terminated(opt(flag), eof);
    alt((preceded(opt(tag("-")), last_flag).map(|sampled| (None, sampled)), |input| {
        let (rest, span_id) = span_id(input)?;
        let (rest, sampled) = span_tail(rest)?;
        Ok((rest, (span_id, sampled)))
    }))
    .parse(input)
}

fn span_tail(input: &[u8]) -> Parsed<'_, Option<bool>> {
    match input {
        [] | [b'-'] => Ok((&[], None)),
        [b'-', flags @ ..] => or_fault(ErrorKind::FlagMalformed, terminated(flag, eof).map(Some))(flags),
        _ => Err(nom::Err::Error(Fault::new(ErrorKind::SeparatorMissing, input))),
    }
}

fn flag(input: &[u8]) -> Parsed<'_, bool> {
    alt((value(true, tag("1")), value(false, tag("0")))).parse(input)
}

/// Does another non-empty part follow the first one, within the bytes that are looked at?
pub(crate) fn has_more_parts(value: &[u8]) -> bool {
    let seen = value.get(..SENTRY_TRACE_READ_BYTES).unwrap_or(value);
    // Almost every value is one part.
    text::position(seen, b',').is_some()
        && seen.split(|byte| *byte == b',').filter(|part| !text::trim(part).is_empty()).nth(1).is_some()
}
