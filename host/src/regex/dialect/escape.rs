//! Character classes, and what stands behind a backslash.

use std::fmt::Write;

use tracehop_core::ErrorKind;

use super::{Step, Translator, refuse};

/// What stood before a character of a class: a dash behind a member makes a range, any other is itself.
#[derive(PartialEq)]
enum Before {
    Member,
    Dash,
    Other,
}

impl Translator<'_> {
    /// A character class, member by member; in Ruby nested classes and intersections are refused.
    pub(super) fn class(&mut self, at: usize) -> Step {
        let folds_ascii = self.folds_ascii();
        self.out.push_str(if folds_ascii { "(?-u:[" } else { "[" });
        if self.take('^') {
            // Without Unicode "not k" would match half a character.
            if folds_ascii {
                return refuse(ErrorKind::RegexFlag, at);
            }
            self.out.push('^');
        }
        let (mut is_first, mut before) = (true, Before::Other);
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
                '-' if before == Before::Member && self.peek() != Some(']') => self.out.push('-'),
                _ => self.class_member(character),
            }
            let is_range = character == '-' && before == Before::Member;
            before = match before {
                Before::Member if is_range => Before::Dash,
                Before::Dash => Before::Other,
                _ => Before::Member,
            };
            is_first = false;
        }
        refuse(ErrorKind::RegexSyntax, at)
    }

    pub(super) fn escape(&mut self, at: usize, in_class: bool) -> Step {
        let Some((_, character)) = self.rest.next() else { return refuse(ErrorKind::RegexSyntax, at) };
        match character {
            'w' | 'W' | 'd' | 'D' | 's' | 'S' => self.shorthand(character, in_class),
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
    fn shorthand(&mut self, letter: char, in_class: bool) {
        let is_ascii = self.is_ruby() || self.flags.ascii;
        // Else an ASCII class would take in what folds to its letters.
        let (open, close) = if is_ascii && !in_class { ("(?-i:", ")") } else { ("", "") };
        let members = match (letter, is_ascii) {
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
        };
        let _ = write!(self.out, "{open}{members}{close}");
    }

    fn boundary(&mut self, letter: char) {
        let (open, close) = if self.flags.ascii { ("(?-u:", ")") } else { ("", "") };
        let _ = write!(self.out, "{open}\\{letter}{close}");
    }

    /// A code point of so many hex digits; Ruby writes one of any length in braces too.
    fn code_point(&mut self, at: usize, in_class: bool, digits: std::ops::RangeInclusive<usize>) -> Step {
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
