//! `include/tracehop.h` equals cbindgen's output for the source and core's tables. `BLESS=1 cargo test -p tracehop-ffi
//! --test header` rewrites it.

use std::fmt::Display;
use std::path::Path;

use tracehop::limits::LIMITS;
use tracehop_core::{ErrorKind, Finding};

/// The `#define` lines of limits, error statuses and findings, because cbindgen reads no tables.
fn defines() -> String {
    let limits = LIMITS.iter().map(|(name, value, description)| define(name, value, description.trim()));
    let errors = ErrorKind::ALL.iter().map(|kind| {
        let refused = kind.option().map_or_else(|| "A parse".into(), |option| format!("Option `{option}`"));
        let name = format!("TRACEHOP_{}", kind.name().to_uppercase());
        define(&name, kind.number(), &format!("{refused} failed: {}.", kind.message()))
    });
    let findings = Finding::ALL.iter().map(|finding| {
        let name = format!("TRACEHOP_FINDING_{}", finding.name().to_uppercase());
        define(&name, finding.number(), finding.message())
    });
    limits.chain(errors).chain(findings).collect()
}

fn define(name: &str, value: impl Display, description: &str) -> String {
    format!("\n/// {description}\n#define {name} {value}\n")
}

/// Adds the files of the public modules in the order of `src/lib.rs`, which is the order of the manual.
fn add_sources(builder: cbindgen::Builder, root: &Path) -> cbindgen::Builder {
    let lib = std::fs::read_to_string(root.join("src/lib.rs")).expect("src/lib.rs is readable");
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.fold(builder, |builder, module| builder.with_src(root.join(format!("src/{module}.rs"))))
}

/// The first line of each function that returns a status, and the comment above it.
fn manual_of_statuses(header: &str) -> Vec<(String, String)> {
    let (mut comment, mut found) = (String::new(), Vec::new());
    for line in header.lines() {
        match line.strip_prefix("///") {
            Some(said) => comment.push_str(said),
            None if line.starts_with("tracehop_status ") => {
                found.push((line.to_owned(), std::mem::take(&mut comment)))
            }
            None => comment.clear(),
        }
    }
    found
}

#[test]
fn every_function_that_returns_a_status_documents_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/tracehop.h");
    let functions = manual_of_statuses(&std::fs::read_to_string(path).expect("the header is readable"));
    assert!(functions.len() > 20, "{functions:?}");
    for (function, comment) in functions {
        let says = comment.contains("`TRACEHOP_OK`") && comment.contains("`TRACEHOP_NULL`");
        let refers = comment.contains("Statuses as for") || comment.contains("Statuses and `at` as for");
        assert!(says || refers, "{function}: {comment}");
    }
}

#[test]
fn the_header_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("include/tracehop.h");
    let mut config = cbindgen::Config::from_root_or_default(root);
    config.after_includes.get_or_insert_default().push_str(&defines());
    let bindings = add_sources(cbindgen::Builder::new(), root).with_config(config).generate();
    let mut fresh = Vec::new();
    bindings.expect("cbindgen reads the source").write(&mut fresh);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &fresh).expect("the header can be written");
    }
    let stored = std::fs::read(&path).unwrap_or_default();
    assert!(
        stored == fresh,
        "include/tracehop.h is stale: run BLESS=1 cargo test -p tracehop-ffi --test header"
    );
}
