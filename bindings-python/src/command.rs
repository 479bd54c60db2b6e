//! The commands `explain` and `doctor` of `tracehop_host`; private to the package.

use pyo3::exceptions::{PyConnectionError, PyValueError};
use pyo3::prelude::*;
use tracehop_host::doctor::{Answer, Examined, NoAnswer, Question, examine};
use tracehop_host::explain::{Asked, Input};
use tracehop_host::{Captured, Printed};

use crate::propagator::Propagator;

/// The report as text, the same as JSON, and the exit code.
type Report = (String, String, u8);

fn report(printed: Printed) -> Report {
    (printed.text, printed.json, printed.code)
}

/// Returns what `tracehop explain` prints for header lines, a curl line, a HAR file or a text; `url` is checked as a target.
#[pyfunction]
#[pyo3(signature = (propagator, kind, texts, url, page_url))]
pub(crate) fn explain(
    propagator: &Bound<'_, Propagator>,
    kind: &str,
    texts: Vec<Vec<u8>>,
    url: Option<&str>,
    page_url: Option<&str>,
) -> PyResult<Report> {
    let input = Input::named(kind).ok_or_else(|| PyValueError::new_err("no such kind of input"))?;
    let asked = url.map(|url| Asked { url, page_url });
    let answer = propagator
        .get()
        .leave(propagator.py(), |core| tracehop_host::explain::explain(core, input, &texts, asked))?;
    answer.map(report).map_err(PyValueError::new_err)
}

/// Returns what `tracehop doctor` prints for a URL. `ask(protocol, method, url, lines)` returns status, header lines, body
/// and the absolute URL of a redirect, or the reason why there is no response.
#[pyfunction]
#[pyo3(signature = (propagator, url, protocols, origin, credentials, has_targets, notes, ask))]
#[allow(clippy::too_many_arguments, reason = "the options of the command")]
pub(crate) fn doctor(
    propagator: &Bound<'_, Propagator>,
    url: &str,
    protocols: Vec<String>,
    origin: Option<&str>,
    credentials: bool,
    has_targets: bool,
    notes: Vec<String>,
    ask: &Bound<'_, PyAny>,
) -> PyResult<Report> {
    let captured = Captured::default();
    let send = |question: &Question<'_>| {
        captured.call(|| asked(ask, question).map(Some)).unwrap_or(Err(NoAnswer::Closed))
    };
    let examined = Examined { url, protocols: &protocols, origin, credentials, has_targets };
    let answer = propagator.get().leave(propagator.py(), |core| examine(core, examined, notes, &send))?;
    captured.finish(answer)?.map(report).map_err(PyConnectionError::new_err)
}

/// The result of Python's `ask`: status, header lines, body, and the URL of a redirect.
type Given = (u16, Vec<(String, String)>, Vec<u8>, Option<String>);

fn asked(ask: &Bound<'_, PyAny>, question: &Question<'_>) -> PyResult<Result<Answer, NoAnswer>> {
    let Question { protocol, method, url, lines } = *question;
    let given = ask.call1((protocol, method, url, lines.to_vec()))?;
    if let Ok(reason) = given.extract::<String>() {
        return Ok(Err(NoAnswer::from(reason)));
    }
    let (status, headers, body, location): Given = given.extract()?;
    Ok(Ok(Answer { status, headers, body, location }))
}
