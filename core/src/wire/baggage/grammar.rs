//! The grammar of a list-member, byte by byte (rules B1 and B2).
//!
//! ```text
//! list-member   = *blank [ sentry-member / third-party ] *blank
//! sentry-member = %s"sentry-" name [ "=" value ]
//! name          = *octet               ; no "=" and no ","
//! value         = *octet               ; no ","
//! third-party   = *octet               ; no ","
//! ```

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while};
use nom::combinator::opt;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::member::flag::{self, Half};
use super::member::{Entry, Member, SENTRY_PREFIX};
use crate::ascii;
use crate::percent::is_unreserved_byte;

/// Bytes, and the flags of what they contain.
type Octets<'a> = (&'a [u8], Half);

/// After this many bytes the rest of a value is not inspected.
const LONG: usize = 256;

/// A member at the front, up to its comma; `None` if it is blank.
pub(super) fn list_member(input: &[u8]) -> IResult<&[u8], Option<Entry<'_>>> {
    preceded(take_while(ascii::is_blank), alt((sentry_member, third_party))).parse(input)
}

fn sentry_member(input: &[u8]) -> IResult<&[u8], Option<Entry<'_>>> {
    let mut parts = (preceded(tag(SENTRY_PREFIX), name), opt(tag("=")), value);
    let (rest, ((name, of_name), equals, (_, of_value))) = parts.parse(input)?;
    let (flags, text) = (of_name | of_value, until(input, rest));
    let text = if flags & flag::REWRITTEN == 0 { text } else { ascii::trim_end(text) };
    let equals = equals.map(|_| SENTRY_PREFIX.len().wrapping_add(name.len()));
    let member = equals.and_then(|equals| Member::new(text, equals, flags));
    Ok((rest, Some(member.map_or(Entry::Malformed(text), Entry::Sentry))))
}

fn name(input: &[u8]) -> IResult<&[u8], Octets<'_>> {
    octets(input, flag::NAME_PERCENT)
}

fn value(input: &[u8]) -> IResult<&[u8], Octets<'_>> {
    octets(input, flag::VALUE_PERCENT)
}

fn third_party(input: &[u8]) -> IResult<&[u8], Option<Entry<'_>>> {
    let (rest, text) = take(ascii::until(input, b',').len())(input)?;
    let text = ascii::trim_end(text);
    Ok((rest, (!text.is_empty()).then_some(Entry::Foreign(text))))
}

/// The bytes up to the end of a name or a value, whose escapes have this flag.
fn octets(input: &[u8], percent: Half) -> IResult<&[u8], Octets<'_>> {
    let (mut flags, mut len) = (0, input.len());
    for (at, byte) in input.iter().enumerate() {
        if is_unreserved_byte(*byte) {
            continue;
        }
        flags |= match byte {
            b'=' if percent == flag::NAME_PERCENT => {
                len = at;
                break;
            }
            b',' => {
                len = at;
                break;
            }
            b'%' => percent | flag::of_escape(input, at),
            0x80.. => flag::REWRITTEN | flag::NON_ASCII,
            _ => flag::REWRITTEN,
        };
        if at > LONG && percent == flag::VALUE_PERCENT {
            (flags, len) = (flag::ANY, ascii::until(input, b',').len());
            break;
        }
    }
    // nom's `take` keeps a panic here.
    let (bytes, rest) = input.split_at_checked(len).unwrap_or((input, b""));
    Ok((rest, (bytes, flags)))
}

/// What was parsed of `input` if `rest` is left.
fn until<'a>(input: &'a [u8], rest: &[u8]) -> &'a [u8] {
    input.get(..input.len().wrapping_sub(rest.len())).unwrap_or_default()
}
