//! What follows a `<`, by the tokenizer states of the HTML standard (13.2.5).
//!
//! ```text
//! markup    = comment / cdata / bogus / tag / nothing
//! comment   = "!--" ( [ "-" ] ">" / *octet ( "-->" / "--!>" ) )
//! cdata     = "![CDATA[" *octet "]]>"             ; inside of svg and math only
//! bogus     = ( "!" / "?" / "/" ) *octet ">"      ; a doctype too; "/" before a letter begins a tag
//! tag       = [ "/" ] name *( *blank attribute ) [ "/" ] ">"
//! attribute = attribute-name [ *blank "=" *blank ( quoted / unquoted ) ]
//! ```

use nom::bytes::complete::{tag, take, take_till, take_while};
use nom::combinator::{cut, opt, success};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::ascii;

/// The `name` and `content` of one meta tag, not decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Meta<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) content: &'a [u8],
}

/// A tag: its name, and what matters of its attributes (the first of each counts).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a [u8],
    pub(super) is_end: bool,
    /// True for `/>`.
    pub(super) is_closed: bool,
    pub(super) meta: Meta<'a>,
    /// True if `encoding` says that an `annotation-xml` contains HTML.
    pub(super) is_html_annotation: bool,
    /// True if a `font` has an attribute that only HTML's has.
    pub(super) is_styled: bool,
}

impl Tag<'_> {
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// True if the list, separated by blanks, contains the name.
    pub(super) fn is_one_of(&self, names: &str) -> bool {
        ascii::split(names, b' ').any(|name| self.is_named(name))
    }
}

/// What follows a `<`; `None` if it is no tag. Fails at a tag that the page does not end.
pub(super) fn markup(input: &[u8], has_cdata: bool) -> IResult<&[u8], Option<Tag<'_>>> {
    match input {
        [b'!', b'-', b'-', text @ ..] => Ok((after_comment(text), None)),
        [b'!', ..] if has_cdata && input.starts_with(CDATA) => Ok((after(input, b"]]>"), None)),
        [letter, ..] | [b'/', letter, ..] if letter.is_ascii_alphabetic() => element.map(Some).parse(input),
        [b'!' | b'?' | b'/', ..] => Ok((after(input, b">"), None)),
        _ => success(None).parse(input),
    }
}

const CDATA: &[u8] = b"![CDATA[";

fn after_comment(text: &[u8]) -> &[u8] {
    if let [b'>', rest @ ..] | [b'-', b'>', rest @ ..] = text {
        return rest;
    }
    let mut rest = text;
    while let Some(dashes) = ascii::find(rest, b"--").and_then(|at| rest.get(at..)) {
        if let [_, _, b'>', rest @ ..] | [_, _, b'!', b'>', rest @ ..] = dashes {
            return rest;
        }
        rest = dashes.get(1..).unwrap_or_default();
    }
    &[]
}

/// What follows the first occurrence of `end`; nothing if there is none.
pub(super) fn after<'a>(text: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = ascii::find(text, end).map(|at| at.saturating_add(end.len()));
    at.and_then(|at| text.get(at..)).unwrap_or_default()
}

/// The content of a raw text element, up to its end tag.
pub(super) fn after_raw_text<'a>(text: &'a [u8], name: &[u8]) -> &'a [u8] {
    let mut rest = text;
    while let Some(markup) = ascii::position(rest, b'<').and_then(|at| rest.get(at..)) {
        rest = markup.get(1..).unwrap_or_default();
        if is_end_tag(rest, name) {
            return markup;
        }
    }
    &[]
}

/// The content of a script: inside of `<!--` and `-->` another script may begin and end (13.2.5.15 and following).
pub(super) fn after_script(text: &[u8]) -> &[u8] {
    let (mut rest, mut is_escaped, mut is_nested) = (text, false, false);
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | b'-')) {
        let markup = rest.get(at..).unwrap_or_default();
        rest = markup.get(1..).unwrap_or_default();
        if is_escaped && markup.starts_with(b"-->") {
            (is_escaped, is_nested) = (false, false);
        } else if !is_escaped && markup.starts_with(b"<!--") {
            is_escaped = true;
            rest = markup.get(2..).unwrap_or_default();
        } else if markup.starts_with(b"<") && is_escaped && !is_nested && starts_with_name(rest, b"script") {
            is_nested = true;
        } else if markup.starts_with(b"<") && is_end_tag(rest, b"script") {
            if !is_nested {
                return markup;
            }
            is_nested = false;
        }
    }
    &[]
}

/// True if this follows the `<` of an end tag with this name.
pub(super) fn is_end_tag(tag: &[u8], name: &[u8]) -> bool {
    tag.strip_prefix(b"/").is_some_and(|tag| starts_with_name(tag, name))
}

/// True if a tag begins with this name, in any case, and the name ends there.
pub(super) fn starts_with_name(tag: &[u8], name: &[u8]) -> bool {
    let Some((head, tail)) = tag.split_at_checked(name.len()) else { return false };
    head.eq_ignore_ascii_case(name) && tail.first().is_none_or(|byte| ends_name(*byte))
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'>' | b'/')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0c)
}

/// The encodings of an `annotation-xml` that is an integration point of HTML.
const HTML_ENCODINGS: [&str; 2] = ["text/html", "application/xhtml+xml"];

/// The attributes of a `font` that ends foreign elements.
const FONT_ATTRIBUTES: [&str; 3] = ["color", "face", "size"];

fn is_equal(text: &[u8]) -> impl Fn(&&str) -> bool {
    move |name| text.eq_ignore_ascii_case(name.as_bytes())
}

fn element(input: &[u8]) -> IResult<&[u8], Tag<'_>> {
    let (input, slash) = opt(tag("/")).parse(input)?;
    // Split by hand: nom's `take_till` keeps a panic here.
    let end = input.iter().position(|byte| ends_name(*byte)).unwrap_or(input.len());
    let (tag_name, mut input) = input.split_at_checked(end).unwrap_or_default();
    let (mut name, mut content, mut encoding) = (None, None, None);
    let (mut is_closed, mut is_styled) = (false, false);
    loop {
        while let Some((byte, rest)) =
            input.split_first().filter(|(byte, _)| is_space(**byte) || **byte == b'/')
        {
            (input, is_closed) = (rest, *byte == b'/');
        }
        if let [b'>', rest @ ..] = input {
            let meta = Meta { name: name.unwrap_or_default(), content: content.unwrap_or_default() };
            let is_html_annotation =
                encoding.is_some_and(|encoding| HTML_ENCODINGS.iter().any(is_equal(encoding)));
            let is_end = slash.is_some();
            return Ok((
                rest,
                Tag { name: tag_name, is_end, is_closed, meta, is_html_annotation, is_styled },
            ));
        }
        let (rest, (key, value)) = attribute(input)?;
        (input, is_closed) = (rest, false);
        if key.eq_ignore_ascii_case(b"name") {
            name = name.or(Some(value));
        } else if key.eq_ignore_ascii_case(b"content") {
            content = content.or(Some(value));
        } else if key.eq_ignore_ascii_case(b"encoding") {
            encoding = encoding.or(Some(value));
        } else {
            is_styled |= FONT_ATTRIBUTES.iter().any(is_equal(key));
        }
    }
}

fn attribute(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let blanks = || take_while(is_space);
    let value =
        opt(preceded((blanks(), tag("="), blanks()), cut(attribute_value))).map(Option::unwrap_or_default);
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
