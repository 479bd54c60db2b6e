//! Character references of an attribute value: numeric ones and amp, lt, gt, quot, apos (rule H2).

use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::value;
use nom::sequence::{delimited, preceded};

use crate::ascii;

/// A decoded text and the rest of the buffer, or the whole buffer if the text does not fit.
pub(crate) type Decoded<'o> = Result<(&'o [u8], &'o mut [u8]), &'o mut [u8]>;

/// Decodes numeric entities and amp, lt, gt, quot, apos into `out`. A text without any is borrowed as it is.
pub(crate) fn decode_entities<'o>(text: &'o [u8], out: &'o mut [u8]) -> Decoded<'o> {
    if !text.contains(&b'&') {
        return Ok((text, out));
    }
    let Some(used) = write_decoded(text, out) else { return Err(out) };
    let (decoded, free) = out.split_at_mut_checked(used).unwrap_or_default();
    Ok((decoded, free))
}

fn write_decoded(mut html: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut used = 0_usize;
    while !html.is_empty() {
        let mut utf8 = [0; 4];
        let (bytes, rest) = match entity(html) {
            Ok((rest, character)) => (character.encode_utf8(&mut utf8).as_bytes(), rest),
            Err(_) => html.split_at_checked(1)?,
        };
        (html, used) = (rest, ascii::put(out, used, bytes)?);
    }
    Some(used)
}

fn entity(input: &[u8]) -> IResult<&[u8], char> {
    let named = |name: &'static str, character: char| value(character, tag(name));
    let names =
        (named("amp", '&'), named("lt", '<'), named("gt", '>'), named("quot", '"'), named("apos", '\''));
    let hex = preceded(alt((tag("x"), tag("X"))), number(16));
    delimited(tag("&"), alt((alt(names), preceded(tag("#"), alt((hex, number(10)))))), tag(";")).parse(input)
}

/// A character by its number; one that is no character reads as U+FFFD.
fn number<'a>(radix: u32) -> impl Parser<&'a [u8], Output = char, Error = nom::error::Error<&'a [u8]>> {
    take_while1(move |byte: u8| char::from(byte).is_digit(radix)).map(move |digits: &[u8]| {
        let number = digits.iter().fold(0_u32, |number, byte| {
            let digit = char::from(*byte).to_digit(radix).unwrap_or(0);
            number.saturating_mul(radix).saturating_add(digit)
        });
        char::from_u32(number).filter(|character| *character != '\0').unwrap_or('\u{fffd}')
    })
}
