//! Trimming, searching and splitting of ASCII text, without panics. Contains no header name.

use core::iter;
use core::str::{self, Utf8Error};

use ascii::AsciiStr;
use heapless::{Vec, VecView};
use memchr::{memchr, memrchr};

/// An empty `Vec`. `collect()` avoids the memset of the whole buffer that LLVM emits for `Vec::new()`.
pub(crate) fn empty_vec<T, const N: usize>() -> Vec<T, N> {
    iter::empty().collect()
}

/// True if the byte is white space around a header value: SP, HT, CR or LF.
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

/// Index of the first occurrence of `byte`.
pub(crate) fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    memchr(byte, bytes)
}

/// Index of the last occurrence of `byte`.
pub(crate) fn last_position(bytes: &[u8], byte: u8) -> Option<usize> {
    memrchr(byte, bytes)
}

/// The bytes before the first occurrence of `byte`, or all of them.
pub(crate) fn until(bytes: &[u8], byte: u8) -> &[u8] {
    position(bytes, byte).and_then(|at| bytes.get(..at)).unwrap_or(bytes)
}

/// The bytes as text, if they are UTF-8. Almost all are ASCII, which is cheaper to check.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Utf8Error> {
    AsciiStr::from_ascii(bytes).map(AsciiStr::as_str).or_else(|_| str::from_utf8(bytes))
}

/// The text of bytes that are ASCII by construction.
pub(crate) fn as_str(bytes: &[u8]) -> &str {
    utf8(bytes).unwrap_or("")
}

/// True if the bytes are those of rule B8, so that they can be written into a header or into HTML as they are.
pub(crate) fn is_safe(bytes: &[u8]) -> bool {
    let is_outside = |byte: u8| byte.wrapping_sub(b'#') > b'~' - b'#';
    let is_odd = |byte: u8| (byte | 1 == b'\'') | (byte | 2 == b'>') | (byte == b'\\');
    // Without an early return the loop vectorises.
    bytes.iter().fold(0, |odd, byte| odd | u8::from(is_outside(*byte) | is_odd(*byte))) == 0
}

/// True if all bytes are printable ASCII or spaces.
pub(crate) fn is_printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Index of the first occurrence of `piece`. General searchers bring tables and panics.
pub(crate) fn find(text: &[u8], piece: &[u8]) -> Option<usize> {
    let Some(first) = piece.first() else { return Some(0) };
    let mut rest = text;
    while !rest.starts_with(piece) {
        let after = rest.get(1..)?;
        rest = after.get(position(after, *first)?..)?;
    }
    text.len().checked_sub(rest.len())
}

/// The offset of `part` in `text`; meaningless if it is no slice of it.
pub(crate) fn offset(text: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().wrapping_sub(text.as_ptr().addr())
}

/// The texts before and after the first occurrence of `byte`. (The searchers of `str` keep a panic.)
pub(crate) fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    split_at_byte(text, position(text.as_bytes(), byte)?)
}

/// The texts before and after the last occurrence of `byte`.
pub(crate) fn rsplit_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    split_at_byte(text, last_position(text.as_bytes(), byte)?)
}

/// The texts before and after the byte at this index.
pub(crate) fn split_at_byte(text: &str, at: usize) -> Option<(&str, &str)> {
    let (before, after) = text.split_at_checked(at)?;
    Some((before, after.get(1..)?))
}

/// The text before the first occurrence of `byte`, or all of it.
pub(crate) fn before(text: &str, byte: u8) -> &str {
    split_once(text, byte).map_or(text, |(before, _)| before)
}

/// The parts of a text between occurrences of `byte`.
pub(crate) fn split(text: &str, byte: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (part, tail) = split_once(text, byte).map_or((text, None), |(part, tail)| (part, Some(tail)));
        rest = tail;
        Some(part)
    })
}

/// Copies bytes into a buffer at `at` and returns the index after them; `None` if they do not fit.
pub(crate) fn put(buffer: &mut [u8], at: usize, bytes: &[u8]) -> Option<usize> {
    let (_, free) = buffer.split_at_mut_checked(at)?;
    let (front, _) = free.split_at_mut_checked(bytes.len())?;
    front.copy_from_slice(bytes);
    at.checked_add(bytes.len())
}

/// Appends bytes; `None` if they do not fit.
pub(crate) fn push(out: &mut VecView<u8>, bytes: &[u8]) -> Option<()> {
    out.extend_from_slice(bytes).ok()
}
