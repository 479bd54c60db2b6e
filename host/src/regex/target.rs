//! Regex targets: compiled once, matched in linear time (rules O2, O4).

use std::fmt;
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::Extractor;
use tracehop_core::{Error, ErrorKind, Matcher};

use super::dialect::{Dialect, Guard, RegexFlags, translate};
use super::program::{Program, is_anchored};

/// Maximum nesting of groups, alternatives, sequences and repetitions: each level takes stack when the pattern is compiled.
const NEST_LIMIT: u32 = 96;

/// A compiled regex target; it may be shared between threads.
///
/// # Example: look-around is refused by name
/// ```
/// use tracehop_core::ErrorKind;
/// use tracehop_host::{Dialect, RegexFlags, RegexTarget};
/// let error = RegexTarget::new("^https://(?=evil)", RegexFlags::default(), Dialect::Python).unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::RegexLookAround, 9));
/// ```
#[derive(Clone)]
pub struct RegexTarget {
    source: String,
    program: Program,
    /// Patterns that must not match: negative look-aheads.
    guards: Vec<Program>,
    /// Texts with one of these characters never match; empty if there are none.
    doubtful: String,
    is_doubtful: OnceLock<Option<Regex>>,
}

impl RegexTarget {
    /// Compiles a pattern of a host language.
    ///
    /// # Errors
    /// If the pattern is not valid, too large, or contains a construct that cannot be matched in linear time or that
    /// would mean something else; the kind names the construct, the offset its byte in `pattern`.
    pub fn new(pattern: &str, flags: RegexFlags, dialect: Dialect) -> Result<Self, Error> {
        if dialect == Dialect::Rust {
            return Self::build(pattern, native(pattern, flags)?, Vec::new(), String::new());
        }
        let translated = translate(pattern, flags, dialect)?;
        let guards =
            translated.guards.iter().map(|(at, guard)| refused(guard, *at)).collect::<Result<_, _>>()?;
        Self::build(pattern, parsed(&translated.pattern, 0)?, guards, translated.doubtful)
    }

    fn build(pattern: &str, hir: Hir, guards: Vec<Hir>, doubtful: String) -> Result<Self, Error> {
        let compile = |hir| Program::new(hir).ok_or(Error::new(ErrorKind::RegexTooLarge, 0));
        Ok(RegexTarget {
            source: String::from(pattern),
            program: compile(hir)?,
            guards: guards.into_iter().map(compile).collect::<Result<_, _>>()?,
            doubtful,
            is_doubtful: OnceLock::new(),
        })
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// True if the engine may not read this text as the host does.
    fn is_doubtful(&self, text: &str) -> bool {
        let compile = || Regex::new(&format!("[{}]", self.doubtful)).ok();
        !self.doubtful.is_empty()
            && !text.is_ascii()
            && self.is_doubtful.get_or_init(compile).as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl Matcher for RegexTarget {
    /// False also if the result is unknown: for a text too long for the program, or with a doubtful character.
    fn matches(&self, text: &str) -> Option<bool> {
        Some(
            self.program.matches(text) == Some(true)
                && !self.is_doubtful(text)
                && self.guards.iter().all(|guard| guard.matches(text) == Some(false)),
        )
    }

    fn pattern(&self) -> Option<&str> {
        Some(&self.source)
    }
}

impl fmt::Debug for RegexTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.source)
    }
}

/// Parses a translated pattern.
fn parsed(translated: &str, at: usize) -> Result<Hir, Error> {
    let error = |error: regex_syntax::Error| Error::new(kind(&error), at);
    ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(translated).map_err(error)
}

/// Parses a pattern in the engine's own syntax.
fn native(pattern: &str, flags: RegexFlags) -> Result<Hir, Error> {
    let mut parser = ParserBuilder::new();
    parser
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .ignore_whitespace(flags.verbose)
        .unicode(!flags.ascii)
        .nest_limit(NEST_LIMIT);
    parser.build().parse(pattern).map_err(|error| {
        // A known construct is named.
        let named = translate(pattern, RegexFlags::default(), Dialect::Python).err();
        let at = match &error {
            regex_syntax::Error::Parse(error) => error.span().start.offset,
            regex_syntax::Error::Translate(error) => error.span().start.offset,
            _ => 0,
        };
        named.unwrap_or(Error::new(kind(&error), at))
    })
}

fn kind(error: &regex_syntax::Error) -> ErrorKind {
    use regex_syntax::ast::ErrorKind::NestLimitExceeded;
    let is_nested = |error: &regex_syntax::ast::Error| matches!(error.kind(), NestLimitExceeded(_));
    match error {
        regex_syntax::Error::Parse(error) if is_nested(error) => ErrorKind::RegexTooLarge,
        _ => ErrorKind::RegexSyntax,
    }
}

/// The pattern that must not match for a negative look-ahead at `at`: its text after the pattern before it, if that ends
/// at only one offset.
fn refused(guard: &Guard, at: usize) -> Result<Hir, Error> {
    let before = parsed(&guard.before, at)?;
    match is_anchored(&before) && ends_in_one_place(&before) {
        true => parsed(&format!("{}(?:{})", guard.before, guard.refused), at),
        false => Err(Error::new(ErrorKind::RegexLookAround, at)),
    }
}

/// True if a pattern matches at most one prefix of any text: its matches have one length, or none is a prefix of another.
fn ends_in_one_place(before: &Hir) -> bool {
    let properties = before.properties();
    if properties.minimum_len().is_some() && properties.minimum_len() == properties.maximum_len() {
        return true;
    }
    let matches = Extractor::new().extract(before);
    let Some(literals) = matches.literals().filter(|_| matches.is_exact()) else { return false };
    let begins = |one: &[u8], other: &[u8]| one.len() < other.len() && other.starts_with(one);
    !literals.iter().any(|one| literals.iter().any(|other| begins(one.as_bytes(), other.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_shows_its_pattern() {
        let target =
            RegexTarget::new("^/api", RegexFlags::default(), Dialect::EcmaScript).expect("a pattern");
        assert_eq!((target.as_str(), target.pattern()), ("^/api", Some("^/api")));
        assert_eq!(format!("{target:?}"), "/^/api/");
    }

    #[test]
    fn an_error_of_the_engine_has_its_offset() {
        let ascii = RegexFlags { ascii: true, ..RegexFlags::default() };
        for (pattern, flags) in [("ab\\Z", RegexFlags::default()), ("ab\\xff", ascii)] {
            let error = RegexTarget::new(pattern, flags, Dialect::Rust).unwrap_err();
            assert_eq!((error.kind(), error.offset()), (ErrorKind::RegexSyntax, 2), "{pattern}");
        }
    }

    #[test]
    fn groups_nested_beyond_the_limit_are_too_large() {
        let nested = |depth: usize| format!("{}b{}", "(a".repeat(depth), ")*c".repeat(depth));
        let kind = |dialect, depth| {
            let made = RegexTarget::new(&nested(depth), RegexFlags::default(), dialect);
            made.err().map(|error| error.kind())
        };
        for dialect in [Dialect::Rust, Dialect::Python, Dialect::Ruby, Dialect::EcmaScript] {
            assert_eq!(kind(dialect, 31), None, "{dialect:?}");
            assert_eq!(kind(dialect, 33), Some(ErrorKind::RegexTooLarge), "{dialect:?}");
        }
    }
}
