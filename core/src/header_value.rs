//! A header value in pieces, which needs no large buffer on the stack.

use crate::ascii;
use crate::dsc::chosen;
use crate::wire::baggage::Baggage;

/// The value of one header: pieces of bytes that make the text when joined.
///
/// An empty value means that the header is to be removed.
#[derive(Clone, Debug)]
pub struct HeaderValue<'a> {
    foreign: Option<&'a Baggage<'a>>,
    ours: &'a [u8],
    slots: u64,
}

impl<'a> HeaderValue<'a> {
    /// The value that removes a header.
    pub(crate) const REMOVE: HeaderValue<'static> = HeaderValue::ours(b"");

    /// A value without third-party members; ASCII by rule B8.
    pub(crate) const fn ours(ours: &'a [u8]) -> Self {
        HeaderValue { foreign: None, ours, slots: u64::MAX }
    }

    /// The third-party members of an existing header, then the members of `ours` that have their bit in `slots` set.
    pub(crate) const fn merged(existing: &'a Baggage<'a>, ours: &'a [u8], slots: u64) -> Self {
        HeaderValue { foreign: Some(existing), ours, slots }
    }

    /// The length of the value in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().map_or_else(|| self.chunks().map(<[u8]>::len).sum(), <[u8]>::len)
    }

    /// True if the header is to be removed.
    pub fn is_empty(&self) -> bool {
        self.chunks().next().is_none()
    }

    /// The pieces, none of them empty.
    pub fn chunks(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut separator: &[u8] = b"";
        let separated = move |member| [core::mem::replace(&mut separator, b","), member];
        self.members().flat_map(separated).filter(|chunk| !chunk.is_empty())
    }

    /// The value if it is in one piece, which is ASCII; `None` if it is merged, and so may contain any bytes.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        (self.foreign.is_none() && self.slots == u64::MAX).then_some(self.ours)
    }

    /// As [`HeaderValue::as_bytes`], as text.
    pub fn as_str(&self) -> Option<&'a str> {
        self.as_bytes().map(ascii::as_str)
    }

    /// Copies the value into `buffer` and returns its length; if that exceeds the buffer's, the content of the buffer is
    /// incomplete.
    pub fn copy_to(&self, buffer: &mut [u8]) -> usize {
        let put = |buffer: &mut [u8], len: usize, chunk: &[u8]| {
            ascii::put(buffer, len, chunk).unwrap_or(len.saturating_add(chunk.len()))
        };
        match self.as_bytes() {
            Some(whole) => put(buffer, 0, whole),
            None => self.chunks().fold(0, |len, chunk| put(buffer, len, chunk)),
        }
    }

    fn members(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let foreign = self
            .foreign
            .into_iter()
            .flat_map(|existing| existing.foreign().filter(|member| is_clean(member)));
        let is_whole = self.slots == u64::MAX;
        let whole = (is_whole && !self.ours.is_empty()).then_some(self.ours);
        let chosen = chosen(if is_whole { &[] } else { self.ours }, self.slots);
        foreign.chain(whole).chain(chosen)
    }
}

/// True if a third-party member is forwarded: it contains no control byte other than HT (rule B4).
pub(crate) fn is_clean(member: &[u8]) -> bool {
    !member.iter().any(|byte| matches!(byte, 0..=0x08 | 0x0a..=0x1f | 0x7f))
}
