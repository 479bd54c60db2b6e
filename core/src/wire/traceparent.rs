//! The W3C `traceparent` header, read strictly (rule C6).
//!
//! ```text
//! traceparent = version "-" trace-id "-" parent-id "-" flags [ "-" *OCTET ]   ; the tail only in versions above 00
//! version     = 2HEXDIGLC          ; not ff
//! trace-id    = 32HEXDIGLC         ; not all zero
//! parent-id   = 16HEXDIGLC         ; not all zero
//! flags       = 2HEXDIGLC          ; bit 0: sampled, bit 1: random
//! ```

use core::fmt;

use nom::Parser;
use nom::bytes::complete::take;
use nom::combinator::{map_opt, verify};
use nom::sequence::preceded;

use super::{Fault, Parsed, dash, expect, span_id, trace_id};
use crate::ascii;
use crate::error::{Error, ErrorKind};
use crate::hex;
use crate::id::{SpanId, TraceId};

/// One `traceparent` value: version 00 when written.
///
/// # Example: W3C has no deferred decision; it is written as 00
/// ```
/// use tracehop_core::Traceparent;
/// let parsed = Traceparent::parse(b"00-771a43a4192642f0b136d5159a501700-1234567890abcdef-00")?;
/// assert_eq!(parsed.sampled, None);
/// assert_eq!(parsed.to_string(), "00-771a43a4192642f0b136d5159a501700-1234567890abcdef-00");
/// # Ok::<(), tracehop_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traceparent {
    /// The id of the trace.
    pub trace_id: TraceId,
    /// The span that sent the value, named parent-id by W3C.
    pub span_id: SpanId,
    /// `Some(true)` if bit 0 of the flags is set; read as `None` if it is not (rule C5).
    pub sampled: Option<bool>,
    /// True if bit 1 of the flags is set: the last seven bytes of the trace id are random (W3C level 2).
    pub random: bool,
}

const SAMPLED: u8 = 1;
const RANDOM: u8 = 2;

impl Traceparent {
    /// Reads one header value strictly; SP and HT around it are trimmed.
    ///
    /// # Errors
    /// Anything that the W3C grammar refuses, with the byte offset of the error in `value`.
    pub fn parse(value: &[u8]) -> Result<Traceparent, Error> {
        let is_ows = |byte: &u8| matches!(byte, b' ' | b'\t');
        let start = value.iter().position(|byte| !is_ows(byte)).unwrap_or(value.len());
        let end = value.iter().rposition(|byte| !is_ows(byte)).map_or(start, |last| last.saturating_add(1));
        let text = value.get(start..end).unwrap_or_default();
        if text.is_empty() {
            return Err(Error::new(ErrorKind::Empty, value.len()));
        }
        traceparent(text).map(|(_, parsed)| parsed).map_err(|fault| Fault::in_text(fault, end))
    }

    /// The header text of version 00, on the stack.
    pub fn text(&self) -> [u8; 55] {
        let mut digits = *b"00-00000000000000000000000000000000-0000000000000000-00";
        if let Some(text) = digits.get_mut(3..35) {
            hex::write(self.trace_id.as_bytes(), text);
        }
        if let Some(text) = digits.get_mut(36..52) {
            hex::write(self.span_id.as_bytes(), text);
        }
        if let Some(last) = digits.last_mut() {
            *last |= if self.sampled == Some(true) { SAMPLED } else { 0 };
            *last |= if self.random { RANDOM } else { 0 };
        }
        digits
    }
}

impl fmt::Display for Traceparent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ascii::as_str(&self.text()))
    }
}

fn traceparent(input: &[u8]) -> Parsed<'_, Traceparent> {
    let parts = (version, preceded(dash, trace_id), preceded(dash, parent_id), preceded(dash, flags));
    let (rest, (version, trace_id, span_id, flags)) = { parts }.parse(input)?;
    match rest {
        [] | [b'-', ..] if rest.is_empty() || version > 0 => {
            let (sampled, random) = ((flags & SAMPLED != 0).then_some(true), flags & RANDOM != 0);
            Ok((rest, Traceparent { trace_id, span_id, sampled, random }))
        }
        _ => Err(Fault::new(ErrorKind::TrailingText, rest)),
    }
}

/// `version = 2HEXDIGLC`, not `ff`.
fn version(input: &[u8]) -> Parsed<'_, u8> {
    expect(ErrorKind::VersionMalformed, verify(byte, |version| *version != 0xff)).parse(input)
}

/// `parent-id = 16HEXDIGLC`, not all zero.
fn parent_id(input: &[u8]) -> Parsed<'_, SpanId> {
    let (rest, span_id) = span_id(input)?;
    span_id.map(|span_id| (rest, span_id)).ok_or(Fault::new(ErrorKind::SpanIdZero, input))
}

/// `flags = 2HEXDIGLC`
fn flags(input: &[u8]) -> Parsed<'_, u8> {
    expect(ErrorKind::FlagMalformed, byte).parse(input)
}

/// `2HEXDIGLC`
fn byte(input: &[u8]) -> Parsed<'_, u8> {
    map_opt(take(2_usize), hex::read_byte).parse(input)
}
