//! The imports between the source files of a crate: every path counts, `super::`, `self::` and those in braces too.

use std::collections::{BTreeMap, BTreeSet};

/// The source files of a crate by module path, such as `dsc::members`, and what each imports.
pub(crate) struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    /// Reads the code of each file; its path is relative to `src`.
    pub(crate) fn of(files: &BTreeMap<String, String>) -> Self {
        let modules: BTreeMap<_, _> = files.iter().map(|(path, code)| (module(path), code)).collect();
        let imported = |(module, code): (&String, &&String)| {
            let files = paths(code).into_iter().filter_map(|path| file(&modules, &absolute(module, &path)?));
            (module.clone(), files.filter(|file| file != module).collect())
        };
        Imports(modules.iter().map(imported).collect())
    }

    /// All modules.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What a module imports.
    pub(crate) fn imported(&self, module: &str) -> &BTreeSet<String> {
        &self.0[module]
    }

    /// The modules that import themselves through others, each with the path.
    pub(crate) fn circles(&self) -> Vec<String> {
        self.0.keys().filter_map(|start| self.path_back(start)).collect()
    }

    fn path_back(&self, start: &str) -> Option<String> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![vec![start]]);
        while let Some(path) = open.pop() {
            for next in &self.0[*path.last()?] {
                if next == start {
                    return Some(format!("{} -> {start}", path.join(" -> ")));
                }
                if seen.insert(next) {
                    open.push([path.as_slice(), &[next.as_str()]].concat());
                }
            }
        }
        None
    }
}

/// `dsc/members.rs` is `dsc::members`; `wire/mod.rs` is `wire`; `lib.rs` is the root, the empty path.
fn module(path: &str) -> String {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { String::new() } else { path.replace('/', "::") }
}

/// The file that a path leads to: that of its longest prefix that is a module. The root re-exports items and imports none.
fn file(modules: &BTreeMap<String, &String>, path: &[&str]) -> Option<String> {
    (1..=path.len()).rev().map(|len| path[..len].join("::")).find(|module| modules.contains_key(module))
}

/// A path from the root of the crate, if it is one of this crate.
fn absolute<'a>(module: &'a str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut base: Vec<&str> = module.split("::").filter(|name| !name.is_empty()).collect();
    let mut rest = path.split("::").peekable();
    match rest.next()? {
        "crate" => base.clear(),
        "self" => {}
        "super" => drop(base.pop()),
        child => base.push(child),
    }
    while rest.next_if_eq(&"super").is_some() {
        base.pop();
    }
    Some(base.into_iter().chain(rest).collect())
}

/// All paths of a file that may lead to another one: those of `use`, with its braces expanded, and paths in code.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        if let Some((_, tree)) = statement.rsplit_once("use ") {
            branches("", &tree.split_whitespace().collect::<String>(), &mut found);
        }
    }
    for start in ["crate::", "super::", "self::"] {
        found.extend(code.match_indices(start).map(|(at, _)| {
            let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let path = &code[at..];
            path[..path.find(|c| !is_path(c)).unwrap_or(path.len())].trim_end_matches(':').to_owned()
        }));
    }
    found
}

/// The leaves of a tree such as `a::{b, c::d}`.
fn branches(front: &str, tree: &str, found: &mut Vec<String>) {
    let (mut depth, mut start) = (0, 0);
    for (at, byte) in tree.bytes().chain([b',']).enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                let branch = &tree[start..at];
                match branch.split_once('{') {
                    Some((path, inner)) => {
                        branches(&format!("{front}{path}"), inner.trim_end_matches('}'), found)
                    }
                    None => found.push(format!("{front}{branch}")),
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

#[test]
fn a_circle_is_found_whatever_way_its_paths_are_written() {
    let file = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let circles = |files: &[(String, String)]| Imports::of(&files.iter().cloned().collect()).circles();
    for [first, second] in [
        ["use crate::b::{self, C};", "use crate::{x, a::D};"],
        ["mod b; pub use b::C;", "use super::D;"],
        ["mod b; fn f() { self::b::g() }", "fn f() { super::super::a::g() }"],
        ["mod b;\nuse std::{x,\n y};\nuse b::c::{\n D, E };", "pub(crate) use crate::a::{b::F, g};"],
    ] {
        let inner = if first.starts_with("mod") { "a/b.rs" } else { "b.rs" };
        assert_eq!(circles(&[file("a.rs", first), file(inner, second)]).len(), 2, "{first} {second}");
        assert_eq!(circles(&[file("a.rs", first), file(inner, "use std::x; use nom::a;")]), [""; 0]);
    }
}
