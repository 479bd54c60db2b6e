//! The bitmap by the widest vectors of the CPU: AVX-512, AVX2 or SSE4.2 on x86-64, NEON on aarch64.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x16, u8x64};

use super::{BLOCKS, WINDOW};
use crate::percent::is_unreserved;

/// A byte is *unreserved* if the entries of its two halves have a common bit: there is one bit for each upper half that an
/// ASCII byte can have.
const BIT_OF_UPPER: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];
const BITS_OF_LOWER: [u8; 16] = bits_of_lower();

const fn bits_of_lower() -> [u8; 16] {
    let mut bits = [0; 16];
    let mut byte = 0;
    #[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs when compiled")]
    while byte < 0x80 {
        if is_unreserved(byte) {
            bits[(byte & 15) as usize] |= BIT_OF_UPPER[(byte >> 4) as usize];
        }
        byte += 1;
    }
    bits
}

/// Classifies the blocks from this offset on.
pub(super) fn classify(level: Level, list: &[u8], begin: usize) -> [u64; BLOCKS] {
    dispatch!(level, simd => classify_with(simd, list, begin))
}

/// `inline(always)`: compiled once for each kind of vectors.
#[expect(clippy::arithmetic_side_effects, reason = "a shift of each byte by less than its bits")]
#[inline(always)]
fn classify_with<S: Simd>(simd: S, list: &[u8], begin: usize) -> [u64; BLOCKS] {
    let [upper, lower] =
        [BIT_OF_UPPER, BITS_OF_LOWER].map(|table| u8x64::block_splat(u8x16::simd_from(simd, table)));
    let mut bitmap = [0; BLOCKS];
    let (blocks, rest) = list.get(begin..).unwrap_or_default().as_chunks();
    // The last block ends with the list, and so overlaps the one before it.
    let last = list.last_chunk().copied().unwrap_or_else(|| padded(list));
    for (bits, block) in bitmap.iter_mut().zip(blocks.iter().chain([&last])) {
        let bytes = u8x64::simd_from(simd, *block);
        let common =
            upper.swizzle_dyn_within_blocks(bytes >> 4) & lower.swizzle_dyn_within_blocks(bytes & 15);
        *bits = common.simd_eq(0).to_bitmask();
    }
    if let Some(bits) = bitmap.get_mut(blocks.len()) {
        *bits = bits.unbounded_shr(WINDOW.wrapping_sub(rest.len()) as u32);
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

#[cfg(test)]
mod tests {
    use fearless_simd::Level;

    use super::super::bytewise;
    use super::classify;

    #[test]
    fn a_bitmap_by_vectors_is_that_byte_by_byte() {
        let bytes: Vec<u8> = (0..700_usize).map(|at| (at.wrapping_mul(at) % 257) as u8).collect();
        let every_byte: Vec<u8> = (0..=u8::MAX).collect();
        let lists = (0..bytes.len()).filter_map(|len| bytes.get(..len)).chain([&every_byte[..]]);
        for (list, begin) in lists.flat_map(|list| [(list, 0), (list, 7)]) {
            for level in [Level::baseline(), Level::new()] {
                assert_eq!(classify(level, list, begin), bytewise(list, begin), "{level:?}, {list:?}");
            }
        }
    }
}
