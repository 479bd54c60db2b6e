//! Says which texts a pattern matches, for the comparison with the hosts: a JSON object a line in, a JSON array a line out.

use std::io::{BufRead, Write};

use serde_json::{Value, json};
use tracehop_core::Matcher;

#[path = "../../core/tests/vectors/regex.rs"]
mod regex;

use regex::regex;

fn answer(question: &Value) -> Value {
    match regex(question["pattern"].as_str().unwrap_or_default(), question) {
        Ok(target) => {
            let texts = question["texts"].as_array().into_iter().flatten();
            json!(texts.map(|text| target.matches(text.as_str().unwrap_or_default())).collect::<Vec<_>>())
        }
        Err(error) => json!({"error": error.kind().name(), "at": error.offset()}),
    }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        writeln!(out, "{}", answer(&question))?;
    }
    Ok(())
}
