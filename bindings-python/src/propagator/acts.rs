//! Acts of core's propagator, over options that it borrows for one call.

use pyo3::prelude::*;

use super::Propagator;
use crate::functions::Function;
use crate::options;

impl Propagator {
    /// Runs an act that may ask the sampler; what a sampler lets through, such as an interrupt, is raised after it.
    // Inlined, as all that is on the way of a hop: what each call saves and moves is a large part of what the binding costs.
    #[inline(always)]
    pub(crate) fn enter<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        self.service.with_sampler(|sampler, sampling| options::ask_sampler(py, sampler, sampling), act)
    }

    /// Runs an act that may ask the targets; what a function lets through, such as an interrupt, is raised after it.
    pub(crate) fn leave<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        self.leave_noting(py, drop, act)
    }

    /// As `leave`; `failed` is given a sentence about each function that raised.
    pub(super) fn leave_noting<R>(
        &self,
        py: Python<'_>,
        failed: impl Fn(String),
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        let ask = |function: &Function, url: &str| {
            function.ask(py, (url,), |answer| answer.is_truthy().map(Some), &failed)
        };
        self.service.with_targets(ask, act)
    }
}
