//! Reading the meta tags of a page (rule H2): a small scanner that never fails.
//!
//! ```text
//! page      = *( comment / raw-element / tag / OCTET )          ; until "</head" or "<body"
//! tag       = "<" name *( *blank attribute ) *OCTET ">"
//! attribute = attribute-name [ *blank "=" *blank ( quoted / unquoted ) ]
//! ```

use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_till, take_while, take_while1};
use nom::combinator::{opt, value};
use nom::sequence::{delimited, preceded};

use crate::ascii;

/// How many bytes of a page are read (rule H2).
pub const HTML_READ_BYTES: usize = 65_536;

/// The elements whose content is text and holds no tags.
const RAW_ELEMENTS: [&[u8]; 5] = [b"script", b"style", b"title", b"noscript", b"textarea"];
/// The element whose content is a page of its own, and may hold another of its kind.
const TEMPLATE: &[u8] = b"template";

/// The `name` and `content` of one meta tag, not decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Meta<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) content: &'a [u8],
}

/// The meta tags in the head of a page, in order.
#[derive(Clone, Debug)]
pub(crate) struct MetaTags<'a> {
    rest: &'a [u8],
    /// In how many templates the rest begins.
    templates: usize,
}

impl<'a> MetaTags<'a> {
    pub(crate) fn new(page: &'a [u8]) -> Self {
        MetaTags { rest: page.get(..HTML_READ_BYTES).unwrap_or(page), templates: 0 }
    }

    fn after(&mut self, end: &[u8]) {
        let at = ascii::find(self.rest, end).map(|at| at.saturating_add(end.len()));
        self.rest = at.and_then(|at| self.rest.get(at..)).unwrap_or_default();
    }

    fn enter(&mut self, name: &[u8]) {
        if name.eq_ignore_ascii_case(TEMPLATE) {
            self.templates = self.templates.saturating_add(1);
        } else if RAW_ELEMENTS.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            self.after_raw(name);
        }
    }

    /// Passes over the content of a raw element, up to its end tag.
    fn after_raw(&mut self, name: &[u8]) {
        while let Some(at) = ascii::position(self.rest, b'<') {
            self.rest = self.rest.get(at.saturating_add(1)..).unwrap_or_default();
            if is_end_tag(self.rest, name) {
                return;
            }
        }
        self.rest = &[];
    }
}

impl<'a> Iterator for MetaTags<'a> {
    type Item = Meta<'a>;

    fn next(&mut self) -> Option<Meta<'a>> {
        loop {
            let at = ascii::position(self.rest, b'<')?;
            self.rest = self.rest.get(at.saturating_add(1)..)?;
            let in_template = self.templates > 0;
            if self.rest.starts_with(b"!--") {
                self.after(b"-->");
            } else if is_end_tag(self.rest, TEMPLATE) {
                self.templates = self.templates.saturating_sub(1);
            } else if !in_template && (starts_with_name(self.rest, b"body") || is_end_tag(self.rest, b"head"))
            {
                return None;
            } else if self.rest.first().is_some_and(u8::is_ascii_alphabetic) {
                let (rest, (name, meta)) = element(self.rest).ok()?;
                self.rest = rest;
                if !in_template && name.eq_ignore_ascii_case(b"meta") {
                    return Some(meta);
                }
                self.enter(name);
            }
        }
    }
}

fn is_end_tag(tag: &[u8], name: &[u8]) -> bool {
    tag.strip_prefix(b"/").is_some_and(|tag| starts_with_name(tag, name))
}

/// Does a tag begin with this name, in any case, with nothing glued to it?
fn starts_with_name(tag: &[u8], name: &[u8]) -> bool {
    let Some((head, tail)) = tag.split_at_checked(name.len()) else { return false };
    head.eq_ignore_ascii_case(name) && tail.first().is_none_or(|byte| ends_name(*byte))
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'>' | b'/')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0c)
}

/// A start tag behind its `<`: its name, and what a meta tag says in its attributes (the first of each counts).
fn element(input: &[u8]) -> IResult<&[u8], (&[u8], Meta<'_>)> {
    // Split by hand: nom's `take_till` keeps a panic here.
    let end = input.iter().position(|byte| ends_name(*byte)).unwrap_or(input.len());
    let (tag_name, mut input) = input.split_at_checked(end).unwrap_or_default();
    let (mut name, mut content) = (None, None);
    loop {
        while let Some((_, rest)) = input.split_first().filter(|(byte, _)| is_space(**byte) || **byte == b'/')
        {
            input = rest;
        }
        if let [b'>', rest @ ..] = input {
            let meta = Meta { name: name.unwrap_or_default(), content: content.unwrap_or_default() };
            return Ok((rest, (tag_name, meta)));
        }
        let (rest, (key, value)) = attribute(input)?;
        input = rest;
        if key.eq_ignore_ascii_case(b"name") {
            name = name.or(Some(value));
        } else if key.eq_ignore_ascii_case(b"content") {
            content = content.or(Some(value));
        }
    }
}

fn attribute(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let blanks = || take_while(is_space);
    let value = opt(preceded((blanks(), tag("="), blanks()), attribute_value)).map(Option::unwrap_or_default);
    (attribute_name, value).parse(input)
}

/// One byte of any kind, and all up to the end of the name. (nom's `recognize` keeps a panic.)
fn attribute_name(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let ends = |byte: &u8| ends_name(*byte) || *byte == b'=';
    let len = input.iter().skip(1).position(ends).map_or(input.len(), |at| at.saturating_add(1));
    take(len.max(1))(input)
}

fn attribute_value(input: &[u8]) -> IResult<&[u8], &[u8]> {
    match input {
        [b'"', ..] => delimited(tag("\""), take_till(|byte| byte == b'"'), tag("\"")).parse(input),
        [b'\'', ..] => delimited(tag("'"), take_till(|byte| byte == b'\''), tag("'")).parse(input),
        _ => take_till(|byte| is_space(byte) || byte == b'>')(input),
    }
}

/// A decoded text and the room behind it, or the whole room back where the text did not fit.
pub(crate) type Decoded<'o> = Result<(&'o [u8], &'o mut [u8]), &'o mut [u8]>;

/// Decodes numeric entities and amp, lt, gt, quot, apos into `out`.
pub(crate) fn decode_entities<'o>(text: &[u8], out: &'o mut [u8]) -> Decoded<'o> {
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
