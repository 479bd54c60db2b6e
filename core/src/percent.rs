//! Percent-encoding (RFC 3986 2.1): decoding when read, escapes kept when forwarded (rules B3, B5).

use core::fmt;

use heapless::{Vec, VecView};

use crate::ascii;

/// A name or value, percent-decoded once when it is read (rule B3).
///
/// `Display` writes text: a malformed `%` stays literal, `+` stays `+`, invalid UTF-8 reads as U+FFFD.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Decoded<'a> {
    raw: &'a [u8],
    has_escapes: bool,
}

impl<'a> Decoded<'a> {
    /// A text in which `%` introduces an escape.
    pub(crate) fn escaped(raw: &'a [u8]) -> Self {
        Decoded { raw, has_escapes: ascii::position(raw, b'%').is_some() }
    }

    /// A text in which `%` is a percent sign.
    pub(crate) const fn plain(raw: &'a [u8]) -> Self {
        Decoded { raw, has_escapes: false }
    }

    /// The bytes as received, not decoded.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The text itself if nothing in it needs decoding.
    pub fn as_plain(&self) -> Option<&'a str> {
        if self.has_escapes { None } else { ascii::utf8(self.raw).ok() }
    }

    /// As [`Decoded::as_plain`], but not checked: the bytes may be invalid UTF-8.
    pub fn plain_bytes(&self) -> Option<&'a [u8]> {
        (!self.has_escapes).then_some(self.raw)
    }

    /// The decoded bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + use<'a> {
        let Decoded { raw: mut rest, has_escapes } = *self;
        core::iter::from_fn(move || {
            let split =
                if has_escapes { split_decoded(rest) } else { rest.split_first().map(|(b, r)| (*b, r)) };
            let (byte, tail) = split?;
            rest = tail;
            Some(byte)
        })
    }

    /// True if the decoded text equals this one.
    pub fn is(&self, plain: &[u8]) -> bool {
        if self.has_escapes { self.bytes().eq(plain.iter().copied()) } else { self.raw == plain }
    }

    /// Reads a number; an escaped one is read up to 64 bytes only.
    pub(crate) fn read<T>(&self, parse: fn(&[u8]) -> Option<T>) -> Option<T> {
        if self.has_escapes { self.read_escaped(parse) } else { parse(self.raw) }
    }

    fn read_escaped<T>(&self, parse: fn(&[u8]) -> Option<T>) -> Option<T> {
        let mut text: Vec<u8, 64> = Vec::new();
        self.bytes().all(|byte| text.push(byte).is_ok()).then(|| parse(&text)).flatten()
    }

    /// True if a `%` is not followed by two hex digits.
    pub(crate) fn has_malformed_escape(&self) -> bool {
        self.has_escapes && has_malformed_escape(self.raw)
    }

    /// True if the decoded text is valid UTF-8.
    pub(crate) fn is_utf8(&self) -> bool {
        !self.pieces(|piece| piece.is_none())
    }

    /// Passes the text to `stop` piece by piece, `None` for an invalid sequence; returns true as soon as `stop` does.
    fn pieces(&self, mut stop: impl FnMut(Option<&str>) -> bool) -> bool {
        let (mut bytes, mut buffer, mut len) = (self.bytes(), [0_u8; PIECE_BYTES], 0_usize);
        loop {
            let free = buffer.get_mut(len..).unwrap_or_default();
            for (slot, byte) in free.iter_mut().zip(&mut bytes) {
                *slot = byte;
                len = len.wrapping_add(1);
            }
            let pending = buffer.get(..len).unwrap_or_default();
            if pending.is_empty() {
                return false;
            }
            let (used, piece) = first_piece(pending);
            if stop(piece) {
                return true;
            }
            let taken = buffer;
            let left = taken.get(used..len).unwrap_or_default();
            ascii::put(&mut buffer, 0, left);
            len = left.len();
        }
    }
}

/// Bytes that are decoded at a time.
const PIECE_BYTES: usize = 64;

/// The longest valid text at the front, or else the invalid sequence there; and its length.
fn first_piece(bytes: &[u8]) -> (usize, Option<&str>) {
    match ascii::utf8(bytes) {
        Ok(text) => (text.len(), Some(text)),
        Err(error) if error.valid_up_to() == 0 => (error.error_len().unwrap_or(bytes.len()), None),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            (valid.len(), ascii::utf8(valid).ok())
        }
    }
}

impl fmt::Display for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(plain) = self.as_plain() {
            return f.write_str(plain);
        }
        match self.pieces(|piece| f.write_str(piece.unwrap_or("\u{fffd}")).is_err()) {
            true => Err(fmt::Error),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// True if a `%` is not followed by two hex digits.
pub(crate) fn has_malformed_escape(raw: &[u8]) -> bool {
    // A well-formed `%25` is a percent sign too: compare the escapes themselves.
    let mut rest = raw;
    while let Some((_, escape)) = ascii::position(rest, b'%').and_then(|at| rest.split_at_checked(at)) {
        let Some((_, tail)) = split_escape(escape) else { return true };
        rest = tail;
    }
    false
}

/// True if this byte is RFC 3986 *unreserved*, and so written unescaped. Comparisons instead of a table, so that the
/// loop vectorises (16 bytes at once); a range is cheapest as a comparison of signed bytes.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    let letter = is_within(byte | 0x20, b'a', b'z');
    let digit_or_sign = is_within(byte, b'-', b'9') & (byte != b'/');
    letter | digit_or_sign | (byte == b'_') | (byte == b'~')
}

const fn is_within(byte: u8, first: u8, last: u8) -> bool {
    (byte.wrapping_sub(first) ^ 0x80) as i8 <= (last.wrapping_sub(first) ^ 0x80) as i8
}

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_usize;
    #[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs when compiled")]
    while byte < 256 {
        let digit = match byte as u8 {
            c @ b'0'..=b'9' => c - b'0',
            c @ b'a'..=b'f' => c - b'a' + 10,
            c @ b'A'..=b'F' => c - b'A' + 10,
            _ => NO_DIGIT,
        };
        table[byte] = digit | if is_unreserved(byte as u8) { UNRESERVED } else { 0 };
        byte += 1;
    }
    table
}

/// Bits of a byte's class; the low four are the value of a hex digit.
const NO_DIGIT: u8 = 0x80;
const UNRESERVED: u8 = 0x40;
static CLASSES: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// [`is_unreserved`] by a table, which is cheaper for one byte.
pub(crate) fn is_unreserved_byte(byte: u8) -> bool {
    class(byte) & UNRESERVED != 0
}

const fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0'.wrapping_add(value) } else { b'A'.wrapping_add(value).wrapping_sub(10) }
}

/// The byte of a well-formed `%XX` at the front, and what follows it.
pub(crate) fn split_escape(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = bytes else { return None };
    let (high, low) = (class(*high), class(*low));
    ((high | low) & NO_DIGIT == 0).then_some((high << 4 | low & 15, rest))
}

/// The first byte percent-decoded, and what follows it; a malformed `%` stays literal (rule B3).
pub(crate) fn split_decoded(bytes: &[u8]) -> Option<(u8, &[u8])> {
    split_escape(bytes).or_else(|| bytes.split_first().map(|(byte, rest)| (*byte, rest)))
}

/// The length of bytes written by rule B3: `%XX` as received, unreserved as is, the rest as `%XX`.
pub(crate) fn forwarded_len(bytes: &[u8]) -> usize {
    written_len(bytes, true)
}

/// The length of a plain value written by rule B5: a `%` in it is data and is escaped too.
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

/// The escape at the front if it is forwarded as received, and what follows it.
fn split_kept(odd: &[u8], keeps_escapes: bool) -> Option<(&[u8], &[u8])> {
    let is_kept = keeps_escapes && split_escape(odd).is_some();
    odd.split_at_checked(3).filter(|_| is_kept)
}

/// Writes bytes by rule B3; `None` if they do not fit.
pub(crate) fn push_forwarded(out: &mut VecView<u8>, bytes: &[u8]) -> Option<()> {
    push_written(out, bytes, true)
}

/// Writes a plain value by rule B5; `None` if it does not fit.
pub(crate) fn push_encoded(out: &mut VecView<u8>, bytes: &[u8]) -> Option<()> {
    push_written(out, bytes, false)
}

fn push_written(out: &mut VecView<u8>, bytes: &[u8], keeps_escapes: bool) -> Option<()> {
    let mut rest = bytes;
    // Almost no text needs an escape; this check vectorises.
    if bytes.iter().fold(true, |is_clean, byte| is_clean & is_unreserved(*byte)) {
        return ascii::push(out, bytes);
    }
    while let Some(at) = rest.iter().position(|byte| !is_unreserved(*byte)) {
        let (clean, odd) = rest.split_at_checked(at)?;
        ascii::push(out, clean)?;
        rest = push_odd(out, odd, keeps_escapes)?;
    }
    ascii::push(out, rest)
}

fn push_odd<'a>(out: &mut VecView<u8>, odd: &'a [u8], keeps_escapes: bool) -> Option<&'a [u8]> {
    if let Some((escape, rest)) = split_kept(odd, keeps_escapes) {
        ascii::push(out, escape)?;
        return Some(rest);
    }
    let (byte, rest) = odd.split_first()?;
    ascii::push(out, &[b'%', hex_digit(byte >> 4), hex_digit(byte & 15)])?;
    Some(rest)
}
