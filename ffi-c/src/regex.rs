//! Regex targets: the only handle that allocates, in the std build only.

use std::boxed::Box;
use std::vec::Vec;

use tracehop_host::{Dialect, RegexFlags, RegexTarget};

use crate::panic_guard::{or, status, value};
use crate::pointers::Out;
use crate::refusal::refused;
use crate::status::{TRACEHOP_NO_MEMORY, TRACEHOP_NULL, TRACEHOP_UNKNOWN, tracehop_status};
use crate::target::{TRACEHOP_KIND_REGEX, tracehop_regex, tracehop_target};
use crate::text::tracehop_str;

/// The regex syntax of a pattern. Syntax that has another meaning in the linear engine is translated or refused.
pub type tracehop_dialect = i32;

/// The syntax of Rust's regex crate.
pub const TRACEHOP_DIALECT_RUST: tracehop_dialect = 0;
/// The syntax of Python's re module.
pub const TRACEHOP_DIALECT_PYTHON: tracehop_dialect = 1;
/// The syntax of Ruby's Regexp.
pub const TRACEHOP_DIALECT_RUBY: tracehop_dialect = 2;
/// The syntax of ECMAScript's RegExp, as a browser compiles it.
pub const TRACEHOP_DIALECT_ECMASCRIPT: tracehop_dialect = 3;

/// Flag: letters match in either case.
pub const TRACEHOP_IGNORE_CASE: u32 = 1;
/// Flag: `^` and `$` match at the ends of lines.
pub const TRACEHOP_MULTI_LINE: u32 = 2;
/// Flag: the dot matches a line feed too.
pub const TRACEHOP_DOT_ALL: u32 = 4;
/// Flag: blanks and comments in the pattern are ignored.
pub const TRACEHOP_VERBOSE: u32 = 8;
/// Flag: classes such as `\w` contain ASCII only.
pub const TRACEHOP_ASCII: u32 = 16;
/// Flag: the pattern is read by code points, as by ECMAScript's flag u.
pub const TRACEHOP_UNICODE: u32 = 32;

/// The owner of compiled regexes: the only handle of this library, and only in its std build.
///
/// It must outlive every `tracehop_target` made from it. One thread at a time may add to it; once it is
/// complete, any number of threads may use its targets.
#[derive(Debug, Default)]
pub struct tracehop_targets {
    /// Targets point at the regexes, so these must not move: each is in its own `Vec`, whose allocation can fail cleanly.
    regexes: Vec<Vec<tracehop_regex>>,
}

/// Returns a new, empty owner of regexes, to be freed by `tracehop_targets_free`; NULL if there is no memory.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_targets_new() -> *mut tracehop_targets {
    value(core::ptr::null_mut(), || {
        let mut owner = place()?;
        owner.push(tracehop_targets::default());
        // A slice of one element has the layout of the element, so it may be freed as a `Box` of it.
        Ok(Box::into_raw(owner.into_boxed_slice()).cast())
    })
}

/// Compiles a regex, which matches in linear time on any input, and fills `target` with it.
///
/// `pattern` is UTF-8; `flags` is the sum of `TRACEHOP_IGNORE_CASE` and so on. Returns `TRACEHOP_OK`, `TRACEHOP_NULL`,
/// `TRACEHOP_LENGTH`, `TRACEHOP_UTF8`, `TRACEHOP_UNKNOWN` for a flag or dialect that does not exist,
/// `TRACEHOP_NO_MEMORY`, or one of the `TRACEHOP_REGEX_` statuses for a pattern that is wrong or has another meaning in
/// the linear engine: then `at`, unless NULL, is the byte offset in it.
///
/// The engine allocates while it compiles, and at the first match of a URL in each thread. If it gets no memory then, the
/// process aborts: the engine has no way to report a failed allocation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_targets_add_regex(
    targets: Option<&mut tracehop_targets>,
    pattern: tracehop_str,
    flags: u32,
    dialect: tracehop_dialect,
    target: *mut tracehop_target,
    at: *mut usize,
) -> tracehop_status {
    status(|| {
        let owner = targets.ok_or(TRACEHOP_NULL)?;
        // SAFETY: `Out::new` checks NULL; the memory at `target` is the caller's promise.
        let target = unsafe { Out::new(target) }?;
        // SAFETY: `Out::new` checks NULL, which is fine here; the memory at `at` is the caller's promise.
        let at = unsafe { Out::new(at) }.ok();
        let (pattern, flags, dialect) = (pattern.text()?, regex_flags(flags)?, regex_dialect(dialect)?);
        owner.regexes.try_reserve(1).map_err(|_| TRACEHOP_NO_MEMORY)?;
        let mut regex = place()?;
        let compiled = RegexTarget::new(pattern, flags, dialect).map_err(|error| refused(&error, at))?;
        regex.push(tracehop_regex { target: compiled });
        owner.regexes.push(regex);
        target.set(owner.last()?);
        Ok(())
    })
}

/// Frees an owner and its regexes; call it at most once. NULL is ignored. Targets made from the owner must not
/// be used afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn tracehop_targets_free(targets: Option<Box<tracehop_targets>>) {
    or((), || drop(targets));
}

/// Allocates memory for one value.
fn place<T>() -> Result<Vec<T>, tracehop_status> {
    let mut values = Vec::new();
    values.try_reserve_exact(1).map_err(|_| TRACEHOP_NO_MEMORY)?;
    Ok(values)
}

impl tracehop_targets {
    fn last(&self) -> Result<tracehop_target, tracehop_status> {
        let regex = self.regexes.last().and_then(|regex| regex.first()).ok_or(TRACEHOP_NULL)?;
        Ok(tracehop_target {
            kind: TRACEHOP_KIND_REGEX,
            text: tracehop_str::ABSENT,
            function: None,
            data: core::ptr::null_mut(),
            regex,
        })
    }
}

fn regex_flags(flags: u32) -> Result<RegexFlags, tracehop_status> {
    let known = TRACEHOP_IGNORE_CASE
        | TRACEHOP_MULTI_LINE
        | TRACEHOP_DOT_ALL
        | TRACEHOP_VERBOSE
        | TRACEHOP_ASCII
        | TRACEHOP_UNICODE;
    let is_set = |flag| flags & flag != 0;
    let flags_known = RegexFlags {
        ignore_case: is_set(TRACEHOP_IGNORE_CASE),
        multi_line: is_set(TRACEHOP_MULTI_LINE),
        dot_all: is_set(TRACEHOP_DOT_ALL),
        verbose: is_set(TRACEHOP_VERBOSE),
        ascii: is_set(TRACEHOP_ASCII),
        unicode: is_set(TRACEHOP_UNICODE),
    };
    (flags & !known == 0).then_some(flags_known).ok_or(TRACEHOP_UNKNOWN)
}

fn regex_dialect(dialect: tracehop_dialect) -> Result<Dialect, tracehop_status> {
    match dialect {
        TRACEHOP_DIALECT_RUST => Ok(Dialect::Rust),
        TRACEHOP_DIALECT_PYTHON => Ok(Dialect::Python),
        TRACEHOP_DIALECT_RUBY => Ok(Dialect::Ruby),
        TRACEHOP_DIALECT_ECMASCRIPT => Ok(Dialect::EcmaScript),
        _ => Err(TRACEHOP_UNKNOWN),
    }
}
