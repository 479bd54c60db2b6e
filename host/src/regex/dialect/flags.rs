//! Inline flags: at the very beginning of a pattern, or around a group.

use tracehop_core::ErrorKind;

use super::{Dialect, Step, Translator, refuse};

impl Translator<'_> {
    /// `(?flags)` at the very beginning, or `(?flags-flags:` around a group.
    pub(super) fn inline_flags(&mut self, at: usize, tail: &str) -> Step {
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
}
