//! Compiles the one declaration that Rust cannot make without unsafe code.

fn main() {
    println!("cargo:rerun-if-changed=ractor.c");
    // Nothing refers to a constructor, so the linker would leave it out.
    cc::Build::new().file("ractor.c").link_lib_modifier("+whole-archive").compile("tracehop_ractor");
}
