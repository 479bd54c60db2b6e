//! `tracehop explain`: what the headers of a request mean, their anomalies, and what a service would do.

mod curl;
mod har;
mod input;
mod report;
mod table;

use tracehop_core::Propagator;

use crate::printed::Printed;
use input::Request;
pub use report::Asked;
use report::Report;

/// The kind of the texts to explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// `name: value` lines, one in each text.
    Lines,
    /// A curl command line, as the developer tools of browsers copy it.
    Curl,
    /// A HAR file; each of its requests is explained.
    Har,
    /// A curl command line if it begins with `curl`, else header lines.
    Text,
}

impl Input {
    /// The input of this name, in lower case.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lines" => Input::Lines,
            "curl" => Input::Curl,
            "har" => Input::Har,
            "text" => Input::Text,
            _ => return None,
        })
    }
}

/// Explains each request, as received by the service of `propagator`.
///
/// The exit code is 0 if a trace was received and each one continues, else 1: requests without a trace, as a page sends them
/// to third parties, break none.
///
/// # Errors
/// A sentence on why the input cannot be read.
pub fn explain(
    propagator: &Propagator<'_>,
    input: Input,
    texts: &[Vec<u8>],
    asked: Option<Asked<'_>>,
) -> Result<Printed, String> {
    let requests = read(input, texts)?;
    let reports: Vec<_> = requests.iter().map(|request| Report::new(propagator, request, asked)).collect();
    let mut traces = reports.iter().filter(|report| report.has_trace).peekable();
    let is_whole = traces.peek().is_some() && traces.all(|report| report.continues);
    let text: Vec<_> = reports.iter().map(table::table).collect();
    let json = match (input, reports.as_slice()) {
        (Input::Har, _) => serde_json::to_string_pretty(&reports),
        (_, [report, ..]) => serde_json::to_string_pretty(report),
        (_, []) => Ok(String::new()),
    };
    let json = json.map_err(|error| error.to_string())?;
    Ok(Printed { text: text.join("\n\n"), json, code: u8::from(!is_whole) })
}

fn read(input: Input, texts: &[Vec<u8>]) -> Result<Vec<Request>, String> {
    let first = texts.first().map_or(&[][..], Vec::as_slice);
    let text = String::from_utf8_lossy(first);
    let is_curl = input == Input::Curl || text.trim_start().starts_with("curl ");
    match input {
        Input::Har => har::requests(first),
        Input::Curl | Input::Text if is_curl => Ok(vec![curl::request(&text)?]),
        Input::Curl | Input::Text => Ok(vec![input::request(text.lines())?]),
        Input::Lines => {
            let lines: Vec<_> = texts.iter().map(|line| String::from_utf8_lossy(line)).collect();
            Ok(vec![input::request(lines.iter().map(AsRef::as_ref))?])
        }
    }
}
