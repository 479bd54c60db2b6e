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
    /// The next bytes; they are zeroed behind it, so that no id can be read out of memory later.
    fn take<const N: usize>(&mut self) -> Result<[u8; N], getrandom::Error> {
        let forks = FORKS.load(Ordering::Relaxed);
        if self.forks != forks || self.used + N > BLOCK {
            getrandom::fill(&mut self.bytes)?;
            (self.used, self.forks) = (0, forks);
        }
        let source = &mut self.bytes[self.used..self.used + N];
        let mut taken = [0; N];
        taken.copy_from_slice(source);
        source.fill(0);
        self.used += N;
        Ok(taken)
    }
}

/// The seed of a context: the one that was given, for tests with known ids, or a new one.
#[inline(always)]
pub(crate) fn context(ruby: &Ruby, given: Value) -> Result<Seed, Error> {
    bytes(ruby, given).map(Seed)
}

/// The seed of a child.
pub(crate) fn child(ruby: &Ruby, given: Value) -> Result<[u8; 8], Error> {
    bytes(ruby, given)
}

/// Tells that this process was forked off another.
pub(crate) fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

#[inline(always)]
fn bytes<const N: usize>(ruby: &Ruby, given: Value) -> Result<[u8; N], Error> {
    if given.is_nil() {
        return draw(ruby);
    }
    let bytes = RString::try_convert(given)?.to_bytes();
    bytes
        .as_ref()
        .try_into()
        .map_err(|_| Error::new(ruby.exception_arg_error(), format!("a seed has {N} bytes")))
}

fn draw<const N: usize>(ruby: &Ruby) -> Result<[u8; N], Error> {
    POOL.with_borrow_mut(Pool::take).map_err(|error| {
        let message = format!("the operating system gave no random bytes: {error}");
        Error::new(ruby.exception_runtime_error(), message)
    })
}
