//! The W3C `tracestate` header, passed on with its members unread (rule C6).
//!
//! ```text
//! list        = list-member *( "," list-member )
//! list-member = OWS *chr OWS            ; key and value are the vendor's
//! OWS         = *( SP / HTAB )
//! chr         = %x20-7E                 ; no ","
//! ```

use heapless::{Vec, VecView};
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
// One copy, so that the members are not on the stack of the caller.
#[inline(never)]
pub(crate) fn write(lines: &[&[u8]], bytes: usize, out: &mut VecView<u8>) -> bool {
    let mut members: Vec<&[u8], MEMBERS> = Vec::new();
    let mut is_whole = true;
    for line in lines {
        let mut rest = ascii::trim(line);
        while !rest.is_empty() {
            let Ok((after, member)) = list_member(rest) else { return false };
            rest = after;
            is_whole &= member.is_empty() || members.push(member).is_ok();
        }
    }
    while written_len(&members) > bytes {
        is_whole = false;
        let long = members.iter_mut().filter(|member| member.len() > LONG);
        match long.max_by_key(|member| member.len()) {
            Some(longest) => *longest = b"",
            None => drop(members.pop()),
        }
    }
    for member in members.iter().filter(|member| !member.is_empty()) {
        let comma: &[u8] = if out.is_empty() { b"" } else { b"," };
        ascii::push(out, comma);
        ascii::push(out, member);
    }
    is_whole
}

/// The length of the members, joined by commas; a dropped one is empty.
fn written_len(members: &[&[u8]]) -> usize {
    let present = members.iter().filter(|member| !member.is_empty());
    present.fold(0_usize, |len, member| len.wrapping_add(member.len()).wrapping_add(1)).saturating_sub(1)
}

fn list_member(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let chr = |byte| matches!(byte, 0x20..=0x7e) && byte != b',';
    delimited(ows, take_while(chr), (ows, alt((tag(","), eof)))).map(ascii::trim_end).parse(input)
}

fn ows(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(|byte| matches!(byte, b' ' | b'\t'))(input)
}
