//! `include/tracehop.h` is what cbindgen makes of the source today. `BLESS=1 cargo test -p tracehop-ffi
//! --test header` rewrites it.

use std::path::Path;

/// The files of the public modules, in the order of `src/lib.rs`: that of the manual.
fn add_sources(builder: cbindgen::Builder, root: &Path) -> cbindgen::Builder {
    let lib = std::fs::read_to_string(root.join("src/lib.rs")).expect("src/lib.rs is readable");
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.fold(builder, |builder, module| builder.with_src(root.join(format!("src/{module}.rs"))))
}

/// The comment above each function that answers a status, and the function's first line.
fn manual_of_statuses(header: &str) -> Vec<(String, String)> {
    let (mut comment, mut found) = (String::new(), Vec::new());
    for line in header.lines() {
        match line.strip_prefix("//") {
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
fn every_function_that_answers_a_status_says_which() {
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
    let config = cbindgen::Config::from_root_or_default(root);
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
