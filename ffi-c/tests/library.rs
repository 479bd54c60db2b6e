//! The shipped library: its symbols, its dependencies, and its use beside another Rust library.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use support::dist;

/// The functions that the header declares.
fn declared() -> BTreeSet<String> {
    let header =
        std::fs::read_to_string(support::root().join("include/tracehop.h")).expect("the header is readable");
    let is_code =
        |line: &&str| !line.starts_with("//") && !line.starts_with(" *") && !line.starts_with("typedef");
    let name = |line: &str| {
        let before = line.split_once('(')?.0;
        let name = before.rsplit([' ', '*']).next()?;
        name.starts_with("tracehop_").then(|| name.to_owned())
    };
    header.lines().filter(is_code).filter_map(name).collect()
}

/// The global symbols that a file defines.
fn defined(file: &Path, dynamic: bool) -> BTreeSet<String> {
    let kind = if dynamic { "--dynamic" } else { "--extern-only" };
    let listing =
        support::run(Command::new("nm").args([kind, "--defined-only", "--format=just-symbols"]).arg(file));
    let is_symbol = |line: &&str| !line.is_empty() && !line.ends_with(':');
    listing.lines().filter(is_symbol).map(str::to_owned).collect()
}

#[test]
fn exactly_the_functions_of_the_header_are_exported() {
    let (dist, declared) = (dist(), declared());
    assert!(declared.len() > 50, "{declared:?}");
    assert_eq!(defined(&dist.join("libtracehop.so"), true), declared);
    assert_eq!(defined(&dist.join("libtracehop.a"), false), declared);
}

/// One program calls each with NULL and wrong lengths, the other with libFuzzer's input.
#[test]
fn every_function_is_given_null_and_is_fuzzed() {
    for file in ["tests/c/hostile.c", "fuzz/api.c"] {
        let source = std::fs::read_to_string(support::root().join(file)).expect("the program is readable");
        let words: BTreeSet<&str> = source.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let missing: Vec<String> =
            declared().into_iter().filter(|name| !words.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "{file} does not call {missing:?}");
    }
}

#[test]
fn the_shared_library_has_a_soname_and_needs_little() {
    let dynamic = support::run(Command::new("readelf").arg("-d").arg(dist().join("libtracehop.so")));
    assert!(dynamic.contains(&format!("soname: [{}]", support::SONAME)), "{dynamic}");
    let needed: Vec<&str> = dynamic.lines().filter(|line| line.contains("(NEEDED)")).collect();
    let known = ["libgcc_s.so.1", "libc.so.6", "ld-linux"];
    assert!(needed.iter().all(|line| known.iter().any(|name| line.contains(name))), "{needed:?}");
}

#[test]
fn the_native_libraries_are_those_that_rustc_names() {
    let description =
        std::fs::read_to_string(dist().join("tracehop.pc")).expect("the description is readable");
    let private =
        description.lines().find_map(|line| line.strip_prefix("Libs.private: ")).expect("a line for them");
    assert!(private.split(" ").eq(support::native_libs()), "{private}");
    // The compiler adds libgcc_s itself, and uses libgcc_eh instead for fully static programs.
    assert!(!private.contains("gcc_s"), "{private}");
}

#[test]
fn two_rust_libraries_in_one_program_do_not_clash() {
    let (folder, dist) = (support::scratch("neighbour"), dist());
    let other = folder.join("libneighbour.a");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let source = support::root().join("tests/c/neighbour.rs");
    support::run(Command::new(rustc).args(["-O", "--edition=2024", "-o"]).arg(&other).arg(source));
    for (order, archives) in
        [("after", [&other, &dist.join("libtracehop.a")]), ("before", [&dist.join("libtracehop.a"), &other])]
    {
        let program = folder.join(order);
        let mut gcc = Command::new("gcc");
        gcc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(&dist)
            .arg(support::root().join("tests/c/neighbour.c"));
        support::run(gcc.args(archives).args(support::native_libs()).arg("-o").arg(&program));
        support::run(&mut Command::new(&program));
    }
}

/// Links every function, so that the symbols include all that any function may call.
#[test]
fn without_std_nothing_of_std_and_no_panic_is_linked() {
    let folder = support::target().join("no-std");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "rustc",
        "--locked",
        "--release",
        "--lib",
        "--crate-type",
        "staticlib",
        "--no-default-features",
    ]);
    cargo.args(["--config", "profile.release.panic=\"abort\"", "--manifest-path"]);
    cargo.arg(support::root().join("Cargo.toml")).arg("--target-dir").arg(&folder);
    support::run(&mut cargo);
    let (archive, program) = (folder.join("release/libtracehop.a"), folder.join("hop"));
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=c99", "-Wl,--gc-sections", "-I"]).arg(support::root().join("include"));
    let is_std = |name: &&String| name.starts_with("tracehop_targets_") || *name == "tracehop_seed";
    gcc.args(declared().iter().filter(|name| !is_std(name)).flat_map(|name| ["-u".to_owned(), name.clone()]));
    support::run(gcc.arg(support::root().join("tests/c/hop.c")).arg(&archive).arg("-o").arg(&program));
    support::run(&mut Command::new(&program));
    let symbols = support::run(Command::new("nm").arg(&program));
    let odd =
        ["3std", "5alloc", "_Unwind", "rust_eh", "malloc", "panic", "slice_index_fail", "unwrap_failed"];
    let found: Vec<&str> = symbols.lines().filter(|line| odd.iter().any(|odd| line.contains(odd))).collect();
    assert!(found.is_empty(), "{found:#?}");
}
