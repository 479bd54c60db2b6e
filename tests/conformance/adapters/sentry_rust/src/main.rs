//! Answers for the official SDK for Rust: one line of JSON in, one line out.

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use sentry_core::test::TestTransport;
use sentry_core::{Client, ClientOptions, Hub, TransactionContext};
use serde_json::{Map, Value, json};

type Pairs = Vec<(String, String)>;

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let given = &question["given"];
        let answer = match question["verb"].as_str() {
            Some("subject") => Some(json!("sentry-core 0.49.5 (Rust)")),
            Some("sentry_trace_parse") => sentry_trace_parse(given),
            Some("continue_trace") => continue_trace(given),
            _ => None,
        };
        writeln!(io::stdout(), "{}", answer.unwrap_or(Value::Null))?;
    }
    Ok(())
}

/// The ids and the decision of a `sentry-trace` value.
fn read(sentry_trace: &str) -> Map<String, Value> {
    let mut parts = sentry_trace.split('-');
    let names = ["trace_id", "span_id"].map(str::to_owned);
    let mut said: Map<_, _> = names.into_iter().zip(parts.by_ref().map(Value::from)).collect();
    said.insert("sampled".into(), parts.next().map(|flag| flag == "1").into());
    said
}

fn sentry_trace_parse(given: &Value) -> Option<Value> {
    let headers = [("sentry-trace", given["value"].as_str()?)];
    Some(match sentry_core::TracePropagationContext::try_from_headers(headers) {
        Ok(context) => read(&context.sentry_trace_header()).into(),
        Err(error) => json!({ "error": error.to_string() }),
    })
}

fn continue_trace(given: &Value) -> Option<Value> {
    let is_known = given.as_object()?.keys().all(|key| ["options", "seed", "headers"].contains(&key.as_str()));
    let options = is_known.then(|| client_options(&given["options"])).flatten()?;
    let pairs: Pairs = serde_json::from_value(given["headers"].clone()).ok()?;
    let hub = Hub::new(Some(Arc::new(Client::from(options))), Arc::default());
    let headers = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let transaction = hub.start_transaction(TransactionContext::continue_from_headers("/hop", "http.server", headers));
    let written: Pairs = transaction.iter_headers().map(|(name, value)| (name.to_lowercase(), value)).collect();
    let header = |wanted: &str| written.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let sentry_trace = header("sentry-trace")?;
    let mut said = read(&sentry_trace);
    let parent = transaction.get_trace_context().parent_span_id;
    if parent.is_some() {
        said.insert("baggage".into(), header("baggage").into());
    }
    said.insert("parent_span_id".into(), parent.map(|id| id.to_string()).into());
    said.insert("sentry_trace".into(), sentry_trace.into());
    Some(said.into())
}

/// The options; `None` if the SDK lacks one, or if none asks for transactions, without which it sends no headers.
fn client_options(given: &Value) -> Option<ClientOptions> {
    given.get("traces_sample_rate")?.as_f64()?;
    let mut options = ClientOptions::new().transport(TestTransport::new()).dsn("https://key@sentry.test/2");
    for (name, value) in given.as_object()? {
        options = match name.as_str() {
            "dsn" => options.dsn(value.as_str()?),
            "org_id" => options.org_id(value.as_str().map_or_else(|| value.to_string(), str::to_owned).parse().ok()?),
            "release" => options.release(value.as_str()?.to_owned()),
            "environment" => options.environment(value.as_str()?.to_owned()),
            "traces_sample_rate" => options.traces_sample_rate(value.as_f64()? as f32),
            "strict_trace_continuation" => options.strict_trace_continuation(value.as_bool()?),
            _ => return None,
        };
    }
    Some(options)
}
