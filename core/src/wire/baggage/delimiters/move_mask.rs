//! Sixteen flags, each a byte without a bit or with all of them, as sixteen bits.

/// How many flags are gathered at a time.
pub(super) const ROW: usize = 16;

/// One bit of each flag, the first one lowest. Every x86-64 has an instruction for it, which no loop is compiled to.
pub(super) fn move_mask(flags: &[u8; ROW]) -> u16 {
    #[cfg(target_arch = "x86_64")]
    return safe_arch::move_mask_i8_m128i((*flags).into()) as u16;
    #[cfg(not(target_arch = "x86_64"))]
    by_words(flags)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn by_words(flags: &[u8; ROW]) -> u16 {
    let (words, _) = flags.as_chunks();
    words.iter().rev().fold(0, |bits, word| bits << 8 | by_word(u64::from_le_bytes(*word)))
}

/// Keeps another bit of each byte, and adds all bytes up in the highest one.
#[cfg(any(test, not(target_arch = "x86_64")))]
const fn by_word(flags: u64) -> u16 {
    ((flags & 0x8040_2010_0804_0201).wrapping_mul(0x0101_0101_0101_0101) >> 56) as u16
}

#[cfg(test)]
mod tests {
    use super::{ROW, by_words, move_mask};

    #[test]
    fn every_sixteen_flags_are_the_same_bits_on_every_processor() {
        for bits in 0..=u16::MAX {
            let flags: [u8; ROW] = core::array::from_fn(|at| if bits >> at & 1 == 1 { u8::MAX } else { 0 });
            assert_eq!((move_mask(&flags), by_words(&flags)), (bits, bits), "{flags:?}");
        }
    }
}
