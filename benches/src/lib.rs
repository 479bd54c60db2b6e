//! The workloads W1 to W7: 64 variants of each input, of equal length, so that no cache sees the same text twice.

use std::cell::Cell;

use serde_json::Value;
use tracehop_core::{HeaderValue, Headers, Seed, TraceContext};

/// The variants of every input.
#[derive(Debug)]
pub struct Workloads {
    /// One `sentry-trace` value each.
    pub sentry_trace: Vec<String>,
    /// One W3C `traceparent` value each.
    pub traceparent: Vec<String>,
    /// Typical baggage: 378 bytes, 11 members, 9 of them `sentry-`.
    pub baggage: Vec<String>,
    /// URLs, of which one target out of four covers each.
    pub urls: Vec<String>,
    at: Cell<usize>,
}

impl Workloads {
    /// The checked-in ones.
    ///
    /// # Panics
    /// Where `workloads.json` is not what it should be.
    #[must_use]
    pub fn new() -> Self {
        let file: Value =
            serde_json::from_str(include_str!("../workloads.json")).expect("workloads are JSON");
        let texts = |name: &str| {
            let list = file[name].as_array().unwrap_or_else(|| panic!("no {name}"));
            list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
        };
        Workloads {
            sentry_trace: texts("sentry_trace"),
            traceparent: texts("traceparent"),
            baggage: texts("baggage"),
            urls: texts("urls"),
            at: Cell::new(0),
        }
    }

    /// The index of the next variant.
    pub fn next(&self) -> usize {
        let at = self.at.get();
        self.at.set(at.wrapping_add(1));
        at & 63
    }

    /// The headers of the variant with this index.
    #[must_use]
    pub fn headers(&self, at: usize) -> Headers<'_> {
        Headers::from_pairs([
            (&b"sentry-trace"[..], self.sentry_trace[at].as_bytes()),
            (&b"baggage"[..], self.baggage[at].as_bytes()),
        ])
    }
}

impl Default for Workloads {
    fn default() -> Self {
        Workloads::new()
    }
}

/// The seed of the variant with this index.
#[must_use]
pub fn seed(at: usize) -> Seed {
    Seed([at as u8 | 0x40; 24])
}

/// Both headers of a context, as the texts that a request is given.
pub fn write(context: &TraceContext) -> [String; 2] {
    let mut headers = [String::new(), String::new()];
    let mut next = headers.iter_mut();
    context.headers(&Headers::new(), |_, value: HeaderValue<'_>| {
        if let Some(header) = next.next() {
            value.as_str().unwrap_or_default().clone_into(header);
        }
    });
    headers
}
