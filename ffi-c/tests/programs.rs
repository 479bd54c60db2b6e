//! Compiles C programs with header and library in every dialect, by gcc and by clang, and runs them.

mod support;

use std::process::Command;

use support::Link;

/// Compiles one program of `tests/c` and runs it.
fn check(name: &str, compiler: &str, flags: &[&str], link: Link) {
    let dialect = flags.concat().replace(['-', '=', ','], "_");
    let program = support::scratch("programs").join(format!("{name}-{compiler}{dialect}-{link:?}"));
    let files = ["c", "cpp"].map(|extension| support::root().join(format!("tests/c/{name}.{extension}")));
    let source = files.into_iter().find(|file| file.is_file()).expect("the program is there");
    support::compile(compiler, flags, &[source], &program, link);
    support::run(&mut Command::new(&program));
}

/// Checks a program in C99, C11 and C++17, by gcc and by clang, one of them statically linked.
fn check_in_all(name: &str) {
    check(name, "gcc", &["-std=c99"], Link::Static);
    for (compiler, dialects) in [
        ("gcc", &["-std=c99", "-std=c11"][..]),
        ("g++", &["-std=c++17"]),
        ("clang", &["-std=c99", "-std=c11"]),
        ("clang++", &["-std=c++17"]),
    ] {
        for dialect in dialects {
            check(name, compiler, &[dialect], Link::Shared);
        }
    }
}

#[test]
fn a_hop() {
    check_in_all("hop");
}

#[test]
fn null_and_short_buffers() {
    check_in_all("hostile");
}

#[test]
fn null_and_short_buffers_under_sanitizers() {
    check(
        "hostile",
        "gcc",
        &["-std=c99", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
        Link::Static,
    );
}

#[test]
fn structs_and_numbers_never_change() {
    check_in_all("abi");
}

#[test]
fn a_program_of_the_previous_header_works() {
    for link in [Link::Static, Link::Shared] {
        check("previous", "gcc", &["-std=c99"], link);
    }
}

#[test]
fn without_memory_a_call_is_refused_or_aborts_as_documented() {
    let wrapped = ["malloc", "calloc", "realloc", "posix_memalign"].map(|name| format!("-Wl,--wrap={name}"));
    let flags: Vec<&str> = ["-std=c99"].into_iter().chain(wrapped.iter().map(String::as_str)).collect();
    check("memory", "gcc", &flags, Link::Static);
}

#[test]
fn static_texts_and_many_targets() {
    check_in_all("texts");
}

#[test]
fn callbacks_and_regex_targets() {
    check_in_all("callbacks");
}

#[test]
fn a_lifetime_and_a_child_process() {
    check_in_all("handover");
}

#[test]
fn the_cpp_api_works_without_exceptions() {
    for compiler in ["g++", "clang++"] {
        let strict = [
            "-std=c++17",
            "-fno-exceptions",
            "-Wshadow",
            "-Wconversion",
            "-Wold-style-cast",
            "-Wfloat-equal",
        ];
        check("face", compiler, &strict, Link::Shared);
    }
}

#[test]
fn the_cpp_header_stays_small() {
    let face = std::fs::read_to_string(support::root().join("include/tracehop.hpp"))
        .expect("the header is readable");
    assert!(face.lines().count() < 220);
}
