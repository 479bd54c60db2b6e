//! Out to another service: may this URL get trace headers, and why, and adding them (rules O1 to O8, O11).

use core::fmt;

use super::Propagator;
use crate::context::{HeaderValue, Outcome, Reason, Texts, TraceContext};
use crate::finding::{Finding, Findings};
use crate::headers::{HeaderName, Headers};
use crate::targets::{Decided, Target, Verdict, decide};
use crate::wire::aws_signature;
use crate::wire::url::query_value;

/// The query parameter that lists the headers of a presigned AWS request.
const SIGNED_PARAMETER: &str = "X-Amz-SignedHeaders";

impl<'a> Propagator<'a> {
    /// May a request to this URL carry trace headers? `page_url` is the page that makes it, in a browser or web view.
    pub fn allows(&self, url: &str, page_url: Option<&str>) -> bool {
        self.explain(url, page_url).allowed()
    }

    /// Why a request to this URL may carry trace headers, or why not; `Display` writes the sentence (rule O8).
    pub fn explain(&self, url: &str, page_url: Option<&str>) -> Explanation<'a> {
        let targets = self.options.trace_propagation_targets;
        let is_own = |url: &crate::wire::url::Url<'_>| self.dsn.is_some_and(|dsn| dsn.receives(&url.origin));
        Explanation { targets: targets.unwrap_or_default(), decided: decide(targets, url, page_url, is_own) }
    }

    /// Adds the headers of a trace to a request where its URL is a target (rules O6 to O8); an empty value means
    /// that the header is to be removed. Injecting twice equals injecting once.
    pub fn inject<T: Texts>(
        &self,
        context: &TraceContext<T>,
        url: &str,
        outgoing: &Headers<'_>,
        set: impl FnMut(&'static str, HeaderValue<'_>),
    ) -> Outcome {
        self.inject_from(context, url, None, outgoing, set)
    }

    /// As [`Propagator::inject`], for a request that a page makes.
    pub fn inject_from<T: Texts>(
        &self,
        context: &TraceContext<T>,
        url: &str,
        page_url: Option<&str>,
        outgoing: &Headers<'_>,
        set: impl FnMut(&'static str, HeaderValue<'_>),
    ) -> Outcome {
        let explanation = self.explain(url, page_url);
        if !explanation.allowed() {
            return Outcome { reason: explanation.reason(), findings: explanation.findings() };
        }
        let presigned = query_value(url, SIGNED_PARAMETER).unwrap_or("").as_bytes();
        let is_signed =
            |field: HeaderName| outgoing.signs(field) || aws_signature::lists(presigned, field.name());
        let mut outcome = context.write(outgoing, is_signed, set);
        outcome.findings.extend(explanation.findings());
        outcome
    }
}

/// Which target decided about a URL, or why none did; `Display` writes one sentence.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    targets: &'a [Target<'a>],
    decided: Decided,
}

impl<'a> Explanation<'a> {
    /// May the URL get trace headers?
    pub fn allowed(&self) -> bool {
        self.reason() == Reason::Written
    }

    /// What injecting for this URL would do on a request without trace headers.
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

    /// What was odd about the URL or the targets.
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
            Target::Origin(origin) => write!(f, ", {}, covers the URL's origin", origin.as_str()),
            Target::Matcher(matcher) => match matcher.pattern() {
                Some(pattern) => write!(f, ", /{pattern}/, matches the URL"),
                None => f.write_str(" said yes"),
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
                f.write_str("not allowed: the URL does not parse as an absolute URL, or holds a backslash, blank or control byte")
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
