//! One grammar a file; siblings never meet. What two grammars share stands here: ids, and the fault of a strict parse.

use crate::error::{Error, ErrorKind};
use crate::hex;
use crate::id::{SpanId, TraceId};

pub(crate) mod aws_signature;
pub(crate) mod baggage;
pub(crate) mod html;

pub(crate) mod sentry_trace;
pub(crate) mod server_timing;
pub(crate) mod traceparent;
pub(crate) mod url;

/// What was wrong and how much was left to read there.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    kind: ErrorKind,
    left: usize,
}

/// What is left to read, and what was read.
pub(crate) type Parsed<'a, T> = Result<(&'a [u8], T), Fault>;

impl Fault {
    pub(crate) fn new(kind: ErrorKind, at: &[u8]) -> Self {
        Fault { kind, left: at.len() }
    }

    /// The error of this fault in a text of `length` bytes.
    pub(crate) fn in_text(self, length: usize) -> Error {
        Error::new(self.kind, length.saturating_sub(self.left))
    }
}

/// `trace-id = 32HEXDIGLC`, not all zero.
#[cfg_attr(feature = "std", inline(always))]
pub(crate) fn trace_id(input: &[u8]) -> Parsed<'_, TraceId> {
    let (rest, bytes) = hex_digits::<32, 16>(input).ok_or(Fault::new(ErrorKind::TraceIdMalformed, input))?;
    TraceId::new(bytes).map(|id| (rest, id)).ok_or(Fault::new(ErrorKind::TraceIdZero, input))
}

/// `span-id = 16HEXDIGLC`; `None` where all are zero.
#[cfg_attr(feature = "std", inline(always))]
pub(crate) fn span_id(input: &[u8]) -> Parsed<'_, Option<SpanId>> {
    let (rest, bytes) = hex_digits::<16, 8>(input).ok_or(Fault::new(ErrorKind::SpanIdMalformed, input))?;
    Ok((rest, SpanId::new(bytes)))
}

/// Takes as many lower-case digits as these bytes have.
#[cfg_attr(feature = "std", inline(always))]
fn hex_digits<const DIGITS: usize, const BYTES: usize>(input: &[u8]) -> Option<(&[u8], [u8; BYTES])> {
    let (digits, rest) = input.split_first_chunk::<DIGITS>()?;
    hex::read(digits).map(|bytes| (rest, bytes))
}
