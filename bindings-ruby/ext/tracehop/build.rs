//! Compiles `ractor.c`, a declaration that would need unsafe code in Rust.

fn main() {
    println!("cargo:rerun-if-changed=ractor.c");
    // No code refers to a constructor, so the linker would drop it.
    cc::Build::new().file("ractor.c").link_lib_modifier("+whole-archive").compile("tracehop_ractor");
}
