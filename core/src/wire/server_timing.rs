//! The `Server-Timing` header: how a server passes a trace to the page that it serves (rule H3).
//!
//! ```text
//! server-timing = metric *( "," metric )
//! metric        = octets *( ";" parameter )           ; the octets are its name, with blanks around it
//! parameter     = name [ "=" *blank value ] octets
//! name          = *octet                               ; no "=", ";" or ","
//! value         = quoted-string / token
//! quoted-string = DQUOTE *octet DQUOTE                 ; without escapes
//! token         = *octet                               ; no blank, ";" or ","
//! octets        = *( quoted-string / octet )           ; no ";" or "," outside of quotes
//! ```

use nom::bytes::complete::{tag, take_till, take_while};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::ascii;

/// The name of a metric, and its description if it has one.
type Metric<'a> = (&'a [u8], Option<&'a [u8]>);

/// The description of the first metric with this name.
pub(crate) fn description<'a>(header: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
    let mut rest = header;
    while !rest.is_empty() {
        let (after, (name, description)) = metric(rest).ok()?;
        if description.is_some() && name.eq_ignore_ascii_case(wanted.as_bytes()) {
            return description;
        }
        rest = after;
    }
    None
}

/// True if the header contains this name anywhere, in any case. A quote that is never closed hides no metric from this.
pub(crate) fn mentions(header: &[u8], name: &str) -> bool {
    let begins =
        |tail: &[u8]| tail.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()));
    (0..header.len()).any(|at| header.get(at..).is_some_and(begins))
}

/// A metric, and the comma after it.
fn metric(input: &[u8]) -> IResult<&[u8], Metric<'_>, ()> {
    let (mut rest, name) = octets(input)?;
    let mut description = None;
    while let Ok((after, parameter)) = preceded(tag::<_, _, ()>(";"), parameter).parse(rest) {
        description = description.or(parameter);
        rest = after;
    }
    let (rest, _) = opt(tag(",")).parse(rest)?;
    Ok((rest, (ascii::trim(name), description)))
}

/// A parameter; its value if it is a `desc`.
fn parameter(input: &[u8]) -> IResult<&[u8], Option<&[u8]>, ()> {
    let (rest, name) = name(input)?;
    let blanks = take_while(ascii::is_blank);
    let (rest, value) = opt(preceded((tag("="), blanks), value)).parse(rest)?;
    let (rest, _) = octets(rest)?;
    Ok((rest, value.filter(|_| ascii::trim(name).eq_ignore_ascii_case(b"desc"))))
}

fn name(input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    take_till(|byte| matches!(byte, b'=' | b';' | b',')).parse(input)
}

fn value(input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    match input {
        [b'"', ..] => quoted_string(input),
        _ => token(input),
    }
}

fn quoted_string(input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    delimited(tag("\""), take_till(|byte| byte == b'"'), tag("\"")).parse(input)
}

fn token(input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    take_till(|byte| matches!(byte, b';' | b',') || ascii::is_blank(byte)).parse(input)
}

/// The bytes up to a semicolon or comma that no quotes contain; a quote that is never closed contains all that follows.
fn octets(input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    let mut is_quoted = false;
    let end = input.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        matches!(byte, b';' | b',') && !is_quoted
    });
    // nom's `take` keeps a panic here, and its `tag` one after a rest that is a constant.
    let (octets, rest) = input.split_at_checked(end.unwrap_or(input.len())).ok_or(nom::Err::Error(()))?;
    Ok((rest, octets))
}

#[cfg(test)]
mod tests {
    use super::description;

    #[test]
    fn description_of_a_metric_is_found_outside_of_quotes_only() {
        for (header, expected) in [
            ("db;dur=1, x;desc=\"a,b;c\"", Some("a,b;c")),
            ("X ; DESC = a b", Some("a")),
            ("x;note=\"1;desc=no\";desc=yes", Some("yes")),
            ("y;desc=\"x;desc=no\"", None),
            ("x;dur=1;desc=a;desc=b", Some("a")),
            ("x,x;desc=a", Some("a")),
            ("x;desc=,x;desc=b", Some("")),
            ("x;desc=\"never closed, x;desc=b", None),
            ("x;desc, x;desc=\"\"", Some("")),
            ("\"y\", x;desc=a", Some("a")),
            (",,", None),
        ] {
            assert_eq!(description(header.as_bytes(), "x"), expected.map(str::as_bytes), "{header}");
        }
    }
}
