//! `sentry-core` of crates.io: it reads and writes `sentry-trace`, and no dynamic sampling context.

use sentry_core::{TracePropagationContext, TransactionContext};
use serde_json::{Value, json};

use crate::{ids, text};

pub fn answer(request: &Value) -> Value {
    match text(request, "kind") {
        "sentry_trace" => sentry_trace(text(request, "value")),
        "write" => json!({ "sentry-trace": written(request) }),
        kind => panic!("sentry-core is not asked for {kind}"),
    }
}

fn sentry_trace(value: &str) -> Value {
    let Ok(read) = TracePropagationContext::try_from_headers([("sentry-trace", value)]) else {
        return Value::Null;
    };
    let context = TransactionContext::continue_from_trace_propagation_context("/", "", &read, None);
    // The span id that was read is only in the printed header.
    let printed = read.sentry_trace_header();
    ids(context.trace_id(), printed.split('-').nth(1), context.sampled())
}

fn written(request: &Value) -> String {
    let (trace_id, span_id) = (text(request, "trace_id").parse(), text(request, "span_id").parse());
    let context = TracePropagationContext::new(trace_id.expect("a trace id"), span_id.expect("a span id"));
    match request["sampled"].as_bool() {
        Some(sampled) => context.with_sampled(sampled),
        None => context,
    }
    .sentry_trace_header()
}
