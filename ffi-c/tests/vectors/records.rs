//! The records of the vectors: strict parsing, requests and comparison.

use std::path::Path;

use serde_json::{Map, Value};

use crate::notation::{agrees, as_answered, flatten, readable};

/// One record and the verb of its file.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    file: String,
    verb: String,
    fields: Map<String, Value>,
}

/// Every record of every file, in order.
pub(crate) fn read(folder: &Path) -> Vec<Record> {
    let entries = std::fs::read_dir(folder).expect("the vectors are readable");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    // The other file has no records: it says why some rules cannot have one.
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.retain(|file| !file.ends_with("unreachable.json"));
    files.sort();
    files.iter().flat_map(|file| read_file(file)).collect()
}

fn read_file(path: &Path) -> Vec<Record> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).expect("the file is readable");
    let content: Map<String, Value> =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    only(&content, &["verb", "about", "vectors"], &file);
    let verb = content["verb"].as_str().expect("a verb").to_owned();
    let vectors = content["vectors"].as_array().expect("vectors");
    let record = |vector: &Value| {
        let fields = vector.as_object().expect("a record is an object").clone();
        only(&fields, &["name", "rules", "given", "expect", "note", "skip"], &file);
        Record { file: file.clone(), verb: verb.clone(), fields }
    };
    vectors.iter().map(record).collect()
}

fn only(object: &Map<String, Value>, known: &[&str], file: &str) {
    for key in object.keys() {
        assert!(known.contains(&key.as_str()), "{file}: the key {key:?} is unknown");
    }
}

impl Record {
    /// True if the record cannot be tested in C.
    pub(crate) fn skips_c(&self) -> bool {
        self.fields.get("skip").is_some_and(|skip| skip.get("c").is_some())
    }

    /// The driver's request line.
    pub(crate) fn request(&self) -> String {
        let mut line = self.verb.clone();
        flatten(&mut line, "", &self.fields["given"]);
        line + "\n"
    }

    /// The differences between a result and the expected one; empty if there are none.
    pub(crate) fn faults(&self, answer: &Value) -> Vec<String> {
        let expected = self.fields["expect"].as_object().expect("expect is an object");
        let complaints =
            ["failed", "unknown", "error"].into_iter().filter(|key| !expected.contains_key(*key));
        let complaints = complaints.filter_map(|key| Some((key, "nothing".to_owned(), answer.get(key)?)));
        let wrong = expected.iter().filter_map(|(key, value)| {
            let (value, given) = (as_answered(value), &answer[key]);
            let is_there = answer.get(key).is_some();
            (!is_there || !agrees(&value, given)).then(|| (key.as_str(), readable(&value), given))
        });
        complaints.chain(wrong).map(|(key, expected, given)| self.fault(key, &expected, given)).collect()
    }

    fn fault(&self, key: &str, expected: &str, given: &Value) -> String {
        format!("{}: {}: {key}: expected {expected}, not {}", self.file, self.fields["name"], readable(given))
    }
}
