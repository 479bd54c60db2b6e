//! Bitmap of the bytes of a list that are not RFC 3986 *unreserved*, 64 bytes at a time.

#[cfg(any(test, not(feature = "std")))]
use crate::percent::is_unreserved;

#[cfg(feature = "std")]
mod vectors;

/// Number of bytes in a window.
pub(super) const WINDOW: usize = u64::BITS as usize;

/// Number of blocks that are classified at once: enough for nearly every list.
const BLOCKS: usize = 9;

/// A window that begins at this distance from the first block, or later, needs other blocks.
const LAST: usize = (BLOCKS - 1) * WINDOW;

/// The delimiters of a list: one bit a byte, the first byte lowest.
#[derive(Debug)]
pub(super) struct Delimiters<'a> {
    list: &'a [u8],
    /// The offset of the first block.
    begin: usize,
    blocks: [u64; BLOCKS],
}

impl<'a> Delimiters<'a> {
    pub(super) fn of(list: &'a [u8]) -> Self {
        Delimiters { list, begin: usize::MAX - LAST, blocks: [0; BLOCKS] }
    }

    /// The delimiters among the 64 bytes from this offset on.
    #[inline(always)]
    pub(super) fn window(&mut self, at: usize) -> Offsets {
        let mut offset = at.wrapping_sub(self.begin);
        if offset >= LAST {
            (offset, self.begin, self.blocks) = (0, at, classify(self.list, at));
        }
        let block = |number| u128::from(self.blocks.get(number).copied().unwrap_or_default());
        let both = block((offset / WINDOW).wrapping_add(1)) << WINDOW | block(offset / WINDOW);
        Offsets((both >> (offset % WINDOW)) as u64)
    }
}

/// The offsets of the bits that are set, lowest first.
#[derive(Clone, Debug)]
pub(super) struct Offsets(u64);

impl Offsets {
    /// True if the first byte of the window is a delimiter.
    pub(super) fn has_first(&self) -> bool {
        self.0 & 1 == 1
    }

    /// Takes the lowest; the size of the window if there is none.
    pub(super) fn pop(&mut self) -> usize {
        let at = self.0.trailing_zeros() as usize;
        self.0 &= self.0.wrapping_sub(1);
        at
    }
}

impl Iterator for Offsets {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        (self.0 != 0).then(|| self.pop())
    }
}

/// Classifies the blocks from this offset on.
#[inline(never)]
fn classify(list: &[u8], begin: usize) -> [u64; BLOCKS] {
    #[cfg(feature = "std")]
    return vectors::classify(fearless_simd::Level::new(), list, begin);
    #[cfg(not(feature = "std"))]
    bytewise(list, begin)
}

/// The same without vectors.
#[cfg(any(test, not(feature = "std")))]
fn bytewise(list: &[u8], begin: usize) -> [u64; BLOCKS] {
    let mut bitmap = [0; BLOCKS];
    for (bits, block) in bitmap.iter_mut().zip(list.get(begin..).unwrap_or_default().chunks(WINDOW)) {
        *bits = block.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(!is_unreserved(*byte)));
    }
    bitmap
}

#[cfg(test)]
mod tests {
    use super::Delimiters;
    use crate::percent::is_unreserved;

    #[test]
    fn a_window_of_any_list_has_a_bit_for_each_delimiter() {
        for len in [1, 63, 64, 65, 600, 1200] {
            let list: Vec<u8> = (0..len).map(|at: usize| (at.wrapping_mul(at) % 251) as u8).collect();
            let mut delimiters = Delimiters::of(&list);
            for begin in (0..len).chain([0]) {
                let window = list.iter().skip(begin).take(64).enumerate();
                let expected = window.filter(|(_, byte)| !is_unreserved(**byte)).map(|(at, _)| at);
                assert!(delimiters.window(begin).eq(expected), "{begin} of {len}");
            }
        }
    }
}
