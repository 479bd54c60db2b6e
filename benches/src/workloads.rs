//! The inputs of W1 to W7: 64 variants of each, of equal length, so that no cache gets the same text twice.

use serde_json::Value;
use tracehop_core::Target;
use tracehop_host::{Dialect, RegexFlags, RegexTarget};

/// The variants of every input.
#[derive(Debug)]
pub struct Workloads {
    /// One `sentry-trace` value each.
    pub sentry_trace: Vec<String>,
    /// One W3C `traceparent` value each.
    pub traceparent: Vec<String>,
    /// Typical baggage: 378 bytes, 11 members, 9 of them `sentry-`.
    pub baggage: Vec<String>,
    /// URLs; the last of the targets covers each.
    pub urls: Vec<String>,
    /// Three texts and a regex.
    pub targets: Vec<Target<'static>>,
}

impl Workloads {
    /// Number of variants of each input.
    pub const VARIANTS: usize = 64;

    /// The checked-in workloads, which live as long as the program.
    ///
    /// # Panics
    /// If `workloads.json` is malformed.
    #[must_use]
    pub fn load() -> &'static Self {
        let file: &Value = Box::leak(Box::new(
            serde_json::from_str(include_str!("../workloads.json")).expect("workloads are JSON"),
        ));
        let list = |name: &str| file[name].as_array().unwrap_or_else(|| panic!("no {name}")).iter();
        let texts = |name| list(name).map(|text| text.as_str().expect("a text").to_owned()).collect();
        Box::leak(Box::new(Workloads {
            sentry_trace: texts("sentry_trace"),
            traceparent: texts("traceparent"),
            baggage: texts("baggage"),
            urls: texts("urls"),
            targets: list("targets").map(target).collect(),
        }))
    }

    /// The headers of the variant with this index, by name.
    #[must_use]
    pub fn pairs(&self, at: usize) -> [(&[u8], &[u8]); 2] {
        [
            (&b"sentry-trace"[..], self.sentry_trace[at].as_bytes()),
            (&b"baggage"[..], self.baggage[at].as_bytes()),
        ]
    }
}

fn target(given: &'static Value) -> Target<'static> {
    if let Some(text) = given.as_str() {
        return Target::Text(text);
    }
    let pattern = given["regex"].as_str().expect("a text or a regex");
    Target::Matcher(regex(pattern))
}

/// A pattern that lives as long as the program.
pub(crate) fn regex(pattern: &str) -> &'static RegexTarget {
    Box::leak(Box::new(RegexTarget::new(pattern, RegexFlags::default(), Dialect::Python).expect("a pattern")))
}
