//! Writes names and values into a caller's buffer, and pointers to them into the array of a caller's struct.

use core::mem::MaybeUninit;

use crate::status::{TRACEHOP_SHORT, tracehop_status};
use crate::text::{Buffer, tracehop_header};

/// Collects names and values in the caller's memory.
#[derive(Debug)]
pub(crate) struct HeaderWriter<'a, const N: usize> {
    text: Buffer<'a>,
    places: &'a mut [tracehop_header; N],
    n: usize,
}

/// The result of a `HeaderWriter`.
#[derive(Debug)]
pub(crate) struct Collected {
    /// Number of pairs in the buffer.
    pub(crate) n: usize,
    /// Bytes of buffer that all pairs need.
    pub(crate) needed: usize,
    /// `TRACEHOP_SHORT` if they do not fit.
    pub(crate) status: Result<(), tracehop_status>,
}

impl<'a, const N: usize> HeaderWriter<'a, N> {
    /// No pairs. All entries are set to absent, because callers may read past the last pair.
    #[inline(always)]
    pub(crate) fn new(text: Buffer<'a>, places: &'a mut MaybeUninit<[tracehop_header; N]>) -> Self {
        HeaderWriter { text, places: places.write([tracehop_header::ABSENT; N]), n: 0 }
    }

    /// Adds the pair that `write` writes.
    #[inline(always)]
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Buffer<'a>) -> tracehop_header) {
        let pair = write(&mut self.text);
        if let Some(place) = self.places.get_mut(self.n) {
            *place = pair;
            self.n += 1;
        }
    }

    /// The collected pairs; none if the buffer was too short.
    #[inline(always)]
    pub(crate) fn finish(self) -> Collected {
        let needed = self.text.len();
        if self.text.is_short() {
            *self.places = [tracehop_header::ABSENT; N];
            return Collected { n: 0, needed, status: Err(TRACEHOP_SHORT) };
        }
        Collected { n: self.n, needed, status: Ok(()) }
    }
}
