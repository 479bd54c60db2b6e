//! Every rule, every finding and every error kind has a vector, or a written reason why no vector can reach it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use tracehop_core::{ErrorKind, Finding};

/// The families of rules and the number of rules in each; F is a single rule.
const RULES: [(&str, u32); 10] =
    [("S", 6), ("B", 8), ("D", 8), ("P", 8), ("C", 11), ("O", 11), ("H", 5), ("L", 3), ("K", 4), ("I", 1)];

const UNREACHABLE: &str = "unreachable.json";

#[test]
fn every_rule_has_a_vector() {
    let numbered = RULES.iter().flat_map(|(family, count)| (1..=*count).map(move |n| format!("{family}{n}")));
    let rules: BTreeSet<_> = numbered.chain([String::from("F")]).collect();
    let named = named_by(|record| texts(&record["rules"]));
    assert_eq!(
        named.difference(&rules).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "rules that do not exist"
    );
    assert_none_missing(&rules, &named);
}

#[test]
fn every_finding_has_a_vector() {
    let findings = Finding::ALL.iter().map(|finding| finding.name().to_owned()).collect();
    assert_none_missing(&findings, &named_by(|record| texts(&record["expect"]["findings"])));
}

#[test]
fn every_error_kind_has_a_vector() {
    let kinds = ErrorKind::ALL.iter().map(|kind| kind.name().to_owned()).collect();
    assert_none_missing(
        &kinds,
        &named_by(|record| texts(&Value::from_iter([record["expect"]["error"]["kind"].clone()]))),
    );
}

#[test]
fn names_listed_as_unreachable_have_no_vector() {
    let named = named_by(|record| {
        let expect = &record["expect"];
        let mut names = texts(&record["rules"]);
        names.extend(texts(&expect["findings"]));
        names.extend(texts(&Value::from_iter([expect["error"]["kind"].clone()])));
        names
    });
    let reached: Vec<_> = unreachable().into_iter().filter(|name| named.contains(name)).collect();
    assert_eq!(reached, Vec::<String>::new(), "these are in {UNREACHABLE}, but have a vector");
}

fn assert_none_missing(all: &BTreeSet<String>, named: &BTreeSet<String>) {
    let excused = unreachable();
    let missing: Vec<_> = all.difference(named).filter(|name| !excused.contains(*name)).collect();
    assert_eq!(missing, Vec::<&String>::new(), "these have no vector, and no reason in {UNREACHABLE}");
}

/// The names with a written reason.
fn unreachable() -> BTreeSet<String> {
    let reasons = read(&folder().join(UNREACHABLE));
    let reasons = reasons.as_object().expect("an object");
    assert!(
        reasons.values().all(|reason| reason.as_str().is_some_and(|text| text.len() > 20)),
        "a reason is a sentence"
    );
    reasons.keys().cloned().collect()
}

/// The names in the records of all files.
fn named_by(names: impl Fn(&Value) -> Vec<String>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in folder().read_dir().expect("core/vectors") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "json") && !path.ends_with(UNREACHABLE) {
            let document = read(&path);
            all.extend(document["vectors"].as_array().expect("vectors").iter().flat_map(&names));
        }
    }
    all
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}
