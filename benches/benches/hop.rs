//! W1 to W7 of tracehop, and the same work by its Rust peers in the same run: compare within a run only.

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use sentry_core::TracePropagationContext;
use tracehop_benches::{Workloads, seed, write};
use tracehop_core::{
    Baggage, Dialect, Headers, Options, Propagator, RegexFlags, RegexTarget, SentryTrace, Target, Traceparent,
};

fn w1(c: &mut Criterion) {
    let (work, mut group) = (Workloads::new(), c.benchmark_group("W1 parse one trace header"));
    group.bench_function("tracehop sentry-trace", |b| {
        b.iter(|| SentryTrace::parse(black_box(work.sentry_trace[work.next()].as_bytes())))
    });
    group.bench_function("tracehop traceparent", |b| {
        b.iter(|| Traceparent::parse(black_box(work.traceparent[work.next()].as_bytes())))
    });
    group.bench_function("sentry-core", |b| {
        b.iter(|| {
            TracePropagationContext::try_from_headers([(
                "sentry-trace",
                work.sentry_trace[work.next()].as_str(),
            )])
        })
    });
    let headers = carriers(&work);
    group.bench_function("opentelemetry", |b| b.iter(|| trace_of(&headers[work.next()])));
}

fn w2(c: &mut Criterion) {
    let (work, mut group) = (Workloads::new(), c.benchmark_group("W2 read the baggage"));
    group.bench_function("tracehop", |b| {
        b.iter(|| {
            let baggage = Baggage::new(black_box(work.baggage[work.next()].as_bytes()));
            baggage.sentry().iter().map(|member| member.value().bytes().count()).sum::<usize>()
        })
    });
    let headers = carriers(&work);
    let propagator = BaggagePropagator::new();
    group.bench_function("opentelemetry", |b| {
        b.iter(|| propagator.extract(&headers[work.next()]).baggage().len())
    });
}

fn w3_to_w5(c: &mut Criterion) {
    let work = Workloads::new();
    let propagator = Propagator::new(Options::default()).expect("the options are valid");
    let proceed = |at: usize| propagator.continue_trace(&work.headers(at), seed(at));
    c.bench_function("W3 continue/tracehop", |b| b.iter(|| proceed(black_box(work.next()))));
    let contexts: Vec<_> = (0..64).map(proceed).collect();
    c.bench_function("W4 outgoing/tracehop", |b| b.iter(|| write(&contexts[work.next()])));
    c.bench_function("W5 hop/tracehop", |b| b.iter(|| write(&proceed(black_box(work.next())))));
    let headers = carriers(&work);
    let extract =
        |at: usize| BaggagePropagator::new().extract_with_context(&trace_of(&headers[at]), &headers[at]);
    c.bench_function("W3 continue/opentelemetry", |b| b.iter(|| extract(work.next())));
    let contexts: Vec<Context> = (0..64).map(extract).collect();
    c.bench_function("W4 outgoing/opentelemetry", |b| b.iter(|| inject(&contexts[work.next()])));
    c.bench_function("W5 hop/opentelemetry", |b| b.iter(|| inject(&extract(work.next()))));
}

fn w6(c: &mut Criterion) {
    let work = Workloads::new();
    let regex =
        RegexTarget::new(r"^\/internal-api\/", RegexFlags::default(), Dialect::Rust).expect("a pattern");
    let targets = [
        Target::Text("https://myproject.org"),
        Target::Text("https://media.myapp.com"),
        Target::Regex(&regex),
        Target::Text("https://api.myapp.com"),
    ];
    let options = Options { trace_propagation_targets: Some(&targets), ..Options::default() };
    let propagator = Propagator::new(options).expect("the options are valid");
    c.bench_function("W6 is it a target/tracehop", |b| {
        b.iter(|| propagator.allows(black_box(&work.urls[work.next()]), None))
    });
}

fn w7(c: &mut Criterion) {
    let work = Workloads::new();
    let propagator = Propagator::new(Options::default()).expect("the options are valid");
    let contexts: Vec<_> = (0..64).map(|at| propagator.continue_trace(&work.headers(at), seed(at))).collect();
    c.bench_function("W7 meta tags/tracehop", |b| b.iter(|| contexts[work.next()].meta_tags().to_string()));
    c.bench_function("W3 no headers/tracehop", |b| {
        b.iter(|| propagator.continue_trace(&Headers::new(), seed(1)))
    });
}

fn carriers(work: &Workloads) -> Vec<HashMap<String, String>> {
    let pair = |(parent, baggage): (&String, &String)| {
        HashMap::from([("traceparent".to_owned(), parent.clone()), ("baggage".to_owned(), baggage.clone())])
    };
    work.traceparent.iter().zip(&work.baggage).map(pair).collect()
}

fn trace_of(headers: &HashMap<String, String>) -> Context {
    let context = TraceContextPropagator::new().extract(headers);
    assert!(context.span().span_context().is_valid());
    context
}

fn inject(context: &Context) -> HashMap<String, String> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(context, &mut headers);
    BaggagePropagator::new().inject_context(context, &mut headers);
    headers
}

criterion_group!(benches, w1, w2, w3_to_w5, w6, w7);
criterion_main!(benches);
