//! Adds the headers of a trace to a request if its URL is a target (rules O6 to O8, O11).

use crate::context::TraceContext;
use crate::explain::Explanation;
use crate::header_name::HeaderName;
use crate::header_value::HeaderValue;
use crate::headers::Headers;
use crate::outgoing::Outcome;
use crate::propagator::Propagator;
use crate::wire::aws_signature;
use crate::wire::url::query_value;

/// The query parameter that lists the headers of a presigned AWS request.
const SIGNED_PARAMETER: &str = "X-Amz-SignedHeaders";

impl Propagator<'_> {
    /// Adds the headers of a trace to a request if its URL is a target (rules O6 to O8); an empty value means that the
    /// header is to be removed. Injecting twice equals injecting once. `page_url` is the page that makes the request, in
    /// a browser or web view.
    pub fn inject(
        &self,
        context: &TraceContext<'_>,
        url: &str,
        page_url: Option<&str>,
        outgoing: &Headers<'_>,
        set: impl FnMut(&'static str, HeaderValue<'_>),
    ) -> Outcome {
        self.explain(url, page_url).inject(context, url, outgoing, set)
    }
}

impl Explanation<'_> {
    /// The second part of [`Propagator::inject`], after its decision about `url`: for a host that reads the headers of a
    /// request only if the URL is a target.
    pub fn inject(
        &self,
        context: &TraceContext<'_>,
        url: &str,
        outgoing: &Headers<'_>,
        set: impl FnMut(&'static str, HeaderValue<'_>),
    ) -> Outcome {
        if !self.allowed() {
            return Outcome { reason: self.reason(), findings: self.findings() };
        }
        let presigned = query_value(url, SIGNED_PARAMETER).unwrap_or("").as_bytes();
        let is_signed =
            |field: HeaderName| outgoing.signs(field) || aws_signature::lists(presigned, field.name());
        let mut outcome = context.write(outgoing, is_signed, set);
        outcome.findings.extend(self.findings());
        outcome
    }
}
