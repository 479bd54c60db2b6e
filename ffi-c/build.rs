//! Gives the shared library its SONAME: the number that changes when programs must be compiled anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    // cargo-c sets a SONAME of its own, the same one.
    if os == "linux" && std::env::var_os("CARGO_FEATURE_CAPI").is_none() {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libtracehop.so.0");
    }
}
