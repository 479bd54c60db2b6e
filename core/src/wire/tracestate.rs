//! The W3C `tracestate` header, passed on with its members unread (rule C6).
//!
//! ```text
//! list        = list-member *( "," list-member )
//! list-member = OWS *chr OWS            ; key and value are the vendor's
//! OWS         = *( SP / HTAB )
//! chr         = %x20-7E                 ; no ","
//! ```

use core::iter;

use heapless::VecView;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while};
use nom::combinator::eof;
use nom::sequence::delimited;
use nom::{IResult, Parser};

use crate::ascii;

/// How many members are passed on: W3C's limit.
const MEMBERS: usize = 32;
/// A member longer than this, in bytes, is the first to be dropped.
const LONG: usize = 128;

/// Writes the members of the lines, joined by commas, as far as they fit into `bytes`: of those with more than 128
/// bytes the longest are dropped first, then the last members. False if not all were written.
pub(crate) fn write(lines: &[&[u8]], bytes: usize, out: &mut VecView<u8>) -> bool {
    if members(lines).any(|member| member.is_none()) {
        return false;
    }
    let mut kept = u32::MAX;
    while let Some(dropped) = excess(lines, kept, bytes) {
        kept &= !1_u32.wrapping_shl(dropped as u32);
    }
    for (_, member) in chosen(lines, kept) {
        let comma: &[u8] = if out.is_empty() { b"" } else { b"," };
        ascii::push(out, comma);
        ascii::push(out, member);
    }
    kept == u32::MAX && all(lines).nth(MEMBERS).is_none()
}

/// The index of the member to drop next; `None` if those that are kept fit.
fn excess(lines: &[&[u8]], kept: u32, bytes: usize) -> Option<usize> {
    let commas = chosen(lines, kept).count().saturating_sub(1);
    let len = chosen(lines, kept).fold(commas, |len, (_, member)| len.saturating_add(member.len()));
    if len <= bytes {
        return None;
    }
    let long = chosen(lines, kept).filter(|(_, member)| member.len() > LONG);
    long.max_by_key(|(_, member)| member.len()).or_else(|| chosen(lines, kept).last()).map(|(at, _)| at)
}

/// The members whose bits are set, with their indexes.
fn chosen<'a>(lines: &[&'a [u8]], kept: u32) -> impl Iterator<Item = (usize, &'a [u8])> {
    all(lines).enumerate().take(MEMBERS).filter(move |(at, _)| kept.wrapping_shr(*at as u32) & 1 == 1)
}

/// The members that are not empty.
fn all<'a>(lines: &[&'a [u8]]) -> impl Iterator<Item = &'a [u8]> {
    members(lines).flatten().filter(|member| !member.is_empty())
}

/// The members of all lines; `None` for one that contains a byte which no member may, which ends its line.
fn members<'a>(lines: &[&'a [u8]]) -> impl Iterator<Item = Option<&'a [u8]>> {
    lines.iter().flat_map(|line| {
        let mut rest = ascii::trim(line);
        iter::from_fn(move || {
            let read = (!rest.is_empty()).then(|| list_member(rest).ok())?;
            let (after, member) = read.map_or((&[][..], None), |(after, member)| (after, Some(member)));
            rest = after;
            Some(member)
        })
    })
}

fn list_member(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let chr = |byte| matches!(byte, 0x20..=0x7e) && byte != b',';
    delimited(ows, take_while(chr), (ows, alt((tag(","), eof)))).map(ascii::trim_end).parse(input)
}

fn ows(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(|byte| matches!(byte, b' ' | b'\t'))(input)
}
