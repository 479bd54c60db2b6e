//! The `Server-Timing` header: how a server hands a trace to the page that it serves (rule H3).
//!
//! ```text
//! server-timing = metric *( "," metric )
//! metric        = *blank name *( ";" parameter )
//! parameter     = *blank "desc" *blank "=" *blank ( DQUOTE *( qdtext ) DQUOTE / token )
//! ```

use crate::ascii;

/// The description of the first metric with this name.
pub(crate) fn description<'a>(header: &'a [u8], name: &str) -> Option<&'a [u8]> {
    metrics(header).find_map(|metric| {
        let (metric_name, parameters) = split_at_byte(metric, b';');
        let is_it = ascii::trim(metric_name).eq_ignore_ascii_case(name.as_bytes());
        let mut rest = if is_it { parameters } else { None };
        while let Some(parameters) = rest {
            if let value @ Some(_) = desc(parameters) {
                return value;
            }
            rest = split_at_byte(parameters, b';').1;
        }
        None
    })
}

/// Does the header mention this name anywhere, in any case? A quote that is never closed hides no metric from this.
pub(crate) fn mentions(header: &[u8], name: &str) -> bool {
    let begins =
        |tail: &[u8]| tail.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()));
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

/// The value of a `desc` parameter at the front.
fn desc(parameters: &[u8]) -> Option<&[u8]> {
    let (name, value) = split_at_byte(parameters, b'=');
    let value = ascii::trim(value.filter(|_| ascii::trim(name).eq_ignore_ascii_case(b"desc"))?);
    match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.iter().position(|byte| *byte == b'"').and_then(|end| quoted.get(..end)),
        None => value.split(|byte| *byte == b';' || ascii::is_blank(*byte)).next(),
    }
}
