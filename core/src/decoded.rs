//! Percent-encoded text, decoded when it is read (rule B3). Knows no header.

use core::fmt;

use heapless::Vec;

use crate::text;

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
    #[cfg_attr(not(feature = "std"), inline(never))]
    pub(crate) fn escaped(raw: &'a [u8]) -> Self {
        Decoded { raw, has_escapes: text::position(raw, b'%').is_some() }
    }

    /// A text in which `%` is a percent sign.
    pub(crate) const fn plain(raw: &'a [u8]) -> Self {
        Decoded { raw, has_escapes: false }
    }

    /// The bytes as they came, not decoded.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The text itself where nothing in it needs decoding.
    pub fn as_plain(&self) -> Option<&'a str> {
        if self.has_escapes { None } else { text::utf8(self.raw).ok() }
    }

    /// As [`Decoded::as_plain`], but not looked at: bytes that may be no UTF-8.
    pub fn plain_bytes(&self) -> Option<&'a [u8]> {
        (!self.has_escapes).then_some(self.raw)
    }

    /// The decoded bytes.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + use<'a> {
        let Decoded { raw: mut rest, has_escapes } = *self;
        core::iter::from_fn(move || {
            let split = if has_escapes {
                text::split_decoded(rest)
            } else {
                rest.split_first().map(|(b, r)| (*b, r))
            };
            let (byte, tail) = split?;
            rest = tail;
            Some(byte)
        })
    }

    /// Is the decoded text equal to this one?
    pub fn is(&self, plain: &[u8]) -> bool {
        if self.has_escapes { self.bytes().eq(plain.iter().copied()) } else { self.raw == plain }
    }

    /// Reads a number; one that is escaped counts only up to 64 bytes.
    pub(crate) fn read<T>(&self, parse: fn(&[u8]) -> Option<T>) -> Option<T> {
        if self.has_escapes { self.read_escaped(parse) } else { parse(self.raw) }
    }

    // Not inlined, so that a plain number does not take the room of a decoded one.
    #[cold]
    #[inline(never)]
    fn read_escaped<T>(&self, parse: fn(&[u8]) -> Option<T>) -> Option<T> {
        let mut text: Vec<u8, 64> = Vec::new();
        self.bytes().all(|byte| text.push(byte).is_ok()).then(|| parse(&text)).flatten()
    }

    /// Is there a `%` that no two hex digits follow?
    pub(crate) fn has_malformed_escape(&self) -> bool {
        self.has_escapes && has_malformed_escape(self.raw)
    }

    /// Is the decoded text valid UTF-8?
    pub(crate) fn is_utf8(&self) -> bool {
        !self.pieces(|piece| piece.is_none())
    }

    /// Hands out the text piece by piece, `None` for an invalid sequence, until `stop` says so; did it?
    fn pieces(&self, mut stop: impl FnMut(Option<&str>) -> bool) -> bool {
        let (mut bytes, mut room, mut len) = (self.bytes(), [0_u8; PIECE_BYTES], 0_usize);
        loop {
            let free = room.get_mut(len..).unwrap_or_default();
            for (place, byte) in free.iter_mut().zip(&mut bytes) {
                *place = byte;
                len = len.wrapping_add(1);
            }
            let pending = room.get(..len).unwrap_or_default();
            if pending.is_empty() {
                return false;
            }
            let (used, piece) = first_piece(pending);
            if stop(piece) {
                return true;
            }
            let taken = room;
            let left = taken.get(used..len).unwrap_or_default();
            text::put(&mut room, 0, left);
            len = left.len();
        }
    }
}

/// How much is decoded at a time, in bytes.
const PIECE_BYTES: usize = 64;

/// The longest valid text at the front, or else the invalid sequence there; and its length.
fn first_piece(bytes: &[u8]) -> (usize, Option<&str>) {
    match text::utf8(bytes) {
        Ok(text) => (text.len(), Some(text)),
        Err(error) if error.valid_up_to() == 0 => (error.error_len().unwrap_or(bytes.len()), None),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            (valid.len(), text::utf8(valid).ok())
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

/// Is there a `%` that no two hex digits follow?
pub(crate) fn has_malformed_escape(raw: &[u8]) -> bool {
    // A well-formed `%25` is a percent sign too: compare the escapes themselves.
    let mut rest = raw;
    while let Some((_, escape)) = text::position(rest, b'%').and_then(|at| rest.split_at_checked(at)) {
        let Some((_, tail)) = text::split_escape(escape) else { return true };
        rest = tail;
    }
    false
}
