//! Randomness from the operating system, drawn in blocks for each thread and thrown away in a forked child (rule I1).

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// How many random bytes a thread draws at once: 128 seeds.
const BLOCK: usize = 3_072;

/// Counts the forks of this process; a block of another count is not used.
static FORKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; BLOCK], used: BLOCK, forks: 0, fed: Vec::new() }) };
}

struct Pool {
    bytes: [u8; BLOCK],
    used: usize,
    forks: u64,
    fed: Vec<u8>,
}

impl Pool {
    /// The next `N` bytes; they are zeroed behind it, so that no id can be read out of memory later.
    fn take<const N: usize>(&mut self, taken: &mut [u8; N]) -> Result<(), getrandom::Error> {
        if self.fed.len() >= N {
            self.fed.drain(..N).zip(taken).for_each(|(byte, place)| *place = byte);
            return Ok(());
        }
        let forks = FORKS.load(Ordering::Relaxed);
        if self.forks != forks || self.used + N > BLOCK {
            getrandom::fill(&mut self.bytes)?;
            (self.used, self.forks) = (0, forks);
        }
        let source = &mut self.bytes[self.used..self.used + N];
        taken.copy_from_slice(source);
        source.fill(0);
        self.used += N;
        Ok(())
    }
}

/// Random bytes: 24 for a context, 8 for a child.
#[inline(always)] // They would be moved byte by byte out of a result.
pub(crate) fn draw<const N: usize>() -> PyResult<[u8; N]> {
    let mut taken = [0; N];
    POOL.with_borrow_mut(|pool| pool.take(&mut taken))
        .map(|()| taken)
        .map_err(|error| PyOSError::new_err(format!("the operating system gives no random bytes: {error}")))
}

/// Lays these bytes before the random ones of this thread: how the conformance vectors give their seeds.
#[pyfunction]
#[pyo3(name = "_feed")]
pub(crate) fn feed(seed: &[u8]) {
    POOL.with_borrow_mut(|pool| pool.fed = seed.to_vec());
}

#[pyfunction]
fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// Has a forked child draw anew; where the platform cannot fork there is nothing to do.
pub(crate) fn watch_forks(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let os = py.import("os")?;
    let Some(register) = os.getattr_opt("register_at_fork")? else { return Ok(()) };
    let hooks = PyDict::new(py);
    hooks.set_item("after_in_child", wrap_pyfunction!(forked, py)?)?;
    register.call((), Some(&hooks))?;
    Ok(())
}
