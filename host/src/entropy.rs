//! Randomness from the operating system, drawn in blocks for each thread and discarded in a forked child (rule I1).

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Number of random bytes that a thread draws at once: 128 seeds.
const BLOCK: usize = 3_072;

/// Number of forks that led to this process. A block with another count was drawn by a parent and is not used.
static FORKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOL: RefCell<Pool> =
        const { RefCell::new(Pool { bytes: [0; BLOCK], used: BLOCK, forks: 0, fed: Vec::new() }) };
}

/// A block of random bytes; the first `used` are spent.
struct Pool {
    bytes: [u8; BLOCK],
    used: usize,
    forks: u64,
    /// Bytes that a test sets instead of random ones.
    fed: Vec<u8>,
}

impl Pool {
    /// Copies the next bytes and zeroes them in the block, so that no id can be read from memory later.
    fn fill(&mut self, taken: &mut [u8]) -> Result<(), getrandom::Error> {
        if !self.fed.is_empty() && self.fed.len() >= taken.len() {
            self.fed.drain(..taken.len()).zip(taken).for_each(|(byte, out)| *out = byte);
            return Ok(());
        }
        let forks = FORKS.load(Ordering::Relaxed);
        if self.forks != forks || self.used + taken.len() > BLOCK {
            getrandom::fill(&mut self.bytes)?;
            (self.used, self.forks) = (0, forks);
        }
        let source = &mut self.bytes[self.used..self.used + taken.len()];
        taken.copy_from_slice(source);
        source.fill(0);
        self.used += taken.len();
        Ok(())
    }
}

/// Fills a seed of at most 3,072 bytes with random ones.
///
/// # Errors
/// If the operating system returns none.
#[inline]
pub fn fill(seed: &mut [u8]) -> Result<(), NoEntropy> {
    POOL.with_borrow_mut(|pool| pool.fill(seed)).map_err(NoEntropy)
}

/// Fills a seed directly from the operating system: for a host that cannot detect a fork.
///
/// # Errors
/// If the operating system returns none.
pub fn fill_now(seed: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(seed).map_err(NoEntropy)
}

/// Notes that this process is a fork: bytes that the parent's threads drew are not used. The fork hook of a host calls
/// it in the child.
pub fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// Puts bytes before the random ones of this thread, for tests with known ids.
pub fn feed(bytes: &[u8]) {
    POOL.with_borrow_mut(|pool| pool.fed = bytes.to_vec());
}

/// The error if the operating system returns no random bytes.
#[derive(Clone, Copy, Debug)]
pub struct NoEntropy(getrandom::Error);

impl fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the operating system gives no random bytes: {}", self.0)
    }
}

impl std::error::Error for NoEntropy {}

#[cfg(test)]
mod tests {
    use super::{feed, fill, forked};

    fn draw() -> [u8; 24] {
        let mut seed = [0; 24];
        fill(&mut seed).expect("random bytes");
        seed
    }

    #[test]
    fn seeds_differ_across_blocks_threads_and_forks() {
        let mut seeds: Vec<_> = (0..300).map(|_| draw()).collect();
        seeds.push(std::thread::spawn(draw).join().expect("a seed"));
        forked();
        seeds.extend((0..300).map(|_| draw()));
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 601);
    }

    #[test]
    fn a_fork_discards_what_was_drawn_before() {
        let before = draw();
        let rest = super::POOL.with_borrow(|pool| pool.bytes);
        forked();
        let after = draw();
        assert!(before != after && !rest.windows(24).any(|drawn| drawn == after));
    }

    #[test]
    fn fed_bytes_come_first_and_once() {
        feed(&[7; 32]);
        assert_eq!(draw(), [7; 24]);
        assert_ne!(draw(), [7; 24]);
    }
}
