//! Static texts with a terminating NUL, which core's texts lack.

use core::ffi::CStr;

use tracehop_core::HeaderName;

use crate::text::tracehop_str;

/// A table made at compile time: row n is the text of the nth of `$items`, padded with NULs.
macro_rules! rows {
    ($items:expr, $text:path) => {{
        const TEXTS: [&str; $items.len()] = {
            let mut texts = [""; $items.len()];
            let mut at = 0;
            while at < texts.len() {
                texts[at] = $text($items[at]);
                at += 1;
            }
            texts
        };
        static ROWS: [[u8; $crate::c_strings::longest(&TEXTS) + 1]; TEXTS.len()] =
            $crate::c_strings::filled(&TEXTS);
        &ROWS
    }};
}
pub(crate) use rows;

/// The length of the longest text.
pub(crate) const fn longest(texts: &[&str]) -> usize {
    let (mut longest, mut at) = (0, 0);
    while at < texts.len() {
        if texts[at].len() > longest {
            longest = texts[at].len();
        }
        at += 1;
    }
    longest
}

/// One row per text.
pub(crate) const fn filled<const WIDTH: usize, const N: usize>(texts: &[&str; N]) -> [[u8; WIDTH]; N] {
    let (mut rows, mut at) = ([[0; WIDTH]; N], 0);
    while at < N {
        rows[at].split_at_mut(texts[at].len()).0.copy_from_slice(texts[at].as_bytes());
        at += 1;
    }
    rows
}

/// The text in a row; absent if the row does not exist or is empty.
pub(crate) fn row<const WIDTH: usize>(rows: &'static [[u8; WIDTH]], index: Option<usize>) -> tracehop_str {
    let row = index.and_then(|index| rows.get(index));
    let text = row.and_then(|row| CStr::from_bytes_until_nul(row).ok()).filter(|text| !text.is_empty());
    text.map_or(tracehop_str::ABSENT, tracehop_str::terminated)
}

/// The name of a header.
pub(crate) fn header_name(name: &str) -> tracehop_str {
    row(
        rows!(HeaderName::ALL, HeaderName::name),
        HeaderName::ALL.iter().position(|field| field.name() == name),
    )
}
