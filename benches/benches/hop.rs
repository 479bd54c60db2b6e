//! W1 to W7 with tracehop and with its Rust peers in the same run: compare only within a run.

use std::cell::Cell;
use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use emit_traceparent::Traceparent;
use fastrace::collector::SpanContext;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use sentry_core::TracePropagationContext;
use tracehop_benches::{Scratch, Tracehop, Workloads};

/// Times one subject on one workload, over the variants in turn.
fn bench<T>(c: &mut Criterion, workload: &str, subject: &str, mut work: impl FnMut(usize) -> T) {
    let next = Cell::new(0);
    c.benchmark_group(workload).bench_function(subject, |b| {
        b.iter(|| {
            next.set((next.get() + 1) % Workloads::VARIANTS);
            work(black_box(next.get()))
        });
    });
}

fn tracehop(c: &mut Criterion) {
    let (tracehop, mut scratch) = (Tracehop::new(Workloads::load()), Scratch::default());
    bench(c, "W1", "tracehop", |at| tracehop.w1(at));
    bench(c, "W2", "tracehop", |at| tracehop.w2(at, &mut scratch).len());
    bench(c, "W3", "tracehop", |at| tracehop.w3(at, &mut scratch).span_id());
    bench(c, "W4", "tracehop", |at| tracehop.w4(at, &mut scratch).len());
    bench(c, "W5", "tracehop", |at| tracehop.w5(at, &mut scratch).len());
    bench(c, "W6", "tracehop", |at| tracehop.w6(at));
    bench(c, "W7", "tracehop", |at| tracehop.w7(at, &mut scratch).len());
}

fn opentelemetry(c: &mut Criterion) {
    let carriers = carriers(Workloads::load());
    let (trace, baggage) = (TraceContextPropagator::new(), BaggagePropagator::new());
    let extract = |at: usize| {
        let context = trace.extract(&carriers[at]);
        assert!(context.span().span_context().is_valid());
        baggage.extract_with_context(&context, &carriers[at])
    };
    let inject = |context: &Context| {
        let mut headers = HashMap::new();
        trace.inject_context(context, &mut headers);
        baggage.inject_context(context, &mut headers);
        headers
    };
    let contexts: Vec<Context> = (0..Workloads::VARIANTS).map(extract).collect();
    bench(c, "W1", "opentelemetry_sdk", |at| trace.extract(&carriers[at]));
    bench(c, "W2", "opentelemetry_sdk", |at| baggage.extract(&carriers[at]).baggage().len());
    bench(c, "W3", "opentelemetry_sdk", extract);
    bench(c, "W4", "opentelemetry_sdk", |at| inject(&contexts[at]));
    bench(c, "W5", "opentelemetry_sdk", |at| inject(&extract(at)));
}

/// The peers that read a trace header and no baggage.
fn trace_only(c: &mut Criterion) {
    let work = Workloads::load();
    bench(c, "W1", "sentry-core", |at| {
        TracePropagationContext::try_from_headers([("sentry-trace", work.sentry_trace[at].as_str())])
    });
    let decode = |at: usize| SpanContext::decode_w3c_traceparent(&work.traceparent[at]).expect("it is valid");
    let contexts: Vec<SpanContext> = (0..Workloads::VARIANTS).map(decode).collect();
    bench(c, "W1", "fastrace", decode);
    bench(c, "W4", "fastrace (no baggage)", |at| contexts[at].encode_w3c_traceparent());
    bench(c, "W5", "fastrace (no baggage)", |at| decode(at).encode_w3c_traceparent());
    let parse = |at: usize| Traceparent::try_from_str(&work.traceparent[at]).expect("it is valid");
    let parsed: Vec<Traceparent> = (0..Workloads::VARIANTS).map(parse).collect();
    bench(c, "W1", "emit_traceparent", parse);
    bench(c, "W4", "emit_traceparent (no baggage)", |at| parsed[at].to_string());
    bench(c, "W5", "emit_traceparent (no baggage)", |at| parse(at).to_string());
}

fn carriers(work: &Workloads) -> Vec<HashMap<String, String>> {
    let pair = |(parent, baggage): (&String, &String)| {
        HashMap::from([("traceparent".to_owned(), parent.clone()), ("baggage".to_owned(), baggage.clone())])
    };
    work.traceparent.iter().zip(&work.baggage).map(pair).collect()
}

criterion_group!(benches, tracehop, opentelemetry, trace_only);
criterion_main!(benches);
