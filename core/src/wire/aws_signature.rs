//! Which header names an AWS Signature Version 4 covers (rule O11).
//!
//! ```text
//! authorization = "AWS4-" *OCTET "SignedHeaders=" names *OCTET
//! query         = *OCTET "X-Amz-SignedHeaders=" names *OCTET
//! names         = name *( ( ";" / "%3B" ) name )
//! ```

use nom::IResult;
use nom::bytes::complete::{tag, take_till};

use crate::ascii;
use crate::percent::Decoded;

const SCHEME: &[u8] = b"AWS4-";
const PARAMETER: &[u8] = b"SignedHeaders=";

/// The list of signed names in an Authorization value; empty if it is not AWS's.
pub(crate) fn signed_names(authorization: &[u8]) -> &[u8] {
    names(ascii::trim(authorization)).map_or(&[], |(_, names)| names)
}

fn names(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (input, _) = tag(SCHEME)(input)?;
    let at = ascii::find(input, PARAMETER).unwrap_or(input.len());
    let (input, _) = tag(PARAMETER)(input.get(at..).unwrap_or_default())?;
    take_till(|byte| matches!(byte, b',' | b' ' | b'\t'))(input)
}

/// True if a list of signed names, percent-encoded or not, contains this one.
pub(crate) fn lists(names: &[u8], name: &str) -> bool {
    let mut expected = name.bytes();
    let mut matches = true;
    for byte in Decoded::escaped(names).bytes().chain([b';']) {
        if byte != b';' {
            matches = matches && expected.next().is_some_and(|wanted| wanted == byte.to_ascii_lowercase());
        } else if matches && expected.next().is_none() {
            return true;
        } else {
            (expected, matches) = (name.bytes(), true);
        }
    }
    false
}
