//! Translates a host's pattern to an equivalent one of the linear engine, or refuses it by name (rule O4).
//!
//! All that the engines read differently is written out: characters become code points, groups lose their captures, flags
//! are applied to each character, comments are dropped. URLs contain no line ends but ECMAScript's own two (rule O5), so `\Z`
//! and `$` are the end of the text in each dialect, also with flag m, and `.` is any character.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::CharIndices;

use tracehop_core::{Error, ErrorKind};

mod class;
mod code_points;
mod escape;
mod group;
mod quantifier;

/// The dialect of a pattern; what differs in the linear engine is translated or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Python's `re`, for text patterns.
    Python,
    /// Ruby's Regexp: `^` and `$` are line anchors, its flag m is dot-matches-all.
    Ruby,
    /// The syntax of the `regex` crate itself.
    Rust,
    /// ECMAScript's RegExp, as a browser compiles it.
    EcmaScript,
}

/// The flags of a pattern, named by their effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegexFlags {
    /// Letters match in any case (i).
    pub ignore_case: bool,
    /// `^` and `$` match at lines too (m in Python and ECMAScript; always so in Ruby).
    pub multi_line: bool,
    /// `.` matches line ends too (s in Python and ECMAScript, m in Ruby).
    pub dot_all: bool,
    /// Blanks and `#` comments do not count (x).
    pub verbose: bool,
    /// `\w`, `\d`, `\s` and `\b` are ASCII only (Python's a; in Ruby and ECMAScript the classes always are).
    pub ascii: bool,
    /// The pattern is read by code points (ECMAScript's u).
    pub unicode: bool,
}

impl RegexFlags {
    /// The flags of an ECMAScript RegExp by their letters: d (no effect), i, m, s and u; `None` if there are others, such as
    /// g and y, with which a RegExp remembers where it matched last.
    pub fn ecmascript(letters: &str) -> Option<Self> {
        letters.chars().try_fold(RegexFlags::default(), |flags, letter| {
            Some(match letter {
                'd' => flags,
                'i' => RegexFlags { ignore_case: true, ..flags },
                'm' => RegexFlags { multi_line: true, ..flags },
                's' => RegexFlags { dot_all: true, ..flags },
                'u' => RegexFlags { unicode: true, ..flags },
                _ => return None,
            })
        })
    }
}

/// A pattern for the linear engine, without flags of its own.
#[derive(Debug, Default)]
pub(super) struct Translated {
    pub(super) pattern: String,
    /// Patterns that must not match: the negative look-aheads, each with the pattern before it, and their offsets.
    pub(super) guards: Vec<(usize, Guard)>,
    /// The inside of a class of characters that the engine cannot read as the host does: no text with one matches.
    pub(super) doubtful: String,
}

/// A negative look-ahead: the pattern before it, and the pattern that must not follow.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) before: String,
    pub(super) refused: String,
}

/// Translates a pattern.
pub(super) fn translate(pattern: &str, flags: RegexFlags, dialect: Dialect) -> Result<Translated, Error> {
    let mut translator = Translator {
        pattern,
        rest: pattern.char_indices().peekable(),
        flags,
        dialect,
        out: String::new(),
        scopes: Vec::new(),
        last: Last::Nothing,
        has_alternatives: false,
        uses_boundary: false,
        folds: Vec::new(),
        guards: Vec::new(),
    };
    while let Some((at, character)) = translator.rest.next() {
        translator.step(at, character)?;
    }
    translator.finish()
}

struct Translator<'p> {
    pattern: &'p str,
    rest: Peekable<CharIndices<'p>>,
    /// The flags that apply here.
    flags: RegexFlags,
    dialect: Dialect,
    out: String,
    /// The groups that are open, the outermost first.
    scopes: Vec<Scope>,
    last: Last,
    /// True if an alternation is outside of all groups.
    has_alternatives: bool,
    uses_boundary: bool,
    /// What Ruby folds in its own way.
    folds: Vec<RubyLetter>,
    guards: Vec<(usize, Guard)>,
}

/// An open group: its offset, the flags around it, and the offset of a look-ahead's text in the output.
struct Scope {
    at: usize,
    flags: RegexFlags,
    guard: Option<usize>,
}

/// The kind of the last output, for a quantifier.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    Item,
    Quantifier,
}

/// How letters match in other cases.
#[derive(Clone, Copy, PartialEq)]
enum Folding {
    None,
    Ascii,
    Unicode,
}

type Step = Result<(), Error>;

fn refuse<T>(kind: ErrorKind, at: usize) -> Result<T, Error> {
    Err(Error::new(kind, at))
}

/// Python's letters that fold to each other beyond Unicode's simple folding.
const PYTHON_I: &str = "\\x{49}\\x{69}\\x{130}\\x{131}";

/// Characters that Ruby folds to several, or does not try again after a repeated letter (`/k*\W/i`), under flag i; each matters
/// to a pattern that has one of these letters, or a letter beyond ASCII.
const RUBY_FOLDING: [(RubyLetter, &str); 4] = [
    (RubyLetter::S, "\\x{df}\\x{17f}\\x{1e9e}\\x{fb05}\\x{fb06}"),
    (RubyLetter::F, "\\x{fb00}-\\x{fb04}"),
    (RubyLetter::K, "\\x{212a}"),
    (
        RubyLetter::BeyondAscii,
        "\\x{130}\\x{149}\\x{1f0}\\x{390}\\x{3b0}\\x{587}\\x{1e96}-\\x{1e9a}\\x{1f50}-\\x{1f56}\\x{1f80}-\\x{1faf}\
         \\x{1fb2}-\\x{1fb7}\\x{1fbc}\\x{1fc2}-\\x{1fc7}\\x{1fcc}\\x{1fd2}-\\x{1fd7}\\x{1fe2}-\\x{1fe7}\
         \\x{1ff2}-\\x{1ff7}\\x{1ffc}\\x{fb13}-\\x{fb17}",
    ),
];

/// The kinds of letters in a pattern that Ruby's flag i folds.
#[derive(Clone, Copy, PartialEq)]
enum RubyLetter {
    S,
    F,
    K,
    BeyondAscii,
}

impl RubyLetter {
    fn of(character: char) -> Option<Self> {
        match character {
            's' | 'S' => Some(RubyLetter::S),
            'f' | 'F' => Some(RubyLetter::F),
            'k' | 'K' => Some(RubyLetter::K),
            _ if character.is_ascii() => None,
            _ => Some(RubyLetter::BeyondAscii),
        }
    }
}

/// Characters that are part of a word for Ruby or for the engine, but not for both.
const RUBY_BOUNDARY: &str = "\\x{b2}\\x{b3}\\x{b9}\\x{bc}-\\x{be}\\x{200c}\\x{200d}";
/// The same for Python.
const PYTHON_BOUNDARY: &str = "[\\p{L}\\p{N}_]~~\\w";
/// Characters of two code units, which ECMAScript without flag u reads as two.
const ASTRAL: &str = "\\x{10000}-\\x{10ffff}";
/// The line ends that only ECMAScript knows.
const ECMASCRIPT_LINES: &str = "\\x{2028}\\x{2029}";

impl<'p> Translator<'p> {
    fn is(&self, dialect: Dialect) -> bool {
        self.dialect == dialect
    }

    /// The pattern from an offset on.
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

    fn folding(&self) -> Folding {
        match self.dialect {
            _ if !self.flags.ignore_case => Folding::None,
            Dialect::Python if self.flags.ascii => Folding::Ascii,
            Dialect::EcmaScript if !self.flags.unicode => Folding::Ascii,
            _ => Folding::Unicode,
        }
    }

    /// Writes a literal character.
    fn literal(&mut self, at: usize, character: char) -> Step {
        self.check_folding(at, character)?;
        let number = u32::from(character);
        let _ = match self.folding() {
            Folding::Unicode if self.is(Dialect::Python) && "Ii\u{130}\u{131}".contains(character) => {
                write!(self.out, "[{PYTHON_I}]")
            }
            Folding::Unicode => write!(self.out, "(?i:\\x{{{number:x}}})"),
            Folding::Ascii if character.is_ascii_alphabetic() => {
                write!(self.out, "[\\x{{{number:x}}}\\x{{{:x}}}]", number ^ 0x20)
            }
            _ => write!(self.out, "\\x{{{number:x}}}"),
        };
        self.last = Last::Item;
        Ok(())
    }

    /// Refuses a character that the engine does not read as the host does, in itself or in its other cases.
    fn check_folding(&mut self, at: usize, character: char) -> Step {
        let folding = self.folding();
        if folding == Folding::Unicode {
            self.folds.extend(RubyLetter::of(character));
        }
        let is_refused = match self.dialect {
            _ if character.is_ascii() => false,
            Dialect::Ruby => {
                let is_own = |(_, class): &(RubyLetter, &str)| code_points::contains(class, character);
                folding == Folding::Unicode && RUBY_FOLDING.iter().any(is_own)
            }
            // A character of two code units is two characters there.
            Dialect::EcmaScript => {
                folding == Folding::Ascii || (!self.flags.unicode && character > '\u{ffff}')
            }
            _ => false,
        };
        if is_refused { refuse(ErrorKind::RegexFlag, at) } else { Ok(()) }
    }

    /// Writes what the engine reads as the host does.
    fn item(&mut self, text: &str) -> Step {
        self.out.push_str(text);
        self.last = Last::Item;
        Ok(())
    }

    /// Writes what no quantifier can repeat.
    fn assertion(&mut self, text: &str) -> Step {
        self.out.push_str(text);
        self.last = Last::Nothing;
        Ok(())
    }

    fn step(&mut self, at: usize, character: char) -> Step {
        if self.drop_comment(at, character)? {
            return Ok(());
        }
        let is_ecmascript = self.is(Dialect::EcmaScript);
        match character {
            '\\' => self.escape(at),
            '[' => self.class(at),
            '(' => self.group(at),
            ')' => self.close(at),
            '|' => {
                self.has_alternatives |= self.scopes.is_empty();
                self.assertion("|")
            }
            '*' | '+' | '?' => self.quantifier(at, character),
            '{' => self.braces(at),
            ']' | '}' if is_ecmascript && self.flags.unicode => refuse(ErrorKind::RegexSyntax, at),
            '.' if is_ecmascript && !self.flags.dot_all => self.item(&format!("[^{ECMASCRIPT_LINES}]")),
            '.' => self.item("."),
            '^' => self.assertion("^"),
            '$' => self.assertion("$"),
            _ => self.literal(at, character),
        }
    }

    /// Drops a comment, or what does not count in a verbose pattern; returns true if it was one.
    fn drop_comment(&mut self, at: usize, character: char) -> Result<bool, Error> {
        match character {
            '(' if self.tail(at).starts_with("(?#") && !self.is(Dialect::EcmaScript) => {
                // A backslash escapes the parenthesis that would end the comment.
                match self.skip_to(')', true) {
                    true => Ok(true),
                    false => refuse(ErrorKind::RegexSyntax, at),
                }
            }
            '#' if self.flags.verbose => {
                // Only in Python a backslash escapes the line end too.
                self.skip_to('\n', self.is(Dialect::Python));
                Ok(true)
            }
            '\x0b' => Ok(self.flags.verbose && !self.is(Dialect::Ruby)),
            ' ' | '\t' | '\n' | '\r' | '\x0c' => Ok(self.flags.verbose),
            _ => Ok(false),
        }
    }

    /// Skips characters up to and with `end`, escaped ones too if there are escapes; returns false if `end` is absent.
    fn skip_to(&mut self, end: char, has_escapes: bool) -> bool {
        while let Some((_, character)) = self.rest.next() {
            match character {
                _ if character == end => return true,
                '\\' if has_escapes => self.skip(1),
                _ => {}
            }
        }
        false
    }

    fn finish(self) -> Result<Translated, Error> {
        if let Some(scope) = self.scopes.last() {
            return refuse(ErrorKind::RegexSyntax, scope.at);
        }
        if let (true, Some((at, _))) = (self.has_alternatives, self.guards.first()) {
            return refuse(ErrorKind::RegexLookAround, *at);
        }
        let doubtful = match self.dialect {
            Dialect::Python if self.uses_boundary => PYTHON_BOUNDARY.to_owned(),
            Dialect::Python | Dialect::Rust => String::new(),
            Dialect::Ruby => {
                let folding = RUBY_FOLDING.iter().filter(|(letter, _)| self.folds.contains(letter));
                let boundary = self.uses_boundary.then_some(RUBY_BOUNDARY);
                folding.map(|(_, class)| *class).chain(boundary).collect()
            }
            Dialect::EcmaScript => {
                let lines = self.flags.multi_line.then_some(ECMASCRIPT_LINES);
                let astral = (!self.flags.unicode).then_some(ASTRAL);
                lines.into_iter().chain(astral).collect()
            }
        };
        Ok(Translated { pattern: self.out, guards: self.guards, doubtful })
    }
}

#[cfg(test)]
mod tests {
    use super::RegexFlags;

    #[test]
    fn each_letter_of_ecmascript_is_its_flag() {
        let letters = |flags: RegexFlags| {
            let set = [flags.ignore_case, flags.multi_line, flags.dot_all, flags.unicode];
            set.iter()
                .zip("imsu".chars())
                .filter(|(is_set, _)| **is_set)
                .map(|(_, letter)| letter)
                .collect::<String>()
        };
        for given in ["", "i", "m", "s", "u", "imsu"] {
            assert_eq!(RegexFlags::ecmascript(given).map(letters).as_deref(), Some(given));
        }
        assert_eq!(RegexFlags::ecmascript("d"), Some(RegexFlags::default()));
        assert_eq!(RegexFlags::ecmascript("g"), None);
    }
}
