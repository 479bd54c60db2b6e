//! Holds an answer against what a record expects: every key that is there, exactly.

use serde_json::Value;

use crate::given::normal;

/// Fails on a key that is not among the known ones.
pub(crate) fn only_keys(object: &Value, known: &[&str]) -> Result<(), String> {
    let keys = object.as_object().ok_or_else(|| format!("not an object: {object}"))?.keys();
    match keys.into_iter().find(|key| !known.contains(&key.as_str())) {
        Some(unknown) => Err(format!("unknown key {unknown:?}")),
        None => Ok(()),
    }
}

/// Does the answer say all that is expected?
pub(crate) fn holds(expect: &Value, answer: &Value) -> Result<(), String> {
    let expect = expect.as_object().ok_or("expect is not an object")?;
    let wrong: Vec<_> = expect.iter().filter_map(|(key, value)| differs(key, value, answer)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n    ")) }
}

fn differs(key: &str, expected: &Value, answer: &Value) -> Option<String> {
    let Some(told) = answer.get(key) else { return Some(format!("{key}: not told; the answer is {answer}")) };
    let expected = normal(expected);
    (!is_same(&expected, told)).then(|| format!("{key}: expected {}, got {}", short(&expected), short(told)))
}

/// Numbers are compared as doubles, objects by the keys that are expected, all else as it stands.
fn is_same(expected: &Value, told: &Value) -> bool {
    match (expected, told) {
        (Value::Number(expected), Value::Number(told)) => expected.as_f64() == told.as_f64(),
        (Value::Array(expected), Value::Array(told)) => {
            expected.len() == told.len()
                && expected.iter().zip(told).all(|(expected, told)| is_same(expected, told))
        }
        (Value::Object(expected), Value::Object(told)) => {
            expected.iter().all(|(key, expected)| told.get(key).is_some_and(|told| is_same(expected, told)))
        }
        _ => expected == told,
    }
}

/// A value for the report; the middle of a long one is left out.
fn short(value: &Value) -> String {
    let text = value.to_string();
    let characters = text.chars().count();
    if characters <= 600 {
        return text;
    }
    let head: String = text.chars().take(300).collect();
    let tail: String = text.chars().skip(characters - 200).collect();
    format!("{head} ... {tail}")
}
