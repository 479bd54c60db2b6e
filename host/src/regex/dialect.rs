//! From a host's pattern to one of the linear engine that means the same, or a refusal by name (rule O4).
//!
//! Whatever the two engines read differently is written out: escaped punctuation and class members become code
//! points, groups lose their captures, blanks and comments of verbose patterns are dropped. URLs hold no line ends
//! (rule O5), so `\Z` is the end of the text in both languages.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::CharIndices;

use tracehop_core::{Error, ErrorKind};

mod escape;
mod flags;

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

/// Translates a pattern; its inline flags at the very beginning come back as flags.
pub(super) fn translate(
    pattern: &str,
    flags: RegexFlags,
    dialect: Dialect,
) -> Result<(String, RegexFlags), Error> {
    let mut translator = Translator {
        pattern,
        rest: pattern.char_indices().peekable(),
        out: String::new(),
        flags: RegexFlags { multi_line: flags.multi_line || dialect == Dialect::Ruby, ..flags },
        dialect,
        is_quantified: false,
    };
    while let Some((at, character)) = translator.rest.next() {
        translator.step(at, character)?;
    }
    let flags = RegexFlags { verbose: false, ..translator.flags };
    Ok((translator.out, flags))
}

struct Translator<'p> {
    pattern: &'p str,
    rest: Peekable<CharIndices<'p>>,
    out: String,
    flags: RegexFlags,
    dialect: Dialect,
    /// Does what was written last end in a quantifier?
    is_quantified: bool,
}

type Step = Result<(), Error>;

fn refuse<T>(kind: ErrorKind, at: usize) -> Result<T, Error> {
    Err(Error::new(kind, at))
}

impl<'p> Translator<'p> {
    fn is_ruby(&self) -> bool {
        self.dialect == Dialect::Ruby
    }

    /// What stands from this place on.
    fn tail(&self, at: usize) -> &'p str {
        self.pattern.get(at..).unwrap_or_default()
    }

    fn skip(&mut self, characters: usize) {
        for _ in 0..characters {
            self.rest.next();
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, character)| *character)
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if(|(_, character)| *character == wanted).is_some()
    }

    /// Python's flags a and i together: only ASCII letters have two cases.
    fn folds_ascii(&self) -> bool {
        self.flags.ascii && self.flags.ignore_case
    }

    fn literal(&mut self, character: char) {
        let number = u32::from(character);
        let _ = match (self.folds_ascii(), character.is_ascii()) {
            (false, _) => write!(self.out, "\\x{{{number:x}}}"),
            (true, true) => write!(self.out, "(?-u:\\x{{{number:x}}})"),
            (true, false) => write!(self.out, "(?-i:\\x{{{number:x}}})"),
        };
    }

    fn character(&mut self, in_class: bool, character: char) {
        if in_class { self.class_member(character) } else { self.literal(character) }
    }

    fn class_member(&mut self, character: char) {
        let _ = write!(self.out, "\\x{{{:x}}}", u32::from(character));
    }

    fn step(&mut self, at: usize, character: char) -> Step {
        if self.drop_comment(at, character) {
            return Ok(());
        }
        let is_quantified = std::mem::take(&mut self.is_quantified);
        match character {
            '\\' => self.escape(at, false),
            '[' => self.class(at),
            '(' => self.group(at),
            // Behind what was dropped Ruby's `?` makes the whole optional; glued on it would be lazy.
            '?' if is_quantified => refuse(ErrorKind::RegexQuantifier, at),
            '*' | '+' | '?' => self.quantifier(at, character),
            '{' => self.braces(at),
            '.' | '^' | '$' | '|' | ')' => {
                self.out.push(character);
                Ok(())
            }
            _ => {
                self.literal(character);
                Ok(())
            }
        }
    }

    /// Drops a comment, or what does not count in a verbose pattern; was it one?
    fn drop_comment(&mut self, at: usize, character: char) -> bool {
        match character {
            '(' if self.tail(at).starts_with("(?#") => {
                while self.rest.next().is_some_and(|(_, character)| character != ')') {}
            }
            '#' if self.flags.verbose => {
                while self.rest.next_if(|(_, character)| *character != '\n').is_some() {}
            }
            ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' if self.flags.verbose => {}
            _ => return false,
        }
        true
    }

    /// A quantifier; laziness does not matter for whether something matches, possession does.
    fn quantifier(&mut self, at: usize, sign: char) -> Step {
        self.out.push(sign);
        self.after_quantifier(at)
    }

    fn after_quantifier(&mut self, at: usize) -> Step {
        self.is_quantified = true;
        match self.peek() {
            Some('+') => refuse(ErrorKind::RegexQuantifier, at),
            Some('?') => {
                self.skip(1);
                self.out.push('?');
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// `{n}`, `{n,}`, `{n,m}`, `{,m}`; any other brace is itself.
    fn braces(&mut self, at: usize) -> Step {
        let inside = self.tail(at).get(1..).and_then(|tail| tail.split_once('}')).map(|(inside, _)| inside);
        // `{,}` is a quantifier in Python alone.
        let bounds = inside.and_then(bounds).filter(|bounds| !self.is_ruby() || *bounds != ("", Some("")));
        let Some((low, high)) = bounds else {
            self.literal('{');
            return Ok(());
        };
        let _ = match high {
            Some(high) => write!(self.out, "{{{},{high}}}", if low.is_empty() { "0" } else { low }),
            None => write!(self.out, "{{{low}}}"),
        };
        self.skip(inside.unwrap_or_default().chars().count().saturating_add(1));
        // In Ruby x{n}? makes the whole optional instead of lazy.
        if self.is_ruby() && high.is_none() && self.peek() == Some('?') {
            return refuse(ErrorKind::RegexQuantifier, at);
        }
        self.after_quantifier(at)
    }

    fn group(&mut self, at: usize) -> Step {
        let tail = self.tail(at).strip_prefix('(').unwrap_or_default();
        let refused = [
            ("?=", ErrorKind::RegexLookAround),
            ("?!", ErrorKind::RegexLookAround),
            ("?<=", ErrorKind::RegexLookAround),
            ("?<!", ErrorKind::RegexLookAround),
            ("?>", ErrorKind::RegexAtomic),
            ("?(", ErrorKind::RegexConditional),
            ("?P=", ErrorKind::RegexBackReference),
        ];
        if let Some((_, kind)) = refused.into_iter().find(|(sign, _)| tail.starts_with(sign)) {
            return refuse(kind, at);
        }
        if let Some(name) = tail.strip_prefix("?P<").or(tail.strip_prefix("?<")) {
            let name = name.split('>').next().unwrap_or_default();
            self.skip(if tail.starts_with("?P") { 3 } else { 2 });
            self.skip(name.chars().count().saturating_add(1));
        } else if let Some(flags) = tail.strip_prefix('?') {
            return self.inline_flags(at, flags);
        }
        self.out.push_str("(?:");
        Ok(())
    }
}

/// The bounds of a quantifier in braces: `(low, None)` for `{n}`, `(low, Some(high))` with a comma.
fn bounds(inside: &str) -> Option<(&str, Option<&str>)> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match inside.split_once(',') {
        Some((low, high)) if is_number(low) && is_number(high) => Some((low, Some(high))),
        None if is_number(inside) && !inside.is_empty() => Some((inside, None)),
        _ => None,
    }
}
