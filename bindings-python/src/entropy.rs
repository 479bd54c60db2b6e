//! Random bytes for seeds, and the hook that makes a forked child draw new ones (rule I1).

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tracehop_core::Seed;
use tracehop_host::entropy;

/// The seed of one context.
#[inline(always)] // Otherwise the seed is moved byte by byte.
pub(crate) fn draw() -> PyResult<Seed> {
    let mut seed = Seed([0; 24]);
    fill(&mut seed.0).map(|()| seed)
}

/// The random bytes of a child.
pub(crate) fn draw_span() -> PyResult<[u8; 8]> {
    let mut span = [0; 8];
    fill(&mut span).map(|()| span)
}

#[inline(always)]
fn fill(bytes: &mut [u8]) -> PyResult<()> {
    entropy::fill(bytes).map_err(|error| PyOSError::new_err(error.to_string()))
}

/// Makes this thread use these bytes before random ones; the conformance vectors set their seeds with it.
#[pyfunction]
#[pyo3(name = "_feed")]
pub(crate) fn feed(seed: &[u8]) {
    entropy::feed(seed);
}

#[pyfunction]
fn forked() {
    entropy::forked();
}

/// Makes a forked child draw new bytes; does nothing on a platform without fork.
pub(crate) fn watch_forks(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let os = py.import("os")?;
    let Some(register) = os.getattr_opt("register_at_fork")? else { return Ok(()) };
    let hooks = PyDict::new(py);
    hooks.set_item("after_in_child", wrap_pyfunction!(forked, py)?)?;
    register.call((), Some(&hooks))?;
    Ok(())
}
