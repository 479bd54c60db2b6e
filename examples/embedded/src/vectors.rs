//! The shared vectors that fit on a board, and their results here.
//!
//! The host's four runners compare the results with the expected ones; this program shows that a board gives the
//! same results as the host.

use core::fmt::Write;

use tracehop_core::{
    Baggage, Buffer, Dsn, Entry, Error, HeaderValue, Headers, Options, Origin, Propagator, Seed, SentryTrace, Start, Target,
    TraceContext, Traceparent,
};

use crate::console::Console;
use crate::flow::header;

/// One record: its name and its input.
#[derive(Debug)]
pub struct Case {
    name: &'static str,
    given: Given,
}

#[derive(Debug)]
enum Given {
    SentryTrace(&'static [u8]),
    Traceparent(&'static [u8]),
    Baggage(&'static [&'static [u8]]),
    Request(Request),
}

#[derive(Debug)]
struct Request {
    settings: Settings,
    headers: Pairs,
    seed: Seed,
    transaction: Option<&'static str>,
    sampled: Option<bool>,
    url: Option<&'static str>,
    page_url: Option<&'static str>,
    existing: Pairs,
}

type Pairs = &'static [(&'static [u8], &'static [u8])];

#[derive(Debug)]
enum Aim {
    Text(&'static str),
    Origin(&'static str),
}

#[derive(Debug)]
struct Settings {
    dsn: Option<&'static str>,
    public_key: Option<&'static str>,
    org_id: Option<&'static str>,
    release: Option<&'static str>,
    environment: Option<&'static str>,
    traces_sample_rate: Option<f64>,
    trace_propagation_targets: Option<&'static [Aim]>,
    strict_trace_continuation: bool,
    propagate_traceparent: bool,
}

impl Settings {
    const NONE: Settings = Settings {
        dsn: None,
        public_key: None,
        org_id: None,
        release: None,
        environment: None,
        traces_sample_rate: None,
        trace_propagation_targets: None,
        strict_trace_continuation: false,
        propagate_traceparent: false,
    };

    fn options<'a>(&self, targets: Option<&'a [Target<'a>]>) -> Result<Options<'a>, Error> {
        Ok(Options {
            dsn: Dsn::parse_option(self.dsn)?,
            public_key: self.public_key,
            org_id: self.org_id,
            release: self.release,
            environment: self.environment,
            traces_sample_rate: self.traces_sample_rate,
            traces_sampler: None,
            trace_propagation_targets: targets,
            strict_trace_continuation: self.strict_trace_continuation,
            propagate_traceparent: self.propagate_traceparent,
            max_baggage_bytes: None,
        })
    }
}

include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

/// Prints the result of every record.
pub fn run(out: &mut Console) {
    for case in CASES {
        let _ = writeln!(out, "# {}", case.name);
        answer(&case.given, out);
    }
    let _ = writeln!(out, "vectors: {}", CASES.len() as u32);
}

fn answer(given: &Given, out: &mut Console) {
    match given {
        Given::SentryTrace(value) => parsed(SentryTrace::parse(value), out),
        Given::Traceparent(value) => parsed(Traceparent::parse(value), out),
        Given::Baggage(lines) => baggage(lines, out),
        Given::Request(request) => respond(request, out),
    }
}

fn parsed<T: core::fmt::Display>(answer: Result<T, Error>, out: &mut Console) {
    let _ = match answer {
        Ok(value) => writeln!(out, "{value}"),
        Err(error) => writeln!(out, "{error}"),
    };
}

fn baggage(lines: &[&'static [u8]], out: &mut Console) {
    let baggage = Baggage::from_lines(lines.iter().copied());
    for member in baggage.sentry().iter() {
        let _ = writeln!(out, "{}: {}", member.name(), member.value());
    }
    let _ = writeln!(out, "{:?}", baggage.findings());
    for entry in baggage.members() {
        let _ = match entry {
            Entry::Sentry(member) => writeln!(out, "{} = {}", member.name(), member.value()),
            Entry::Malformed(member) => writeln!(out, "malformed, {} bytes", member.len() as u32),
            Entry::Foreign(member) => writeln!(out, "foreign, {} bytes", member.len() as u32),
        };
    }
}

/// Continues, then writes the headers, or injects if there is a URL.
fn respond(request: &Request, out: &mut Console) {
    let mut targets = [const { Target::Text("") }; 8];
    let Some(targets) = aim(request.settings.trace_propagation_targets, &mut targets) else { return };
    let propagator = match request.settings.options(targets).and_then(Propagator::new) {
        Ok(propagator) => propagator,
        Err(error) => return parsed::<&str>(Err(error), out),
    };
    let incoming = Headers::from_pairs(request.headers.iter().copied());
    let start = Start {
        transaction: request.transaction,
        sampled: request.sampled,
        ..Start::with(request.seed)
    };
    let mut buffer = Buffer::new();
    let context = propagator.continue_trace(&incoming, start, &mut buffer);
    let outgoing = Headers::from_pairs(request.existing.iter().copied());
    let url = request.url.unwrap_or("https://api.myapp.com/");
    let set = |name: &'static str, value: HeaderValue<'_>| header(out, name, &value);
    let outcome = propagator.inject(&context, url, request.page_url, &outgoing, set);
    let _ = writeln!(out, "{} {}", outcome.reason().name(), propagator.explain(url, request.page_url));
    facts(&context, out);
}

/// Writes the targets to `place`; an origin that does not parse, or too many targets, ends the record.
fn aim<'a>(
    aims: Option<&'static [Aim]>,
    place: &'a mut [Target<'static>],
) -> Option<Option<&'a [Target<'a>]>> {
    let Some(aims) = aims else { return Some(None) };
    for (aim, target) in aims.iter().zip(place.iter_mut()) {
        *target = match aim {
            Aim::Text(text) => Target::Text(text),
            Aim::Origin(origin) => Target::Origin(Origin::parse(origin).ok()?),
        };
    }
    place.get(..aims.len()).map(Some)
}

/// Prints the facts of a context that its headers do not show.
pub fn facts(context: &TraceContext<'_>, out: &mut Console) {
    if let Some(rand) = context.sample_rand() {
        let millionths = (rand * 1e6 + 0.5) as u32;
        let _ = writeln!(out, "sample_rand {millionths}");
    }
    if let Some(rate) = context.sample_rate() {
        let bits = rate.to_bits();
        let _ = writeln!(out, "sample_rate bits {} {}", (bits >> 32) as u32, bits as u32);
    }
    let _ = writeln!(out, "findings {}", context.findings().bits() as u32);
    for finding in context.findings().iter() {
        let _ = writeln!(out, "{}: {}", finding.name(), finding.message());
    }
    if let Some(link) = context.link() {
        let _ = writeln!(out, "link {link}");
    }
}
