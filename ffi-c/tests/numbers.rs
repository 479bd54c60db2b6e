//! The numbers of the header: those of the core, and never another than they were.

mod support;

use std::collections::BTreeMap;

use tracehop_core::{ErrorKind, Finding, Reason};

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
fn every_error_finding_and_reason_of_the_core_has_its_number() {
    let defines = defines();
    let errors = ErrorKind::ALL.iter().map(|kind| (kind.name().to_owned(), kind.number()));
    let findings =
        Finding::ALL.iter().map(|finding| (format!("finding_{}", finding.name()), finding.number()));
    let reasons = Reason::ALL.iter().map(|reason| (reason.name().to_owned(), reason.number()));
    for (name, number) in errors.chain(findings).chain(reasons) {
        let defined = defines.get(&name.to_uppercase()).unwrap_or_else(|| panic!("the header lacks {name}"));
        assert_eq!(*defined, number.to_string(), "{name}");
    }
}

#[test]
fn the_manual_says_of_findings_what_the_core_says() {
    // The manual wraps its lines, the core does not.
    let manual = header().replace("\n// ", " ");
    for finding in Finding::ALL {
        assert!(manual.contains(finding.message()), "{}: {}", finding.name(), finding.message());
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
