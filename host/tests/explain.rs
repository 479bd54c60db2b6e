//! The vectors of `tracehop explain`. `BLESS=1` writes what is expected anew: read the difference.
#![cfg(feature = "command")]

use std::io::Write;

use serde_json::{Value, json};
use tracehop_core::{Dsn, Options, Origin, Propagator, Target};
use tracehop_host::Printed;
use tracehop_host::explain::{Asked, Input, explain};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/explain.json");

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn run(given: &Value) -> Result<Printed, String> {
    let options = &given["options"];
    let text = |name: &str| options[name].as_str();
    let targets = texts(&options["target"]).into_iter().map(Target::Text);
    let origins = texts(&options["target_origin"]).into_iter();
    let origins = origins.map(|origin| Target::Origin(Origin::parse(origin).expect("an origin")));
    let targets: Vec<_> = targets.chain(origins).collect();
    let options = Options {
        dsn: Dsn::parse_option(text("dsn")).expect("a DSN"),
        public_key: text("public_key"),
        org_id: text("org_id"),
        release: text("release"),
        environment: text("environment"),
        traces_sample_rate: options["traces_sample_rate"].as_f64(),
        trace_propagation_targets: (!targets.is_empty()).then_some(&targets),
        strict_trace_continuation: options["strict_trace_continuation"] == true,
        propagate_traceparent: options["propagate_traceparent"] == true,
        ..Options::default()
    };
    let propagator = Propagator::new(options).expect("valid options");
    let kind = Input::named(given["kind"].as_str().expect("a kind")).expect("a known kind");
    let input: Vec<_> = texts(&given["texts"]).into_iter().map(|text| text.as_bytes().to_vec()).collect();
    let asked = given["url"].as_str().map(|url| Asked { url, page_url: given["page_url"].as_str() });
    explain(&propagator, kind, &input, asked)
}

/// What was printed, as the vectors have it.
fn printed(given: &Value) -> Value {
    match run(given) {
        Err(error) => json!({ "code": 2, "error": error }),
        Ok(Printed { text, json, code }) => {
            let data: Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(
                serde_json::to_string_pretty(&data).expect("JSON"),
                json,
                "it is printed as it is read"
            );
            json!({ "code": code, "text": text.split('\n').collect::<Vec<_>>(), "json": data })
        }
    }
}

#[test]
fn every_vector_of_explain_holds() {
    let document = std::fs::read_to_string(FILE).expect("the vectors");
    let mut document: Value = serde_json::from_str(&document).expect("JSON");
    let vectors = document["vectors"].as_array_mut().expect("a list");
    let mut failures = Vec::new();
    for vector in vectors.iter_mut() {
        let printed = printed(&vector["given"]);
        if vector["expect"] != printed {
            failures.push(format!("{}:\n{printed}\nexpected:\n{}", vector["name"], vector["expect"]));
            vector["expect"] = printed;
        }
    }
    writeln!(std::io::stdout(), "explain: {}", vectors.len()).expect("stdout");
    if std::env::var("BLESS").is_ok_and(|bless| bless == "1") {
        let text = serde_json::to_string_pretty(&document).expect("JSON");
        return std::fs::write(FILE, text + "\n").expect("the file is written");
    }
    assert!(failures.is_empty(), "{} vectors fail:\n{}", failures.len(), failures.join("\n"));
}
