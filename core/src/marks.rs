//! Where the bytes that mean something stand: a bit for each of 64 bytes at a time, so that the plain ones cost next to nothing.

use crate::text;

/// A block is looked at by a loop without branches, which compilers turn into vector instructions.
const BLOCK: usize = 64;

/// How many blocks are looked at in one go; a device is short of room.
const BLOCKS: usize = if cfg!(feature = "std") { 8 } else { 1 };

/// The offsets of the bytes that are not of RFC 3986 *unreserved*, in order.
#[derive(Clone, Debug)]
pub(crate) struct Marks<'a> {
    bytes: &'a [u8],
    /// Where the block begins whose marks these bits are.
    begin: usize,
    bits: u64,
    /// Which of the blocks it is, and the marks of them all.
    block: usize,
    blocks: [u64; BLOCKS],
}

impl<'a> Marks<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut marks = Marks { bytes, begin: 0, bits: 0, block: 0, blocks: [0; BLOCKS] };
        marks.skip_to(0);
        marks
    }

    /// Goes on with the marks from this offset on.
    pub(crate) fn skip_to(&mut self, offset: usize) {
        (self.begin, self.bits, self.block) = (offset.wrapping_sub(BLOCK), 0, BLOCKS);
    }

    /// Goes on to the next block, if there is one.
    fn next_block(&mut self) -> Option<()> {
        self.begin = self.begin.wrapping_add(BLOCK);
        let rest = self.bytes.get(self.begin..).filter(|rest| !rest.is_empty())?;
        self.block = self.block.wrapping_add(1);
        if self.block >= BLOCKS {
            (self.block, self.blocks) = (0, mark_all(rest));
        }
        self.bits = *self.blocks.get(self.block)?;
        Some(())
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.next_block()?;
        }
        let at = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits.wrapping_sub(1);
        Some(self.begin.wrapping_add(at))
    }
}

/// Marks the first blocks; a short last one is filled up with plain bytes.
#[inline(never)]
fn mark_all(bytes: &[u8]) -> [u64; BLOCKS] {
    let mut marks = [0; BLOCKS];
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (bits, block) in marks.iter_mut().zip(blocks) {
        *bits = mark(block);
    }
    if let Some(bits) = marks.get_mut(blocks.len()) {
        *bits = mark(&filled_up(rest));
    }
    marks
}

#[cold]
fn filled_up(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [b'a'; BLOCK];
    if let Some((place, _)) = block.split_at_mut_checked(bytes.len()) {
        place.copy_from_slice(bytes);
    }
    block
}

fn mark(block: &[u8; BLOCK]) -> u64 {
    let mut flags = [0_u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(!text::is_unreserved(*byte));
    }
    let (words, _) = flags.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| bits << 8 | gather(u64::from_le_bytes(*word)))
}

/// Gathers the lowest bits of eight bytes into one byte.
const fn gather(word: u64) -> u64 {
    word.wrapping_mul(0x0102_0408_1020_4080) >> 56
}
