//! The W3C `tracestate` header, whose members are passed on (rule C6).
//!
//! ```text
//! list        = list-member *( "," list-member )
//! list-member = OWS [ key "=" value ] OWS
//! key         = ( lcalpha / DIGIT ) 0*255( lcalpha / DIGIT / "_" / "-" / "*" / "/" / "@" )
//! value       = *chr nblk-chr           ; longer ones than W3C's 256 bytes count as members with more than 128
//! chr         = %x20-7E                 ; no "," and no "="
//! nblk-chr    = %x21-7E                 ; no "," and no "="
//! OWS         = *( SP / HTAB )
//! ```

use heapless::{Vec, VecView};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while};
use nom::combinator::{eof, verify};
use nom::sequence::delimited;
use nom::{IResult, Parser};

use crate::ascii;

/// Maximum members of a list.
const MEMBERS: usize = 32;
/// The longest key, in bytes.
const KEY: usize = 256;
/// A member longer than this, in bytes, is the first to be dropped.
const LONG: usize = 128;

/// Writes the members of the lines, joined by commas, as far as they fit into `bytes`. Drops the longest of the members
/// with more than 128 bytes first, then the last members. Writes nothing if the list is malformed or has too many
/// members. Returns false if not all were written.
// One copy, so that the members are not on the stack of the caller.
#[inline(never)]
pub(crate) fn write(lines: &[&[u8]], bytes: usize, out: &mut VecView<u8>) -> bool {
    let mut members: Vec<&[u8], MEMBERS> = Vec::new();
    for line in lines {
        let mut rest = ascii::trim(line);
        while !rest.is_empty() {
            let Ok((after, member)) = list_member(rest) else { return false };
            rest = after;
            if !member.is_empty() && members.push(member).is_err() {
                return false;
            }
        }
    }
    let mut is_whole = true;
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

/// A member without the white space around it; empty for an empty one.
fn list_member(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let text = take_while(|byte| chr(byte) || byte == b'=').map(ascii::trim_end);
    let member = verify(text, |text: &[u8]| text.is_empty() || entry(text).is_ok());
    delimited(ows, member, (ows, alt((tag(","), eof)))).parse(input)
}

fn entry(input: &[u8]) -> IResult<&[u8], ()> {
    (key, tag("="), value, eof).map(|_| ()).parse(input)
}

fn key(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let begins = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let text = take_while(|byte| begins(&byte) || b"_-*/@".contains(&byte));
    verify(text, |key: &[u8]| key.len() <= KEY && key.first().is_some_and(begins)).parse(input)
}

/// The member's end is trimmed, so the last byte is no blank.
fn value(input: &[u8]) -> IResult<&[u8], &[u8]> {
    verify(take_while(chr), |value: &[u8]| !value.is_empty()).parse(input)
}

fn chr(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e) && byte != b',' && byte != b'='
}

fn ows(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(|byte| matches!(byte, b' ' | b'\t'))(input)
}
