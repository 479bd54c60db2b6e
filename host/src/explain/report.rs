//! The report as data; the fields are the keys of the JSON.

use serde::Serialize;
use tracehop_core::{
    Baggage, Buffer, Error, Finding, HeaderName, Headers, Propagator, Seed, SentryTrace, Start, TraceContext,
    Traceparent,
};

use super::input::Request;
use crate::described::Described;
use crate::text_map;

/// The seed of a new trace: a constant, so that the report of a request is always the same.
const SEED: Seed = Seed([0x11; 24]);
const OTHER_SEED: Seed = Seed([0x22; 24]);

/// A URL to check against the targets.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The URL of the service's request.
    pub url: &'a str,
    /// The page that makes the request, in a web view.
    pub page_url: Option<&'a str>,
}

/// The explanation of one request.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) request: Option<String>,
    pub(crate) continues: bool,
    /// Headers of other vendors do not count for a service that does not read them.
    pub(crate) has_trace: bool,
    pub(crate) why_continues: &'static str,
    pub(crate) came: Vec<Came>,
    pub(crate) members: Vec<Member>,
    pub(crate) foreign: Vec<String>,
    pub(crate) findings: Vec<Odd>,
    pub(crate) sampled: Option<bool>,
    pub(crate) why_sampled: String,
    pub(crate) link: Option<String>,
    #[serde(serialize_with = "text_map::serialize")]
    pub(crate) sends: Vec<(String, String)>,
    pub(crate) target: Option<Target>,
}

/// A header that names a trace, as it was received.
#[derive(Debug, Serialize)]
pub(crate) struct Came {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    #[serde(flatten)]
    pub(crate) parsed: Parsed,
}

/// Its parts, or why it has none.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Parsed {
    Refused { error: String, kind: &'static str, at: usize },
    Trace { trace_id: String, span_id: Option<String>, sampled: Option<bool> },
}

/// A member of the DSC.
#[derive(Debug, Serialize)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) meaning: &'static str,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(crate) struct Odd {
    pub(crate) code: &'static str,
    pub(crate) number: u8,
    pub(crate) message: &'static str,
}

/// The decision about the URL, and its reason.
#[derive(Debug, Serialize)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) allowed: bool,
    pub(crate) why: String,
}

impl Report {
    /// The report on a request as the service handles it.
    pub(crate) fn new(propagator: &Propagator<'_>, request: &Request, asked: Option<Asked<'_>>) -> Self {
        let headers = Headers::from_pairs(
            request.headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())),
        );
        let (mut buffer, mut other) = (Buffer::new(), Buffer::new());
        let context = propagator.continue_trace(&headers, Start::with(SEED), &mut buffer);
        let again = propagator.continue_trace(&headers, Start::with(OTHER_SEED), &mut other);
        // The ids of a new trace come from the seed.
        let continues = context.trace_id() == again.trace_id();
        let sends = Described::of(&context, &Headers::new()).headers;
        let reads = |header: HeaderName| sends.iter().any(|(name, _)| name == header.name());
        let has_trace = [HeaderName::SentryTrace, HeaderName::Traceparent]
            .into_iter()
            .any(|header| reads(header) && lines(request, header).next().is_some());
        let baggage = Baggage::from_lines(lines(request, HeaderName::Baggage).map(str::as_bytes));
        Report {
            request: request.url.clone(),
            continues,
            has_trace,
            why_continues: why_continues(&context, continues),
            came: came(request),
            members: members(&baggage),
            foreign: baggage.foreign().map(|member| String::from_utf8_lossy(member).into_owned()).collect(),
            findings: context.findings().iter().map(odd).collect(),
            sampled: context.sampled(),
            why_sampled: why_sampled(&context, continues),
            link: context.link().map(|link| link.to_string()),
            sends,
            target: asked.map(|asked| target(propagator, asked)),
        }
    }
}

/// The lines of a header.
fn lines(request: &Request, header: HeaderName) -> impl Iterator<Item = &str> {
    let named = move |(name, _): &&(String, String)| name.eq_ignore_ascii_case(header.name());
    request.headers.iter().filter(named).map(|(_, value)| value.as_str())
}

fn came(request: &Request) -> Vec<Came> {
    let of = |header: HeaderName, parse: fn(&str) -> Parsed| {
        let came =
            move |value: &str| Came { name: header.name(), value: value.to_owned(), parsed: parse(value) };
        lines(request, header).map(came)
    };
    of(HeaderName::SentryTrace, sentry_trace).chain(of(HeaderName::Traceparent, traceparent)).collect()
}

fn sentry_trace(value: &str) -> Parsed {
    SentryTrace::parse(value.as_bytes()).map_or_else(refused, |trace| Parsed::Trace {
        trace_id: trace.trace_id.to_string(),
        span_id: trace.span_id.map(|id| id.to_string()),
        sampled: trace.sampled,
    })
}

fn traceparent(value: &str) -> Parsed {
    Traceparent::parse(value.as_bytes()).map_or_else(refused, |trace| Parsed::Trace {
        trace_id: trace.trace_id.to_string(),
        span_id: Some(trace.span_id.to_string()),
        sampled: trace.sampled,
    })
}

fn refused(error: Error) -> Parsed {
    Parsed::Refused { error: error.to_string(), kind: error.kind().name(), at: error.offset() }
}

fn members(baggage: &Baggage<'_>) -> Vec<Member> {
    let sentry = baggage.sentry();
    let member = |name: String, value: String| Member { meaning: meaning(&name), name, value };
    sentry.iter().map(|each| member(each.name().to_string(), each.value().to_string())).collect()
}

fn meaning(name: &str) -> &'static str {
    match name {
        "trace_id" => "the trace of this DSC",
        "public_key" => "the project of the service that began the trace",
        "sample_rate" => "the rate of the sampling decision",
        "sample_rand" => "the random number that each rate is compared with",
        "sampled" => "the sampling decision of the service that began the trace",
        "release" => "the release of that service",
        "environment" => "the environment of that service",
        "org_id" => "the organisation of that service",
        "transaction" => "the operation in which the trace began",
        "replay_id" => "the session replay in which the trace began",
        _ => "not known to tracehop, forwarded as received",
    }
}

fn odd(finding: Finding) -> Odd {
    Odd { code: finding.name(), number: finding.number(), message: finding.message() }
}

fn target(propagator: &Propagator<'_>, asked: Asked<'_>) -> Target {
    let why = propagator.explain(asked.url, asked.page_url);
    Target { url: asked.url.to_owned(), allowed: why.allowed(), why: why.to_string() }
}

fn why_continues(context: &TraceContext<'_>, continues: bool) -> &'static str {
    if continues {
        return "a valid header was received, and no organisation forbids it";
    }
    // A link is kept if the trace was readable and refused; else the first finding reports what is missing in it.
    let refuses = |finding: &Finding| context.link().is_none() || finding.name().starts_with("org_");
    context.findings().iter().find(refuses).map_or("", Finding::message)
}

fn why_sampled(context: &TraceContext<'_>, continues: bool) -> String {
    let (Some(_), decided) = (context.sampled(), context.parent_sampled().is_some()) else {
        let caller = if continues { "the caller deferred the decision, and " } else { "" };
        return format!("{caller}this service has no rate");
    };
    match (context.sample_rand(), context.sample_rate()) {
        (Some(rand), Some(rate)) if !decided => {
            format!("this service decided: {rand:.6} against the rate {rate:?}")
        }
        _ => "the caller decided, by the flag of its header".to_owned(),
    }
}
