//! One grammar a file; siblings do not import each other. What two grammars share is here: ids, and the error of a strict parse.

use nom::bytes::complete::{tag, take};
use nom::combinator::map_opt;
use nom::error::ParseError;
use nom::{IResult, Parser};

use crate::error::{Error, ErrorKind};
use crate::hex;
use crate::id::{SpanId, TraceId};

pub(crate) mod aws_signature;
pub(crate) mod baggage;
pub(crate) mod html;

pub(crate) mod sentry_trace;
pub(crate) mod server_timing;
pub(crate) mod traceparent;
pub(crate) mod tracestate;
pub(crate) mod url;

/// The error of a strict parse: its kind, and the number of bytes left at its offset.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    kind: ErrorKind,
    left: usize,
}

/// What is left to read, and what was read.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, Fault>;

impl Fault {
    pub(crate) fn new(kind: ErrorKind, at: &[u8]) -> nom::Err<Self> {
        nom::Err::Error(Fault { kind, left: at.len() })
    }

    /// The error in a text of `length` bytes.
    pub(crate) fn in_text(fault: nom::Err<Self>, length: usize) -> Error {
        match fault {
            nom::Err::Error(Fault { kind, left }) | nom::Err::Failure(Fault { kind, left }) => {
                Error::new(kind, length.saturating_sub(left))
            }
            nom::Err::Incomplete(_) => Error::new(ErrorKind::Empty, length),
        }
    }
}

/// A failing combinator names no kind; [`expect`] does.
impl<'a> ParseError<&'a [u8]> for Fault {
    fn from_error_kind(input: &'a [u8], _: nom::error::ErrorKind) -> Self {
        Fault { kind: ErrorKind::Empty, left: input.len() }
    }

    fn append(_: &'a [u8], _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// The parser, whose failure is of this kind and at its first byte.
pub(crate) fn expect<'a, T>(
    kind: ErrorKind,
    mut parser: impl Parser<&'a [u8], Output = T, Error = Fault>,
) -> impl Parser<&'a [u8], Output = T, Error = Fault> {
    move |input: &'a [u8]| parser.parse(input).map_err(|_| Fault::new(kind, input))
}

/// `trace-id = 32HEXDIGLC`, not all zero.
pub(crate) fn trace_id(input: &[u8]) -> Parsed<'_, TraceId> {
    let (rest, bytes) =
        expect(ErrorKind::TraceIdMalformed, map_opt(take(32_usize), hex::read)).parse(input)?;
    TraceId::new(bytes).map(|id| (rest, id)).ok_or(Fault::new(ErrorKind::TraceIdZero, input))
}

/// `span-id = 16HEXDIGLC`; `None` if all are zero.
pub(crate) fn span_id(input: &[u8]) -> Parsed<'_, Option<SpanId>> {
    let digits = map_opt(take(16_usize), hex::read).map(SpanId::new);
    expect(ErrorKind::SpanIdMalformed, digits).parse(input)
}

/// `"-"`
pub(crate) fn dash(input: &[u8]) -> Parsed<'_, &[u8]> {
    expect(ErrorKind::SeparatorMissing, tag("-")).parse(input)
}
