//! The report for a person: sent and received side by side.

use super::report::Report;
use super::verdict::{Check, Values, Verdict};

/// The characters of a value that are shown whole.
const SHOWN: usize = 100;

/// The whole report.
pub(crate) fn table(report: &Report) -> String {
    let verdict = match report.verdict {
        Verdict::Arrives => "the trace arrives",
        Verdict::Broken => "the trace is BROKEN on the way",
        Verdict::CannotTell => "CANNOT TELL whether the trace arrives",
    };
    let mut rows = vec![format!("{}: {verdict}", report.url)];
    let hops = report.hops.iter();
    rows.extend(hops.map(|hop| format!("  redirect {}: {} -> {}", hop.status, hop.url, hop.location)));
    report.checks.iter().for_each(|each| check(&mut rows, each));
    for largest in &report.largest_baggage {
        let beyond = match &largest.beyond {
            Some(beyond) => format!("longer: {beyond}"),
            None => "longer values were not tried".to_owned(),
        };
        let bytes = with_commas(largest.bytes);
        rows.push(format!("  {}: baggage of {bytes} bytes passes; {beyond}", largest.protocol));
    }
    rows.extend(report.notes.iter().map(|note| format!("  {note}")));
    rows.join("\n")
}

fn check(rows: &mut Vec<String>, check: &Check) {
    let state = match check.verdict {
        Verdict::Arrives => "ok",
        Verdict::Broken if !check.required => "note",
        Verdict::Broken => "BROKEN",
        Verdict::CannotTell => "cannot tell",
    };
    rows.push(format!("  {} {}: {state}: {}", check.protocol, check.check.replace('_', " "), check.what));
    if check.verdict != Verdict::Arrives || check.check == "one_line" {
        side_by_side(rows, check.sent.as_ref().unwrap_or(&Values::default()), check.received.as_ref());
    }
    rows.extend(check.change.iter().map(|change| format!("      -> {change}")));
}

/// Each header's lines as sent, and under them as received.
fn side_by_side(rows: &mut Vec<String>, sent: &Values, received: Option<&Values>) {
    let more = received.into_iter().flat_map(Values::names).filter(|name| sent.get(name).is_empty());
    for name in sent.names().chain(more) {
        rows.extend(sent.get(name).iter().map(|value| format!("      sent      {name}: {}", short(value))));
        match received.map(|received| received.get(name)) {
            None => {}
            Some([]) => rows.push(format!("      received  {name}: (nothing)")),
            Some(lines) => {
                rows.extend(lines.iter().map(|value| format!("      received  {name}: {}", short(value))));
            }
        }
    }
}

fn short(value: &str) -> String {
    let count = value.chars().count();
    if count <= SHOWN {
        return value.to_owned();
    }
    let start: String = value.chars().take(SHOWN / 2).collect();
    format!("{start}... ({count} bytes)")
}

fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
