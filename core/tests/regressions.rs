//! Replays, without a fuzzer, what fuzzing starts from and what it once found.

#[allow(unreachable_pub, reason = "they are public in the crate of the fuzz targets")]
#[path = "../../fuzz/src/properties/mod.rs"]
mod properties;
#[allow(unreachable_pub, reason = "they are public in the crate of the fuzz targets")]
#[path = "../../fuzz/src/seeds.rs"]
mod seeds;

use std::fs;
use std::path::{Path, PathBuf};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn every_property_holds_for_every_seed() {
    let known = |name: &str| properties::PROPERTIES.iter().any(|(property, _)| *property == name);
    let seeds = seeds::seeds(&folder("vectors")).expect("the vectors are read");
    for (name, data) in seeds.iter().filter(|(name, _)| known(name)) {
        properties::hold(name, data);
    }
    assert!(seeds.len() > 500, "the vectors give seeds");
}

#[test]
fn every_property_holds_for_what_once_broke_it() {
    for (name, property) in properties::PROPERTIES {
        let found = fs::read_dir(folder("../fuzz/regressions").join(name)).into_iter().flatten();
        for entry in found {
            let path = entry.expect("an entry").path();
            println!("{}", path.display());
            property(&fs::read(path).expect("a regression is read"));
        }
    }
}

#[test]
fn every_property_has_a_fuzz_target() {
    let targets = fs::read_dir(folder("../fuzz/fuzz_targets")).expect("the targets").count();
    assert_eq!(targets, if cfg!(feature = "regex") { properties::PROPERTIES.len() } else { targets });
}
