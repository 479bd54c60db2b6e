//! Regex targets: compiled once, matched in linear time (rules O2, O4).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use regex::{Regex, RegexBuilder};

use super::beginning::beginning;
use super::translate::translate;
use crate::error::{Error, ErrorKind};

/// How large a compiled regex target may become, in bytes (rule O4).
pub const REGEX_SIZE_BYTES: usize = 4 << 20;

/// Whose rules a pattern was written by; what differs in the linear engine is translated or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Python's `re`, for text patterns.
    Python,
    /// Ruby's Regexp: `^` and `$` are line anchors, its flag m is dot-matches-all.
    Ruby,
    /// The syntax of the `regex` crate itself.
    Rust,
}

/// The flags of a pattern, by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegexFlags {
    /// Letters match in any case (i).
    pub ignore_case: bool,
    /// `^` and `$` match at lines too (Python's m; always so in Ruby).
    pub multi_line: bool,
    /// `.` matches line ends too (Python's s, Ruby's m).
    pub dot_all: bool,
    /// Blanks and `#` comments do not count (x).
    pub verbose: bool,
    /// `\w`, `\d`, `\s` and `\b` are ASCII only (Python's a; classes always so in Ruby).
    pub ascii: bool,
}

/// A compiled regex target; it may be shared between threads.
///
/// # Example: look-around is refused by name
/// ```
/// use tracehop_core::{Dialect, ErrorKind, RegexFlags, RegexTarget};
/// let error = RegexTarget::new("^https://(?!evil)", RegexFlags::default(), Dialect::Python).unwrap_err();
/// assert_eq!((error.kind(), error.at()), (ErrorKind::RegexLookAround, 9));
/// ```
#[derive(Clone)]
pub struct RegexTarget {
    source: String,
    /// Of all that it matches, looked at first because that costs next to nothing.
    beginning: Vec<u8>,
    regex: Regex,
}

impl RegexTarget {
    /// Compiles a pattern of a host language.
    ///
    /// # Errors
    /// Where the pattern is not valid, too large, or holds a construct that cannot be matched in linear time or that
    /// would mean something else; the kind names the construct, the offset its place in `pattern`.
    pub fn new(pattern: &str, flags: RegexFlags, dialect: Dialect) -> Result<Self, Error> {
        let (translated, flags) = match dialect {
            Dialect::Rust => (String::from(pattern), flags),
            _ => translate(pattern, flags, dialect)?,
        };
        let unicode = dialect != Dialect::Rust || !flags.ascii;
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(flags.ignore_case)
            .multi_line(flags.multi_line)
            .dot_matches_new_line(flags.dot_all)
            .ignore_whitespace(flags.verbose)
            .unicode(unicode)
            .size_limit(REGEX_SIZE_BYTES)
            .build()
            .map_err(|error| refused(&error, pattern, dialect))?;
        let beginning = beginning(&translated, flags, unicode);
        Ok(RegexTarget { source: String::from(pattern), beginning, regex })
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        text.as_bytes().starts_with(&self.beginning) && self.regex.is_match(text)
    }
}

/// The error of a pattern that the engine refused; a construct that we know by name is named.
fn refused(error: &regex::Error, pattern: &str, dialect: Dialect) -> Error {
    let named = match dialect {
        Dialect::Rust => translate(pattern, RegexFlags::default(), Dialect::Python).err(),
        _ => None,
    };
    named.unwrap_or(match error {
        regex::Error::CompiledTooBig(_) => Error::new(ErrorKind::RegexTooLarge, 0),
        _ => Error::new(ErrorKind::RegexSyntax, 0),
    })
}

impl fmt::Debug for RegexTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.source)
    }
}
