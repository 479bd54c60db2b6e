//! Calls every public function of the core at least once: if this links, no function can reach a panic.
//!
//! A test in core checks that no function is missing. Regex targets are not in this build, because they allocate.

use core::fmt::Write;
use core::mem::MaybeUninit;
use core::time::Duration;

use tracehop_core::{
    Baggage, Buffer, Decision, Dsn, Entry, Error, ErrorKind, Finding, Findings, HeaderName, HeaderValue,
    Headers, Limit, Options, Origin, Propagator, Reason, SamplingContext, Seed, SentryMembers, SentryTrace,
    SpanId, Start, StoredContext, Target, TraceContext, TraceId, TraceLifetime, Traceparent,
};

use crate::console::Console;
use crate::flow::header;
use crate::vectors::{self, facts};

const SEED: Seed = Seed(*b"0123456789abcdef01234567");
const OTHER_SEED: Seed = Seed([0; 24]);
const TRACE: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
const BAGGAGE: &[u8] = b"tenant=acme, sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rate=0.5,sentry-odd=%C3%A9%zz,sentry-";
const PARENT: &[u8] = b"00-771a43a4192642f0b136d5159a501700-1234567890abcdef-01";
const PAGE: &[u8] = b"<head><title><meta name=baggage content=no></title><META content='771a43a4192642f0b136d5159a501700-1234567890abcdef-1' name=sentry-trace>\
    <meta name=\"baggage\" content=\"sentry-release=a&amp;b&#x20;c\"/></head>";
const URL: &str = "https://api.myapp.com/users?X-Amz-SignedHeaders=host;baggage";
const PAGE_URL: Option<&str> = Some("https://www.myapp.com/shop/");

/// Calls all functions and prints the results, then those of the shared vectors.
pub fn run(out: &mut Console) {
    values(out);
    codes(out);
    views(out);
    if let Ok(origin) = Origin::parse("https://*.myapp.com") {
        let _ = writeln!(out, "{origin}");
        service(origin, out);
    }
    vectors::run(out);
}

/// Ids, strict parses, limits.
fn values(out: &mut Console) {
    let (trace_id, span_id) = (TraceId::from_seed([0; 16]), SpanId::new([7; 8]));
    let _ = writeln!(out, "{trace_id} {trace_id:?} {span_id:?} {:?}", TraceId::new(*trace_id.as_bytes()));
    let _ = writeln!(out, "{} {}", SEED.trace_id(), SpanId::from_seed([0; 8]));
    out.bytes(&SEED.trace_id().text()).bytes(&SEED.span_id().text()).bytes(SEED.span_id().as_bytes()).end();
    for value in [TRACE, b"", b"T", b"771a43a4192642f0b136d5159a501700-x", &[b' '; 300]] {
        match SentryTrace::parse(value) {
            Ok(read) => out.bytes(read.text().as_bytes()).bytes(read.text().as_str().as_bytes()).end(),
            Err(error) => refusal(&error, out),
        }
        match Traceparent::parse(value) {
            Ok(read) => out.bytes(&read.text()).end(),
            Err(error) => refusal(&error, out),
        }
    }
    if let Ok(read) = Traceparent::parse(PARENT) {
        let _ = writeln!(out, "{read} {read:?}");
    }
    out.number(Limit::BaggageReadBytes.value() as u32).end();
}

fn refusal(error: &Error, out: &mut Console) {
    let _ = writeln!(out, "{error} {error:?} {} at {}", error.kind().message(), error.offset() as u32);
}

/// The tables of codes.
fn codes(out: &mut Console) {
    for kind in ErrorKind::ALL {
        let _ = writeln!(
            out,
            "{} {} {} {kind:?}",
            kind.number(),
            kind.name(),
            kind.option().unwrap_or("no option")
        );
    }
    let mut all = Findings::default();
    for finding in Finding::ALL {
        all.insert(*finding);
        let _ = writeln!(out, "{} {} {finding} {finding:?}", finding.number(), finding.name());
    }
    let mut both = Findings::default();
    both.extend(all);
    let _ =
        writeln!(out, "{} {} {both:?}", both == all, both.contains(Finding::SharedCache) && !both.is_empty());
    for reason in Reason::ALL {
        let _ = writeln!(out, "{} {} {reason:?}", reason.number(), reason.name());
    }
    for field in HeaderName::ALL {
        let named =
            HeaderName::named(field.gateway_name().as_bytes()) == HeaderName::named(field.name().as_bytes());
        let _ = writeln!(out, "{} {} {named}", field.name(), field.gateway_name());
    }
    for text in [HeaderName::ALLOW_HEADERS, HeaderName::ALLOW_CREDENTIALS, HeaderName::ALLOW_ORIGIN]
        .into_iter()
        .chain(HeaderName::NAMES)
        .chain(Headers::GATEWAY_MARKS)
    {
        let _ = writeln!(
            out,
            "{text} {} {}",
            Propagator::is_shared_cache(text),
            Propagator::allows_credentials(text.as_bytes())
        );
    }
    let _ = writeln!(out, "{}", Propagator::is_shared_cache("max-age=1, S-MaxAge = 9"));
    let _ = writeln!(out, "{}", HeaderName::REQUEST_HEADERS);
    for origin in ["https://a.test", "https://b.test"] {
        let named: (&[u8], &[u8]) = (b"access-control-allow-origin", b"https://a.test");
        let _ = writeln!(out, "{origin} {}", Propagator::allows_origin([named], origin, false));
    }
}

/// The headers of a message, from every carrier.
fn views(out: &mut Console) {
    let mut lines = Baggage::from_lines([BAGGAGE, b"sentry-a=b"]);
    lines.add_line(BAGGAGE);
    let _ =
        writeln!(out, "{} {} {}", lines.exceeds_budget(), lines.has_lines(), Baggage::new(b"").has_lines());
    for entry in lines.members() {
        if let Entry::Sentry(member) = entry {
            let (name, value) = (member.name(), member.value());
            let _ = writeln!(
                out,
                "{name}={value} {value:?} {} {}",
                value.is(b"0.5"),
                name.as_plain().unwrap_or("-")
            );
            out.bytes(name.plain_bytes().unwrap_or_default());
            out.bytes(value.raw()).number(value.bytes().count() as u32).end();
        }
    }
    let mut sentry = SentryMembers::empty();
    lines.sentry_into(&mut sentry);
    let _ = writeln!(
        out,
        "{} {:?} {:?}",
        sentry.iter().count() as u32,
        lines.sentry().findings(),
        lines.findings()
    );
    for member in lines.foreign() {
        out.bytes(member).end();
    }
}

/// All functions of a service, with all options set.
fn service(origin: Origin<'_>, out: &mut Console) {
    let sampler = |told: &SamplingContext<'_>| told.parent_sample_rate.or(Some(told.sample_rand));
    let function = |url: &str| (url.len() > 5).then_some(url.ends_with("yes"));
    let targets = [Target::Text("^internal"), Target::Matcher(&function), Target::Origin(origin)];
    let options = Options {
        dsn: Dsn::parse("https://key:secret@o1.ingest.sentry.io:8443/path/2").ok(),
        public_key: Some("other"),
        org_id: Some("1"),
        release: Some("gateway@1.2.3 é"),
        environment: Some("production"),
        traces_sample_rate: Some(1e-7),
        traces_sampler: Some(&sampler),
        trace_propagation_targets: Some(&targets),
        strict_trace_continuation: false,
        propagate_traceparent: true,
        max_baggage_bytes: None,
    };
    for target in &targets {
        let _ = writeln!(out, "{} {}", target.kind(), target.warning().unwrap_or("no warning"));
    }
    for dsn in
        ["x", "https://o1.sentry.io/2", "https://key@/2", "https://key@host:x/2", "https://key@host", ""]
    {
        match Dsn::parse_option(Some(dsn)) {
            Ok(dsn) => service_of(&Propagator::with_checked(Options { dsn, ..options }), out),
            Err(error) => refusal(&error, out),
        }
    }
    if let Ok(propagator) = Propagator::new(Options { traces_sampler: None, ..options }) {
        service_of(&propagator, out);
    }
}

fn service_of(propagator: &Propagator<'_>, out: &mut Console) {
    let _ =
        writeln!(out, "{} {}", propagator.public_key().unwrap_or("-"), propagator.org_id().unwrap_or("-"));
    for field in propagator.fields() {
        out.bytes(field.name().as_bytes()).end();
    }
    let (mut scratch, mut small) = ([0; Headers::SCRATCH_BYTES], [0; 60]);
    let mut pushed = Headers::new();
    pushed.push(
        b"Server-Timing",
        b"db;dur=1, sentry-trace;desc=\"771a43a4192642f0b136d5159a501700-1234567890abcdef-0\"",
    );
    pushed.add(HeaderName::Authorization, b"AWS4-HMAC-SHA256 SignedHeaders=host;traceparent, x");
    pushed.add(HeaderName::Tracestate, b"vendor=1");
    pushed.skip_value();
    let messages = [
        Headers::from_pairs([
            (&b"Sentry-Trace"[..], TRACE),
            (b"baggage", BAGGAGE),
            (b"baggage", b"sentry-org_id=2"),
        ]),
        Headers::from_pairs([
            (&b"Sentry-Trace"[..], TRACE),
            (b"baggage", BAGGAGE),
            (b"tracestate", b"vendor=1"),
        ]),
        Headers::from_gateway([
            (&b"HTTP_TRACEPARENT"[..], PARENT),
            (b"HTTP_TRACESTATE", b"vendor=1"),
            (b"traceparent", b"x"),
        ]),
        Headers::from_environ([(&b"SENTRY_TRACE"[..], TRACE), (b"SENTRY_USE_ENVIRONMENT", b"yes")]),
        Headers::from_html(PAGE, &mut scratch),
        Headers::from_html(PAGE, &mut small),
        pushed,
    ];
    let mut lifetime = TraceLifetime::new(propagator, SEED, Duration::ZERO);
    let mut place = MaybeUninit::uninit();
    lifetime.clone_from(TraceLifetime::new_in(&mut place, propagator, SEED, Duration::ZERO));
    let mut buffer = Buffer::new();
    let mut stored = StoredContext::new(&propagator.start_trace(Start::with(SEED), &mut buffer));
    let mut place = MaybeUninit::uninit();
    stored.clone_from(StoredContext::new_in(&mut place, &stored.get()));
    let start = Start { transaction: Some("/a b"), ..Start::with(SEED) };
    for message in &messages {
        let _ = writeln!(
            out,
            "{:?} {}",
            message.sentry_trace().map(<[u8]>::len),
            message.findings().iter().count() as u32
        );
        let context = propagator.continue_trace(message, start, &mut buffer);
        position(propagator, &context, message, out);
        stored.assign(&context);
        facts(&stored.get(), out);
        if let Some(adopted) = propagator.adopt(message, &mut buffer) {
            position(propagator, &adopted, message, out);
        }
        copied(&stored.get(), out);
        lifetime.page_load(propagator, Some(message), OTHER_SEED, Duration::from_secs(5));
        facts(&lifetime.current(), out);
        stripped(message, out);
    }
    lifetime.page_load(propagator, None, SEED, Duration::from_secs(6));
    lifetime.navigate(propagator, SEED, Duration::from_secs(7));
    lifetime.start_new_trace(propagator, SEED, Duration::from_secs(8));
    let rotated =
        lifetime.rotate_if_older(propagator, Duration::from_secs(1), OTHER_SEED, Duration::from_secs(10));
    let _ = writeln!(out, "{rotated} {:?}", lifetime.previous());
    let link = messages.first();
    let start = Start { seed: SEED, transaction: Some("https://a"), sampled: Some(true), trace_id: None, link };
    position(propagator, &propagator.start_trace(start, &mut buffer), &propagated(), out);
    facts(&propagator.start_trace(Start::with(OTHER_SEED), &mut buffer), out);
    if let Some(trace_id) = TraceId::parse(b"771a43a4192642f0b136d5159a501700") {
        facts(&propagator.start_trace(Start { trace_id: Some(trace_id), ..Start::with(SEED) }, &mut buffer), out);
    }
    facts(&propagator.continue_trace(&propagated(), Start::with(OTHER_SEED), &mut buffer), out);
    cors(propagator, out);
}

fn propagated() -> Headers<'static> {
    Headers::from_pairs([(&b"baggage"[..], &b"a=b,sentry-old=1, c = d;e"[..])])
}

/// A context passes to another process.
fn copied(context: &TraceContext<'_>, out: &mut Console) {
    const TEXT: &[u8] = b"1 00000000000000003fd00000000000000003d0901edc0c00 \
        771a43a4192642f0b136d5159a501700-1234567890abcdef-1 - - sentry-release=api a=1";
    let _ = writeln!(out, "{}", context.serialized());
    if let Some(copy) = TraceContext::deserialize(TEXT, &mut Buffer::new()) {
        facts(&copy, out);
    }
}

fn stripped(message: &Headers<'_>, out: &mut Console) {
    let findings = message.strip(|name, value| header(out, name, &value));
    let _ = writeln!(out, "{findings:?} {}", message.baggage().has_lines());
}

/// All functions of a context.
fn position(
    propagator: &Propagator<'_>,
    context: &TraceContext<'_>,
    outgoing: &Headers<'_>,
    out: &mut Console,
) {
    facts(context, out);
    let _ = writeln!(out, "{} {} {:?}", context.trace_id(), context.span_id(), context.parent_span_id());
    let _ = writeln!(out, "{:?} {:?} {}", context.sampled(), context.parent_sampled(), context.traceparent());
    let _ = writeln!(out, "{} {}", context.sentry_trace(), context.baggage().unwrap_or("-"));
    for member in context.dynamic_sampling_context() {
        let _ = writeln!(out, "{} {}", member.name(), member.value());
    }
    let mut copied = [0; 64];
    let written = context.headers(outgoing, |name, value| {
        header(out, name, &value);
        out.number(value.as_bytes().map_or(0, <[u8]>::len) as u32);
        let text = (value.as_str().map(str::len), value.copy_to(&mut copied), value.is_empty(), value.len());
        out.number(text.0.unwrap_or(0) as u32)
            .number(text.1 as u32)
            .number(text.2.into())
            .number(text.3 as u32)
            .end();
    });
    let _ = writeln!(
        out,
        "{written:?} {} {} {:?}",
        written.written(),
        written.reason().name(),
        written.findings()
    );
    for url in [
        URL,
        "/path?q#f",
        "//api.myapp.com/../x",
        "https://o1.ingest.sentry.io:8443/",
        "fails",
        "https://x.test/yes",
        "\\",
    ] {
        let explained = propagator.explain(url, PAGE_URL);
        let (allowed, target) = (explained.allowed(), explained.target().map(|index| index as u32));
        let _ = writeln!(out, "{explained} {allowed} {target:?} {:?}", explained.findings());
        let _ = writeln!(out, "{} {:?}", propagator.allows(url, None), explained.reason());
        propagator.inject(context, url, None, outgoing, |name, value| header(out, name, &value));
        propagator.inject(context, url, PAGE_URL, outgoing, |name, value| header(out, name, &value));
    }
    let _ = writeln!(out, "{}\n{}", context.meta_tags(), context.server_timing("db;dur=1"));
    context.write_meta_tags(|piece| {
        out.bytes(piece);
    });
    let stored = context.store(|baggage, tracestate| (baggage, tracestate));
    let child = stored.child([1; 8], |texts| *texts).map(|(baggage, tracestate)| (tracestate, baggage));
    let view = child.context(|(tracestate, baggage)| (baggage, tracestate));
    out.bytes(child.storage().1).end();
    facts(&view, out);
    let kept = context.try_store(|baggage, _| core::str::from_utf8(baggage));
    out.number(kept.is_ok().into()).end();
    let mut buffer = Buffer::new();
    context.environ(|name: &'static str, value: HeaderValue<'_>| header(out, name, &value));
    propagator.envelope_trace(context, |name, value| {
        let _ = writeln!(out, "{name}: {value}");
    });
    facts(&context.child([0; 8]), out);
    for decision in
        [Decision::Rate(0.3), Decision::Rate(1.0 / 3.0), Decision::Rate(-1.0), Decision::Sampled(false)]
    {
        match context.sample(decision, &mut buffer) {
            Ok(decided) => facts(&decided, out),
            Err(error) => refusal(&error, out),
        }
    }
}

fn cors(propagator: &Propagator<'_>, out: &mut Console) {
    for existing in ["", "*", "X-Other, Baggage", "Sentry-Trace, baggage, traceparent, tracestate"] {
        let _ = writeln!(out, "{}", propagator.allow_headers(existing, true));
        let _ = writeln!(out, "{}", propagator.other_headers(existing));
        for name in propagator
            .missing_cors_headers([(HeaderName::ALLOW_HEADERS.as_bytes(), existing.as_bytes())], false)
        {
            out.bytes(name.as_bytes()).end();
        }
    }
}
