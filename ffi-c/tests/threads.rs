//! Many threads read one context, one propagator and one set of regexes, under the thread sanitizer. C, the library and
//! Rust's std are all instrumented, so that a race inside the library is detected.

mod support;

use std::path::PathBuf;
use std::process::{Command, Output};

/// Debian's compiler, because its sources of std come with it; `tools/test.sh` installs it.
const CARGO: &str = "/usr/bin/cargo";

/// The static library, with std, compiled for the thread sanitizer.
fn instrumented() -> PathBuf {
    let (folder, host) =
        (support::target().join("tsan"), format!("{}-unknown-linux-gnu", std::env::consts::ARCH));
    let mut cargo = Command::new(CARGO);
    cargo.env_remove("LD_LIBRARY_PATH").env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
    cargo.env("RUSTFLAGS", "-Zsanitizer=thread");
    cargo.args(["rustc", "--locked", "--lib", "--crate-type", "staticlib", "-Zbuild-std=std,panic_unwind"]);
    cargo.args(["--target", &host, "--target-dir"]).arg(&folder);
    cargo.arg("--manifest-path").arg(support::root().join("Cargo.toml"));
    support::run(&mut cargo);
    folder.join(host).join("debug/libtracehop.a")
}

/// Builds and runs `threads.c` by this compiler.
fn threads(compiler: &str, flags: &[&str], name: &str) -> Output {
    let program = support::scratch("threads").join(name);
    let sources = ["threads.c", "sanitized.c"].map(|file| support::root().join("tests/c").join(file));
    let mut command = Command::new(compiler);
    command
        .args(["-std=c11", "-g", "-Wall", "-Wextra", "-Werror", "-pthread", "-fsanitize=thread"])
        .args(flags);
    command.arg("-I").arg(support::root().join("include")).args(sources);
    command.arg(instrumented()).args(support::native_libs()).arg("-o").arg(&program);
    support::run(&mut command);
    Command::new(program).output().expect("the program runs")
}

#[test]
fn many_threads_read_one_context_under_the_thread_sanitizer() {
    for compiler in ["gcc", "clang"] {
        let output = threads(compiler, &[], compiler);
        assert!(output.status.success(), "{compiler}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Proves that the test above detects a write to a shared context.
#[test]
fn the_thread_sanitizer_sees_a_race_inside_the_library() {
    let output = threads("gcc", &["-DRACE"], "race");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("data race"), "{said}");
    assert!(said.contains("tracehop_context_child"), "{said}");
}
