//! Acts of core's propagator, over options that are lent to it for one call.

use std::cell::RefCell;

use pyo3::prelude::*;
use smallvec::SmallVec;
use tracehop_core::{Options, Sampling, Target};

use super::Propagator;
use crate::errors::wrong_option;
use crate::options;

impl Propagator {
    /// Runs an act of core's propagator over these options, which were checked at construction.
    pub(super) fn run<R>(
        py: Python<'_>,
        options: Options<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        match &tracehop_core::Propagator::new(options) {
            Ok(core) => Ok(act(core)),
            Err(error) => Err(wrong_option(py, *error)),
        }
    }

    /// Runs an act that may ask the sampler; what a sampler lets through, such as an interrupt, is raised after it.
    pub(crate) fn enter<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        let Some(sampler) = &self.settings.traces_sampler else {
            return Self::run(py, self.settings.inward(), act);
        };
        let raised = RefCell::new(None);
        let ask = |sampling: &Sampling<'_>| {
            options::ask_sampler(sampler.bind(py), sampling)
                .unwrap_or_else(|error| raised.replace(Some(error)).and(None))
        };
        let options = Options { traces_sampler: Some(&ask), ..self.settings.inward() };
        let done = Self::run(py, options, act)?;
        raised.take().map_or(Ok(done), Err)
    }

    /// Runs an act that may ask the targets; what a function lets through, such as an interrupt, is raised after it.
    pub(super) fn leave<R>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> R,
    ) -> PyResult<R> {
        let Some(targets) = &self.settings.targets else {
            return Self::run(py, self.settings.plain(), act);
        };
        let raised = RefCell::new(None);
        let asks = targets.iter().map(|target| {
            let raised = &raised;
            move |url: &str| target.ask(py, url).unwrap_or_else(|error| raised.replace(Some(error)).and(None))
        });
        let asks: SmallVec<[_; 4]> = asks.collect();
        let lent = targets.iter().zip(&asks).map(|(target, ask)| target.lend(ask));
        let lent: SmallVec<[Target<'_>; 4]> =
            lent.collect::<Result<_, _>>().map_err(|error| wrong_option(py, error))?;
        let options = Options { trace_propagation_targets: Some(&lent), ..self.settings.plain() };
        let done = Self::run(py, options, act)?;
        raised.take().map_or(Ok(done), Err)
    }
}
