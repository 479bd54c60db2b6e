//! Replays, without a fuzzer, the seeds of fuzzing, its past findings, and inputs that it seldom finds.

#[allow(unreachable_pub, reason = "they are public in the crate of the fuzz targets")]
#[path = "properties/mod.rs"]
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
fn every_property_holds_for_past_failures() {
    for (name, property) in properties::PROPERTIES {
        let found = fs::read_dir(folder("../fuzz/regressions").join(name)).into_iter().flatten();
        for entry in found {
            let path = entry.expect("an entry").path();
            println!("{}", path.display());
            property(&fs::read(path).expect("a regression is read"));
        }
    }
}

/// Members are read in blocks of 64 bytes: a delimiter counts at every index of a block.
#[test]
fn a_delimiter_counts_at_the_edge_of_a_block() {
    let lengths = if cfg!(miri) { 50..56 } else { 30..600 };
    for (len, text) in
        lengths.flat_map(|len| ["", " ", ";", "=", "%", "%2", "%41", "\u{e9}"].map(|text| (len, text)))
    {
        for (before, tail) in
            ["", " ", "x=1, "].into_iter().flat_map(|before| ["", ",", ",x=1"].map(|tail| (before, tail)))
        {
            let line = format!("{before}sentry-a={}{text}{tail}", "v".repeat(len));
            properties::hold("baggage", line.as_bytes());
        }
    }
}

#[test]
fn every_property_has_a_fuzz_target() {
    let targets = fs::read_dir(folder("../fuzz/fuzz_targets")).expect("the targets").count();
    assert_eq!(targets, properties::PROPERTIES.len());
}
