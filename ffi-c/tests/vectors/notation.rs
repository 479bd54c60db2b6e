//! The notation of bytes in a vector, and in a request and a result of the driver.

use serde_json::{Map, Value};

/// The bytes of a text T; `None` if the value is no text.
pub(crate) fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Object(object) => object_bytes(object),
        _ => None,
    }
}

fn object_bytes(object: &Map<String, Value>) -> Option<Vec<u8>> {
    let keys: Vec<&str> = object.keys().map(String::as_str).collect();
    match keys[..] {
        ["hex"] => Some(from_hex(object["hex"].as_str()?)),
        ["concat"] => {
            object["concat"].as_array()?.iter().map(bytes).collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        ["repeat", "times"] | ["times", "repeat"] => {
            Some(bytes(&object["repeat"])?.repeat(usize::try_from(object["times"].as_u64()?).ok()?))
        }
        _ => None,
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Appends the fields of a value to a request: ` path=s<hex>` and so on, an array also with its length.
pub(crate) fn flatten(request: &mut String, path: &str, value: &Value) {
    if let Some(bytes) = bytes(value) {
        *request += &format!(" {path}=s{}", hex(&bytes));
        return;
    }
    match value {
        Value::Null => *request += &format!(" {path}=z"),
        Value::Bool(value) => *request += &format!(" {path}=b{}", u8::from(*value)),
        Value::Number(number) => *request += &format!(" {path}=d{number}"),
        Value::Array(items) => {
            *request += &format!(" {path}.n=d{}", items.len());
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| flatten(request, &format!("{path}.{index}"), item));
        }
        Value::Object(object) => flatten_object(request, path, object),
        Value::String(_) => unreachable!("a string is bytes"),
    }
}

fn flatten_object(request: &mut String, path: &str, object: &Map<String, Value>) {
    if let Some(double) = object.get("double").and_then(Value::as_str) {
        *request += &format!(" {path}=d{double}");
        return;
    }
    for (key, value) in object {
        let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        flatten(request, &inner, value);
    }
}

/// An expected value as the driver writes it: texts in hex.
pub(crate) fn as_answered(value: &Value) -> Value {
    if let Some(bytes) = bytes(value) {
        return Value::String(hex(&bytes));
    }
    match value {
        Value::Array(items) => items.iter().map(as_answered).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, value)| (key.clone(), as_answered(value))).collect()
        }
        _ => value.clone(),
    }
}

/// True if the result is as expected. Objects may have more keys than expected; numbers compare as doubles.
pub(crate) fn agrees(expected: &Value, answer: &Value) -> bool {
    match (expected, answer) {
        (Value::Number(expected), Value::Number(answer)) => expected.as_f64() == answer.as_f64(),
        (Value::Array(expected), Value::Array(answer)) => {
            expected.len() == answer.len()
                && expected.iter().zip(answer).all(|(expected, answer)| agrees(expected, answer))
        }
        (Value::Object(expected), Value::Object(answer)) => {
            expected.iter().all(|(key, value)| answer.get(key).is_some_and(|answer| agrees(value, answer)))
        }
        _ => expected == answer,
    }
}

/// A value in readable form: hex is converted to text.
pub(crate) fn readable(value: &Value) -> String {
    match value {
        Value::String(hex) => format!("{:?}", String::from_utf8_lossy(&from_hex(hex))),
        Value::Array(items) => format!("[{}]", items.iter().map(readable).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let items = object.iter().map(|(key, value)| format!("{key}: {}", readable(value)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
        _ => value.to_string(),
    }
}
