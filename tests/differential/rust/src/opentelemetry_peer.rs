//! `opentelemetry_sdk` of crates.io: W3C `traceparent`, and `baggage` without a special meaning of `sentry-` members.

use std::collections::HashMap;

use opentelemetry::baggage::{BaggageExt, KeyValueMetadata};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState};
use opentelemetry::{Context, SpanId, TraceId};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use serde_json::{Value, json};

use crate::{ids, pairs, text};

const PREFIX: &str = "sentry-";

pub fn answer(request: &Value) -> Value {
    match text(request, "kind") {
        "baggage" => baggage(text(request, "value")),
        "traceparent" => traceparent(text(request, "value")),
        "write" => json!(written(request)),
        kind => panic!("opentelemetry is not asked for {kind}"),
    }
}

fn extract(propagator: &dyn TextMapPropagator, name: &str, value: &str) -> Context {
    propagator.extract_with_context(&Context::new(), &HashMap::from([(name.to_owned(), value.to_owned())]))
}

fn baggage(value: &str) -> Value {
    let context = extract(&BaggagePropagator::new(), "baggage", value);
    let members = context.baggage().iter();
    members
        .filter_map(|(name, (value, _))| Some(json!([name.as_str().strip_prefix(PREFIX)?, value.as_str()])))
        .collect()
}

fn traceparent(value: &str) -> Value {
    let context = extract(&TraceContextPropagator::new(), "traceparent", value);
    let read = context.span().span_context().clone();
    if !read.is_valid() {
        return Value::Null;
    }
    ids(read.trace_id(), Some(read.span_id()), read.is_sampled().then_some(true))
}

fn written(request: &Value) -> HashMap<String, String> {
    let members = pairs(&request["members"]);
    let members = members.iter().map(|(name, value)| {
        KeyValueMetadata::new(format!("{PREFIX}{name}"), value.to_string(), String::new())
    });
    let flags = if request["sampled"] == json!(true) { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let span = SpanContext::new(
        TraceId::from_hex(text(request, "trace_id")).expect("a trace id"),
        SpanId::from_hex(text(request, "span_id")).expect("a span id"),
        flags,
        false,
        TraceState::default(),
    );
    let context = Context::new().with_baggage(members).with_remote_span_context(span);
    let mut headers = HashMap::new();
    BaggagePropagator::new().inject_context(&context, &mut headers);
    TraceContextPropagator::new().inject_context(&context, &mut headers);
    headers
}
