//! `tracehop doctor`: checks if a trace arrives at a URL, what is lost on the way, and what to change.
//!
//! A host sends the requests; this module makes them and judges the responses.

mod answer;
mod arrival;
mod checks;
mod evidence;
mod preflight;
mod probe;
mod redirects;
mod report;
mod session;
mod sizes;
mod table;
mod token;
mod url;
mod verdict;

use tracehop_core::Propagator;

use crate::entropy;
use crate::printed::Printed;
pub use answer::{Answer, NoAnswer, Question};
use redirects::Way;
use report::Report;
use session::Session;
use sizes::Largest;
use verdict::{Check, Verdict};

/// The URL to examine, and how.
#[derive(Clone, Copy, Debug)]
pub struct Examined<'a> {
    /// An absolute URL of the scheme http or https.
    pub url: &'a str,
    /// The protocols that the host can send requests with; a preflight is sent with the first.
    pub protocols: &'a [String],
    /// The origin of a page; its requests are judged as a browser judges them.
    pub origin: Option<&'a str>,
    /// True if that page sends cookies.
    pub credentials: bool,
    /// True if the propagator's targets were chosen: only then may a redirect lead to another host.
    pub has_targets: bool,
}

/// Examines a URL. `ask` sends one request on its own connection and reads the response, whatever its status; `notes` are
/// what the host could not do. The exit code is 0 if the trace arrives, 1 if it is broken, 2 if that is unknown.
///
/// # Errors
/// A sentence if the URL is not absolute, or no protocol gets a response.
pub fn examine(
    propagator: &Propagator<'_>,
    examined: Examined<'_>,
    mut notes: Vec<String>,
    ask: &dyn Fn(&Question<'_>) -> Result<Answer, NoAnswer>,
) -> Result<Printed, String> {
    if !url::is_absolute(examined.url) {
        return Err("give an absolute URL, as in: tracehop doctor https://api.myapp.com/health".to_owned());
    }
    // A system that returns random bytes once returns them again.
    entropy::fill(&mut [0; 24]).map_err(|error| error.to_string())?;
    let mut ways = Vec::new();
    let mut errors = Vec::new();
    for protocol in examined.protocols {
        match redirects::follow(propagator, ask, protocol, examined.url, examined.has_targets) {
            Ok(way) => ways.push(way),
            Err(error) => errors.push((protocol, error)),
        }
    }
    let Some(first) = ways.first() else {
        return Err(errors.into_iter().next().map_or_else(String::new, |(_, error)| error));
    };
    let (mut found, largest) = run(&ways);
    if let Some(origin) = examined.origin.filter(|_| first.is_whole) {
        found.extend(preflight::run(&first.session, origin, examined.credentials));
    }
    notes
        .splice(0..0, errors.iter().map(|(protocol, error)| format!("{protocol} was not examined: {error}")));
    let report = Report {
        url: examined.url.to_owned(),
        verdict: Verdict::of(&found),
        seen_by: seen_by(&first.session),
        hops: first.hops.clone(),
        checks: found,
        largest_baggage: largest,
        notes,
    };
    let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
    Ok(Printed { text: table::table(&report), json, code: report.verdict.exit_code() })
}

/// The checks at the end of each way, and the largest value that passes.
fn run(ways: &[Way<'_>]) -> (Vec<Check>, Vec<Largest>) {
    let (mut found, mut largest) = (Vec::new(), Vec::new());
    for way in ways {
        found.extend(way.checks.iter().cloned());
        if way.is_whole {
            let met = checks::run(&way.session);
            // If the first check ended the others, lengths are not tested either.
            let is_enough = met.len() > 1;
            found.extend(met);
            if is_enough {
                let (lengths, most) = sizes::run(&way.session);
                found.extend(lengths);
                largest.extend(most);
            }
        }
    }
    (found, largest)
}

fn seen_by(session: &Session<'_>) -> &'static str {
    if evidence::echo(&session.control).is_some() {
        "echo"
    } else if evidence::page(&session.control).is_some() {
        "page"
    } else {
        "status"
    }
}
