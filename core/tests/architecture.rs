//! Checks of the architecture by a search of the sources: the floors of core, the thin rule outside of it, and that the
//! program for the board calls every public function.

#[path = "architecture/imports.rs"]
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::Imports;

/// The modules of core from the lowest floor up: each may import those of the lines before, and its own submodules.
const FLOORS: &[&[&str]] = &[
    &["ascii", "hex", "decimal"],
    &["id", "error", "finding", "percent"],
    &["wire"],
    &["dsc", "sampling", "targets", "dsn", "header_name"],
    &["sentry_members", "headers", "header_value", "buffer"],
    &["context", "incoming"],
    &["outgoing", "meta_tags", "serialized", "propagator"],
    &["explain", "continue_trace", "adopt", "cors"],
    &["inject", "lifetime", "limit"],
];

/// Pieces of text that only core may contain, and what they are.
const MEANINGS: &[(&str, &str)] = &[
    ("sentry-", "a header name or a key of a DSC"),
    ("\"baggage\"", "a header name"),
    ("'baggage'", "a header name"),
    ("\"traceparent\"", "a header name"),
    ("'traceparent'", "a header name"),
    ("tracestate\"", "a header name"),
    ("HTTP_SENTRY", "a header name of a gateway"),
    ("HTTP_BAGGAGE", "a header name of a gateway"),
    ("HTTP_TRACE", "a header name of a gateway"),
    ("SENTRY_TRACE\"", "a variable of the environment"),
    ("SENTRY_BAGGAGE", "a variable of the environment"),
    ("SENTRY_USE_ENVIRONMENT", "a variable of the environment"),
    ("<meta", "an HTML tag"),
    ("&quot;", "an HTML entity"),
    ("Access-Control-Allow", "a CORS header"),
    ("access-control-allow", "a CORS header"),
    ("s-maxage", "a rule about caches"),
    ("immutable", "a rule about caches"),
    ("unquote", "a percent rule"),
    ("quote(", "a percent rule"),
    ("CGI.", "a percent rule"),
    ("percent", "a percent rule"),
    ("from_str_radix", "a hex rule"),
    ("16_384", "a length limit"),
    ("16384", "a length limit"),
    ("8_192", "a length limit"),
    ("8192", "a length limit"),
    ("2_048", "a length limit"),
    ("65_536", "a length limit"),
];

/// The options of job queues that Sentry's SDKs have and that are in no header.
const QUEUE_OPTIONS: &[&str] = &["sentry-propagate-traces"];

/// The crates that must have no import circle.
const CRATES: &[&str] = &["core/src", "host/src", "ffi-c/src"];

const FACES: &[&str] = &[
    "host/src",
    "ffi-c/src",
    "bindings-python/src",
    "bindings-python/python",
    "bindings-ruby/ext",
    "bindings-ruby/lib",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The source files below a folder, by path from the root of the repository, in order.
fn sources(folder: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root().join(folder)).into_iter().flatten() {
        let entry = entry.expect("an entry");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(sources(&path));
        } else if ["rs", "py", "rb"].iter().any(|end| path.ends_with(&format!(".{end}"))) {
            found.insert(path);
        }
    }
    found
}

/// The lines of code of a file with their numbers: without comments, documentation and Rust's tests.
fn code(path: &str) -> Vec<(usize, String)> {
    let text = fs::read_to_string(root().join(path)).expect("a source file");
    let (is_rust, is_python) = (path.ends_with(".rs"), path.ends_with(".py"));
    let mut lines = Vec::new();
    let mut in_doc = false;
    for (number, line) in text.lines().enumerate() {
        if is_rust && line.trim() == "#[cfg(test)]" {
            break;
        }
        let quotes = if is_python { line.matches("\"\"\"").count() } else { 0 };
        let is_doc = in_doc || quotes > 0;
        in_doc ^= quotes % 2 == 1;
        let comment = if is_rust { "//" } else { "#" };
        if !is_doc && !line.trim_start().starts_with(comment) {
            lines.push((number + 1, line.to_owned()));
        }
    }
    lines
}

/// The files below a folder and their code, by path from that folder.
fn files(folder: &str) -> BTreeMap<String, String> {
    let code_of = |path: &String| code(path).into_iter().map(|(_, line)| line + "\n").collect();
    let rust = sources(folder).into_iter().filter(|path| path.ends_with(".rs"));
    rust.map(|path| (path[folder.len() + 1..].to_owned(), code_of(&path))).collect()
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    for folder in CRATES {
        assert_eq!(Imports::of(&files(folder)).circles(), [""; 0], "{folder}: import circles");
    }
}

#[test]
fn every_module_of_core_imports_lower_floors_only() {
    let files = files("core/src");
    let imports = Imports::of(&files);
    let outer = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let grammar = |module: &str| module.split("::").nth(1).map(str::to_owned);
    let floor = |module: &str| {
        let floor = FLOORS.iter().position(|modules| modules.contains(&module));
        floor.unwrap_or_else(|| panic!("core/src/{module} is on no floor: add it to FLOORS"))
    };
    let mut wrong = Vec::new();
    for module in imports.modules().filter(|module| !module.is_empty()) {
        for imported in imports.imported(module) {
            let (own, other) = (outer(module), outer(imported));
            // Grammars must not import each other.
            let is_sibling =
                own == other && own == "wire" && imported != "wire" && grammar(imported) != grammar(module);
            if is_sibling || (own != other && floor(&other) >= floor(&own)) {
                wrong.push(format!("{module} imports {imported}"));
            }
        }
    }
    let uses_nom = |(path, code): (&String, &String)| !path.starts_with("wire") && code.contains("nom::");
    assert!(!files.iter().any(uses_nom), "nom outside of wire");
    assert!(wrong.is_empty(), "imports from the same or a higher floor:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_outside_of_core_has_a_meaning_of_its_own() {
    let mut wrong = Vec::new();
    for path in FACES.iter().flat_map(|face| sources(face)) {
        for (number, line) in code(&path) {
            // A method or a class may have the name of its header.
            let names_a_method = line.contains("define_method(") || line.contains("define_class(");
            let line = QUEUE_OPTIONS.iter().fold(line, |line, option| line.replace(option, ""));
            for (_, what) in MEANINGS.iter().filter(|(piece, _)| line.contains(piece) && !names_a_method) {
                wrong.push(format!("{path}:{number}: {what}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "only core may contain these:\n{}", wrong.join("\n"));
}

/// Maximum public names of core.
const PUBLIC_NAMES: usize = 36;

#[test]
fn public_names_of_core_stay_few() {
    let code: String = code("core/src/lib.rs").into_iter().map(|(_, line)| line).collect();
    let exports = code.split(';').filter_map(|item| item.trim().strip_prefix("pub "));
    let names: Vec<&str> = exports
        .flat_map(|item| item.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .filter(|word| word.starts_with(char::is_uppercase))
        .collect();
    assert!(!code.contains("pub mod") && !code.contains("pub fn") && !code.contains("pub const"));
    assert!(names.contains(&"Propagator") && names.contains(&"Traceparent"), "{names:?}");
    assert!(names.len() <= PUBLIC_NAMES, "{} public names: {names:?}", names.len());
}

#[test]
fn the_program_for_the_board_calls_every_public_function() {
    let tour: String =
        sources("examples/embedded/src").iter().flat_map(|path| code(path)).map(|(_, line)| line).collect();
    let mut missing = Vec::new();
    for path in &sources("core/src") {
        for (number, line) in code(path) {
            let Some((_, tail)) = line.trim_start().split_once("fn ") else { continue };
            let name = tail.split(['(', '<']).next().expect("a name");
            let is_public =
                line.trim_start().starts_with("pub fn") || line.trim_start().starts_with("pub const fn");
            if is_public && ![".", "::", " "].iter().any(|before| tour.contains(&format!("{before}{name}(")))
            {
                missing.push(format!("{path}:{number}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "not called in examples/embedded/src/tour.rs:\n{}", missing.join("\n"));
}
