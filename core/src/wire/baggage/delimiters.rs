//! Where the bytes that mean something stand: a bit for each of 64 bytes at a time, so that the plain ones cost next to nothing.

use core::iter;

use crate::percent::is_unreserved;

mod move_mask;

use move_mask::{ROW, move_mask};

/// A block is looked at by a loop without branches, which compilers turn into vector instructions.
pub(crate) const BLOCK: usize = 64;

/// How many blocks are looked at in one go; a device is short of room.
const BLOCKS: usize = if cfg!(feature = "std") { 9 } else { 2 };

/// The bytes that are not of RFC 3986 *unreserved*.
#[derive(Clone, Debug)]
pub(crate) struct Marks<'a> {
    bytes: &'a [u8],
    /// Where the blocks begin whose marks these are.
    begin: usize,
    blocks: [u64; BLOCKS],
}

/// A window that begins this far behind the first block, or farther, reaches past the last one.
const LAST: usize = (BLOCKS - 1) * BLOCK;

impl<'a> Marks<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Marks { bytes, begin: usize::MAX - LAST, blocks: [0; BLOCKS] }
    }

    /// The marks of the 64 bytes from this offset on, the first one lowest.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn window(&mut self, at: usize) -> u64 {
        let mut place = at.wrapping_sub(self.begin);
        if place >= LAST {
            (place, self.begin, self.blocks) = (0, at, mark_all(self.bytes, at));
        }
        let block = |number| u128::from(self.blocks.get(number).copied().unwrap_or_default());
        let both = block((place / BLOCK).wrapping_add(1)) << BLOCK | block(place / BLOCK);
        (both >> (place % BLOCK)) as u64
    }

    /// Where the marks stand from this offset on.
    #[cfg_attr(feature = "std", inline(always))]
    pub(crate) fn from(&mut self, at: usize) -> impl Iterator<Item = usize> {
        let (mut begin, mut bits) = (at, Bits(self.window(at)));
        iter::from_fn(move || {
            loop {
                if let Some(at) = bits.next() {
                    return Some(begin.wrapping_add(at));
                }
                begin = begin.wrapping_add(BLOCK);
                if begin >= self.bytes.len() {
                    return None;
                }
                bits = Bits(self.window(begin));
            }
        })
    }
}

/// The places of the bits that are set, lowest first.
#[derive(Clone, Debug)]
pub(crate) struct Bits(pub(crate) u64);

impl Iterator for Bits {
    type Item = usize;

    #[cfg_attr(feature = "std", inline(always))]
    fn next(&mut self) -> Option<usize> {
        let at = self.0.trailing_zeros() as usize;
        (self.0 != 0).then(|| {
            self.0 &= self.0.wrapping_sub(1);
            at
        })
    }
}

/// Marks the first blocks from this offset on.
#[inline(never)]
fn mark_all(bytes: &[u8], begin: usize) -> [u64; BLOCKS] {
    let mut marks = [0; BLOCKS];
    let (blocks, rest) = bytes.get(begin..).unwrap_or_default().as_chunks::<BLOCK>();
    for (bits, block) in marks.iter_mut().zip(blocks) {
        *bits = mark(block);
    }
    if let Some(bits) = marks.get_mut(blocks.len()) {
        *bits = mark_end(bytes, rest.len());
    }
    marks
}

/// Marks the last bytes, fewer than a block: they are the end of a whole block, which is looked at where it stands.
fn mark_end(bytes: &[u8], len: usize) -> u64 {
    let marks = bytes.last_chunk().map_or_else(|| mark(&filled_up(bytes)), mark);
    marks.unbounded_shr(BLOCK.wrapping_sub(len) as u32)
}

/// A block that ends with these bytes.
#[cold]
fn filled_up(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [b'a'; BLOCK];
    if let Some((_, end)) = block.split_at_mut_checked(BLOCK.wrapping_sub(bytes.len())) {
        end.copy_from_slice(bytes);
    }
    block
}

fn mark(block: &[u8; BLOCK]) -> u64 {
    let mut flags = [0_u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = if is_unreserved(*byte) { 0 } else { u8::MAX };
    }
    let (rows, _) = flags.as_chunks();
    rows.iter().rev().fold(0, |bits, row| bits << ROW | u64::from(move_mask(row)))
}
