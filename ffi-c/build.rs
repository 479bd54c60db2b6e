//! Sets the SONAME of the shared library, whose number changes if programs must be recompiled. For cargo-c it also fills the
//! templates that `tools/install.sh` fills for `make install`.

use std::path::Path;

/// The number in the SONAME: before 1.0 a minor version may break programs. The CMake version file has the same rule.
fn abi() -> String {
    match (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR")) {
        ("0", minor) => format!("0.{minor}"),
        (major, _) => major.to_owned(),
    }
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=packaging");
    if std::env::var_os("CARGO_FEATURE_CAPI").is_some() {
        fill("tracehopConfig.cmake");
        fill("tracehopConfigVersion.cmake");
    } else if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // cargo-c sets the same SONAME itself.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libtracehop.so.{}", abi());
    }
}

/// Fills a template. cargo-c installs it into `share/cmake/tracehop`, where CMake also looks.
fn fill(file: &str) {
    let read = |path: &str| {
        std::fs::read_to_string(Path::new("packaging").join(path)).expect("a file of this package")
    };
    let filled = read(&format!("{file}.in"))
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@ABI@", &abi())
        .replace("@LIBS_PRIVATE_LIST@", &read("libs.private").trim().replace(' ', ";"))
        .replace("@CONFIG_TO_LIBDIR@", "../../../lib")
        .replace("@LIBDIR_TO_PREFIX@", "..");
    let out = std::env::var("OUT_DIR").expect("cargo says where");
    std::fs::write(Path::new(&out).join(file), filled).expect("the folder can be written");
}
