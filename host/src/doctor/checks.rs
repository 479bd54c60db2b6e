//! The checks of one URL over one protocol.

use super::answer::Answer;
use super::arrival::Arrival;
use super::evidence;
use super::probe::{self, Probe, SENTRY_TRACE};
use super::session::{Outcome, Session};
use super::verdict::{Check, Values, Verdict};

/// One line, two lines in both orders, both spellings. If the first is broken, the others are skipped: they would repeat it.
pub(crate) fn run(session: &Session<'_>) -> Vec<Check> {
    let mut arrival = Arrival::new(session);
    let first = sent(session, &mut arrival, &probe::one_line(session.propagator));
    let shows = session.is_answered() || first.received.is_some();
    let ends = first.verdict == Verdict::Broken || arrival.is_cached || !shows;
    let mut found = vec![first];
    if !ends {
        let two = probe::two_lines(session.propagator);
        found.extend(two.iter().map(|probe| sent(session, &mut arrival, probe)));
        found.push(spelling(session));
    }
    found
}

/// Sends a probe and judges the result.
fn sent(session: &Session<'_>, arrival: &mut Arrival<'_>, probe: &Probe) -> Check {
    let outcome = session.send(probe);
    if session.confirms(probe, &outcome) {
        return refused(session, arrival, probe, &outcome);
    }
    match outcome.answer {
        Some(answer) => arrival.judge(probe, &answer),
        None => arrival.check(probe, Verdict::CannotTell, outcome.reason).with_change("try again"),
    }
}

fn refused(session: &Session<'_>, arrival: &Arrival<'_>, probe: &Probe, outcome: &Outcome) -> Check {
    let names = Values::of(probe.lines.iter().cloned());
    let is_refused_alone = |name: &&str| {
        let lines = probe.lines.iter().filter(|(line, _)| line == name).cloned().collect();
        session.refuses(&Probe { lines, ..probe.clone() })
    };
    let alone: Vec<_> = names.names().filter(is_refused_alone).collect();
    let named = match alone.is_empty() {
        true => names.names().collect::<Vec<_>>().join(" and "),
        false => alone.join(" or "),
    };
    let (reason, status) = (&outcome.reason, session.control.status);
    let what =
        format!("a request with {named} is refused ({reason}); without, the response status is {status}");
    let change = format!("let the firewall or proxy that refuses it pass {named} on");
    arrival.check(probe, Verdict::Broken, what).with_change(change)
}

/// Checks if a caller can replace the trace by the name with an underscore, which some servers read as the same name.
fn spelling(session: &Session<'_>) -> Check {
    let (probe, other) = probe::spelling(session.propagator);
    let what = "the response does not show it";
    let check = Check::new(&probe.check, session.protocol, Verdict::CannotTell, what).with_sent(&probe.lines);
    let check = Check { required: false, ..check };
    let Some(answer) = session.send(&probe).answer else { return check };
    let (received, is_replaced) = replaced(&probe, &other, &answer);
    let check = Check { received, ..check };
    let underscore = SENTRY_TRACE.replace('-', "_");
    match is_replaced {
        None => check,
        Some(false) => {
            let what = format!("{underscore} does not replace {SENTRY_TRACE}");
            Check { verdict: Verdict::Arrives, what, ..check }
        }
        Some(true) => {
            let what = format!("{underscore} replaces {SENTRY_TRACE}, or is joined with it");
            let change = format!("drop {underscore} in the first proxy");
            Check { verdict: Verdict::Broken, what, ..check }.with_change(change)
        }
    }
}

/// The values that arrived, and true if the other trace replaced the probe's; `None` if the response does not show it.
fn replaced(probe: &Probe, other: &str, answer: &Answer) -> (Option<Values>, Option<bool>) {
    if let Some(echo) = evidence::echo(answer) {
        let ours: Vec<_> = probe.trace.lines(SENTRY_TRACE).map(|(_, value)| value.clone()).collect();
        let is_replaced = echo.headers.get(SENTRY_TRACE) != ours;
        return (Some(echo.headers), Some(is_replaced));
    }
    let page = evidence::page(answer)
        .filter(|page| [&probe.trace.trace_id, other].contains(&page.trace_id.as_str()));
    (None, page.map(|page| page.trace_id != probe.trace.trace_id))
}
