//! The work of a device for each request it forwards: continues the trace, then injects it. Its code and stack are measured.

use tracehop_core::{Buffer, Dsn, HeaderValue, Headers, Options, Propagator, Seed, Start, TraceContext};

use crate::console::Console;

type Pairs<'a> = [(&'a [u8], &'a [u8])];

const SEED: Seed = Seed(*b"0123456789abcdef01234567");

/// A request of a browser's SDK.
const TYPICAL: &Pairs<'_> = &[
    (b"host", b"gateway.myapp.com"),
    (b"sentry-trace", b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1"),
    (
        b"baggage",
        b"other-vendor=foo;bar, sentry-trace_id=771a43a4192642f0b136d5159a501700,\
          sentry-public_key=49d0f7386ad645858ae85020e393bef3,sentry-sample_rate=0.25,\
          sentry-sample_rand=0.004221,sentry-sampled=true,sentry-environment=production,\
          sentry-release=gateway%401.2.3,sentry-transaction=GET%20%2Fcheckout",
    ),
];

/// 2,048 bytes of `sentry-` members without sample_rand, which is added: a full context.
const FULL: &Pairs<'_> = &[
    (b"sentry-trace", b"771a43a4192642f0b136d5159a501700-1234567890abcdef-0"),
    (
        b"baggage",
        b"sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rate=0.5,sentry-replay_id=f183579e",
    ),
    (b"baggage", &LONG_RELEASE),
];

/// `sentry-release=rrr...`, as long as the limit allows beside the other members.
const LONG_RELEASE: [u8; 1_922] = {
    let (name, mut member, mut at) = (b"sentry-release=", [b'r'; 1_922], 0);
    while at < name.len() {
        member[at] = name[at];
        at += 1;
    }
    member
};

const OUTGOING: &Pairs<'_> = &[
    (b"accept", b"application/json"),
    (b"baggage", b"kept=as it is;with=properties , sentry-release=old,, also=kept"),
];

const URL: &str = "https://api.myapp.com/internal-api/users/42?verbose=1";

/// Forwards three requests: a typical one, one with a full context, and one without a trace.
pub fn run(out: &mut Console) {
    let options = Options {
        dsn: Dsn::parse("https://49d0f7386ad645858ae85020e393bef3@o1.ingest.sentry.io/2").ok(),
        release: Some("gateway@1.2.3"),
        environment: Some("production"),
        traces_sample_rate: Some(0.25),
        ..Options::default()
    };
    let Ok(propagator) = Propagator::new(options) else { return out.bytes(b"refused").end() };
    let mut buffer = Buffer::new();
    for request in [TYPICAL, FULL, &[]] {
        let context = receive(&propagator, request, &mut buffer);
        send(&propagator, &context, out);
    }
}

/// The server's part. `inline(never)` frees the stack of its headers before the next request is sent.
#[inline(never)]
fn receive<'b>(
    propagator: &Propagator<'_>,
    request: &Pairs<'b>,
    buffer: &'b mut Buffer,
) -> TraceContext<'b> {
    let incoming = Headers::from_pairs(request.iter().copied());
    propagator.continue_trace(&incoming, Start::with(SEED), buffer)
}

/// The client's part. `inline(never)` keeps its headers off the stack while the context is made.
#[inline(never)]
fn send(propagator: &Propagator<'_>, context: &TraceContext<'_>, out: &mut Console) {
    let outgoing = Headers::from_pairs(OUTGOING.iter().copied());
    let set = |name: &'static str, value: HeaderValue<'_>| header(out, name, &value);
    let outcome = propagator.inject(context, URL, None, &outgoing, set);
    out.bytes(outcome.reason().name().as_bytes()).end();
}

/// Prints a header as it is sent.
pub fn header(out: &mut Console, name: &str, value: &HeaderValue<'_>) {
    out.bytes(name.as_bytes()).bytes(b": ");
    for chunk in value.chunks() {
        out.bytes(chunk);
    }
    out.end();
}
