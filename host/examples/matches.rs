//! Says which texts a pattern matches, for the comparison with the hosts: a JSON object a line in, a JSON array a line out.

use std::io::{BufRead, Write};

use serde_json::{Value, json};
use tracehop_core::Matcher;
use tracehop_host::{Dialect, RegexFlags, RegexTarget};

fn answer(question: &Value) -> Value {
    let flags = question["flags"].as_str().unwrap_or_default();
    let flags = RegexFlags {
        ignore_case: flags.contains('i'),
        multi_line: flags.contains('m'),
        dot_all: flags.contains('s'),
        verbose: flags.contains('x'),
        ascii: flags.contains('a'),
        unicode: flags.contains('u'),
    };
    let dialect = match question["dialect"].as_str() {
        Some("python") => Dialect::Python,
        Some("ruby") => Dialect::Ruby,
        _ => Dialect::EcmaScript,
    };
    match RegexTarget::new(question["pattern"].as_str().unwrap_or_default(), flags, dialect) {
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
