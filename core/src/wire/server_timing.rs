//! The `Server-Timing` header: how a server hands a trace to the page that it serves (rule H3).
//!
//! ```text
//! server-timing = metric *( "," metric )
//! metric        = *blank name *( ";" parameter )
//! parameter     = *blank "desc" *blank "=" *blank ( DQUOTE *( qdtext ) DQUOTE / token )
//! ```

use nom::IResult;
use nom::bytes::complete::{tag_no_case, take_till, take_while};
use nom::character::complete::char;
use nom::sequence::delimited;
use nom::{Parser, branch::alt};

use crate::text;

/// The description of the first metric with this name.
pub(crate) fn description<'a>(header: &'a [u8], name: &str) -> Option<&'a [u8]> {
    metrics(header).find_map(|metric| {
        let (metric_name, parameters) = split_at_byte(metric, b';');
        let is_it = text::trim(metric_name).eq_ignore_ascii_case(name.as_bytes());
        let mut rest = if is_it { parameters } else { None };
        while let Some(parameters) = rest {
            if let Ok((_, value)) = desc(parameters) {
                return Some(value);
            }
            rest = split_at_byte(parameters, b';').1;
        }
        None
    })
}

/// Does the header mention this name anywhere, in any case? A quote that is never closed hides no metric from this.
pub(crate) fn mentions(header: &[u8], name: &str) -> bool {
    let begins = |tail: &[u8]| tail.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()));
    (0..header.len()).any(|at| header.get(at..).is_some_and(begins))
}

/// The metrics of a header: split at the commas that stand outside of quotes.
fn metrics(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(header);
    core::iter::from_fn(move || {
        let mut quoted = false;
        let metric = rest?;
        let comma = metric.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b',' && !quoted
        });
        let (metric, tail) = comma.and_then(|at| metric.split_at_checked(at)).unwrap_or((metric, &[]));
        rest = tail.get(1..);
        Some(metric)
    })
}

fn split_at_byte(bytes: &[u8], sign: u8) -> (&[u8], Option<&[u8]>) {
    let at = bytes.iter().position(|byte| *byte == sign);
    let (head, tail) = at.and_then(|at| bytes.split_at_checked(at)).unwrap_or((bytes, &[]));
    (head, tail.get(1..))
}

fn desc(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let blanks = || take_while(text::is_blank);
    let (input, _) = (blanks(), tag_no_case("desc"), blanks(), char('='), blanks()).parse(input)?;
    let quoted = delimited(char('"'), take_till(|byte| byte == b'"'), char('"'));
    let token = take_till(|byte| byte == b';' || text::is_blank(byte));
    alt((quoted, token)).parse(input)
}
