//! The hops of a redirect: followed on the same host, and to another one only if the options name it as a target.

use serde::Serialize;
use tracehop_core::Propagator;

use super::probe;
use super::session::{Ask, Session};
use super::url;
use super::verdict::{Check, Verdict};

const MOST: usize = 10;

/// A redirect; the fields are the keys of the JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Hop {
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) location: String,
}

/// The session at the end, the hops before it and their checks; `is_whole` is false if it ended before the last hop.
pub(crate) struct Way<'a> {
    pub(crate) session: Session<'a>,
    pub(crate) hops: Vec<Hop>,
    pub(crate) checks: Vec<Check>,
    pub(crate) is_whole: bool,
}

/// Follows redirects, and checks that each hop accepts trace headers. An error is a sentence.
pub(crate) fn follow<'a>(
    propagator: &'a Propagator<'a>,
    ask: Ask<'a>,
    protocol: &'a str,
    first: &str,
    has_targets: bool,
) -> Result<Way<'a>, String> {
    let (mut hops, mut checks, mut at) = (Vec::new(), Vec::new(), first.to_owned());
    loop {
        let session = Session::new(propagator, ask, protocol, at)?;
        let is_redirect = (300..400).contains(&session.control.status);
        let Some(further) = session.control.location.clone().filter(|_| is_redirect) else {
            return Ok(Way { session, hops, checks, is_whole: true });
        };
        let (url, status) = (session.url.clone(), session.control.status);
        hops.push(Hop { url: url.clone(), status, location: further.clone() });
        checks.push(hop(&session));
        let is_target = || has_targets && propagator.allows(&further, None);
        let stop = if !(url::is_same_host(&url, &further) || is_target()) {
            let server = url::server(&further);
            let what = format!("{url} redirects to another host, {server}: nothing was sent there");
            Some((what, "examine that URL by itself, or name it as --target"))
        } else if hops.len() > MOST {
            Some((format!("{url} redirects more than {MOST} times"), "give the URL at the end"))
        } else {
            None
        };
        if let Some((what, change)) = stop {
            checks.push(Check::new("redirect", protocol, Verdict::CannotTell, what).with_change(change));
            return Ok(Way { session, hops, checks, is_whole: false });
        }
        at = further;
    }
}

/// Checks if a hop responds to a request with trace headers as to one without.
fn hop(session: &Session<'_>) -> Check {
    let probe = probe::one_line(session.propagator);
    let url = &session.url;
    let (verdict, what) = match session.refuses(&probe) {
        false => (Verdict::Arrives, format!("{url} redirects requests with trace headers too")),
        true => (Verdict::Broken, format!("{url} refuses requests with trace headers")),
    };
    let check = Check::new("hop", session.protocol, verdict, what).with_sent(&probe.lines);
    if verdict == Verdict::Broken { check.with_change("configure it to accept them") } else { check }
}
