//! Percent-encoded text, decoded when it is read (rule B3). Knows no header.

use core::fmt;

use heapless::Vec;
use memchr::memchr;

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
    pub(crate) const fn new(raw: &'a [u8], has_escapes: bool) -> Self {
        Decoded { raw, has_escapes }
    }

    /// A text in which `%` introduces an escape.
    pub(crate) fn escaped(raw: &'a [u8]) -> Self {
        Decoded::new(raw, memchr(b'%', raw).is_some())
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
        if self.has_escapes { None } else { core::str::from_utf8(self.raw).ok() }
    }

    /// The length in bytes where nothing needs decoding.
    pub(crate) fn plain_len(&self) -> Option<usize> {
        (!self.has_escapes).then_some(self.raw.len())
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

    /// Reads a number or a flag; one that is escaped counts only up to 255 bytes.
    pub(crate) fn read<T>(&self, parse: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
        if !self.has_escapes {
            return parse(self.raw);
        }
        let mut text: Vec<u8, 255> = Vec::new();
        self.bytes().all(|byte| text.push(byte).is_ok()).then(|| parse(&text)).flatten()
    }

    /// Is there a `%` that no two hex digits follow?
    pub(crate) fn has_malformed_escape(&self) -> bool {
        self.has_escapes && has_malformed_escape(self.raw)
    }

    /// Is the decoded text valid UTF-8?
    pub(crate) fn is_utf8(&self) -> bool {
        self.is_ascii() || !self.pieces(|piece| piece.is_none())
    }

    fn is_ascii(&self) -> bool {
        self.raw.is_ascii() && (!self.has_escapes || escaped_bytes(self.raw).all(|byte| byte.is_ascii()))
    }

    /// Writes ASCII text: runs as they stand, and the escapes between them.
    fn fmt_ascii(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.raw;
        while let Some((run, escape)) = memchr(b'%', rest).and_then(|at| rest.split_at_checked(at)) {
            f.write_str(text::ascii(run))?;
            let Some((byte, tail)) = text::split_decoded(escape) else { break };
            fmt::Write::write_char(f, char::from(byte))?;
            rest = tail;
        }
        f.write_str(text::ascii(rest))
    }

    /// Hands out the text piece by piece, `None` for an invalid sequence, until `stop` says so; did it?
    fn pieces(&self, mut stop: impl FnMut(Option<&str>) -> bool) -> bool {
        let mut pending: Vec<u8, 4> = Vec::new();
        for byte in self.bytes().map(Some).chain([None]) {
            let end = byte.is_none();
            text::push(&mut pending, byte.as_slice());
            while !pending.is_empty() {
                let (used, valid) = match core::str::from_utf8(&pending) {
                    Ok(text) => (text.len(), Some(text)),
                    Err(error) => match error.error_len() {
                        None if !end => break,
                        None => (pending.len(), None),
                        Some(len) => (len, None),
                    },
                };
                if stop(valid) {
                    return true;
                }
                pending = Vec::from_slice(pending.get(used..).unwrap_or_default()).unwrap_or_default();
            }
        }
        false
    }
}

impl fmt::Display for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(plain) = self.as_plain() {
            return f.write_str(plain);
        }
        if self.is_ascii() {
            return self.fmt_ascii(f);
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

/// What stands at each `%`, decoded; a malformed one is itself.
pub(crate) fn escaped_bytes(mut rest: &[u8]) -> impl Iterator<Item = u8> {
    core::iter::from_fn(move || {
        let (_, escape) = rest.split_at_checked(memchr(b'%', rest)?)?;
        let (byte, tail) = text::split_decoded(escape)?;
        rest = tail;
        Some(byte)
    })
}

/// Is there a `%` that no two hex digits follow?
pub(crate) fn has_malformed_escape(raw: &[u8]) -> bool {
    // A well-formed `%25` is a percent sign too: compare the escapes themselves.
    let mut rest = raw;
    while let Some((_, escape)) = memchr(b'%', rest).and_then(|at| rest.split_at_checked(at)) {
        let Some((_, tail)) = text::split_escape(escape) else { return true };
        rest = tail;
    }
    false
}
