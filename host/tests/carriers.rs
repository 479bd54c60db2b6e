//! The carrier vectors: which entries of each kind of carrier are headers (rules K1, K2).

use std::convert::Infallible;
use std::io::Write;

use serde_json::Value;
use tracehop_core::{Buffer, HeaderName, Headers, Options, Propagator, Seed, Start};
use tracehop_host::carrier::{Entries, Key, Lines, Map, read_map};

#[derive(Debug)]
struct Name(String);

impl Key for Name {
    fn with_name<T>(&self, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        Some(read(self.0.as_bytes()))
    }
}

/// A mapping in order of entry.
struct Table(Vec<(String, Vec<String>)>);

impl Table {
    fn get(&self, name: &str) -> Option<Vec<String>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, lines)| lines.clone())
    }
}

impl Map for Table {
    type Key = Name;
    type Value = Vec<String>;
    type Error = Infallible;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn header(&self, header: HeaderName) -> Result<Option<Vec<String>>, Infallible> {
        Ok(self.get(header.name()))
    }

    fn gateway(&self, header: HeaderName) -> Result<Option<Vec<String>>, Infallible> {
        Ok(self.get(header.gateway_name()))
    }

    fn is_gateway(&self) -> Result<bool, Infallible> {
        Ok(Headers::GATEWAY_MARKS.iter().any(|mark| self.get(mark).is_some()))
    }

    fn each(
        &self,
        mut visit: impl FnMut(Name, Vec<String>) -> Result<(), Infallible>,
    ) -> Result<(), Infallible> {
        self.0.iter().try_for_each(|(key, lines)| visit(Name(key.clone()), lines.clone()))
    }
}

#[derive(Default)]
struct Found(Vec<(HeaderName, String)>);

impl Lines<Name, Vec<String>> for Found {
    type Error = Infallible;

    fn begin_gateway(&mut self) {
        self.0.clear();
    }

    fn take(&mut self, header: HeaderName, _: Option<Name>, lines: Vec<String>) -> Result<(), Infallible> {
        self.0.extend(lines.into_iter().map(|line| (header, line)));
        Ok(())
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn read(given: &Value, headers: &[HeaderName]) -> Found {
    let entries = given["entries"].as_array().expect("entries").iter().map(|entry| {
        let lines = entry[1].as_array().map(|lines| lines.iter().map(text).collect());
        (text(&entry[0]), lines.unwrap_or_else(|| vec![text(&entry[1])]))
    });
    let mut found = Found::default();
    let kind = given["kind"].as_str().expect("a kind");
    let Ok(()) = if kind == "map" {
        read_map(&Table(entries.collect()), headers, &mut found)
    } else {
        let mut all = Entries::default();
        entries.for_each(|(key, lines)| all.push(Name(key), lines, headers));
        all.read(|| kind == "items", &mut found)
    };
    found
}

#[test]
fn every_carrier_vector_holds() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/carriers.json");
    let document = std::fs::read_to_string(file).expect("the vectors");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let vectors = document["vectors"].as_array().expect("a list");
    let propagator = Propagator::new(Options::default()).expect("the options are valid");
    let mut failures = Vec::new();
    for vector in vectors {
        let found = read(&vector["given"], propagator.fields());
        let mut headers = Headers::new();
        found.0.iter().for_each(|(header, line)| headers.add(*header, line.as_bytes()));
        let mut buffer = Buffer::new();
        let context = propagator.continue_trace(&headers, Start::with(Seed([7; 24])), &mut buffer);
        let continues = context.parent_span_id().is_some();
        let trace_id = continues.then(|| context.trace_id().to_string());
        let sentry = headers.baggage().sentry();
        let members: Vec<_> =
            sentry.iter().map(|each| [each.name().to_string(), each.value().to_string()]).collect();
        let expect = &vector["expect"];
        let members_hold = expect.get("members").is_none_or(|wanted| *wanted == serde_json::json!(members));
        if expect["trace_id"].as_str() != trace_id.as_deref() || !members_hold {
            failures.push(format!("{}: {trace_id:?}, {members:?}", vector["name"]));
        }
    }
    writeln!(std::io::stdout(), "carriers: {}", vectors.len()).expect("stdout");
    assert!(failures.is_empty(), "{} vectors fail:\n{}", failures.len(), failures.join("\n"));
}
