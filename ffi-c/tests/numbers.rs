//! The numbers of the header never change. `header.rs` generates those of errors, findings and limits from core.

mod support;

use std::collections::BTreeMap;

use tracehop_core::Reason;

fn header() -> String {
    std::fs::read_to_string(support::root().join("include/tracehop.h")).expect("the header is readable")
}

/// The numbers that the header defines, by name.
fn defines() -> BTreeMap<String, String> {
    let header = header();
    let define = |line: &str| {
        let (name, value) = line.strip_prefix("#define TRACEHOP_")?.split_once(' ')?;
        value.parse::<f64>().is_ok().then(|| (name.to_owned(), value.to_owned()))
    };
    header.lines().filter_map(define).collect()
}

#[test]
fn every_reason_of_core_has_its_number() {
    let defines = defines();
    for reason in Reason::ALL {
        assert_eq!(defines[&reason.name().to_uppercase()], reason.number().to_string(), "{}", reason.name());
    }
}

/// `abi/numbers.txt` only grows: `BLESS=1 cargo test -p tracehop-ffi --test numbers` adds what is new.
#[test]
fn no_number_ever_changes() {
    let path = support::root().join("abi/numbers.txt");
    let (stored, defines) = (std::fs::read_to_string(&path).unwrap_or_default(), defines());
    for line in stored.lines() {
        let (name, value) = line.split_once(' ').expect("a name and a number");
        assert_eq!(defines.get(name).map(String::as_str), Some(value), "{name} has changed");
    }
    let fresh: String = defines.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &fresh).expect("the list can be written");
        return;
    }
    assert_eq!(
        fresh.lines().count(),
        stored.lines().count(),
        "new numbers: run with BLESS=1 and look at the change"
    );
}
