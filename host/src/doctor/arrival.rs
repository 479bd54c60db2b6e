//! Decides if a probe arrived, by the evidence in the response.

use tracehop_core::Baggage;

use super::answer::Answer;
use super::evidence::{self, Echo};
use super::probe::{BAGGAGE, Probe, SENTRY_TRACE};
use super::session::Session;
use super::verdict::{Check, Values, Verdict};
use crate::described::Described;

const SHOW: &str = "run 'tracehop doctor --echo PORT', or tracehop's echo application under your own server, instead of \
                    the application; examine this URL again";
const CACHED: &str = "disable caching of this path while it is examined";

fn pass_on(names: &str) -> String {
    format!("have each proxy pass {names} on unchanged")
}

/// Judges the responses of one session; stores the traces and echoes that it has seen, to detect a cache.
///
/// `is_cached` is true after a response to another request was received.
pub(crate) struct Arrival<'s> {
    pub(crate) is_cached: bool,
    session: &'s Session<'s>,
    control_page: Option<Described>,
    echoes: Vec<String>,
    traces: Vec<String>,
}

impl<'s> Arrival<'s> {
    pub(crate) fn new(session: &'s Session<'s>) -> Self {
        let control_page = evidence::page(&session.control);
        Arrival {
            is_cached: false,
            session,
            echoes: evidence::echo(&session.control).map(|echo| echo.id).into_iter().collect(),
            traces: control_page.iter().map(|page| page.trace_id.clone()).collect(),
            control_page,
        }
    }

    /// The check of a probe that got a response, whatever the status.
    pub(crate) fn judge(&mut self, probe: &Probe, answer: &Answer) -> Check {
        if let Some(echo) = evidence::echo(answer) {
            return self.by_echo(probe, echo);
        }
        match evidence::page(answer) {
            Some(page) => {
                let received = Some(Values::of(page.headers.iter().cloned()));
                Check { received, ..self.by_page(probe, &page) }
            }
            None => self.unseen(probe, answer),
        }
    }

    /// A check of this probe over this protocol.
    pub(crate) fn check(&self, probe: &Probe, verdict: Verdict, what: impl Into<String>) -> Check {
        Check::new(&probe.check, self.session.protocol, verdict, what).with_sent(&probe.lines)
    }

    fn cannot_tell(&self, probe: &Probe, what: impl Into<String>, change: &str) -> Check {
        self.check(probe, Verdict::CannotTell, what).with_change(change)
    }

    fn lost(&self, probe: &Probe, what: impl Into<String>, names: &str) -> Check {
        self.check(probe, Verdict::Broken, what).with_change(pass_on(names))
    }

    fn unseen(&self, probe: &Probe, answer: &Answer) -> Check {
        if !self.session.is_answered() {
            let status = self.session.control.status;
            let what = format!("the response status is {status} without trace headers too");
            return self.cannot_tell(probe, what, "give a URL whose response is not an error");
        }
        if answer.is_error() {
            let what = format!("response status {}, but not each time", answer.status);
            return self.cannot_tell(probe, what, "try again");
        }
        self.cannot_tell(probe, "the response does not show which headers arrived", SHOW)
    }

    fn by_echo(&mut self, probe: &Probe, echo: Echo) -> Check {
        if self.echoes.contains(&echo.id) {
            self.is_cached = true;
            let what = "the response belongs to another request: it comes from a cache";
            return self.cannot_tell(probe, what, CACHED);
        }
        self.echoes.push(echo.id);
        let sent = Values::of(probe.lines.iter().cloned());
        let wrong: Vec<_> = sent
            .iter()
            .filter_map(|(name, lines)| Some((name, lost(name, lines, echo.headers.get(name))?)))
            .collect();
        let names: Vec<_> = wrong.iter().map(|(name, _)| *name).collect();
        let whats: Vec<_> = wrong.iter().map(|(_, what)| what.as_str()).collect();
        let check = match wrong.is_empty() {
            true => self.check(probe, Verdict::Arrives, "each header arrives"),
            false => self.lost(probe, whats.join("; "), &names.join(", ")),
        };
        let received = sent.names().map(|name| (name.to_owned(), echo.headers.get(name).to_vec()));
        Check { received: Some(received.filter(|(_, lines)| !lines.is_empty()).collect()), ..check }
    }

    fn by_page(&mut self, probe: &Probe, page: &Described) -> Check {
        let is_ours = page.trace_id == probe.trace.trace_id;
        if !is_ours && self.traces.contains(&page.trace_id) {
            self.is_cached = true;
            let what = "the page has the trace of another request: it comes from a cache";
            return self.cannot_tell(probe, what, CACHED);
        }
        self.traces.push(page.trace_id.clone());
        if !is_ours {
            return self.other_trace(probe);
        }
        if page.member("transaction") == probe.trace.member("transaction") {
            return self.check(probe, Verdict::Arrives, "the page continues the trace, with its DSC");
        }
        // A page that has a baggage tag at the head of a trace would have one here too.
        if page.has_members() || self.control_page.as_ref().is_some_and(Described::has_members) {
            let what = format!("{BAGGAGE} does not arrive: the page does not have the DSC of the trace");
            return self.lost(probe, what, BAGGAGE);
        }
        let what = format!("the page has no {BAGGAGE} tag, so it does not show whether {BAGGAGE} arrives");
        self.cannot_tell(probe, what, SHOW)
    }

    fn other_trace(&self, probe: &Probe) -> Check {
        let org_id = |described: &Described| described.member("org_id").map(str::to_owned);
        let is_own = self.control_page.as_ref().is_some_and(|page| org_id(page) == org_id(&probe.trace));
        if !is_own {
            let what = "the page starts its own trace; its application may refuse other organisations";
            return self.cannot_tell(probe, what, "give the application's DSN: --dsn");
        }
        let what = format!("{SENTRY_TRACE} does not arrive: the page starts its own trace each time");
        self.lost(probe, what, SENTRY_TRACE)
    }
}

/// A sentence on what became of a header's lines; `None` if they arrived, separate or joined.
fn lost(name: &str, sent: &[String], received: &[String]) -> Option<String> {
    if received == sent {
        None
    } else if received.is_empty() {
        Some(format!("{name} does not arrive"))
    } else if name == BAGGAGE {
        lost_members(sent, received)
    } else if received.len() > sent.len() {
        Some(format!("{name} arrives {} times", received.len()))
    } else {
        Some(format!("{name} arrives changed"))
    }
}

fn lost_members(sent: &[String], received: &[String]) -> Option<String> {
    if members(sent) == members(received) {
        return None;
    }
    Some(match (sent, received) {
        ([_, _, ..], [one]) if *one == sent.concat() => {
            format!("the lines of {BAGGAGE} are joined without a separator")
        }
        ([first, ..], [one]) if sent.len() > 1 && one == first => {
            format!("only the first line of {BAGGAGE} arrives")
        }
        ([_, _, ..], [one]) if sent.contains(one) => format!("only the last line of {BAGGAGE} arrives"),
        _ => format!("{BAGGAGE} arrives changed"),
    })
}

/// Sentry's members and the third-party members.
fn members(lines: &[String]) -> (Vec<(String, String)>, Vec<Vec<u8>>) {
    let baggage = Baggage::from_lines(lines.iter().map(String::as_bytes));
    let sentry = baggage.sentry();
    let ours = sentry.iter().map(|member| (member.name().to_string(), member.value().to_string()));
    (ours.collect(), baggage.foreign().map(<[u8]>::to_vec).collect())
}
