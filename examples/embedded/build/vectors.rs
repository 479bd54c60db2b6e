//! Converts the vectors that fit on a board to a Rust table: no function, no regex, texts of up to 32 KiB.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

const LONGEST_TEXT: usize = 32 * 1024;
const VERBS: [&str; 6] =
    ["sentry_trace_parse", "traceparent_parse", "baggage_parse", "continue_trace", "inject", "allows"];
/// The seed of vectors without one.
const SEED: &str = "000102030405060708090a0b0c0d0e0f1011121314151617";
const TEXT_OPTIONS: [&str; 5] = ["dsn", "public_key", "org_id", "release", "environment"];
const SWITCHES: [&str; 2] = ["strict_trace_continuation", "propagate_traceparent"];

/// The source of `pub const CASES: &[Case]`.
pub fn table(folder: &Path) -> String {
    let mut table = String::from("pub const CASES: &[Case] = &[\n");
    for path in files(folder) {
        let text = fs::read_to_string(path).expect("a file of vectors");
        let file: Value = serde_json::from_str(&text).expect("vectors are JSON");
        let Some(verb) = file["verb"].as_str().filter(|verb| VERBS.contains(verb)) else { continue };
        for vector in file["vectors"].as_array().expect("a list of vectors") {
            let given = vector["given"].as_object().expect("a vector has givens");
            let Some(given) = self::given(verb, given) else { continue };
            writeln!(table, "Case {{ name: {}, given: {given} }},", vector["name"]).expect("memory");
        }
    }
    table + "];\n"
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of vectors");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    files
}

fn given(verb: &str, given: &Map<String, Value>) -> Option<String> {
    match verb {
        "sentry_trace_parse" => Some(format!("Given::SentryTrace({})", text(&given["value"])?)),
        "traceparent_parse" => Some(format!("Given::Traceparent({})", text(&given["value"])?)),
        "baggage_parse" => Some(format!("Given::Baggage({})", list(&given["lines"], text)?)),
        "continue_trace" => request(given, &["headers", "transaction", "sampled"]),
        "allows" => request(given, &["url", "page_url"]),
        _ => request(given, &["headers", "url", "page_url", "existing"]),
    }
}

fn request(given: &Map<String, Value>, known: &[&str]) -> Option<String> {
    let plain = |key: &String| matches!(key.as_str(), "options" | "seed") || known.contains(&key.as_str());
    if !given.keys().all(plain) {
        return None;
    }
    let empty = Value::Array(Vec::new());
    Some(format!(
        "Given::Request(Request {{ settings: {}, headers: {}, seed: {}, transaction: {}, sampled: {:?}, url: {}, page_url: {}, existing: {} }})",
        settings(given.get("options").unwrap_or(&Value::Null))?,
        list(given.get("headers").unwrap_or(&empty), pair)?,
        seed(given.get("seed").and_then(Value::as_str).unwrap_or(SEED)),
        option_text(given.get("transaction"))?,
        given.get("sampled").and_then(Value::as_bool),
        option_text(given.get("url"))?,
        option_text(given.get("page_url"))?,
        list(given.get("existing").unwrap_or(&empty), pair)?,
    ))
}

fn settings(options: &Value) -> Option<String> {
    let mut fields = String::new();
    for (name, value) in options.as_object().into_iter().flatten() {
        match name.as_str() {
            name if TEXT_OPTIONS.contains(&name) => {
                write!(fields, "{name}: {}, ", option_text(Some(value))?).ok()?
            }
            name if SWITCHES.contains(&name) => write!(fields, "{name}: {}, ", value.as_bool()?).ok()?,
            "traces_sample_rate" => write!(fields, "{name}: {:?}, ", value.as_f64()).ok()?,
            "trace_propagation_targets" => write!(fields, "{name}: Some({}), ", list(value, target)?).ok()?,
            _ => return None,
        }
    }
    Some(format!("Settings {{ {fields}..Settings::NONE }}"))
}

fn target(target: &Value) -> Option<String> {
    match target["origin"].as_str() {
        Some(origin) => Some(format!("Aim::Origin({origin:?})")),
        None => Some(format!("Aim::Text({:?})", target.as_str()?)),
    }
}

fn option_text(value: Option<&Value>) -> Option<String> {
    match value {
        None | Some(Value::Null) => Some("None".into()),
        Some(value) => Some(format!("Some({:?})", value.as_str()?)),
    }
}

fn seed(hex: &str) -> String {
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("a seed is hex");
    format!("Seed({:?})", (0..48).step_by(2).map(byte).collect::<Vec<_>>())
}

fn pair(pair: &Value) -> Option<String> {
    Some(format!("({}, {})", text(&pair[0])?, text(&pair[1])?))
}

fn list(values: &Value, item: fn(&Value) -> Option<String>) -> Option<String> {
    let items: Option<Vec<String>> = values.as_array()?.iter().map(item).collect();
    Some(format!("&[{}]", items?.join(", ")))
}

fn text(value: &Value) -> Option<String> {
    let bytes = bytes(value)?;
    (bytes.len() <= LONGEST_TEXT).then(|| format!("b\"{}\"", bytes.escape_ascii()))
}

/// The bytes of a text in the vectors' notation.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    if let Some(text) = value.as_str() {
        return Some(text.into());
    }
    if let Some(hex) = value["hex"].as_str() {
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits");
        return Some((0..hex.len()).step_by(2).map(byte).collect());
    }
    if let Some(parts) = value["concat"].as_array() {
        let parts: Option<Vec<Vec<u8>>> = parts.iter().map(bytes).collect();
        return Some(parts?.concat());
    }
    Some(bytes(value.get("repeat")?)?.repeat(usize::try_from(value["times"].as_u64()?).ok()?))
}
