//! The three verdicts, and a check: what was asked, what was sent, what arrived.

use serde::{Serialize, Serializer};

use super::answer::Line;
use crate::text_map;

/// The result of one check, or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Arrives,
    Broken,
    CannotTell,
}

/// The checks that prove that a trace arrives.
const DECISIVE: [&str; 4] = ["one_line", "preflight", "response", "redirect"];

impl Verdict {
    /// Broken if a required check is; arrives if each decisive one does; else unknown.
    pub(crate) fn of(checks: &[Check]) -> Self {
        let required = || checks.iter().filter(|check| check.required);
        let mut decisive = required().filter(|check| DECISIVE.contains(&check.check.as_str())).peekable();
        if required().any(|check| check.verdict == Verdict::Broken) {
            Verdict::Broken
        } else if decisive.peek().is_some() && decisive.all(|check| check.verdict == Verdict::Arrives) {
            Verdict::Arrives
        } else {
            Verdict::CannotTell
        }
    }

    pub(crate) fn exit_code(self) -> u8 {
        self as u8
    }
}

/// Header lines by name, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values(Vec<(String, Vec<String>)>);

impl Values {
    pub(crate) fn of(lines: impl IntoIterator<Item = Line>) -> Self {
        let mut values = Values::default();
        for (name, value) in lines {
            match values.0.iter_mut().find(|(known, _)| *known == name) {
                Some((_, lines)) => lines.push(value),
                None => values.0.push((name, vec![value])),
            }
        }
        values
    }

    /// The lines of a header; none if it is absent.
    pub(crate) fn get(&self, wanted: &str) -> &[String] {
        self.0.iter().find(|(name, _)| name == wanted).map_or(&[], |(_, lines)| lines)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, lines)| (name.as_str(), lines.as_slice()))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl FromIterator<(String, Vec<String>)> for Values {
    fn from_iter<T: IntoIterator<Item = (String, Vec<String>)>>(values: T) -> Self {
        Values(values.into_iter().collect())
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        text_map::serialize(&self.0, serializer)
    }
}

/// The result of one check; the fields are the keys of the JSON.
///
/// `received` is `None` if there is no evidence of what arrived. Only a `required` check counts for the overall verdict;
/// any other shows a limit or a risk.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) check: String,
    pub(crate) protocol: String,
    pub(crate) verdict: Verdict,
    pub(crate) what: String,
    pub(crate) change: Option<String>,
    pub(crate) required: bool,
    pub(crate) sent: Option<Values>,
    pub(crate) received: Option<Values>,
}

impl Check {
    /// A required check without values.
    pub(crate) fn new(check: &str, protocol: &str, verdict: Verdict, what: impl Into<String>) -> Self {
        Check {
            check: check.to_owned(),
            protocol: protocol.to_owned(),
            verdict,
            what: what.into(),
            change: None,
            required: true,
            sent: None,
            received: None,
        }
    }

    /// The check with what to change.
    pub(crate) fn with_change(self, change: impl Into<String>) -> Self {
        Check { change: Some(change.into()), ..self }
    }

    /// The check with the lines that were sent.
    pub(crate) fn with_sent(self, lines: &[Line]) -> Self {
        Check { sent: Some(Values::of(lines.iter().cloned())), ..self }
    }
}
