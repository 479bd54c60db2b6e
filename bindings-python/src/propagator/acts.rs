//! Acts of core's propagator, over options that are lent to it for one call.

use std::cell::RefCell;

use pyo3::prelude::*;
use smallvec::SmallVec;
use tracehop_core::{Sampling, Target};

use super::Propagator;
use crate::options;
use crate::targets::{self, OwnedTarget};

impl Propagator {
    /// Runs an act that may ask the sampler; what a sampler lets through, such as an interrupt, is raised after it.
    // Inlined, as all that is on the way of a hop: what each call saves and moves is a large part of what the binding costs.
    #[inline(always)]
    pub(crate) fn enter<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        let raised = RefCell::new(None);
        let sampler = self.settings.traces_sampler.as_ref().map(|sampler| {
            let raised = &raised;
            move |sampling: &Sampling<'_>| {
                options::ask_sampler(sampler.bind(py), sampling)
                    .unwrap_or_else(|error| raised.replace(Some(error)).and(None))
            }
        });
        let done = act(&self.settings.core(sampler.as_ref().map(|ask| ask as _), None));
        raised.take().map_or(Ok(done), Err)
    }

    /// Runs an act that may ask the targets; what a function lets through, such as an interrupt, is raised after it.
    pub(super) fn leave<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        let Some(targets) = &self.settings.targets else {
            return Ok(act(&self.settings.core(None, None)));
        };
        let raised = RefCell::new(None);
        let asks = targets.iter().filter_map(OwnedTarget::function).map(|function| {
            let raised = &raised;
            move |url: &str| {
                targets::ask(function.bind(py), url)
                    .unwrap_or_else(|error| raised.replace(Some(error)).and(None))
            }
        });
        let asks: SmallVec<[_; 4]> = asks.collect();
        let mut functions = asks.iter();
        let lent: SmallVec<[Target<'_>; 4]> = targets
            .iter()
            .filter_map(|target| target.lend(|| functions.next().map(|ask| ask as _)))
            .collect();
        let done = act(&self.settings.core(None, Some(&lent)));
        raised.take().map_or(Ok(done), Err)
    }
}
