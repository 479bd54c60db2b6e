//! Runs every conformance vector of `core/vectors` and reports all that fail at once.
//!
//! `given.rs` turns a record into the arguments of core, `answer.rs` calls it and returns the result as JSON,
//! `compare.rs` compares the result with the record. The format is described in `core/vectors/README.md`.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde_json::Value;

#[path = "vectors/answer.rs"]
mod answer;
#[path = "vectors/compare.rs"]
mod compare;
#[path = "vectors/given.rs"]
mod given;
#[path = "vectors/regex.rs"]
mod regex;

/// The name of this runner in `skip`.
const RUNNER: &str = "rust";
const RECORD_KEYS: [&str; 6] = ["name", "rules", "given", "expect", "note", "skip"];

#[test]
fn every_vector_holds() {
    let (mut count, mut skipped, mut failures) = (0, 0, Vec::new());
    std::panic::set_hook(Box::new(|_| {}));
    for (file, document) in documents() {
        let verb = document["verb"].as_str().expect("a verb").to_owned();
        for record in document["vectors"].as_array().expect("a list of vectors") {
            count += 1;
            match run(&verb, record) {
                Ok(Ran::Held) => {}
                Ok(Ran::Skipped) => skipped += 1,
                Err(reason) => failures.push(format!("{file}: {}\n    {reason}", record["name"])),
            }
        }
    }
    let _ = std::panic::take_hook();
    print_counts(count, skipped);
    assert!(failures.is_empty(), "{} of {count} vectors fail:\n{}", failures.len(), failures.join("\n"));
}

/// Prints to stdout directly, because the test harness hides the output of a passing run.
fn print_counts(count: usize, skipped: usize) {
    let mut out = std::io::stdout();
    writeln!(out, "vectors: {count}\nskipped for a reason in the record: {skipped}").expect("stdout");
}

enum Ran {
    Held,
    Skipped,
}

fn run(verb: &str, record: &Value) -> Result<Ran, String> {
    compare::only_keys(record, &RECORD_KEYS)?;
    if record["skip"].get(RUNNER).is_some() {
        return Ok(Ran::Skipped);
    }
    let answer = catch_unwind(AssertUnwindSafe(|| answer::to(verb, &record["given"])))
        .unwrap_or_else(|panic| Err(format!("panicked: {}", message(&*panic))))?;
    compare::holds(&record["expect"], &answer).map(|()| Ran::Held)
}

fn message(panic: &dyn std::any::Any) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// Every vector file by its name, in order.
fn documents() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut paths: Vec<_> =
        folder.read_dir().expect("core/vectors").map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.retain(|path| !path.ends_with("unreachable.json"));
    paths.sort();
    let read = |path: &Path| serde_json::from_slice(&std::fs::read(path).unwrap());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths
        .iter()
        .map(|path| (name(path), read(path).unwrap_or_else(|e| panic!("{}: {e}", name(path)))))
        .collect()
}
