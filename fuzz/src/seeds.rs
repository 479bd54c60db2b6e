//! The inputs that fuzzing starts with: those of the shared vectors, in the form that each property reads.

use std::path::Path;
use std::{fs, io};

use serde_json::Value;

/// The name of a property, and an input for it.
pub type Seed = (&'static str, Vec<u8>);

/// Longer texts of the vectors add no coverage.
const LONGEST: usize = 4096;

/// The seeds in a folder of vectors.
///
/// # Errors
/// If a file cannot be read.
pub fn seeds(vectors: &Path) -> io::Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for entry in fs::read_dir(vectors)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "json") {
            let file: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
            let given = file["vectors"].as_array().into_iter().flatten().map(|vector| &vector["given"]);
            given.for_each(|given| seeds.extend(of(file["verb"].as_str().unwrap_or_default(), given)));
        }
    }
    seeds.retain(|(_, data)| data.len() <= LONGEST);
    Ok(seeds)
}

fn of(verb: &str, given: &Value) -> Vec<Seed> {
    match verb {
        "sentry_trace_parse" => vec![("sentry_trace", text(&given["value"]))],
        "traceparent_parse" => vec![("traceparent", text(&given["value"]))],
        "baggage_parse" => vec![("baggage", lines(&given["lines"]))],
        "server_timing" => vec![("server_timing", text(&given["existing"]))],
        "allow_headers" => vec![("cors", text(&given["existing"]))],
        "continue_trace" => messages(given),
        "inject" | "headers" | "strip" => vec![("inject", message(given, "existing"))],
        "allows" => urls(given),
        _ => Vec::new(),
    }
}

fn messages(given: &Value) -> Vec<Seed> {
    let message = |key| message(given, key);
    match given {
        given if given.get("html").is_some() => vec![("html", text(&given["html"]))],
        given if given.get("environ").is_some() => vec![("environ", message("environ"))],
        _ => vec![("flow", message("headers")), ("lifetime", message("headers"))],
    }
}

/// A byte of switches that turns most options on, then the header lines.
fn message(given: &Value, key: &str) -> Vec<u8> {
    let pairs = given[key].as_array().into_iter().flatten();
    let lines = pairs.map(|pair| [text(&pair[0]), text(&pair[1])].join(&b':'));
    [vec![0x2b], lines.collect::<Vec<_>>().join(&b'\n')].concat()
}

fn urls(given: &Value) -> Vec<Seed> {
    let (url, page) = (text(&given["url"]), text(&given["page_url"]));
    let with = |first: &[u8]| [first, &url[..], &page[..]].join(&b'\n');
    let mut seeds = vec![("url", [&url[..], &page[..]].join(&b'\n'))];
    for target in given["options"]["trace_propagation_targets"].as_array().into_iter().flatten() {
        match target {
            Value::String(target) => seeds.push(("targets", with(target.as_bytes()))),
            target if target["origin"].is_string() => seeds.push(("origin", with(&text(&target["origin"])))),
            target => seeds.push(("regex", [vec![0], with(&text(&target["regex"]))].concat())),
        }
    }
    seeds
}

fn lines(lines: &Value) -> Vec<u8> {
    lines.as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join(&b'\n')
}

/// The bytes of a text as the vectors write it.
fn text(value: &Value) -> Vec<u8> {
    if let Some(parts) = value["concat"].as_array() {
        return parts.iter().flat_map(text).collect();
    }
    if let (Some(piece), Some(times)) = (value.get("repeat"), value["times"].as_u64()) {
        return text(piece).repeat(usize::try_from(times).unwrap_or_default());
    }
    let hex = value["hex"].as_str().unwrap_or_default();
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    let decoded = (0..hex.len()).step_by(2).filter_map(byte);
    value.as_str().map_or(decoded.collect(), |text| text.into())
}
