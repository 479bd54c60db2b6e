//! A regex target by its notation in JSON.

use serde_json::Value;
use tracehop_core::Error;
use tracehop_host::{Dialect, RegexFlags, RegexTarget};

/// Compiles a pattern with the `flags` and the `dialect` of this object.
pub(crate) fn regex(pattern: &str, target: &Value) -> Result<RegexTarget, Error> {
    let flags = target["flags"].as_str().unwrap_or_default();
    let flags = RegexFlags {
        ignore_case: flags.contains('i'),
        multi_line: flags.contains('m'),
        dot_all: flags.contains('s'),
        verbose: flags.contains('x'),
        ascii: flags.contains('a'),
        unicode: flags.contains('u'),
    };
    let dialect = match target["dialect"].as_str() {
        Some("python") => Dialect::Python,
        Some("ruby") => Dialect::Ruby,
        Some("ecmascript") => Dialect::EcmaScript,
        None | Some("rust") => Dialect::Rust,
        Some(other) => panic!("unknown dialect {other:?}"),
    };
    RegexTarget::new(pattern, flags, dialect)
}
