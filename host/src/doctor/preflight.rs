//! A preflight and the response after it, judged as a browser judges them for a page of another origin.

use std::collections::BTreeSet;

use tracehop_core::Propagator;

use super::answer::{Answer, Line};
use super::evidence;
use super::probe::one_line;
use super::session::Session;
use super::url;
use super::verdict::{Check, Values, Verdict};

const ECHO: &str =
    "an echo application responds instead of the application, whose CORS headers are not visible";

/// What is wrong with a response, and what to change.
type Problem = (String, String);

/// The preflight, and the response to the request that follows it.
pub(crate) fn run(session: &Session<'_>, origin: &str, credentials: bool) -> Vec<Check> {
    if origin == url::origin(&session.url) {
        let what = "a browser sends no preflight: the page has the origin of the URL";
        return vec![Check::new("preflight", session.protocol, Verdict::Arrives, what)];
    }
    let probe = one_line(session.propagator);
    let from = ("Origin".to_owned(), origin.to_owned());
    let asked = question(&from, &probe.lines);
    let arrives = |name, what| Check::new(name, session.protocol, Verdict::Arrives, what);
    let mut found = Vec::new();
    let mut ask = || -> Result<(), String> {
        let answer = session.ask("OPTIONS", &asked)?;
        let problem = preflight_problem(session, &answer, origin, credentials);
        let check = arrives("preflight", "the browser sends the request").with_sent(&asked);
        found.push(judged(session, check, &answer, problem));
        let lines: Vec<_> = [from.clone()].into_iter().chain(probe.lines.clone()).collect();
        let response = session.ask("GET", &lines)?;
        let problem = origin_problem(&response, origin, credentials);
        let check = arrives("response", "the browser passes the response to the page")
            .with_sent(std::slice::from_ref(&from));
        found.push(judged(session, check, &response, problem));
        Ok(())
    };
    if let Err(error) = ask() {
        let check = Check::new("preflight", session.protocol, Verdict::CannotTell, error);
        found.push(check.with_change("try again").with_sent(&asked));
    }
    found
}

/// The header lines of a browser's preflight: names in lower case, sorted, each once.
fn question(from: &Line, lines: &[Line]) -> Vec<Line> {
    let names: BTreeSet<_> = lines.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(",");
    let ask = |what, value| (format!("Access-Control-Request-{what}"), value);
    vec![from.clone(), ask("Method", "GET".to_owned()), ask("Headers", names)]
}

/// The check with what the response showed, and its problem if it has one.
fn judged(session: &Session<'_>, check: Check, answer: &Answer, problem: Option<Problem>) -> Check {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let received = Values::of(headers.filter(|(name, _)| name.starts_with("access-control-")));
    let check = Check { received: Some(received), ..check };
    let Some((what, change)) = problem else { return check };
    let (verdict, what, change) = if evidence::is_echo(answer) {
        let change = "examine the application itself with --origin".to_owned();
        (Verdict::CannotTell, ECHO.to_owned(), change)
    } else if !session.is_answered() {
        let status = session.control.status;
        (
            Verdict::CannotTell,
            format!("{what}; but the response status is {status} without trace headers too"),
            change,
        )
    } else {
        (Verdict::Broken, what, change)
    };
    Check { verdict, what, ..check }.with_change(change)
}

fn preflight_problem(
    session: &Session<'_>,
    answer: &Answer,
    origin: &str,
    credentials: bool,
) -> Option<Problem> {
    if !(200..300).contains(&answer.status) {
        let change = "let OPTIONS requests through to the application, or answer them in the proxy";
        return Some((
            format!("the response status of the preflight is {}", answer.status),
            change.to_owned(),
        ));
    }
    let missing: Vec<_> = session.propagator.missing_cors_headers(answer.pairs(), credentials).collect();
    origin_problem(answer, origin, credentials).or_else(|| {
        let what = format!("pages of other origins may not send {}", missing.join(" and "));
        let change =
            "add it to the allowed request headers: propagator.allow_headers(existing) gives the value";
        (!missing.is_empty()).then(|| (what, change.to_owned()))
    })
}

fn origin_problem(answer: &Answer, origin: &str, credentials: bool) -> Option<Problem> {
    let with = if credentials { " with credentials" } else { "" };
    let change = format!(
        "allow {origin} there: the value of the response header that names the origin must be that origin, once"
    );
    let is_allowed = Propagator::allows_origin(answer.pairs(), origin, credentials);
    (!is_allowed).then(|| (format!("the response does not allow {origin}{with}"), change))
}
