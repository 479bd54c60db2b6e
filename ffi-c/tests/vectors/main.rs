//! Every conformance vector through C: a line driver in plain C computes the results of the records of `core/vectors`,
//! and each expected key is compared. `core/vectors/README.md` describes the format.

#[path = "../support/mod.rs"]
mod support;

mod notation;
mod records;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use records::Record;
use serde_json::Value;
use support::Link;

/// The results of a driver, one per record, in order.
fn ask(driver: &mut Command, records: &[Record]) -> Vec<Value> {
    let mut child = driver.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the driver starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let requests: Vec<String> = records.iter().map(Record::request).collect();
    let writer = std::thread::spawn(move || {
        // If the driver dies, results are missing.
        requests.iter().all(|request| stdin.write_all(request.as_bytes()).is_ok())
    });
    let answers = stdout.lines().map(|line| parse(&line.expect("the driver writes text"))).collect();
    writer.join().expect("the writer ends");
    let status = child.wait().expect("the driver ends");
    assert!(status.success(), "the driver ended with {status}");
    answers
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON: {error}\n{line}"))
}

/// Checks every record that does not skip C; returns how many records there are in all.
fn check_all(driver: &mut Command) -> usize {
    let records = records::read(&support::root().join("../core/vectors"));
    let asked: Vec<Record> = records.iter().filter(|record| !record.skips_c()).cloned().collect();
    let answers = ask(driver, &asked);
    let answered = answers.len();
    let faults: Vec<String> =
        asked.iter().zip(answers).flat_map(|(record, answer)| record.faults(&answer)).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(answered, asked.len(), "the driver stopped at {:?}", asked.get(answered));
    records.len()
}

fn build(name: &str, flags: &[&str]) -> PathBuf {
    let program = support::scratch("vectors").join(name);
    support::compile(
        "cc",
        &[&["-std=c99"], flags].concat(),
        &support::sources("tests/driver"),
        &program,
        Link::Static,
    );
    program
}

/// Prints past the test harness, which hides the output of passing tests.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[test]
fn every_vector_through_c() {
    let count = match support::unpacked() {
        None => check_all(&mut Command::new(build("driver", &[]))),
        Some(prefix) => {
            [("unpacked-static", Link::Static), ("unpacked-shared", Link::Shared)].map(|(name, link)| {
                let (sources, program) =
                    (support::sources("tests/driver"), support::scratch("vectors").join(name));
                check_all(&mut support::compile_unpacked(&prefix, &sources, &program, link))
            })[0]
        }
    };
    say(&format!("vectors: {count}"));
}

#[test]
fn every_vector_under_address_and_undefined_behaviour_sanitizers() {
    let flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    check_all(&mut Command::new(build("driver-asan", &flags)));
}

/// Uses the shipped library, because valgrind is slow on unoptimised code.
#[test]
fn every_vector_under_valgrind() {
    let program = support::scratch("vectors").join("driver-shipped");
    support::compile("cc", &["-std=c99"], &support::sources("tests/driver"), &program, Link::Shipped);
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=full"]);
    check_all(valgrind.arg(program));
}
