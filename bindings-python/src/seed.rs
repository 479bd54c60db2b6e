//! Randomness from the operating system, drawn in blocks for each thread and thrown away in a forked child (rule I1).
//!
//! It is the dearest part of a short call. A context that continues a trace needs no trace id, so what was drawn for one
//! serves the next context, where nobody saw it.

use std::cell::RefCell;
use std::mem::take;
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracehop_core::Seed;

/// How many random bytes a thread draws at once: 128 seeds.
const BLOCK: usize = 3_072;
/// How many bytes of a seed are the trace's; the others are the span's.
const TRACE: usize = 16;

/// Counts the forks of this process; bytes of another count are not used.
static FORKS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOL: RefCell<Pool> = const {
        RefCell::new(Pool { bytes: [0; BLOCK], used: BLOCK, forks: 0, returned: None, fed: Vec::new() })
    };
}

struct Pool {
    bytes: [u8; BLOCK],
    used: usize,
    forks: u64,
    /// The trace's part of a seed that was given back.
    returned: Option<[u8; TRACE]>,
    fed: Vec<u8>,
}

impl Pool {
    /// Fills a seed, and tells after how many forks; not where it was fed.
    fn seed(&mut self, seed: &mut [u8; 24]) -> Result<Option<u64>, getrandom::Error> {
        if self.take_fed(seed) {
            return Ok(None);
        }
        self.renew(seed.len())?;
        let (trace, span) = seed.split_at_mut(TRACE);
        match &mut self.returned {
            // Zeroed where it lay, as what is cut.
            Some(returned) => trace.copy_from_slice(&take(returned)),
            None => self.cut(trace),
        }
        self.returned = None;
        self.cut(span);
        Ok(Some(self.forks))
    }

    /// Fills the span's part of a seed alone.
    fn span(&mut self, span: &mut [u8; 8]) -> Result<(), getrandom::Error> {
        if !self.take_fed(span) {
            self.renew(span.len())?;
            self.cut(span);
        }
        Ok(())
    }

    /// Fills with what was fed, where that is enough.
    fn take_fed(&mut self, taken: &mut [u8]) -> bool {
        let is_fed = self.fed.len() >= taken.len();
        if is_fed {
            self.fed.drain(..taken.len()).zip(taken).for_each(|(byte, place)| *place = byte);
        }
        is_fed
    }

    /// Draws a block where this one is short, or was drawn before a fork.
    fn renew(&mut self, len: usize) -> Result<(), getrandom::Error> {
        let forks = FORKS.load(Ordering::Relaxed);
        if self.forks != forks {
            self.returned = None;
        }
        if self.forks != forks || self.used + len > BLOCK {
            getrandom::fill(&mut self.bytes)?;
            (self.used, self.forks) = (0, forks);
        }
        Ok(())
    }

    /// The next bytes; they are zeroed behind it, so that no id can be read out of memory later.
    fn cut(&mut self, taken: &mut [u8]) {
        let source = &mut self.bytes[self.used..self.used + taken.len()];
        taken.copy_from_slice(source);
        source.fill(0);
        self.used += taken.len();
    }
}

/// The seed of one context.
pub(crate) fn draw() -> PyResult<Seed> {
    let mut seed = Seed([0; 24]);
    POOL.with_borrow_mut(|pool| pool.seed(&mut seed.0)).map(|_| seed).map_err(no_random_bytes)
}

/// Lends the seed of one context to an act that tells whether nobody saw the trace's part of it, which then serves the
/// next context.
#[inline(always)] // The seed would be moved byte by byte.
pub(crate) fn lend(act: impl FnOnce(Seed) -> PyResult<bool>) -> PyResult<()> {
    // Looked for once, because a thread's own place is dear to find; the act may draw seeds itself.
    POOL.with(|place| {
        let mut seed = Seed([0; 24]);
        let forks = place.borrow_mut().seed(&mut seed.0).map_err(no_random_bytes)?;
        // A sampler may have forked since: then another process has the same bytes.
        if act(seed)? && forks == Some(FORKS.load(Ordering::Relaxed)) {
            place.borrow_mut().returned = seed.0.first_chunk().copied();
        }
        Ok(())
    })
}

/// The random bytes of a child.
pub(crate) fn draw_span() -> PyResult<[u8; 8]> {
    let mut span = [0; 8];
    POOL.with_borrow_mut(|pool| pool.span(&mut span)).map(|()| span).map_err(no_random_bytes)
}

fn no_random_bytes(error: getrandom::Error) -> PyErr {
    PyOSError::new_err(format!("the operating system gives no random bytes: {error}"))
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
