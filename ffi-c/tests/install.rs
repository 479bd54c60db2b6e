//! Programs in C and C++, static and shared, find the files of `tools/install.sh` by pkg-config, CMake and compiler flags.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::run;

/// A prefix with the library installed, or unpacked from a release.
fn prefix() -> PathBuf {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    let install = || {
        let prefix = support::scratch("prefix").join(support::program_name());
        let mut script = Command::new(support::tool("install.sh"));
        run(script.arg(support::dist()).env("PREFIX", &prefix).env_remove("DESTDIR"));
        prefix
    };
    PREFIX.get_or_init(|| support::unpacked().unwrap_or_else(install)).clone()
}

/// The words that pkg-config prints.
fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command.args(arguments).arg("tracehop").env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig"));
    run(&mut command).split_whitespace().map(str::to_owned).collect()
}

/// Compiles a test program with these arguments and runs it against the installed library.
fn build_and_run(name: &str, compiler: &str, source: &str, words: &[String]) {
    let program = support::scratch("install").join(name);
    let mut command = Command::new(compiler);
    command
        .arg("-Werror")
        .arg(support::root().join("tests/c").join(source))
        .args(words)
        .arg("-o")
        .arg(&program);
    run(&mut command);
    run(Command::new(&program).env("LD_LIBRARY_PATH", prefix().join("lib")));
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn by_pkg_config() {
    let shared = pkg_config(&["--cflags", "--libs"]);
    build_and_run("pc-c", "gcc", "hop.c", &shared);
    build_and_run("pc-cpp", "g++", "face.cpp", &shared);
    let archive = format!("{}/libtracehop.a", pkg_config(&["--variable=libdir"])[0]);
    let flags = pkg_config(&["--static", "--cflags", "--libs"]).into_iter().map(|word| match word.as_str() {
        "-ltracehop" => archive.clone(),
        _ => word,
    });
    let flags: Vec<String> = flags.collect();
    let whole = [words(&["-static"]), pkg_config(&["--static", "--cflags", "--libs"])].concat();
    build_and_run("pc-whole-c", "gcc", "hop.c", &whole);
    build_and_run("pc-whole-cpp", "g++", "face.cpp", &whole);
    build_and_run("pc-static-c", "gcc", "hop.c", &flags);
    build_and_run("pc-static-cpp", "g++", "face.cpp", &flags);
    assert_eq!(pkg_config(&["--modversion"]), [env!("CARGO_PKG_VERSION")]);
}

#[test]
fn plainly() {
    let (include, lib) = (prefix().join("include"), prefix().join("lib"));
    let (include, lib) = (format!("-I{}", include.display()), format!("-L{}", lib.display()));
    build_and_run("plain-c", "gcc", "hop.c", &words(&[&include, &lib, "-ltracehop"]));
    build_and_run("plain-cpp", "g++", "face.cpp", &words(&[&include, &lib, "-ltracehop"]));
    let fixed = ["-Wl,-Bstatic", "-ltracehop", "-Wl,-Bdynamic"];
    let native: Vec<&str> = support::native_libs().collect();
    let fixed = [&[include.as_str(), &lib], &fixed[..], &native].concat();
    build_and_run("plain-static-c", "gcc", "hop.c", &words(&fixed));
}

#[test]
fn by_find_package() {
    let build = support::scratch("install").join("cmake");
    let _ = std::fs::remove_dir_all(&build);
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(support::root().join("tests/cmake")).arg("-B").arg(&build);
    configure.arg(concat!("-DVERSION=", env!("CARGO_PKG_VERSION")));
    run(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display())));
    run(Command::new("cmake").arg("--build").arg(&build));
    for program in ["shared-c", "static-c", "shared-cpp", "static-cpp"] {
        run(&mut Command::new(build.join(program)));
    }
}

#[test]
fn below_a_destdir() {
    let destdir = support::scratch("install").join("destdir");
    let mut script = Command::new(support::tool("install.sh"));
    script.arg(support::dist()).env("PREFIX", "/usr").env("LIBDIR", "lib/some-arch").env("DESTDIR", &destdir);
    run(&mut script);
    let lib = destdir.join("usr/lib/some-arch");
    let link = |name: &str| std::fs::read_link(lib.join(name)).expect("a link");
    assert_eq!(link("libtracehop.so"), Path::new(support::SONAME));
    assert_eq!(link(support::SONAME), Path::new(concat!("libtracehop.so.", env!("CARGO_PKG_VERSION"))));
    let description = std::fs::read_to_string(lib.join("pkgconfig/tracehop.pc")).expect("a description");
    assert!(description.starts_with("prefix=/usr\nlibdir=/usr/lib/some-arch\nincludedir=/usr/include\n"));
    let config = std::fs::read_to_string(lib.join("cmake/tracehop/tracehopConfig.cmake")).expect("a config");
    assert!(config.contains("${_tracehop_libdir}/../..\""), "{config}");
}
