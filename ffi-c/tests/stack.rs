//! No function uses more stack than the table at the beginning of the header says, and the table says at most twice the
//! measured size.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod support;

use std::collections::BTreeMap;
use std::process::Command;

use support::Link;

/// Bytes by row: ` *     row   n KiB`.
fn documented() -> BTreeMap<String, usize> {
    let path = support::root().join("include/tracehop.h");
    let header = std::fs::read_to_string(path).expect("the header is readable");
    let row = |line: &str| {
        let (row, size) = line.strip_prefix(" *     ")?.strip_suffix(" KiB")?.rsplit_once(' ')?;
        Some((row.trim().to_owned(), size.parse::<usize>().ok()? << 10))
    };
    header.lines().filter_map(row).collect()
}

/// Bytes by row, measured with the shipped library.
fn measured() -> BTreeMap<String, usize> {
    let program = support::scratch("stack").join("stack");
    let source = support::root().join("tests/c/stack.c");
    support::compile("gcc", &["-std=c99", "-O1"], &[source], &program, Link::Shipped);
    let printed = support::run(&mut Command::new(&program));
    let row = |line: &str| {
        line.rsplit_once(": ").map(|(row, bytes)| (row.to_owned(), bytes.parse().expect("bytes")))
    };
    printed.lines().filter_map(row).collect()
}

#[test]
fn no_function_uses_more_stack_than_documented() {
    let (documented, measured) = (documented(), measured());
    assert_eq!(documented.keys().collect::<Vec<_>>(), measured.keys().collect::<Vec<_>>());
    for (row, bytes) in &measured {
        let most = documented[row];
        assert!(*bytes <= most && most <= 2 * bytes, "{row}: measured {bytes}, documented {most}");
    }
}
