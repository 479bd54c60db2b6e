//! The report for a person.

use super::report::{Came, Parsed, Report};

/// The widest left column; a longer text moves the right one.
const LEFT: usize = 56;

type Row = (String, String);

/// The whole report.
pub(crate) fn table(report: &Report) -> String {
    let new = if report.has_trace { "the received trace ends here" } else { "no trace was received" };
    let verdict = match report.continues {
        true => "CONTINUES the trace".to_owned(),
        false => format!("STARTS A NEW TRACE: {new}"),
    };
    let mut rows = vec![format!("{}: {verdict}", report.request.as_deref().unwrap_or("this request"))];
    rows.push(String::new());
    let came = |came: &Came| (format!("{}: {}", came.name, came.value), told(&came.parsed));
    section(&mut rows, "received headers", report.came.iter().map(came).collect());
    let members = report.members.iter();
    let members = members.map(|each| (format!("{} = {}", each.name, each.value), each.meaning.to_owned()));
    section(&mut rows, "dynamic sampling context", members.collect());
    let foreign = report.foreign.iter().map(|member| (member.clone(), "shown, not forwarded".to_owned()));
    section(&mut rows, "third-party members", foreign.collect());
    let findings = report.findings.iter().map(|odd| (odd.code.to_owned(), odd.message.to_owned()));
    section(&mut rows, "findings", findings.collect());
    section(&mut rows, "this service", service(report));
    section(&mut rows, "what it would send", report.sends.clone());
    rows.join("\n").trim_end().to_owned()
}

/// The rows on whether this service continues, samples and propagates, and why.
fn service(report: &Report) -> Vec<Row> {
    let (allowed, why) = match &report.target {
        Some(target) => (Some(target.allowed), target.why.as_str()),
        None => (None, "ask with --url, and with the --target options of this service"),
    };
    vec![
        (format!("continues   {}", yes_or_no(Some(report.continues))), report.why_continues.to_owned()),
        (format!("samples     {}", yes_or_no(report.sampled)), report.why_sampled.clone()),
        (format!("propagates  {}", yes_or_no(allowed)), why.to_owned()),
    ]
}

fn yes_or_no(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "undecided",
    }
}

fn told(parsed: &Parsed) -> String {
    match parsed {
        Parsed::Refused { error, .. } => format!("refused: {error}"),
        Parsed::Trace { trace_id, span_id, sampled } => {
            let span = span_id.as_deref().unwrap_or("(none)");
            let flag = match sampled {
                Some(true) => "sampled",
                Some(false) => "not sampled",
                None => "decision deferred",
            };
            format!("trace {trace_id}, sent by span {span}, {flag}")
        }
    }
}

fn section(rows: &mut Vec<String>, title: &str, lines: Vec<Row>) {
    if lines.is_empty() {
        return;
    }
    let widest = lines.iter().map(|(left, _)| left.chars().count()).max().unwrap_or(0);
    let width = widest.min(LEFT);
    rows.push(title.to_owned());
    rows.extend(lines.iter().map(|(left, right)| format!("  {left:<width$}  {right}")));
    rows.push(String::new());
}
