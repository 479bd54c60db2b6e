//! From a host's pattern to one of the linear engine that means the same, or a refusal by name (rule O4).
//!
//! Whatever the two engines read differently is written out: escaped punctuation and class members become code
//! points, groups lose their captures, blanks and comments of verbose patterns are dropped. URLs hold no line ends
//! (rule O5), so `\Z` is the end of the text in both languages.

use alloc::string::String;
use core::fmt::Write;
use core::iter::Peekable;
use core::str::CharIndices;

use super::{Dialect, RegexFlags};
use crate::error::{Error, ErrorKind};

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
        match character {
            '\\' => self.escape(at, false),
            '[' => self.class(at),
            '(' => self.group(at),
            '*' | '+' | '?' => self.quantifier(at, character),
            '{' => self.braces(at),
            ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' if self.flags.verbose => Ok(()),
            '#' if self.flags.verbose => {
                while self.rest.next_if(|(_, character)| *character != '\n').is_some() {}
                Ok(())
            }
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

    /// A quantifier; laziness does not matter for whether something matches, possession does.
    fn quantifier(&mut self, at: usize, sign: char) -> Step {
        self.out.push(sign);
        self.after_quantifier(at)
    }

    fn after_quantifier(&mut self, at: usize) -> Step {
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
        let Some((low, high)) = inside.and_then(bounds) else {
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
        if tail.starts_with("?#") {
            while self.rest.next().is_some_and(|(_, character)| character != ')') {}
            return Ok(());
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

    /// `(?flags)` at the very beginning, or `(?flags-flags:` around a group.
    fn inline_flags(&mut self, at: usize, tail: &str) -> Step {
        let end = tail.find([':', ')']).unwrap_or(tail.len());
        let (letters, closing) = tail.split_at_checked(end).unwrap_or_default();
        let (on, off) = letters.split_once('-').unwrap_or((letters, ""));
        self.skip(letters.chars().count().saturating_add(2));
        if closing.starts_with(')') {
            return if self.out.is_empty() && off.is_empty() {
                self.set_flags(at, on)
            } else {
                refuse(ErrorKind::RegexFlag, at)
            };
        }
        self.out.push_str("(?");
        self.write_flags(at, on)?;
        if off.chars().any(|letter| letter != 'x') {
            self.out.push('-');
            self.write_flags(at, off)?;
        }
        self.out.push(':');
        // What is verbose is dropped here, so the whole pattern must agree.
        if on.contains('x') != self.flags.verbose && (on.contains('x') || off.contains('x')) {
            return refuse(ErrorKind::RegexFlag, at);
        }
        Ok(())
    }

    fn set_flags(&mut self, at: usize, letters: &str) -> Step {
        for letter in letters.chars() {
            match (letter, self.dialect) {
                ('i', _) => self.flags.ignore_case = true,
                ('x', _) => self.flags.verbose = true,
                ('m', Dialect::Ruby) | ('s', Dialect::Python) => self.flags.dot_all = true,
                ('m', _) => self.flags.multi_line = true,
                ('a', Dialect::Python) => self.flags.ascii = true,
                ('u', Dialect::Python) => {}
                _ => return refuse(ErrorKind::RegexFlag, at),
            }
        }
        Ok(())
    }

    fn write_flags(&mut self, at: usize, letters: &str) -> Step {
        for letter in letters.chars() {
            match (letter, self.dialect) {
                ('i', _) if !self.flags.ascii => self.out.push('i'),
                ('m', Dialect::Ruby) | ('s', Dialect::Python) => self.out.push('s'),
                ('m', _) => self.out.push('m'),
                ('x', _) => {}
                _ => return refuse(ErrorKind::RegexFlag, at),
            }
        }
        Ok(())
    }

    /// A character class, member by member; in Ruby nested classes and intersections are refused.
    fn class(&mut self, at: usize) -> Step {
        let folds_ascii = self.folds_ascii();
        self.out.push_str(if folds_ascii { "(?-u:[" } else { "[" });
        if self.take('^') {
            // Without Unicode "not k" would match half a character.
            if folds_ascii {
                return refuse(ErrorKind::RegexFlag, at);
            }
            self.out.push('^');
        }
        let mut is_first = true;
        while let Some((here, character)) = self.rest.next() {
            match character {
                ']' if !is_first => {
                    self.out.push_str(if folds_ascii { "])" } else { "]" });
                    return Ok(());
                }
                '[' if self.is_ruby() => return refuse(ErrorKind::RegexClass, here),
                '&' if self.is_ruby() && self.peek() == Some('&') => {
                    return refuse(ErrorKind::RegexClass, here);
                }
                _ if folds_ascii && !character.is_ascii() => return refuse(ErrorKind::RegexFlag, here),
                '\\' => self.escape(here, true)?,
                '-' if !is_first && self.peek() != Some(']') => self.out.push('-'),
                _ => self.class_member(character),
            }
            is_first = false;
        }
        refuse(ErrorKind::RegexSyntax, at)
    }

    fn escape(&mut self, at: usize, in_class: bool) -> Step {
        let Some((_, character)) = self.rest.next() else { return refuse(ErrorKind::RegexSyntax, at) };
        match character {
            'w' | 'W' | 'd' | 'D' | 's' | 'S' => self.shorthand(character),
            'h' | 'H' if self.is_ruby() => {
                self.out.push_str(if character == 'h' { "[0-9A-Fa-f]" } else { "[^0-9A-Fa-f]" })
            }
            'b' if in_class => self.class_member('\x08'),
            'b' | 'B' if !in_class => self.boundary(character),
            'A' if !in_class => self.out.push_str("\\A"),
            'Z' | 'z' if !in_class => self.out.push_str("\\z"),
            'G' | 'K' if !in_class => return refuse(ErrorKind::RegexAnchor, at),
            'a' => self.character(in_class, '\x07'),
            'e' if self.is_ruby() => self.character(in_class, '\x1b'),
            'f' => self.character(in_class, '\x0c'),
            'n' => self.character(in_class, '\n'),
            'r' => self.character(in_class, '\r'),
            't' => self.character(in_class, '\t'),
            'v' => self.character(in_class, '\x0b'),
            'x' => return self.code_point(at, in_class, 1..=2),
            'u' => return self.code_point(at, in_class, 4..=4),
            'U' if !self.is_ruby() => return self.code_point(at, in_class, 8..=8),
            '1'..='9' if !in_class => return refuse(ErrorKind::RegexBackReference, at),
            'k' | 'g' if self.is_ruby() => return refuse(ErrorKind::RegexBackReference, at),
            _ if character.is_ascii_alphanumeric() => return refuse(ErrorKind::RegexEscape, at),
            _ => self.character(in_class, character),
        }
        Ok(())
    }

    /// `\w` and its kin: ASCII in Ruby and under Python's flag a, else what Python calls alphanumeric.
    fn shorthand(&mut self, letter: char) {
        let is_ascii = self.is_ruby() || self.flags.ascii;
        self.out.push_str(match (letter, is_ascii) {
            ('w', true) => "[0-9A-Za-z_]",
            ('W', true) => "[^0-9A-Za-z_]",
            ('d', true) => "[0-9]",
            ('D', true) => "[^0-9]",
            ('s', true) => "[\\t\\n\\x0b\\x0c\\r\\x20]",
            ('S', true) => "[^\\t\\n\\x0b\\x0c\\r\\x20]",
            ('w', false) => "[\\p{L}\\p{N}_]",
            ('W', false) => "[^\\p{L}\\p{N}_]",
            ('d', false) => "\\d",
            ('D', false) => "\\D",
            ('s', false) => "\\s",
            _ => "\\S",
        });
    }

    fn boundary(&mut self, letter: char) {
        let (open, close) = if self.flags.ascii { ("(?-u:", ")") } else { ("", "") };
        let _ = write!(self.out, "{open}\\{letter}{close}");
    }

    /// A code point of so many hex digits; Ruby writes one of any length in braces too.
    fn code_point(&mut self, at: usize, in_class: bool, digits: core::ops::RangeInclusive<usize>) -> Step {
        let in_braces = self.is_ruby() && *digits.end() == 4 && self.take('{');
        let most = if in_braces { 6 } else { *digits.end() };
        let (mut value, mut count) = (0_u32, 0_usize);
        while let Some(digit) =
            self.peek().and_then(|character| character.to_digit(16)).filter(|_| count < most)
        {
            value = value.wrapping_shl(4) | digit;
            count = count.saturating_add(1);
            self.skip(1);
        }
        let is_complete = if in_braces { count > 0 && self.take('}') } else { digits.contains(&count) };
        match char::from_u32(value).filter(|_| is_complete) {
            Some(character) if in_class && self.folds_ascii() && !character.is_ascii() => {
                refuse(ErrorKind::RegexFlag, at)
            }
            Some(character) => {
                self.character(in_class, character);
                Ok(())
            }
            None => refuse(ErrorKind::RegexEscape, at),
        }
    }
}

/// The bounds of a quantifier in braces: `(low, None)` for `{n}`, `(low, Some(high))` with a comma.
fn bounds(inside: &str) -> Option<(&str, Option<&str>)> {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match inside.split_once(',') {
        Some((low, high)) if is_number(low) && is_number(high) && !(low.is_empty() && high.is_empty()) => {
            Some((low, Some(high)))
        }
        None if is_number(inside) && !inside.is_empty() => Some((inside, None)),
        _ => None,
    }
}
