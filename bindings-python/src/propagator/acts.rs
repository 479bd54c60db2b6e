//! Calls of core's propagator, which borrows the options for one call.

use pyo3::prelude::*;

use super::Propagator;
use crate::functions::Function;
use crate::options;

impl Propagator {
    /// Runs a call that may call the sampler; an interrupt or exit that the sampler raises is raised afterwards.
    // Inlined, like the rest of a hop: register saves and moves of each call are a large part of the binding's overhead.
    #[inline(always)]
    pub(crate) fn enter<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        self.service.with_sampler(|sampler, sampling| options::ask_sampler(py, sampler, sampling), act)
    }

    /// Runs a call that may call function targets; an interrupt or exit that one raises is raised afterwards.
    pub(crate) fn leave<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        self.leave_noting(py, drop, act)
    }

    /// As `leave`; `failed` receives a sentence about each function that raised.
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
