//! Randomness from the operating system, drawn in blocks for each thread and thrown away in a forked child (rule I1).

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use magnus::{Error, RString, Ruby, TryConvert, Value, prelude::*};
use tracehop_core::Seed;

/// How many random bytes a thread draws at once: 128 seeds.
const BLOCK: usize = 3_072;

/// Counts the forks on the way to this process; a block of another count was drawn by a parent.
static FORKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; BLOCK], used: BLOCK, forks: 0 }) };
}

/// A block of random bytes, of which the first `used` are spent.
struct Pool {
    bytes: [u8; BLOCK],
    used: usize,
    forks: u64,
}

impl Pool {
    /// Gives the next bytes; they are zeroed behind it, so that no id can be read out of memory later.
    fn give(&mut self, taken: &mut [u8]) -> Result<(), getrandom::Error> {
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

/// Tells that this process was forked off another.
pub(crate) fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// The seed of a context.
pub(crate) fn context(ruby: &Ruby, given: Value) -> Result<Seed, Error> {
    let mut seed = Seed([0; 24]);
    draw(ruby, given, &mut seed.0)?;
    Ok(seed)
}

/// Fills a seed where it stays, because it would be moved byte by byte: with the bytes that were given, for tests with
/// known ids, or with new ones.
#[inline(always)]
pub(crate) fn draw(ruby: &Ruby, given: Value, seed: &mut [u8]) -> Result<(), Error> {
    if !given.is_nil() {
        return take(ruby, RString::try_convert(given)?, seed);
    }
    POOL.with_borrow_mut(|pool| pool.give(seed)).map_err(|error| {
        let message = format!("the operating system gave no random bytes: {error}");
        Error::new(ruby.exception_runtime_error(), message)
    })
}

fn take(ruby: &Ruby, given: RString, seed: &mut [u8]) -> Result<(), Error> {
    let given = given.to_bytes();
    if given.len() != seed.len() {
        let message = format!("a seed has {} bytes", seed.len());
        return Err(Error::new(ruby.exception_arg_error(), message));
    }
    seed.copy_from_slice(&given);
    Ok(())
}
