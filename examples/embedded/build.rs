//! Writes the board's memory map to the linker's search path, and the shared vectors to the folder the program includes.

#[path = "build/vectors.rs"]
mod vectors;

use std::{env, fs, path::PathBuf};

fn main() {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::copy(package.join("memory.x"), out.join("memory.x")).expect("the memory map is copied");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rerun-if-changed=build/vectors.rs");
    let folder = package.join("../../core/vectors");
    println!("cargo:rerun-if-changed={}", folder.display());
    fs::write(out.join("vectors.rs"), vectors::table(&folder)).expect("the table is written");
}
