//! Bytes and their classes: trimming, and the percent rule of RFC 3986. Knows no header.

use core::iter;
use core::str::{self, Utf8Error};

use ascii::AsciiStr;
use heapless::{Vec, VecView};
use memchr::{memchr, memrchr};

/// An empty list. Collected, because compilers write a constant `Vec::new()` out with zeros, all of it.
pub(crate) fn no_items<T, const N: usize>() -> Vec<T, N> {
    iter::empty().collect()
}

/// Is this byte white space around a header value: SP, HT, CR or LF?
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The bytes without white space at both ends.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

/// The bytes without white space at their beginning.
pub(crate) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        if !is_blank(*first) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// The bytes without white space at their end.
pub(crate) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., last] = bytes {
        if !is_blank(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// Where a sign first stands.
// Not inlined on a device, which is short of room for code.
#[cfg_attr(not(feature = "std"), inline(never))]
pub(crate) fn position(bytes: &[u8], sign: u8) -> Option<usize> {
    memchr(sign, bytes)
}

/// Where a sign last stands.
#[cfg_attr(not(feature = "std"), inline(never))]
pub(crate) fn last_position(bytes: &[u8], sign: u8) -> Option<usize> {
    memrchr(sign, bytes)
}

/// The bytes up to the first of these signs, or all of them.
pub(crate) fn until(bytes: &[u8], sign: u8) -> &[u8] {
    position(bytes, sign).and_then(|at| bytes.get(..at)).unwrap_or(bytes)
}

/// The text that the bytes are, if they are UTF-8. Almost all are ASCII, which is cheaper to see.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Utf8Error> {
    AsciiStr::from_ascii(bytes).map(AsciiStr::as_str).or_else(|_| str::from_utf8(bytes))
}

/// The text of bytes that are ASCII by construction.
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    utf8(bytes).unwrap_or("")
}

/// Is this byte of RFC 3986 *unreserved*, so that it is written as it is? Comparisons instead of a table, so that
/// compilers can look at 16 bytes at once: for them a range is cheapest as a comparison of signed bytes.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    let letter = is_within(byte | 0x20, b'a', b'z');
    let digit_or_sign = is_within(byte, b'-', b'9') & (byte != b'/');
    letter | digit_or_sign | (byte == b'_') | (byte == b'~')
}

const fn is_within(byte: u8, first: u8, last: u8) -> bool {
    (byte.wrapping_sub(first) ^ 0x80) as i8 <= (last.wrapping_sub(first) ^ 0x80) as i8
}

const fn digits() -> [u8; 256] {
    let mut table = [NO_DIGIT; 256];
    let mut byte = 0_usize;
    #[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs when compiled")]
    while byte < 256 {
        table[byte] = match byte as u8 {
            c @ b'0'..=b'9' => c - b'0',
            c @ b'a'..=b'f' => c - b'a' + 10,
            c @ b'A'..=b'F' => c - b'A' + 10,
            _ => NO_DIGIT,
        };
        byte += 1;
    }
    table
}

/// Not a hex digit: a bit that no digit has.
const NO_DIGIT: u8 = 0x80;
static DIGITS: [u8; 256] = digits();

#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
fn digit(byte: u8) -> u8 {
    DIGITS[usize::from(byte)]
}

const fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0'.wrapping_add(value) } else { b'A'.wrapping_add(value).wrapping_sub(10) }
}

/// The byte of a well-formed `%XX` at the front, and what follows it.
pub(crate) fn split_escape(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = bytes else { return None };
    let (high, low) = (digit(*high), digit(*low));
    ((high | low) & NO_DIGIT == 0).then_some((high << 4 | low & 15, rest))
}

/// The first byte percent-decoded, and what follows it; a malformed `%` stays literal (rule B3).
pub(crate) fn split_decoded(bytes: &[u8]) -> Option<(u8, &[u8])> {
    split_escape(bytes).or_else(|| bytes.split_first().map(|(byte, rest)| (*byte, rest)))
}

/// How long bytes are once written by rule B3: `%XX` as it came, unreserved as is, the rest as `%XX`.
pub(crate) fn forwarded_len(bytes: &[u8]) -> usize {
    written_len(bytes, true)
}

/// How long a plain value is once written by rule B5: a `%` in it is data and is escaped too.
pub(crate) fn encoded_len(bytes: &[u8]) -> usize {
    written_len(bytes, false)
}

fn written_len(bytes: &[u8], keeps_escapes: bool) -> usize {
    let mut len = bytes.len();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| !is_unreserved(*byte)) {
        let (_, odd) = rest.split_at_checked(at).unwrap_or_default();
        let kept = split_kept(odd, keeps_escapes);
        len = len.wrapping_add(if kept.is_some() { 0 } else { 2 });
        rest = kept.map_or(odd.get(1..).unwrap_or_default(), |(_, rest)| rest);
    }
    len
}

/// The escape at the front where it goes out as it came, and what follows it.
fn split_kept(odd: &[u8], keeps_escapes: bool) -> Option<(&[u8], &[u8])> {
    let is_kept = keeps_escapes && split_escape(odd).is_some();
    odd.split_at_checked(3).filter(|_| is_kept)
}

/// Writes bytes by rule B3; `None` where they do not fit.
pub(crate) fn push_forwarded(out: &mut VecView<u8>, bytes: &[u8]) -> Option<()> {
    push_written(out, bytes, true)
}

/// Writes a plain value by rule B5; `None` where it does not fit.
pub(crate) fn push_encoded(out: &mut VecView<u8>, bytes: &[u8]) -> Option<()> {
    push_written(out, bytes, false)
}

fn push_written(out: &mut VecView<u8>, bytes: &[u8], keeps_escapes: bool) -> Option<()> {
    let mut rest = bytes;
    // Almost all need no escape, which is seen many bytes at a time.
    if bytes.iter().fold(true, |is_clean, byte| is_clean & is_unreserved(*byte)) {
        return push(out, bytes);
    }
    while let Some(at) = rest.iter().position(|byte| !is_unreserved(*byte)) {
        let (clean, odd) = rest.split_at_checked(at)?;
        push(out, clean)?;
        rest = push_odd(out, odd, keeps_escapes)?;
    }
    push(out, rest)
}

fn push_odd<'a>(out: &mut VecView<u8>, odd: &'a [u8], keeps_escapes: bool) -> Option<&'a [u8]> {
    if let Some((escape, rest)) = split_kept(odd, keeps_escapes) {
        push(out, escape)?;
        return Some(rest);
    }
    let (byte, rest) = odd.split_first()?;
    push(out, &[b'%', hex_digit(byte >> 4), hex_digit(byte & 15)])?;
    Some(rest)
}

/// Where a piece first stands in a text: a few lines, because a general searcher brings tables and panics.
pub(crate) fn find(text: &[u8], piece: &[u8]) -> Option<usize> {
    let Some(first) = piece.first() else { return Some(0) };
    let mut rest = text;
    while !rest.starts_with(piece) {
        let behind = rest.get(1..)?;
        rest = behind.get(position(behind, *first)?..)?;
    }
    text.len().checked_sub(rest.len())
}

/// Where a part of a text begins; no offset of the text where it is no part.
pub(crate) fn offset(text: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().wrapping_sub(text.as_ptr().addr())
}

/// The texts before and after the first of these signs. (The searchers of `str` keep a panic.)
pub(crate) fn split_once(text: &str, sign: u8) -> Option<(&str, &str)> {
    split_at_sign(text, position(text.as_bytes(), sign)?)
}

/// The texts before and after the last of these signs.
pub(crate) fn rsplit_once(text: &str, sign: u8) -> Option<(&str, &str)> {
    split_at_sign(text, last_position(text.as_bytes(), sign)?)
}

/// The texts before and after the sign that stands here.
pub(crate) fn split_at_sign(text: &str, at: usize) -> Option<(&str, &str)> {
    let (before, after) = text.split_at_checked(at)?;
    Some((before, after.get(1..)?))
}

/// The text up to the first of these signs, or all of it.
pub(crate) fn before(text: &str, sign: u8) -> &str {
    split_once(text, sign).map_or(text, |(before, _)| before)
}

/// The parts of a text between these signs.
pub(crate) fn split(text: &str, sign: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (part, tail) = split_once(text, sign).map_or((text, None), |(part, tail)| (part, Some(tail)));
        rest = tail;
        Some(part)
    })
}

/// Copies bytes into their place in a room and tells where they end; `None` where they do not fit.
pub(crate) fn put(room: &mut [u8], at: usize, bytes: &[u8]) -> Option<usize> {
    let (_, free) = room.split_at_mut_checked(at)?;
    let (place, _) = free.split_at_mut_checked(bytes.len())?;
    place.copy_from_slice(bytes);
    at.checked_add(bytes.len())
}

/// Appends bytes; `None` where they do not fit.
// Not inlined on a device, which is short of room for code.
#[cfg_attr(not(feature = "std"), inline(never))]
pub(crate) fn push(out: &mut VecView<u8>, bytes: &[u8]) -> Option<()> {
    out.extend_from_slice(bytes).ok()
}
