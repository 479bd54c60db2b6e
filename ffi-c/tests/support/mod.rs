//! Builds C programs against the library that `cargo test` has just built.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The libraries that a program needs besides the static library; `tests/library.rs` compares them with rustc's list.
pub(crate) fn native_libs() -> std::str::SplitWhitespace<'static> {
    include_str!("../../packaging/libs.private").split_whitespace()
}

/// The SONAME by which programs find the shared library: before 1.0 a minor version may break them.
pub(crate) const SONAME: &str = concat!("libtracehop.so.0.", env!("CARGO_PKG_VERSION_MINOR"));

/// How a program is linked with the library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Link {
    Static,
    Shared,
    /// The static library that `tools/build.sh` builds.
    Shipped,
}

/// The folder of this package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A script of the repository.
pub(crate) fn tool(name: &str) -> PathBuf {
    root().join("../tools").join(name)
}

/// The folder of `libtracehop.a` and `libtracehop.so`: cargo puts them beside the test programs.
pub(crate) fn library_dir() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.parent().expect("a file has a folder").to_path_buf()
}

/// Runs `tools/build.sh` once per test program; returns the folder of its output.
pub(crate) fn dist() -> PathBuf {
    static DIST: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let folder = scratch("dist").join(program_name());
        run(Command::new(tool("build.sh")).arg("c").arg(&folder).env("CARGO_TARGET_DIR", target()));
        folder
    };
    DIST.get_or_init(make).clone()
}

/// The name of this test program, because two of them may run at once.
pub(crate) fn program_name() -> String {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.file_stem().expect("a file has a name").to_string_lossy().into_owned()
}

/// The folder to which `tools/release` has unpacked a release, to be tested instead of the library just built.
pub(crate) fn unpacked() -> Option<PathBuf> {
    std::env::var_os("TRACEHOP_UNPACKED").map(PathBuf::from)
}

/// Compiles a program against an unpacked library with `TRACEHOP_CC`, for the library's system; returns the command that runs
/// it there with `TRACEHOP_RUN`.
pub(crate) fn compile_unpacked(prefix: &Path, sources: &[PathBuf], program: &Path, link: Link) -> Command {
    let words = |name: &str, default: &str| {
        let text = std::env::var(name).unwrap_or_else(|_| default.to_owned());
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let (compiler, runner) = (words("TRACEHOP_CC", "cc"), words("TRACEHOP_RUN", "env"));
    let lib = prefix.join("lib");
    let description = std::fs::read_to_string(lib.join("pkgconfig/tracehop.pc")).expect("a description");
    let private = description.lines().find_map(|line| line.strip_prefix("Libs.private: ")).unwrap_or("");
    let mut command = Command::new(&compiler[0]);
    command.args(&compiler[1..]).args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"]);
    command.arg(prefix.join("include")).args(sources).arg("-o").arg(program);
    let import = lib.join("libtracehop.dll.a");
    match link {
        Link::Shared if import.exists() => {
            let beside = program.with_file_name("tracehop.dll");
            std::fs::copy(prefix.join("bin/tracehop.dll"), beside)
                .expect("a DLL is looked for beside its program");
            command.arg(import)
        }
        Link::Shared => command.arg(lib.join("libtracehop.so")).arg(format!("-Wl,-rpath,{}", lib.display())),
        Link::Static | Link::Shipped => {
            command.arg(lib.join("libtracehop.a")).args(private.split_whitespace())
        }
    };
    run(&mut command);
    let mut runs = Command::new(&runner[0]);
    runs.args(&runner[1..]).arg(program);
    runs
}

/// Cargo's target folder, so that a distribution's build is reused.
pub(crate) fn target() -> PathBuf {
    let folder = library_dir().ancestors().nth(2).map(Path::to_path_buf);
    folder.expect("tests are in target/debug/deps")
}

/// A build folder of this test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the scratch folder can be made");
    folder
}

/// Every C file of a folder.
pub(crate) fn sources(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("the folder is readable");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "c"));
    files.sort();
    files
}

/// Compiles and links a program; warnings are errors.
pub(crate) fn compile(compiler: &str, flags: &[&str], sources: &[PathBuf], program: &Path, link: Link) {
    let mut command = Command::new(compiler);
    command.args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"]).args(flags);
    command.arg("-I").arg(root().join("include"));
    if compiler.ends_with("++") {
        command.args(["-x", "c++"]);
    }
    command.args(sources).args(["-x", "none", "-o"]).arg(program);
    match link {
        Link::Static => command.arg(library_dir().join("libtracehop.a")).args(native_libs()),
        Link::Shipped => command.arg(dist().join("libtracehop.a")).args(native_libs()),
        Link::Shared => command.arg(library_dir().join("libtracehop.so")).arg(rpath(program)),
    };
    let output = command.output().unwrap_or_else(|error| panic!("{compiler} does not run: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a link with the library's SONAME beside the program, because the loader uses that name. It is renamed into place,
/// because tests run at once and an old link may point to another target folder.
fn rpath(program: &Path) -> String {
    let folder = program.parent().expect("a file has a folder");
    let (link, made) = (folder.join(SONAME), program.with_extension("soname"));
    let _ = std::fs::remove_file(&made);
    std::os::unix::fs::symlink(library_dir().join("libtracehop.so"), &made).expect("a link can be made");
    std::fs::rename(&made, &link).expect("the link can be renamed");
    format!("-Wl,-rpath,{}", folder.display())
}

/// Runs a program; its exit code reports success.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not run: {error}"));
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} ended with {}\n{said}", output.status);
    said
}
