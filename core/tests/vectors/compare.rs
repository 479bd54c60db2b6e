//! Compares a result with what a record expects: every expected key, exactly.

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

/// An error unless the result has all that is expected.
pub(crate) fn holds(expect: &Value, answer: &Value) -> Result<(), String> {
    let expect = expect.as_object().ok_or("expect is not an object")?;
    let wrong: Vec<_> = expect.iter().filter_map(|(key, value)| differs(key, value, answer)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n    ")) }
}

fn differs(key: &str, expected: &Value, answer: &Value) -> Option<String> {
    let Some(actual) = answer.get(key) else { return Some(format!("{key}: not in the result {answer}")) };
    let expected = normal(expected);
    (!is_same(&expected, actual))
        .then(|| format!("{key}: expected {}, got {}", short(&expected), short(actual)))
}

/// Compares numbers as doubles, objects by the expected keys, all else exactly.
fn is_same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Number(expected), Value::Number(actual)) => expected.as_f64() == actual.as_f64(),
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(expected, actual)| is_same(expected, actual))
        }
        (Value::Object(expected), Value::Object(actual)) => expected
            .iter()
            .all(|(key, expected)| actual.get(key).is_some_and(|actual| is_same(expected, actual))),
        _ => expected == actual,
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
