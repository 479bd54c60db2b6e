//! Requests to one URL over one protocol: controls without trace headers, and probes. No cache can answer them.

use tracehop_core::Propagator;

use super::answer::{Answer, Line, NoAnswer, Question};
use super::probe::Probe;
use super::url;

/// Sends one request.
pub(crate) type Ask<'a> = &'a dyn Fn(&Question<'_>) -> Result<Answer, NoAnswer>;

/// The response to a probe, and its check; or why there is none.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) answer: Option<Answer>,
    pub(crate) reason: String,
}

impl Outcome {
    pub(crate) fn is_refused(&self) -> bool {
        self.answer.as_ref().is_none_or(Answer::is_error)
    }
}

/// One URL over one protocol. `control` is the response to a request without trace headers.
pub(crate) struct Session<'a> {
    pub(crate) propagator: &'a Propagator<'a>,
    pub(crate) protocol: &'a str,
    pub(crate) url: String,
    pub(crate) control: Answer,
    ask: Ask<'a>,
}

impl<'a> Session<'a> {
    /// Requests the control; an error is a sentence.
    pub(crate) fn new(
        propagator: &'a Propagator<'a>,
        ask: Ask<'a>,
        protocol: &'a str,
        url: String,
    ) -> Result<Self, String> {
        let mut session = Session { propagator, protocol, url, control: Answer::default(), ask };
        session.control = session.ask("GET", &[])?;
        Ok(session)
    }

    /// True if a request without trace headers gets a response that is no error.
    pub(crate) fn is_answered(&self) -> bool {
        !self.control.is_error()
    }

    /// Sends these header lines; an error is a sentence.
    pub(crate) fn ask(&self, method: &str, lines: &[Line]) -> Result<Answer, String> {
        let agent = format!("tracehop-doctor/{}", env!("CARGO_PKG_VERSION"));
        let common = [("User-Agent".to_owned(), agent), ("Cache-Control".to_owned(), "no-cache".to_owned())];
        let lines: Vec<_> = common.into_iter().chain(lines.iter().cloned()).collect();
        let url = url::uncached(&self.url);
        (self.ask)(&Question { protocol: self.protocol, method, url: &url, lines: &lines })
            .map_err(|error| error.sentence(url::server(&url)))
    }

    /// Sends a probe.
    pub(crate) fn send(&self, probe: &Probe) -> Outcome {
        match self.ask("GET", &probe.lines) {
            Ok(answer) => {
                Outcome { reason: format!("response status {}", answer.status), answer: Some(answer) }
            }
            Err(reason) => Outcome { answer: None, reason },
        }
    }

    /// True if the probe is refused twice, and a control before and after it is not.
    pub(crate) fn refuses(&self, probe: &Probe) -> bool {
        self.confirms(probe, &self.send(probe))
    }

    /// True if the first outcome is a refusal, and is repeated while a control still passes.
    pub(crate) fn confirms(&self, probe: &Probe, first: &Outcome) -> bool {
        let control_passes = || self.ask("GET", &[]).is_ok_and(|answer| !answer.is_error());
        self.is_answered() && first.is_refused() && control_passes() && self.send(probe).is_refused()
    }
}
