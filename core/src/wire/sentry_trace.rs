//! The `sentry-trace` header (rules S1 to S5).
//!
//! ```text
//! sentry-trace = *( blank / "," ) part *blank [ "," *OCTET ]
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
use nom::combinator::{opt, value};
use nom::sequence::{preceded, terminated};

use super::{Fault, Parsed, dash, expect, span_id, trace_id};
use crate::ascii;
use crate::error::{Error, ErrorKind};
use crate::id::{SpanId, TraceId};

/// Maximum bytes of a `sentry-trace` value that are read (rule S5).
pub(crate) const SENTRY_TRACE_READ_BYTES: usize = 256;

/// One `sentry-trace` value: the trace, the span that sent it, and the sender's sampling decision.
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
    /// The span that sent the value; `None` if the value names none.
    pub span_id: Option<SpanId>,
    /// The sender's decision; `None` if it is deferred to the receiver.
    pub sampled: Option<bool>,
}

impl SentryTrace {
    /// Reads one header value strictly (rules S1, S2, S3, S5): blanks around it are trimmed, and of several values
    /// joined by commas the first non-empty one counts.
    ///
    /// # Errors
    /// Anything but the accepted forms, with the byte offset of the error in `value`.
    pub fn parse(value: &[u8]) -> Result<SentryTrace, Error> {
        read(value).map(|(_, trace)| trace)
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
        ascii::push(&mut self.0, bytes);
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        ascii::as_str(&self.0)
    }

    /// The text as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Reads the first non-empty part of a comma list, and returns what follows it within the bytes that are read.
pub(crate) fn read(value: &[u8]) -> Result<(&[u8], SentryTrace), Error> {
    if cfg!(feature = "std")
        && let Some(trace) = canonical(value)
    {
        return Ok((&[], trace));
    }
    let seen = within(value);
    let is_long = value.len() > seen.len();
    let start = seen
        .iter()
        .position(|byte| !is_filler(byte))
        .ok_or(Error::new(if is_long { ErrorKind::TooLong } else { ErrorKind::Empty }, seen.len()))?;
    let input = seen.get(start..).unwrap_or_default();
    if is_long && ascii::position(input, b',').is_none() {
        return Err(Error::new(ErrorKind::TooLong, seen.len()));
    }
    part(input).map_err(|fault| Fault::in_text(fault, seen.len()))
}

/// A value as SDKs write it (rule S4): without blanks and without another part.
#[cfg_attr(feature = "std", inline(always))]
fn canonical(value: &[u8]) -> Option<SentryTrace> {
    let (rest, trace_id) = trace_id(value).ok()?;
    let (rest, span_id) = span_id(rest.strip_prefix(b"-")?).ok()?;
    let sampled = match rest {
        [] => None,
        b"-1" => Some(true),
        b"-0" => Some(false),
        _ => return None,
    };
    Some(SentryTrace { trace_id, span_id, sampled })
}

/// The bytes of a value that are read (rule S5).
pub(crate) fn within(value: &[u8]) -> &[u8] {
    value.get(..SENTRY_TRACE_READ_BYTES).unwrap_or(value)
}

fn is_filler(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',')
}

/// True if a value contains only blanks and commas. A value longer than what is read does not count as empty.
pub(crate) fn has_no_part(value: &[u8]) -> bool {
    value.len() <= SENTRY_TRACE_READ_BYTES && value.iter().all(is_filler)
}

/// True if another non-empty part follows the first one, within the bytes that are read.
pub(crate) fn has_more_parts(value: &[u8]) -> bool {
    let seen = within(value);
    let mut bytes = seen.iter().skip_while(|byte| is_filler(byte));
    // Almost every value is one part.
    ascii::position(seen, b',').is_some() && bytes.any(|byte| *byte == b',') && !bytes.all(is_filler)
}

/// `part = trace-id [ "-" tail ]`
fn part(input: &[u8]) -> Parsed<'_, SentryTrace> {
    let (rest, trace_id) = trace_id(input)?;
    let no_tail = expect(ErrorKind::SeparatorMissing, end).map(|_| (None, None));
    let (rest, (span_id, sampled)) = match rest {
        [b'-', ..] => preceded(dash, tail).parse(rest)?,
        _ => { no_tail }.parse(rest)?,
    };
    Ok((rest, SentryTrace { trace_id, span_id, sampled }))
}

/// `tail = [ flag ] / "-" [ flag ] / span-id [ "-" [ flag ] ]`
fn tail(input: &[u8]) -> Parsed<'_, (Option<SpanId>, Option<bool>)> {
    let without_span = preceded(opt(tag("-")), last_flag).map(|sampled| (None, sampled));
    alt((without_span, with_span)).parse(input)
}

/// `span-id [ "-" [ flag ] ]`
fn with_span(input: &[u8]) -> Parsed<'_, (Option<SpanId>, Option<bool>)> {
    let (rest, span_id) = span_id(input)?;
    let (rest, sampled) = match rest {
        [b'-', ..] => preceded(dash, expect(ErrorKind::FlagMalformed, last_flag)).parse(rest)?,
        _ => expect(ErrorKind::SeparatorMissing, end).map(|_| None).parse(rest)?,
    };
    Ok((rest, (span_id, sampled)))
}

/// `[ flag ]` at the end of the part.
fn last_flag(input: &[u8]) -> Parsed<'_, Option<bool>> {
    let flag = alt((value(true, tag("1")), value(false, tag("0"))));
    terminated(opt(flag), end).parse(input)
}

/// The end of the part: blanks, then a comma or nothing more.
fn end(input: &[u8]) -> Parsed<'_, ()> {
    match ascii::trim_start(input) {
        rest @ ([] | [b',', ..]) => Ok((rest, ())),
        rest => Err(Fault::new(ErrorKind::SeparatorMissing, rest)),
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::{canonical, part};

    #[test]
    fn what_sdks_write_is_canonical() {
        for (flag, sampled) in [("", None), ("-0", Some(false)), ("-1", Some(true))] {
            let value = format!("771a43a4192642f0b136d5159a501700-1234567890abcdef{flag}");
            let read = canonical(value.as_bytes()).map(|read| (read.sampled, read.to_string()));
            assert_eq!(read, Some((sampled, value)));
        }
    }

    #[test]
    fn a_canonical_value_is_read_as_by_the_grammar() {
        for text in [
            "771a43a4192642f0b136d5159a501700-1234567890abcdef",
            "00000000000000000000000000000001-0000000000000000-1",
        ] {
            for (at, byte) in (0..text.len()).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte))) {
                let mut value = text.as_bytes().to_vec();
                value[at] = byte;
                if let Some(read) = canonical(&value) {
                    assert_eq!(part(&value), Ok((&b""[..], read)), "{value:?}");
                }
            }
        }
    }
}
