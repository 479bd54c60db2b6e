//! The probes: each has its own trace, so that a response to another one is recognised.

use tracehop_core::{Buffer, HeaderName, Headers, Propagator, Seed, Start};

use super::answer::Line;
use super::token::{drawn, token};
use crate::described::Described;

pub(crate) const SENTRY_TRACE: &str = HeaderName::SentryTrace.name();
pub(crate) const BAGGAGE: &str = HeaderName::Baggage.name();
/// The name of the third-party member of each probe.
const THIRD_PARTY: &str = "tracehop-doctor";

/// A request's trace headers, and the trace that they carry.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) check: String,
    pub(crate) trace: Described,
    pub(crate) lines: Vec<Line>,
}

/// A third-party member and Sentry's in one line of baggage, as services send them.
pub(crate) fn one_line(propagator: &Propagator<'_>) -> Probe {
    let (name, value) = third_party();
    let trace = trace(propagator, &Headers::from_pairs([(name.as_bytes(), value.as_bytes())]));
    Probe { check: "one_line".to_owned(), lines: trace.headers.clone(), trace }
}

/// The same in two lines, in both orders: some servers keep the first line only, others the last.
pub(crate) fn two_lines(propagator: &Propagator<'_>) -> [Probe; 2] {
    [("two_lines", false), ("two_lines_sentry_first", true)].map(|(check, is_first)| {
        let trace = trace(propagator, &Headers::new());
        let mut lines: Vec<_> = trace.headers.iter().filter(|(name, _)| name != BAGGAGE).cloned().collect();
        lines.extend((!is_first).then(third_party));
        lines.extend(trace.lines(BAGGAGE).cloned());
        lines.extend(is_first.then(third_party));
        Probe { check: check.to_owned(), trace, lines }
    })
}

/// Another trace under the name with an underscore, before the trace itself; and the id of that other trace.
pub(crate) fn spelling(propagator: &Propagator<'_>) -> (Probe, String) {
    let (probe, other) = (one_line(propagator), trace(propagator, &Headers::new()));
    let other_line = other.lines(SENTRY_TRACE).map(|(name, value)| (name.replace('-', "_"), value.clone()));
    let lines = other_line.chain(probe.lines).collect();
    (Probe { check: "underscore_name".to_owned(), lines, trace: probe.trace }, other.trace_id)
}

/// A probe whose third-party member makes the value of baggage `size` bytes long.
pub(crate) fn sized(propagator: &Propagator<'_>, size: usize) -> Probe {
    let trace = trace(propagator, &Headers::new());
    let start = format!("{THIRD_PARTY}=");
    let filled = format!("{start}{}", "x".repeat(size.saturating_sub(start.len())));
    let lines = trace.lines(SENTRY_TRACE).cloned().chain([(BAGGAGE.to_owned(), filled)]).collect();
    Probe { check: format!("baggage_{size}_bytes"), trace, lines }
}

fn third_party() -> Line {
    (BAGGAGE.to_owned(), format!("{THIRD_PARTY}=1"))
}

/// A trace with a random DSC, which no application can invent.
fn trace(propagator: &Propagator<'_>, outgoing: &Headers<'_>) -> Described {
    let (transaction, mut buffer) = (format!("{THIRD_PARTY} {}", token()), Buffer::new());
    let start = Start { transaction: Some(&transaction), ..Start::with(Seed(drawn())) };
    Described::of(&propagator.start_trace(start, &mut buffer), outgoing)
}
