//! One grammar a file; siblings never meet. What two grammars share stands here: ids, and the fault of a strict parse.

use nom::bytes::complete::take;
use nom::combinator::map_opt;
use nom::{IResult, Parser, error::ParseError};

use crate::error::{Error, ErrorKind};
use crate::hex;
use crate::id::{SpanId, TraceId};

pub(crate) mod baggage;
pub(crate) mod meta;
pub(crate) mod number;
pub(crate) mod sentry_trace;
pub(crate) mod server_timing;
pub(crate) mod signed;
pub(crate) mod traceparent;
pub(crate) mod url;

/// What was wrong and how much was left to read there.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    kind: ErrorKind,
    left: usize,
}

pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, Fault>;

impl Fault {
    pub(crate) fn new(kind: ErrorKind, at: &[u8]) -> Self {
        Fault { kind, left: at.len() }
    }

    /// The error of this fault in a text of `length` bytes.
    fn in_text(self, length: usize) -> Error {
        Error::new(self.kind, length.saturating_sub(self.left))
    }
}

impl ParseError<&[u8]> for Fault {
    fn from_error_kind(input: &[u8], _: nom::error::ErrorKind) -> Self {
        Fault::new(ErrorKind::TrailingText, input)
    }

    fn append(_: &[u8], _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// Gives the fault of a parser its kind, at the place where the parser began.
pub(crate) fn or_fault<'a, T>(
    kind: ErrorKind,
    mut parser: impl Parser<&'a [u8], Output = T, Error = Fault>,
) -> impl FnMut(&'a [u8]) -> Parsed<'a, T> {
    move |input| parser.parse(input).map_err(|_| nom::Err::Error(Fault::new(kind, input)))
}

/// Runs a grammar over a whole text; the error's offset counts from `offset`.
pub(crate) fn run<'a, T>(
    mut grammar: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
    text: &'a [u8],
    offset: usize,
) -> Result<T, Error> {
    let end = offset.saturating_add(text.len());
    match grammar(text) {
        Ok(([], value)) => Ok(value),
        Ok((rest, _)) => Err(Fault::new(ErrorKind::TrailingText, rest).in_text(end)),
        Err(nom::Err::Error(fault) | nom::Err::Failure(fault)) => Err(fault.in_text(end)),
        Err(nom::Err::Incomplete(_)) => Err(Error::new(ErrorKind::TrailingText, end)),
    }
}

/// `trace-id = 32HEXDIGLC`, not all zero.
pub(crate) fn trace_id(input: &[u8]) -> Parsed<'_, TraceId> {
    let (rest, bytes) = or_fault(ErrorKind::TraceIdMalformed, map_opt(take(32_usize), hex::read))(input)?;
    TraceId::new(bytes).map(|id| (rest, id)).ok_or(nom::Err::Error(Fault::new(ErrorKind::TraceIdZero, input)))
}

/// `span-id = 16HEXDIGLC`; `None` where all are zero.
pub(crate) fn span_id(input: &[u8]) -> Parsed<'_, Option<SpanId>> {
    or_fault(ErrorKind::SpanIdMalformed, map_opt(take(16_usize), hex::read).map(SpanId::new))(input)
}
