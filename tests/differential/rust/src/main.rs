//! The core and the Rust peers as line filters: each reads a request in JSON on each line, and writes its reading in JSON.

mod opentelemetry_peer;
mod sentry_core_peer;
mod tracehop_side;

use std::io::{BufRead, Write, stdin, stdout};

use serde_json::{Value, json};

/// The result of a reader of ids: trace id, span id, decision.
fn ids(trace_id: impl ToString, span_id: Option<impl ToString>, sampled: Option<bool>) -> Value {
    json!([trace_id.to_string(), span_id.map(|id| id.to_string()), sampled])
}

fn text<'a>(request: &'a Value, key: &str) -> &'a str {
    request[key].as_str().unwrap_or_default()
}

/// The pairs of a JSON object or of a list of pairs.
fn pairs(value: &Value) -> Vec<(&str, &str)> {
    let object = value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value));
    let list = value.as_array().into_iter().flatten().map(|pair| (text_at(pair, 0), &pair[1]));
    object.chain(list).map(|(name, value)| (name, value.as_str().unwrap_or_default())).collect()
}

fn text_at(pair: &Value, index: usize) -> &str {
    pair[index].as_str().unwrap_or_default()
}

fn main() {
    let peer = std::env::args().nth(1);
    let answer = match peer.as_deref() {
        Some("tracehop") => tracehop_side::answer,
        Some("sentry-core") => sentry_core_peer::answer,
        Some("opentelemetry") => opentelemetry_peer::answer,
        _ => panic!("usage: tracehop-differential tracehop|sentry-core|opentelemetry"),
    };
    for line in stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        writeln!(stdout(), "{}", answer(&request)).expect("standard output is open");
    }
}
