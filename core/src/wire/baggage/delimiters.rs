//! Bitmap of the bytes of a list that are not RFC 3986 *unreserved*, 64 bytes at a time.

use crate::percent::is_unreserved;

/// How many bytes a window covers.
pub(super) const WINDOW: usize = u64::BITS as usize;

/// How many blocks are classified at once: enough for nearly every list.
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
    let mut bitmap = [0; BLOCKS];
    let (blocks, rest) = list.get(begin..).unwrap_or_default().as_chunks();
    for (bits, block) in bitmap.iter_mut().zip(blocks) {
        *bits = classify_block(block);
    }
    if let Some(bits) = bitmap.get_mut(blocks.len()) {
        let last = list.last_chunk().copied().unwrap_or_else(|| padded(list));
        *bits = classify_block(&last).unbounded_shr(WINDOW.wrapping_sub(rest.len()) as u32);
    }
    bitmap
}

/// A block that ends with a list shorter than a block.
fn padded(list: &[u8]) -> [u8; WINDOW] {
    let mut block = [b'a'; WINDOW];
    if let Some((_, end)) = block.split_at_mut_checked(WINDOW.wrapping_sub(list.len())) {
        end.copy_from_slice(list);
    }
    block
}

/// A loop without branches, which LLVM vectorises.
fn classify_block(block: &[u8; WINDOW]) -> u64 {
    let mut flags = [0_u8; WINDOW];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = if is_unreserved(*byte) { 0 } else { u8::MAX };
    }
    let (rows, _) = flags.as_chunks();
    rows.iter().rev().fold(0, |bits, row| bits << 16 | u64::from(move_mask(row)))
}

/// The highest bit of each of sixteen bytes, the first one lowest: one instruction on x86-64, which no loop compiles to.
fn move_mask(flags: &[u8; 16]) -> u16 {
    #[cfg(target_arch = "x86_64")]
    return safe_arch::move_mask_i8_m128i((*flags).into()) as u16;
    #[cfg(not(target_arch = "x86_64"))]
    portable_move_mask(flags)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_move_mask(flags: &[u8; 16]) -> u16 {
    flags.as_chunks().0.iter().rev().fold(0, |bits, word| {
        // Keeps a different bit of each byte, and adds all bytes up in the highest one.
        let word = u64::from_le_bytes(*word) & 0x8040_2010_0804_0201;
        bits << 8 | (word.wrapping_mul(0x0101_0101_0101_0101) >> 56) as u16
    })
}

#[cfg(test)]
mod tests {
    use super::{Delimiters, move_mask, portable_move_mask};
    use crate::percent::is_unreserved;

    #[test]
    fn a_mask_of_any_flags_is_the_same_on_every_processor() {
        for bits in 0..=u16::MAX {
            let flags = core::array::from_fn(|at| if bits >> at & 1 == 1 { u8::MAX } else { 0 });
            assert_eq!((move_mask(&flags), portable_move_mask(&flags)), (bits, bits), "{flags:?}");
        }
    }

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
