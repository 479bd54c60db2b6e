//! tracehop's side: the core, called as the bindings call it.

use serde_json::{Map, Value, json};
use tracehop_core::{
    Baggage, Buffer, Dsn, Headers, Options, Propagator, Seed, SentryTrace, Start, TraceContext, Traceparent,
};

use crate::{ids, pairs, text};

pub fn answer(request: &Value) -> Value {
    match text(request, "kind") {
        "sentry_trace" => match SentryTrace::parse(text(request, "value").as_bytes()) {
            Ok(read) => ids(read.trace_id, read.span_id, read.sampled),
            Err(_) => Value::Null,
        },
        "traceparent" => match Traceparent::parse(text(request, "value").as_bytes()) {
            Ok(read) => ids(read.trace_id, Some(read.span_id), read.sampled),
            Err(_) => Value::Null,
        },
        "baggage" => baggage(text(request, "value")),
        "hop" => hop(request),
        "page" => page(text(request, "value")),
        kind => panic!("tracehop is not asked for {kind}"),
    }
}

fn baggage(value: &str) -> Value {
    let baggage = Baggage::new(value.as_bytes());
    let members = baggage.sentry();
    members.iter().map(|member| json!([member.name().to_string(), member.value().to_string()])).collect()
}

/// The values of the first `sentry-trace` and `baggage` tags of a page.
fn page(html: &str) -> Value {
    let mut scratch = [0; Headers::SCRATCH_BYTES];
    let headers = Headers::from_html(html.as_bytes(), &mut scratch);
    let trace = headers.sentry_trace().map(String::from_utf8_lossy);
    let baggage = headers.baggage().foreign().next().map(String::from_utf8_lossy);
    json!([trace, baggage])
}

fn options(options: &Value) -> Options<'_> {
    Options {
        dsn: Dsn::parse_option(options["dsn"].as_str()).expect("a DSN"),
        org_id: options["org_id"].as_str(),
        release: options["release"].as_str(),
        environment: options["environment"].as_str(),
        traces_sample_rate: options["traces_sample_rate"].as_f64(),
        strict_trace_continuation: options["strict_trace_continuation"].as_bool().unwrap_or_default(),
        propagate_traceparent: true,
        max_baggage_bytes: None,
        ..Options::default()
    }
}

/// Continues, decides if there is a rate, and returns what it forwards.
fn hop(request: &Value) -> Value {
    let propagator = Propagator::new(options(&request["options"])).expect("the options are valid");
    let headers = pairs(&request["headers"]);
    let incoming =
        Headers::from_pairs(headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())));
    let transaction = request["transaction"].as_str().or(Some("/hop"));
    let seed = seed(text(request, "seed"));
    let start = Start { transaction, sampled: request["decision"].as_bool(), ..Start::with(seed) };
    let mut buffer = Buffer::new();
    let context = propagator.continue_trace(&incoming, start, &mut buffer);
    json!({
        "parent_span_id": context.parent_span_id().map(|id| id.to_string()),
        "headers": self::headers(&context),
        "meant": [context.trace_id().to_string(), context.span_id().to_string(), context.sampled()],
        "members": members(&context),
    })
}

/// The seed of 48 hex digits; a request without one gets a fixed one.
fn seed(hex: &str) -> Seed {
    let mut seed = [7; 24];
    for (byte, digits) in seed.iter_mut().zip(hex.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).expect("hex digits");
        *byte = u8::from_str_radix(digits, 16).expect("hex digits");
    }
    Seed(seed)
}

fn members(context: &TraceContext<'_>) -> Value {
    let members = context.dynamic_sampling_context();
    members.map(|member| json!([member.name().to_string(), member.value().to_string()])).collect()
}

fn headers(context: &TraceContext<'_>) -> Map<String, Value> {
    let mut headers = Map::new();
    context.headers(&Headers::new(), |name, value| {
        let bytes: Vec<u8> = value.chunks().flatten().copied().collect();
        let text = String::from_utf8(bytes).expect("headers are ASCII");
        if !text.is_empty() {
            headers.insert(name.into(), json!(text));
        }
    });
    headers
}
