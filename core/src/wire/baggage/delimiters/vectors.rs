//! The bitmap by the widest vectors of the CPU: AVX-512, AVX2 or SSE2 on x86-64, NEON on aarch64.

use fearless_simd::{Level, Simd, dispatch, mask8x64, prelude::*, u8x64};

use super::{BLOCKS, WINDOW};

/// Classifies the blocks from this offset on.
pub(super) fn classify(level: Level, list: &[u8], begin: usize) -> [u64; BLOCKS] {
    dispatch!(level, simd => classify_with(simd, list, begin))
}

/// `inline(always)`: compiled once for each kind of vectors.
#[inline(always)]
fn classify_with<S: Simd>(simd: S, list: &[u8], begin: usize) -> [u64; BLOCKS] {
    let mut bitmap = [0; BLOCKS];
    let (blocks, rest) = list.get(begin..).unwrap_or_default().as_chunks();
    // The last block ends with the list, and so overlaps the one before it.
    let last = list.last_chunk().copied().unwrap_or_else(|| padded(list));
    for (bits, block) in bitmap.iter_mut().zip(blocks.iter().chain([&last])) {
        let bytes = u8x64::simd_from(simd, *block);
        let letter = is_within(bytes | 0x20, b'a', b'z');
        let digit_or_sign = is_within(bytes, b'-', b'9') & !bytes.simd_eq(b'/');
        *bits = !(letter | digit_or_sign | bytes.simd_eq(b'_') | bytes.simd_eq(b'~')).to_bitmask();
    }
    if let Some(bits) = bitmap.get_mut(blocks.len()) {
        *bits = bits.unbounded_shr(WINDOW.wrapping_sub(rest.len()) as u32);
    }
    bitmap
}

#[expect(clippy::arithmetic_side_effects, reason = "vectors wrap")]
fn is_within<S: Simd>(bytes: u8x64<S>, first: u8, last: u8) -> mask8x64<S> {
    (bytes - first).simd_le(last.wrapping_sub(first))
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
