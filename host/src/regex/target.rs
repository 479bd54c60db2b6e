//! Regex targets: compiled once, matched in linear time (rules O2, O4).

use std::fmt;

use regex::{Regex, RegexBuilder};
use tracehop_core::{Error, ErrorKind, Matcher};

use super::dialect::{Dialect, RegexFlags, translate};
use super::literal_prefix::literal_prefix;

/// How large a compiled regex target may become, in bytes (rule O4).
pub const REGEX_SIZE_BYTES: usize = 4 << 20;

/// A compiled regex target; it may be shared between threads.
///
/// # Example: look-around is refused by name
/// ```
/// use tracehop_core::ErrorKind;
/// use tracehop_host::{Dialect, RegexFlags, RegexTarget};
/// let error = RegexTarget::new("^https://(?!evil)", RegexFlags::default(), Dialect::Python).unwrap_err();
/// assert_eq!((error.kind(), error.at()), (ErrorKind::RegexLookAround, 9));
/// ```
#[derive(Clone)]
pub struct RegexTarget {
    source: String,
    /// URLs that lack it are rejected before the regex engine runs.
    literal_prefix: Vec<u8>,
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
        let literal_prefix = literal_prefix(&translated, flags, unicode);
        Ok(RegexTarget { source: String::from(pattern), literal_prefix, regex })
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl Matcher for RegexTarget {
    fn matches(&self, text: &str) -> Option<bool> {
        Some(text.as_bytes().starts_with(&self.literal_prefix) && self.regex.is_match(text))
    }

    fn pattern(&self) -> Option<&str> {
        Some(&self.source)
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
