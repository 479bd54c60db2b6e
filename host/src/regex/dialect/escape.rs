//! Escapes: what follows a backslash.

use tracehop_core::{Error, ErrorKind};

use super::{Dialect, Folding, Step, Translator, refuse};

/// The meaning of an escape.
pub(super) enum Escape {
    Character(char),
    /// The inside of a class of the engine.
    Set(String),
    /// A match between characters.
    Assertion(&'static str),
}

const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = "\\t\\n\\x0b\\x0c\\r\\x20";
const ECMASCRIPT_SPACE: &str = "\\t\\n\\x0b\\x0c\\r\\x20\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

/// Ruby's POSIX brackets and properties of the same names.
const POSIX: [(&str, &str); 12] = [
    ("alnum", "\\p{Alphabetic}\\p{Nd}"),
    ("alpha", "\\p{Alphabetic}"),
    ("ascii", "\\x00-\\x7f"),
    ("blank", "\\p{Zs}\\t"),
    ("cntrl", "\\p{Cc}"),
    ("digit", "\\p{Nd}"),
    ("lower", "\\p{Lowercase}"),
    ("punct", "\\p{P}$+<=>^`|~"),
    ("space", "\\p{White_Space}"),
    ("upper", "\\p{Uppercase}"),
    ("word", "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"),
    ("xdigit", "0-9A-Fa-f"),
];

impl Translator<'_> {
    /// An escape outside of a class.
    pub(super) fn escape(&mut self, at: usize) -> Step {
        match self.escaped(at, false)? {
            Escape::Character(character) => self.literal(at, character),
            Escape::Set(set) => self.item(&format!("[{set}]")),
            Escape::Assertion(written) => self.assertion(written),
        }
    }

    /// Reads an escape whose backslash is at `at`.
    pub(super) fn escaped(&mut self, at: usize, in_class: bool) -> Result<Escape, Error> {
        let Some((_, letter)) = self.rest.next() else { return refuse(ErrorKind::RegexSyntax, at) };
        let (is_ruby, is_python) = (self.is(Dialect::Ruby), self.is(Dialect::Python));
        let is_ecmascript = self.is(Dialect::EcmaScript);
        let character = match letter {
            'w' | 'W' | 'd' | 'D' | 's' | 'S' => return self.shorthand(at, letter),
            'h' | 'H' if is_ruby => return Ok(set("0-9A-Fa-f", letter == 'H')),
            'p' | 'P' if is_ruby => return self.property(at, letter == 'P'),
            'b' if in_class => '\x08',
            'b' | 'B' if !in_class => return self.boundary(at, letter == 'b'),
            'A' if !in_class && !is_ecmascript => return Ok(Escape::Assertion("\\A")),
            'Z' | 'z' if !in_class && !is_ecmascript => return Ok(Escape::Assertion("\\z")),
            'G' | 'K' if !in_class && !is_ecmascript => return refuse(ErrorKind::RegexAnchor, at),
            'a' if !is_ecmascript => '\x07',
            'e' if is_ruby => '\x1b',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' if is_ruby => return self.bytes(at),
            'x' => self.code_point(at, 2)?,
            'u' if self.take_brace() => self.code_point_in_braces(at)?,
            'u' => self.code_point(at, 4)?,
            'U' if is_python => self.code_point(at, 8)?,
            '0'..='9' => return self.number(at, letter, in_class),
            'k' | 'g' if !is_python => return refuse(ErrorKind::RegexBackReference, at),
            'c' | 'p' | 'P' => return refuse(ErrorKind::RegexEscape, at),
            _ if letter.is_ascii_alphanumeric() && (!is_ecmascript || self.flags.unicode) => {
                return refuse(ErrorKind::RegexEscape, at);
            }
            _ => letter,
        };
        Ok(Escape::Character(character))
    }

    /// `\w` and the like: ASCII in Ruby, in ECMAScript and under Python's flag a, else what Python calls alphanumeric.
    fn shorthand(&self, at: usize, letter: char) -> Result<Escape, Error> {
        let is_ascii = !self.is(Dialect::Python) || self.flags.ascii;
        let is_word = letter.eq_ignore_ascii_case(&'w');
        if self.is(Dialect::EcmaScript) && is_word && self.folding() == Folding::Unicode {
            return refuse(ErrorKind::RegexFlag, at);
        }
        let members = match (letter.to_ascii_lowercase(), is_ascii) {
            ('w', true) => WORD,
            ('d', true) => "0-9",
            ('s', true) if self.is(Dialect::EcmaScript) => ECMASCRIPT_SPACE,
            ('s', true) => SPACE,
            ('w', false) => "\\p{L}\\p{N}_",
            ('d', false) => "\\p{Nd}",
            _ => "\\s",
        };
        Ok(set(members, letter.is_ascii_uppercase()))
    }

    fn boundary(&mut self, at: usize, is_boundary: bool) -> Result<Escape, Error> {
        let is_ascii = self.is(Dialect::EcmaScript) || (self.is(Dialect::Python) && self.flags.ascii);
        if self.is(Dialect::EcmaScript) && self.folding() == Folding::Unicode {
            return refuse(ErrorKind::RegexFlag, at);
        }
        self.uses_boundary |= !is_ascii;
        Ok(Escape::Assertion(match (is_ascii, is_boundary) {
            (true, true) => "(?-u:\\b)",
            (true, false) => "(?-u:\\B)",
            (false, true) => "\\b",
            (false, false) => "\\B",
        }))
    }

    /// The value of at most `most` hex digits, and their number.
    fn hex(&mut self, most: usize) -> (u32, usize) {
        let (mut value, mut count) = (0_u32, 0_usize);
        while count < most
            && let Some(digit) = self.peek().and_then(|character| character.to_digit(16))
        {
            value = value.wrapping_shl(4) | digit;
            count = count.saturating_add(1);
            self.skip(1);
        }
        (value, count)
    }

    fn code_point(&mut self, at: usize, digits: usize) -> Result<char, Error> {
        let (value, count) = self.hex(digits);
        let character = char::from_u32(value).filter(|_| count == digits);
        character.ok_or(Error::new(ErrorKind::RegexEscape, at))
    }

    /// Takes the brace of `\u{...}`, which Ruby has, and ECMAScript under flag u.
    fn take_brace(&mut self) -> bool {
        (self.is(Dialect::Ruby) || (self.is(Dialect::EcmaScript) && self.flags.unicode)) && self.take('{')
    }

    fn code_point_in_braces(&mut self, at: usize) -> Result<char, Error> {
        let (value, count) = self.hex(6);
        let character = char::from_u32(value).filter(|_| count > 0 && self.take('}'));
        character.ok_or(Error::new(ErrorKind::RegexEscape, at))
    }

    /// Ruby's `\xHH` is a byte: a character outside of ASCII is several in sequence.
    fn bytes(&mut self, at: usize) -> Result<Escape, Error> {
        let mut bytes = Vec::new();
        loop {
            let (value, count) = self.hex(2);
            let Ok(byte) = u8::try_from(value) else { return refuse(ErrorKind::RegexEscape, at) };
            if count == 0 {
                return refuse(ErrorKind::RegexEscape, at);
            }
            bytes.push(byte);
            if let Ok(text) = std::str::from_utf8(&bytes)
                && let Some(character) = text.chars().next()
            {
                return Ok(Escape::Character(character));
            }
            let here = self.rest.peek().map_or(self.pattern.len(), |(at, _)| *at);
            if bytes.len() == 4 || !self.tail(here).starts_with("\\x") {
                return refuse(ErrorKind::RegexEscape, at);
            }
            self.skip(2);
        }
    }

    /// Digits: an octal code or a back-reference.
    fn number(&mut self, at: usize, first: char, in_class: bool) -> Result<Escape, Error> {
        let digits: String = self.tail(at).chars().skip(1).take(3).take_while(|c| c.is_digit(8)).collect();
        let is_strict = self.is(Dialect::EcmaScript) && self.flags.unicode;
        let is_octal = first == '0' || digits.len() == 3 || (in_class && !digits.is_empty());
        if is_strict && (first != '0' || self.peek().is_some_and(|next| next.is_ascii_digit())) {
            return refuse(ErrorKind::RegexBackReference, at);
        }
        if !is_octal {
            let kind = if in_class { ErrorKind::RegexEscape } else { ErrorKind::RegexBackReference };
            return refuse(kind, at);
        }
        let value =
            digits.chars().filter_map(|digit| digit.to_digit(8)).fold(0, |value, digit| value * 8 + digit);
        // Above ASCII Ruby reads a byte, and no host reads more than 0o377.
        let most = if self.is(Dialect::Ruby) { 0o177 } else { 0o377 };
        let character = char::from_u32(value).filter(|_| value <= most);
        self.skip(digits.len().saturating_sub(1));
        character.map(Escape::Character).ok_or(Error::new(ErrorKind::RegexEscape, at))
    }

    /// `[:alpha:]` and `[:^alpha:]` inside of a class; `at` is the bracket.
    pub(super) fn posix_class(&mut self, at: usize) -> Result<Escape, Error> {
        let name =
            self.tail(at).strip_prefix("[:").and_then(|tail| tail.split_once(":]")).map(|(name, _)| name);
        let Some(name) = name else { return refuse(ErrorKind::RegexClass, at) };
        self.skip(name.chars().count().saturating_add(":".len() + ":]".len()));
        posix(name, false).ok_or(Error::new(ErrorKind::RegexClass, at))
    }

    /// `\p{Alpha}`, `\p{^Alpha}`, `\P{Alpha}`; only properties with the name of a POSIX bracket.
    fn property(&mut self, at: usize, is_negated: bool) -> Result<Escape, Error> {
        let name = self.tail(at).get(2..).and_then(|tail| tail.strip_prefix('{')?.split_once('}'));
        let Some((name, _)) = name else { return refuse(ErrorKind::RegexEscape, at) };
        self.skip(name.chars().count().saturating_add(2));
        // Its members fold too, also to several characters.
        if self.folding() != Folding::None {
            return refuse(ErrorKind::RegexFlag, at);
        }
        posix(name, is_negated).ok_or(Error::new(ErrorKind::RegexEscape, at))
    }
}

fn posix(name: &str, is_negated: bool) -> Option<Escape> {
    let (is_negated, name) = match name.strip_prefix('^') {
        Some(name) => (!is_negated, name),
        None => (is_negated, name),
    };
    let (_, members) = POSIX.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
    Some(set(members, is_negated))
}

fn set(members: &str, is_negated: bool) -> Escape {
    Escape::Set(format!("{}{members}", if is_negated { "^" } else { "" }))
}
