//! Calls core with what a record gives, and returns the result as JSON: every key that the verb may expect.

use serde_json::{Map, Value, json};
use tracehop_core::{
    Baggage, Buffer, Decision, Error, Findings, HeaderValue, Headers, Outcome, Propagator, SentryTrace,
    SpanId, Start, StoredContext, TraceContext, TraceId, TraceLifetime, Traceparent,
};

use crate::compare::only_keys;
use crate::given::{Asked, Pairs, bytes, encoded, hex, rate, seconds, seed, text, with};

type Answer = Result<Value, String>;

const ACT: [&str; 9] =
    ["options", "seed", "headers", "transaction", "sampled", "then", "existing", "url", "page_url"];
const STEPS: [&str; 7] =
    ["new", "page_load", "navigate", "start_new_trace", "rotate_if_older", "seed", "now"];

/// The result for a record.
pub(crate) fn to(verb: &str, given: &Value) -> Answer {
    let (known, ask): (&[&str], fn(&Value) -> Answer) = match verb {
        "sentry_trace_parse" => (&["value"], sentry_trace_parse),
        "traceparent_parse" => (&["value"], traceparent_parse),
        "baggage_parse" => (&["lines"], baggage_parse),
        "start_trace" => {
            (&["options", "seed", "trace_id", "transaction", "sampled", "link", "then"], context)
        }
        "adopt" => (&["options", "headers", "gateway", "then"], adopt),
        "continue_trace" => (
            &["options", "seed", "headers", "gateway", "environ", "html", "transaction", "sampled", "then"],
            context,
        ),
        "headers" => (&ACT[..7], act),
        "inject" => (&ACT, act),
        "allows" => (&["options", "url", "page_url"], allows),
        "strip" => (&["existing"], stripped),
        "allow_headers" => (&["options", "existing", "credentials"], allow_headers),
        "missing_cors_headers" => (&["options", "answer", "credentials"], missing_cors_headers),
        "is_shared_cache" => (&["value"], |given| {
            Ok(json!({"shared": Propagator::is_shared_cache(&text(given, "value").unwrap())}))
        }),
        "server_timing" => (&["options", "seed", "headers", "existing"], server_timing),
        "lifetime" => (&["options", "steps"], lifetime),
        "propagator" => (&["options"], propagator),
        _ => return Err(format!("unknown verb {verb:?}")),
    };
    only_keys(given, known)?;
    ask(given)
}

fn parsed(trace_id: TraceId, span_id: Option<SpanId>, sampled: Option<bool>, canonical: String) -> Value {
    json!({
        "canonical": canonical,
        "trace_id": trace_id.to_string(),
        "span_id": span_id.map(|id| id.to_string()),
        "sampled": sampled,
    })
}

fn refused(error: Error) -> Value {
    let kind = error.kind();
    json!({"error": {"kind": kind.name(), "at": error.offset(), "option": kind.option()}})
}

fn sentry_trace_parse(given: &Value) -> Answer {
    Ok(match SentryTrace::parse(&bytes(&given["value"])) {
        Ok(trace) => parsed(trace.trace_id, trace.span_id, trace.sampled, trace.to_string()),
        Err(error) => refused(error),
    })
}

fn traceparent_parse(given: &Value) -> Answer {
    Ok(match Traceparent::parse(&bytes(&given["value"])) {
        Ok(trace) => parsed(trace.trace_id, Some(trace.span_id), trace.sampled, trace.to_string()),
        Err(error) => refused(error),
    })
}

fn baggage_parse(given: &Value) -> Answer {
    let lines: Vec<_> = given["lines"].as_array().ok_or("lines is no list")?.iter().map(bytes).collect();
    let baggage = Baggage::from_lines(lines.iter().map(Vec::as_slice));
    let sentry = baggage.sentry();
    let sentry: Vec<_> =
        sentry.iter().map(|member| json!([member.name().to_string(), member.value().to_string()])).collect();
    let foreign: Vec<_> = baggage.foreign().map(encoded).collect();
    Ok(json!({"sentry": sentry, "foreign": foreign, "findings": names(baggage.findings())}))
}

fn names(findings: Findings) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.name()).collect()
}

fn collected(value: &HeaderValue<'_>) -> Value {
    let bytes: Vec<u8> = value.chunks().flatten().copied().collect();
    let mut copy = vec![0; value.len()];
    assert_eq!(value.copy_to(&mut copy), value.len(), "the length of {bytes:?}");
    assert_eq!(copy, bytes, "chunks and copy_to");
    assert_eq!(value.is_empty(), bytes.is_empty());
    encoded(&bytes)
}

/// Collects the values that core passes by name.
fn gathered<R>(hand_out: impl FnOnce(&mut dyn FnMut(&'static str, HeaderValue<'_>)) -> R) -> (Value, R) {
    let mut pairs = Vec::new();
    let result = hand_out(&mut |name, value| pairs.push(json!([name, collected(&value)])));
    (Value::Array(pairs), result)
}

/// Makes the context of a record: started or continued, then turned into others.
fn in_context(given: &Value, result_of: impl FnOnce(&Asked<'_>, &TraceContext<'_>) -> Value) -> Answer {
    let answer = with(given, |asked| {
        let context = then(given, begun(given, asked));
        result_of(asked, &context.get())
    })?;
    Ok(answer.unwrap_or_else(refused))
}

fn begun(given: &Value, asked: &Asked<'_>) -> StoredContext {
    let trace_id = given["trace_id"].as_str().map(|id| TraceId::parse(id.as_bytes()).expect("a trace id"));
    let seed = seed(given);
    let propagator = &asked.propagator;
    let transaction = text(given, "transaction");
    let (transaction, sampled) = (transaction.as_deref(), given["sampled"].as_bool());
    let start = Start { trace_id, transaction, sampled, ..Start::with(seed) };
    let go_on = |headers: &Headers<'_>| {
        StoredContext::new(&propagator.continue_trace(headers, start, &mut Buffer::new()))
    };
    if let Some(pairs) = given.get("headers") {
        go_on(&Pairs::of(pairs).headers())
    } else if let Some(pairs) = given.get("gateway") {
        go_on(&Headers::from_gateway(Pairs::of(pairs).iter()))
    } else if let Some(pairs) = given.get("environ") {
        go_on(&Headers::from_environ(Pairs::of(pairs).iter()))
    } else if let Some(page) = given.get("html") {
        go_on(&Headers::from_html(&bytes(page), &mut [0; Headers::SCRATCH_BYTES]))
    } else {
        let link = given.get("link").map(Pairs::of);
        let link = link.as_ref().map(Pairs::headers);
        StoredContext::new(
            &propagator.start_trace(Start { link: link.as_ref(), ..start }, &mut Buffer::new()),
        )
    }
}

fn turned(context: &TraceContext<'_>, step: &Value) -> StoredContext {
    if let Some(seed) = step["child"].as_str() {
        return StoredContext::new(&context.child(hex(seed).try_into().expect("8 bytes")));
    }
    let decision = match &step["sample"] {
        Value::Bool(sampled) => Decision::Sampled(*sampled),
        number => Decision::Rate(rate(number).expect("a rate")),
    };
    StoredContext::new(&context.sample(decision, &mut Buffer::new()).expect("a usable rate"))
}

fn context(given: &Value) -> Answer {
    in_context(given, facts)
}

/// The adopted context, if there is one.
fn adopt(given: &Value) -> Answer {
    let answer = with(given, |asked| {
        let adopt = |headers: &Headers<'_>| {
            asked.propagator.adopt(headers, &mut Buffer::new()).map(|context| StoredContext::new(&context))
        };
        let adopted = match given.get("gateway") {
            Some(pairs) => adopt(&Headers::from_gateway(Pairs::of(pairs).iter())),
            None => adopt(&Pairs::of(&given["headers"]).headers()),
        };
        let Some(context) = adopted else { return json!({"adopted": false}) };
        let context = then(given, context);
        let mut result = facts(asked, &context.get());
        result["adopted"] = json!(true);
        result
    })?;
    Ok(answer.unwrap_or_else(refused))
}

fn then(given: &Value, context: StoredContext) -> StoredContext {
    let steps = given["then"].as_array().into_iter().flatten();
    steps.fold(context, |context, step| turned(&context.get(), step))
}

/// All values that a record may expect of a context.
fn facts(asked: &Asked<'_>, context: &TraceContext<'_>) -> Value {
    let mut envelope = Vec::new();
    asked.propagator.envelope_trace(context, |name, value| {
        envelope.push(json!([name.to_string(), value.to_string()]));
    });
    let members = context.dynamic_sampling_context();
    let members: Vec<_> =
        members.map(|member| json!([member.name().to_string(), member.value().to_string()])).collect();
    json!({
        "trace_id": context.trace_id().to_string(),
        "span_id": context.span_id().to_string(),
        "parent_span_id": context.parent_span_id().map(|id| id.to_string()),
        "sampled": context.sampled(),
        "parent_sampled": context.parent_sampled(),
        "sample_rate": context.sample_rate(),
        "sample_rand": context.sample_rand(),
        "dynamic_sampling_context": members,
        "link": context.link().map(|link| link.to_string()),
        "findings": names(context.findings()),
        "sentry_trace": context.sentry_trace().to_string(),
        "baggage": context.baggage(),
        "traceparent": context.traceparent().to_string(),
        "headers": gathered(|set| context.headers(&Headers::new(), set)).0,
        "meta_tags": context.meta_tags().to_string(),
        "environ": gathered(|set| context.environ(set)).0,
        "envelope_trace": envelope,
        "sampler_saw": asked.saw.borrow().clone(),
    })
}

fn act(given: &Value) -> Answer {
    let existing = Pairs::of(&given["existing"]);
    let (url, page_url) = (text(given, "url"), text(given, "page_url"));
    in_context(given, |asked, context| {
        let (set, outcome): (Value, Outcome) = gathered(|set| match &url {
            Some(url) => asked.propagator.inject(context, url, page_url.as_deref(), &existing.headers(), set),
            None => context.headers(&existing.headers(), set),
        });
        json!({"reason": outcome.reason().name(), "set": set, "findings": names(outcome.findings())})
    })
}

fn allows(given: &Value) -> Answer {
    let (url, page_url) = (text(given, "url").ok_or("no url")?, text(given, "page_url"));
    let answer = with(given, |asked| {
        let explanation = asked.propagator.explain(&url, page_url.as_deref());
        assert_eq!(explanation.allowed(), asked.propagator.allows(&url, page_url.as_deref()));
        json!({
            "allowed": explanation.allowed(),
            "reason": explanation.reason().name(),
            "target": explanation.target(),
            "findings": names(explanation.findings()),
            "explain": explanation.to_string(),
        })
    })?;
    Ok(answer.unwrap_or_else(refused))
}

fn stripped(given: &Value) -> Answer {
    let existing = Pairs::of(&given["existing"]);
    let (set, findings) = gathered(|set| existing.headers().strip(set));
    Ok(json!({"set": set, "findings": names(findings)}))
}

fn allow_headers(given: &Value) -> Answer {
    let (existing, credentials) = (text(given, "existing").unwrap(), given["credentials"] == json!(true));
    let value = with(given, |asked| asked.propagator.allow_headers(&existing, credentials).to_string())?;
    Ok(value.map_or_else(refused, |value| json!({"value": value})))
}

fn missing_cors_headers(given: &Value) -> Answer {
    let (pairs, credentials) = (Pairs::of(&given["answer"]), given["credentials"] == json!(true));
    let missing = with(given, |asked| {
        let missing = asked.propagator.missing_cors_headers(pairs.iter(), credentials);
        json!({"missing": missing.collect::<Vec<_>>()})
    })?;
    Ok(missing.unwrap_or_else(refused))
}

fn server_timing(given: &Value) -> Answer {
    let existing = text(given, "existing").unwrap();
    in_context(given, |_, context| json!({"value": context.server_timing(&existing).to_string()}))
}

fn propagator(given: &Value) -> Answer {
    let warnings =
        with(given, |asked| asked.targets.iter().filter(|target| target.warning().is_some()).count())?;
    Ok(warnings.map_or_else(refused, |warnings| json!({"ok": true, "warnings": warnings})))
}

fn lifetime(given: &Value) -> Answer {
    let steps = given["steps"].as_array().ok_or("no steps")?;
    steps.iter().try_for_each(|step| only_keys(step, &STEPS))?;
    let result = with(given, |asked| lived(asked, steps))?;
    Ok(result.unwrap_or_else(refused))
}

fn lived(asked: &Asked<'_>, steps: &[Value]) -> Value {
    let first = &steps[0];
    assert_eq!(first["new"], json!(true), "the first step is new");
    let mut lifetime = TraceLifetime::new(&asked.propagator, seed(first), seconds(&first["now"]));
    let mut result = Map::new();
    note(&mut result, &lifetime, None);
    for step in &steps[1..] {
        let rotated = stepped(asked, &mut lifetime, step);
        note(&mut result, &lifetime, rotated);
    }
    Value::Object(result)
}

fn stepped(asked: &Asked<'_>, lifetime: &mut TraceLifetime, step: &Value) -> Option<bool> {
    let (propagator, seed, now) = (&asked.propagator, seed(step), seconds(&step["now"]));
    if let Some(page) = step.get("page_load") {
        let (pairs, html) = (page.get("headers").map(Pairs::of), page.get("html").map(bytes));
        let mut scratch = [0; Headers::SCRATCH_BYTES];
        let html = html.as_ref().map(|html| Headers::from_html(html, &mut scratch));
        let page = html.or_else(|| pairs.as_ref().map(Pairs::headers));
        lifetime.page_load(propagator, page.as_ref(), seed, now);
    } else if step.get("navigate").is_some() {
        lifetime.navigate(propagator, seed, now);
    } else if step.get("start_new_trace").is_some() {
        lifetime.start_new_trace(propagator, seed, now);
    } else {
        let max_age = seconds(&step["rotate_if_older"]);
        return Some(lifetime.rotate_if_older(propagator, max_age, seed, now));
    }
    None
}

fn note(result: &mut Map<String, Value>, lifetime: &TraceLifetime, rotated: Option<bool>) {
    let current = lifetime.current();
    let entries = [
        ("trace_ids", json!(current.trace_id().to_string())),
        ("previous", json!(lifetime.previous().map(|previous| previous.to_string()))),
        ("links", json!(current.link().map(|link| link.to_string()))),
        ("sampled", json!(current.sampled())),
        ("rotated", json!(rotated)),
    ];
    for (key, value) in entries {
        let list = result.entry(key).or_insert_with(|| json!([]));
        list.as_array_mut().unwrap().push(value);
    }
}
