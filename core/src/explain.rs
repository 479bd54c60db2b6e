//! The decision whether a URL may get trace headers, and its reason (rules O1 to O5, O8).

use core::fmt;

use crate::finding::{Finding, Findings};
use crate::outgoing::Reason;
use crate::propagator::Propagator;
use crate::targets::{Decided, Target, Verdict, decide};
use crate::wire::url::Url;

impl<'a> Propagator<'a> {
    /// True if a request to this URL may have trace headers. `page_url` is the page that makes it, in a browser or a
    /// web view.
    pub fn allows(&self, url: &str, page_url: Option<&str>) -> bool {
        self.explain(url, page_url).allowed()
    }

    /// The reason why a request to this URL may have trace headers or not; `Display` writes a sentence (rule O8).
    pub fn explain(&self, url: &str, page_url: Option<&str>) -> Explanation<'a> {
        let targets = self.options.trace_propagation_targets;
        let is_own = |url: &Url<'_>| self.options.dsn.is_some_and(|dsn| dsn.receives(&url.origin));
        Explanation { targets: targets.unwrap_or_default(), decided: decide(targets, url, page_url, is_own) }
    }
}

/// The target that decided about a URL, or why none did; `Display` writes one sentence.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    targets: &'a [Target<'a>],
    decided: Decided,
}

impl<'a> Explanation<'a> {
    /// True if the URL may get trace headers.
    pub fn allowed(&self) -> bool {
        self.reason() == Reason::Written
    }

    /// The result of an injection for this URL into a request without trace headers.
    pub fn reason(&self) -> Reason {
        match self.decided.verdict {
            Verdict::Everywhere | Verdict::SameOrigin | Verdict::Matched(_) => Reason::Written,
            Verdict::OwnHost => Reason::OwnHost,
            Verdict::Malformed | Verdict::OtherOrigin | Verdict::Unmatched => Reason::NotATarget,
        }
    }

    /// The index of the target that matched.
    pub fn target(&self) -> Option<usize> {
        match self.decided.verdict {
            Verdict::Matched(index) => Some(index),
            _ => None,
        }
    }

    /// Anomalies of the URL or the targets.
    pub fn findings(&self) -> Findings {
        let mut findings = Findings::default();
        findings.insert_if(self.decided.target_failed, Finding::TargetFailed);
        match self.decided.verdict {
            Verdict::Malformed => findings.insert(Finding::UrlMalformed),
            Verdict::OwnHost => findings.insert(Finding::OwnIngestHost),
            Verdict::OtherOrigin | Verdict::Unmatched => findings.insert(Finding::TargetNotAllowed),
            Verdict::Everywhere | Verdict::SameOrigin | Verdict::Matched(_) => {}
        }
        findings
    }

    fn matched(&self, f: &mut fmt::Formatter<'_>, index: usize) -> fmt::Result {
        let number = index.saturating_add(1);
        let Some(target) = self.targets.get(index) else { return Ok(()) };
        write!(f, "allowed: {} target {number}", target.kind())?;
        match target {
            Target::Text(text) => write!(f, ", \"{text}\", is contained in the URL"),
            Target::Origin(origin) => write!(f, ", {origin}, covers the URL's origin"),
            Target::Matcher(matcher) => match matcher.pattern() {
                Some(pattern) => write!(f, ", /{pattern}/, matches the URL"),
                None => f.write_str(" matches the URL"),
            },
        }
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decided.verdict {
            Verdict::Matched(index) => self.matched(f, index),
            Verdict::Everywhere => f.write_str("allowed: trace_propagation_targets is unset, which allows every URL"),
            Verdict::SameOrigin => f.write_str("allowed: trace_propagation_targets is unset and the URL has the page's origin"),
            Verdict::Malformed => {
                f.write_str("not allowed: the URL does not parse as an absolute URL, or contains a backslash, blank or control byte")
            }
            Verdict::OwnHost => f.write_str("not allowed: this is the service's own ingest host"),
            Verdict::OtherOrigin => {
                f.write_str("not allowed: trace_propagation_targets is unset and the URL has another origin than the page")
            }
            Verdict::Unmatched if self.targets.is_empty() => {
                f.write_str("not allowed: trace_propagation_targets is empty, which allows no URL")
            }
            Verdict::Unmatched => {
                write!(f, "not allowed: none of the {} trace_propagation_targets matches the URL", self.targets.len())
            }
        }
    }
}
