//! Checks the length of a value of baggage: 2, 4 and 8 KiB, and the largest that passes.

use serde::Serialize;

use super::evidence;
use super::probe::{BAGGAGE, sized};
use super::session::{Outcome, Session};
use super::verdict::{Check, Values, Verdict};

const KIB: usize = 1024;
const SIZES: [usize; 3] = [2 * KIB, 4 * KIB, 8 * KIB];
const SHORTEN: &str =
    "raise the limit of the server or proxy for one header line, or set max_baggage_bytes to what passes";
const SMALLEST: usize = 64;
const LARGEST: usize = 60 * KIB;

/// The largest value that passes, and the result with one more byte; `None` if no longer one was tried.
#[derive(Debug, Serialize)]
pub(crate) struct Largest {
    pub(crate) protocol: String,
    pub(crate) bytes: usize,
    pub(crate) beyond: Option<String>,
}

/// The checks of the fixed sizes, and the largest value that passes; both empty if there is no evidence.
pub(crate) fn run(session: &Session<'_>) -> (Vec<Check>, Option<Largest>) {
    if !session.is_answered() && evidence::echo(&session.control).is_none() {
        return (Vec::new(), None);
    }
    (SIZES.iter().map(|size| fixed(session, *size)).collect(), Some(largest(session)))
}

fn fixed(session: &Session<'_>, size: usize) -> Check {
    let probe = sized(session.propagator, size);
    let outcome = session.send(&probe);
    let check = Check {
        // Services write this much in Sentry's own members; only third-party members exceed it.
        required: size == SIZES[0],
        sent: Some(Values::of([(BAGGAGE.to_owned(), format!("({size} bytes)"))])),
        ..Check::new(&probe.check, session.protocol, Verdict::Arrives, "it arrives")
    };
    if is_whole(session, size, &outcome) {
        let is_shown = outcome.answer.is_some_and(|answer| evidence::echo(&answer).is_some());
        let what = "it is not refused; the response does not show whether it arrives".to_owned();
        return match is_shown {
            true => check,
            false => Check { verdict: Verdict::CannotTell, required: false, what, ..check },
        };
    }
    if outcome.is_refused() && session.is_answered() && !session.confirms(&probe, &outcome) {
        let what = format!("{}, but not each time", outcome.reason);
        return Check { verdict: Verdict::CannotTell, what, ..check }.with_change("try again");
    }
    let what = match outcome.is_refused() {
        true => format!("it is refused: {}", outcome.reason),
        false => "it arrives changed".to_owned(),
    };
    Check { verdict: Verdict::Broken, what, ..check }.with_change(SHORTEN)
}

/// True unless there is evidence that the value was refused, cut or dropped.
fn is_whole(session: &Session<'_>, size: usize, outcome: &Outcome) -> bool {
    let Some(answer) = outcome.answer.as_ref().filter(|_| !(session.is_answered() && outcome.is_refused()))
    else {
        return false;
    };
    match evidence::echo(answer) {
        Some(echo) => echo.headers.get(BAGGAGE).iter().map(String::len).sum::<usize>() == size,
        None => evidence::echo(&session.control).is_none(),
    }
}

/// Bisection between a length that passes and one that does not.
fn largest(session: &Session<'_>) -> Largest {
    let (mut passing, mut failing, mut refusal) = (SMALLEST, LARGEST + 1, None);
    let mut size = LARGEST;
    while failing - passing > 1 {
        let outcome = session.send(&sized(session.propagator, size));
        if is_whole(session, size, &outcome) {
            passing = size;
        } else {
            failing = size;
            refusal = Some(outcome);
        }
        size = passing.midpoint(failing);
    }
    let beyond = |outcome: Outcome| match outcome.is_refused() {
        true => outcome.reason,
        false => "cut or dropped".to_owned(),
    };
    Largest { protocol: session.protocol.to_owned(), bytes: passing, beyond: refusal.map(beyond) }
}
