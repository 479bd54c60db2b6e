//! Findings: numbers of anomalies, their names and sentences. The header gets the numbers from `Finding::ALL`.

use tracehop_core::Finding;

use crate::c_strings::{row, rows};
use crate::text::tracehop_str;

/// One anomaly: a number from 1, which never changes and is never reused. A set of findings is a `uint64_t`; the finding with
/// number n is bit n - 1: `findings & TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_ORG_MISMATCH)`.
pub type tracehop_finding = u32;

/// The snake-case name of a finding, the same in every language; `{NULL, 0}` for any other number. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_finding_name(finding: tracehop_finding) -> tracehop_str {
    row(rows!(Finding::ALL, Finding::name), index(finding))
}

/// One sentence that says what the finding means; `{NULL, 0}` for any other number. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_finding_message(finding: tracehop_finding) -> tracehop_str {
    row(rows!(Finding::ALL, Finding::message), index(finding))
}

/// The index of a finding in `Finding::ALL`.
fn index(number: tracehop_finding) -> Option<usize> {
    Finding::ALL.iter().position(|finding| tracehop_finding::from(finding.number()) == number)
}
