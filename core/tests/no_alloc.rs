//! The whole flow, except regex targets, allocates nothing: the global allocator counts.

use std::fmt::{self, Write};
use std::time::Duration;

use allocation_counter::measure;
use tracehop_core::{
    Baggage, Buffer, Decision, Dsn, Entry, HeaderValue, Headers, Options, Origin, Propagator,
    SamplingContext, Seed, SentryTrace, Start, Target, TraceContext, TraceLifetime, Traceparent,
};

fn allocations(act: impl FnOnce()) -> u64 {
    measure(act).count_total
}

/// A sink that counts the bytes printed to it.
struct Nowhere(usize);

impl Write for Nowhere {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

impl Nowhere {
    fn take(&mut self, value: &HeaderValue<'_>) {
        self.0 += value.chunks().map(<[u8]>::len).sum::<usize>();
    }

    fn print(&mut self, shown: &dyn fmt::Display) {
        write!(self, "{shown}").expect("nothing fails here");
    }
}

const SEED: Seed = Seed(*b"0123456789abcdef01234567");
const URL: &str = "https://api.myapp.com/users?X-Amz-SignedHeaders=host";
const TRACE: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
const PARENT: &[u8] = b"00-771a43a4192642f0b136d5159a501700-1234567890abcdef-01";
const BAGGAGE: &[u8] = b"tenant=acme;a=b, sentry-release=%C3%A9%zz,sentry-sample_rate=0.3333,sentry-trace_id=other,sentry-x = y ";
const PAGE: &[u8] = b"<head><meta name=sentry-trace content='771a43a4192642f0b136d5159a501700-1234567890abcdef&#45;1'></head>";

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1);
}

#[test]
fn parsing_allocates_nothing() {
    let mut out = Nowhere(0);
    let counted = allocations(|| {
        for value in [TRACE, PARENT, b"", b"wrong"] {
            match SentryTrace::parse(value) {
                Ok(trace) => out.print(&trace),
                Err(error) => out.print(&error),
            }
            match Traceparent::parse(value) {
                Ok(parent) => out.print(&parent),
                Err(error) => out.print(&error),
            }
        }
        let baggage = Baggage::from_lines([BAGGAGE, &[b','; 9000]]);
        for entry in baggage.members() {
            if let Entry::Sentry(member) = entry {
                out.print(&member.name());
                out.print(&member.value());
            }
        }
        out.0 += baggage.foreign().count() + baggage.sentry().iter().count();
    });
    assert_eq!(counted, 0);
    assert!(out.0 > 0);
}

#[test]
fn the_flow_allocates_nothing() {
    let sampler = |context: &SamplingContext<'_>| context.parent_sample_rate;
    let function = |url: &str| Some(url.is_empty());
    let origin = Origin::parse("https://*.myapp.com").expect("an origin");
    let targets = [Target::Text("nowhere"), Target::Matcher(&function), Target::Origin(origin)];
    let options = Options {
        dsn: Dsn::parse("https://key@o1.ingest.sentry.io/2").ok(),
        release: Some("a release"),
        traces_sampler: Some(&sampler),
        trace_propagation_targets: Some(&targets),
        propagate_traceparent: true,
        ..Options::default()
    };
    let (mut out, mut scratch) = (Nowhere(0), [0; Headers::SCRATCH_BYTES]);
    let counted = allocations(|| {
        let propagator = Propagator::new(options).expect("the options are valid");
        let pairs = [(&b"Sentry-Trace"[..], TRACE), (b"baggage", BAGGAGE), (b"traceparent", PARENT)];
        let messages = [
            Headers::from_pairs(pairs),
            Headers::from_gateway([(&b"HTTP_TRACEPARENT"[..], PARENT)]),
            Headers::from_environ([(&b"SENTRY_TRACE"[..], TRACE)]),
            Headers::from_html(PAGE, &mut scratch),
            Headers::new(),
        ];
        for message in &messages {
            let (mut buffer, start) = (Buffer::new(), Start { transaction: Some("/"), ..Start::with(SEED) });
            let context = propagator.continue_trace(message, start, &mut buffer);
            everything(&propagator, &context, message, &mut out);
            let start = Start { link: Some(message), ..start };
            everything(&propagator, &propagator.start_trace(start, &mut buffer), message, &mut out);
        }
        live(&propagator, &messages);
    });
    assert_eq!(counted, 0);
    assert!(out.0 > 0);
}

/// Every operation of a context on an outgoing request with headers.
fn everything(
    propagator: &Propagator<'_>,
    context: &TraceContext<'_>,
    outgoing: &Headers<'_>,
    out: &mut Nowhere,
) {
    for url in [URL, "https://other.test/", "\\"] {
        propagator.inject(context, url, None, &Headers::new(), |_, value| out.take(&value));
        propagator.inject(context, url, Some(URL), outgoing, |_, value| out.take(&value));
        out.print(&propagator.explain(url, None));
    }
    context.headers(outgoing, |_, value| out.take(&value));
    outgoing.strip(|_, value| out.take(&value));
    context.environ(|_, value| out.take(&value));
    propagator.envelope_trace(context, |name, value| {
        out.print(&name);
        out.print(&value);
    });
    out.print(&context.meta_tags());
    out.print(&context.server_timing("db;dur=1"));
    out.print(&propagator.allow_headers("x-other", true));
    out.0 += propagator.missing_cors_headers([], true).count();
    let mut buffer = Buffer::new();
    let child = context.child([1; 8]).sample(Decision::Rate(1.0 / 3.0), &mut buffer).expect("a rate");
    out.print(&child.sentry_trace());
}

fn live(propagator: &Propagator<'_>, messages: &[Headers<'_>]) {
    let mut lifetime = TraceLifetime::new(propagator, SEED, Duration::ZERO);
    lifetime.page_load(propagator, messages.first(), SEED, Duration::from_secs(1));
    lifetime.navigate(propagator, SEED, Duration::from_secs(2));
    lifetime.rotate_if_older(propagator, Duration::ZERO, SEED, Duration::from_secs(3));
}
