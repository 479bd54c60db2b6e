//! Passes findings to Ruby as numbers; Ruby has the objects.

use magnus::{RArray, Ruby};
use tracehop_core::{Finding, Findings};

/// The numbers of a set, in order.
pub(crate) fn numbers(ruby: &Ruby, findings: Findings) -> RArray {
    ruby.ary_from_iter(findings.iter().map(Finding::number))
}

/// Number, name and sentence of every finding.
pub(crate) fn table(ruby: &Ruby) -> RArray {
    ruby.ary_from_iter(
        Finding::ALL.iter().map(|finding| (finding.number(), finding.name(), finding.message())),
    )
}
