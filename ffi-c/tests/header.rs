//! `include/tracehop.h` is what cbindgen makes of the source today. `BLESS=1 cargo test -p tracehop-ffi
//! --test header` rewrites it.

use std::path::Path;

/// The files of the public modules, in the order of `src/lib.rs`: that of the manual.
fn add_sources(builder: cbindgen::Builder, root: &Path) -> cbindgen::Builder {
    let lib = std::fs::read_to_string(root.join("src/lib.rs")).expect("src/lib.rs is readable");
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.fold(builder, |builder, module| builder.with_src(root.join(format!("src/{module}.rs"))))
}

#[test]
fn the_header_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("include/tracehop.h");
    let config = cbindgen::Config::from_root_or_default(root);
    let bindings = add_sources(cbindgen::Builder::new(), root).with_config(config).generate();
    let mut fresh = Vec::new();
    bindings.expect("cbindgen reads the source").write(&mut fresh);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &fresh).expect("the header can be written");
    }
    let stored = std::fs::read(&path).unwrap_or_default();
    assert!(
        stored == fresh,
        "include/tracehop.h is stale: run BLESS=1 cargo test -p tracehop-ffi --test header"
    );
}
