//! The report as data.

use serde::Serialize;

use super::redirects::Hop;
use super::sizes::Largest;
use super::verdict::{Check, Verdict};

/// The report; the fields are the keys of the JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) url: String,
    pub(crate) verdict: Verdict,
    pub(crate) seen_by: &'static str,
    pub(crate) hops: Vec<Hop>,
    pub(crate) checks: Vec<Check>,
    pub(crate) largest_baggage: Vec<Largest>,
    pub(crate) notes: Vec<String>,
}
