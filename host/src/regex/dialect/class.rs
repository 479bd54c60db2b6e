//! Character classes, written as the code points that they contain.

use std::fmt::Write;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use tracehop_core::ErrorKind;

use super::code_points::parsed;
use super::escape::Escape;
use super::{Dialect, Error, Folding, PYTHON_I, Step, Translator, refuse};

/// The content of a class so far: characters, which fold under flag i, and sets such as `\d`, which do not.
struct Members {
    folding: Folding,
    is_python: bool,
    characters: ClassUnicode,
    sets: ClassUnicode,
}

impl Members {
    fn push(&mut self, low: char, high: char) {
        self.characters.push(ClassUnicodeRange::new(low, high));
    }

    /// All of them, folded.
    fn finish(mut self, is_negated: bool) -> ClassUnicode {
        match self.folding {
            Folding::None => {}
            Folding::Ascii => {
                let mut letters = parsed("A-Za-z");
                letters.intersect(&self.characters);
                // A class of only ASCII letters folds to two characters beyond ASCII.
                let _ = letters.try_case_fold_simple();
                letters.intersect(&parsed("A-Za-z"));
                self.characters.union(&letters);
            }
            Folding::Unicode => {
                let folded = parsed(PYTHON_I);
                let is_touched = self.is_python
                    && folded.iter().any(|range| {
                        self.characters
                            .iter()
                            .any(|own| own.start() <= range.end() && range.start() <= own.end())
                    });
                let _ = self.characters.try_case_fold_simple();
                if is_touched {
                    self.characters.union(&folded);
                }
            }
        }
        self.characters.union(&self.sets);
        if is_negated {
            self.characters.negate();
        }
        self.characters
    }
}

impl Translator<'_> {
    /// A character class, member by member; in Ruby nested classes and intersections are refused.
    pub(super) fn class(&mut self, at: usize) -> Step {
        let is_negated = self.take('^');
        let mut members = Members {
            folding: self.folding(),
            is_python: self.is(Dialect::Python),
            characters: ClassUnicode::empty(),
            sets: ClassUnicode::empty(),
        };
        let mut is_first = !self.is(Dialect::EcmaScript);
        loop {
            let Some((here, character)) = self.rest.next() else { return refuse(ErrorKind::RegexSyntax, at) };
            if character == ']' && !is_first {
                break;
            }
            is_first = false;
            match self.member(here, character)? {
                Escape::Character(low) => self.range(here, low, &mut members)?,
                Escape::Set(set) => self.set_member(here, &set, &mut members)?,
                Escape::Assertion(_) => return refuse(ErrorKind::RegexEscape, here),
            }
        }
        let class = members.finish(is_negated);
        self.out.push('[');
        if class.iter().next().is_none() {
            // It is empty.
            self.out.push_str("^\\x{0}-\\x{10ffff}");
        }
        for range in class.iter() {
            let _ =
                write!(self.out, "\\x{{{:x}}}-\\x{{{:x}}}", u32::from(range.start()), u32::from(range.end()));
        }
        self.item("]")
    }

    fn member(&mut self, here: usize, character: char) -> Result<Escape, Error> {
        match character {
            '\\' => self.escaped(here, true),
            '[' if self.is(Dialect::Ruby) => self.posix_class(here),
            '&' if self.is(Dialect::Ruby) && self.peek() == Some('&') => refuse(ErrorKind::RegexClass, here),
            _ => Ok(Escape::Character(character)),
        }
    }

    /// A character, or the range that it begins.
    fn range(&mut self, here: usize, low: char, members: &mut Members) -> Step {
        let is_range = self.peek() == Some('-') && !self.dash_is_last();
        if !is_range {
            // Ruby folds such a character only if it is alone in a class: `/[éa]/i` does not match É.
            if self.is(Dialect::Ruby) && members.folding == Folding::Unicode && !low.is_ascii() {
                return refuse(ErrorKind::RegexFlag, here);
            }
            self.check_folding(here, low)?;
            members.push(low, low);
            return Ok(());
        }
        self.skip(1);
        let Some((there, character)) = self.rest.next() else { return refuse(ErrorKind::RegexSyntax, here) };
        match self.member(there, character)? {
            Escape::Character(high) if low > high => refuse(ErrorKind::RegexSyntax, here),
            Escape::Character(high) => {
                // Each host folds the ends of a range in its own way.
                if members.folding != Folding::None && !(low.is_ascii() && high.is_ascii()) {
                    return refuse(ErrorKind::RegexFlag, here);
                }
                self.check_folding(here, low)?;
                members.push(low, high);
                Ok(())
            }
            Escape::Set(set) if !self.is_strict() => {
                members.push(low, low);
                members.push('-', '-');
                self.set_member(there, &set, members)
            }
            _ => refuse(ErrorKind::RegexClass, here),
        }
    }

    /// A set such as `\d`; a dash after it is a dash.
    fn set_member(&mut self, here: usize, set: &str, members: &mut Members) -> Step {
        let set = parsed(set);
        let reaches_beyond_ascii = set.iter().any(|range| !range.end().is_ascii());
        // In Ruby its members fold too, even to several characters.
        if self.is(Dialect::Ruby) && members.folding != Folding::None && reaches_beyond_ascii {
            return refuse(ErrorKind::RegexFlag, here);
        }
        members.sets.union(&set);
        if self.peek() == Some('-') && !self.dash_is_last() {
            if self.is_strict() {
                return refuse(ErrorKind::RegexClass, here);
            }
            self.skip(1);
            members.push('-', '-');
        }
        Ok(())
    }

    /// True if a set at the end of a range is an error.
    fn is_strict(&self) -> bool {
        !self.is(Dialect::EcmaScript) || self.flags.unicode
    }

    /// True if the dash that comes next is the last member of its class.
    fn dash_is_last(&mut self) -> bool {
        let at = self.rest.peek().map_or(self.pattern.len(), |(at, _)| *at);
        self.tail(at).starts_with("-]")
    }
}
