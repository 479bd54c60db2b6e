//! Groups, inline flags and look-aheads.

use tracehop_core::ErrorKind;

use super::{Dialect, Guard, Last, RegexFlags, Scope, Step, Translator, refuse};

impl Translator<'_> {
    pub(super) fn group(&mut self, at: usize) -> Step {
        let tail = self.tail(at).strip_prefix('(').unwrap_or_default();
        let refused = [
            ("?=", ErrorKind::RegexLookAround),
            ("?<=", ErrorKind::RegexLookAround),
            ("?<!", ErrorKind::RegexLookAround),
            ("?>", ErrorKind::RegexAtomic),
            ("?(", ErrorKind::RegexConditional),
            ("?P=", ErrorKind::RegexBackReference),
            ("?P>", ErrorKind::RegexBackReference),
        ];
        if let Some((_, kind)) = refused.into_iter().find(|(prefix, _)| tail.starts_with(prefix)) {
            return refuse(kind, at);
        }
        let named = ["?P<", "?<"].into_iter().find(|prefix| tail.starts_with(prefix));
        match (named, tail.strip_prefix('?')) {
            (Some(prefix), _) => self.skip_name(at, prefix),
            (None, Some(tail)) if tail.starts_with('!') => self.look_ahead(at),
            (None, Some(tail)) => self.inline_flags(at, tail),
            (None, None) => {
                self.open(at, "(?:");
                Ok(())
            }
        }
    }

    fn open(&mut self, at: usize, written: &str) {
        self.scopes.push(Scope { at, flags: self.flags, guard: None });
        self.out.push_str(written);
        self.last = Last::Nothing;
    }

    pub(super) fn close(&mut self, at: usize) -> Step {
        let Some(scope) = self.scopes.pop() else { return refuse(ErrorKind::RegexSyntax, at) };
        self.flags = scope.flags;
        let Some(start) = scope.guard else { return self.item(")") };
        let refused = self.out.split_off(start);
        self.guards.push((scope.at, Guard { before: self.out.clone(), refused }));
        self.last = Last::Nothing;
        Ok(())
    }

    /// A negative look-ahead outside of all groups: a second pattern that must not match.
    fn look_ahead(&mut self, at: usize) -> Step {
        if !self.scopes.is_empty() {
            return refuse(ErrorKind::RegexLookAround, at);
        }
        self.skip("?!".len());
        self.scopes.push(Scope { at, flags: self.flags, guard: Some(self.out.len()) });
        self.last = Last::Nothing;
        Ok(())
    }

    fn skip_name(&mut self, at: usize, prefix: &str) -> Step {
        let is_python = self.is(Dialect::Python);
        let name = self.tail(at).get(prefix.len().saturating_add(1)..).and_then(|tail| tail.split_once('>'));
        let Some((name, _)) = name.filter(|_| is_python == (prefix == "?P<")) else {
            return refuse(ErrorKind::RegexSyntax, at);
        };
        self.skip(prefix.len().saturating_add(name.chars().count()).saturating_add(1));
        self.open(at, "(?:");
        Ok(())
    }

    /// `(?flags)` at the very beginning, or `(?flags-flags:` around a group.
    fn inline_flags(&mut self, at: usize, tail: &str) -> Step {
        let end = tail.find([':', ')']).unwrap_or(tail.len());
        let (letters, closing) = tail.split_at_checked(end).unwrap_or_default();
        let (on, off) = letters.split_once('-').unwrap_or((letters, ""));
        self.skip(letters.chars().count().saturating_add(2));
        let mut flags = self.flags;
        let is_set = on.chars().all(|letter| self.set(&mut flags, letter, true))
            && off
                .chars()
                .all(|letter| letter != 'a' && letter != 'u' && self.set(&mut flags, letter, false));
        let is_whole = closing.starts_with(')');
        let is_first = self.out.is_empty() && self.scopes.is_empty() && off.is_empty();
        if !is_set || closing.is_empty() || (is_whole && !is_first) {
            return refuse(ErrorKind::RegexFlag, at);
        }
        if !is_whole {
            self.open(at, "(?:");
        }
        self.flags = flags;
        Ok(())
    }

    /// Sets a flag by its letter in this dialect; returns false if it has no equivalent.
    fn set(&self, flags: &mut RegexFlags, letter: char, is_on: bool) -> bool {
        match (letter, self.dialect) {
            (_, Dialect::EcmaScript) => return false,
            ('i', _) => flags.ignore_case = is_on,
            ('x', _) => flags.verbose = is_on,
            // They are about line ends, which no URL has.
            ('m', _) | ('s', Dialect::Python) => {}
            ('a', Dialect::Python) => flags.ascii = true,
            ('u', Dialect::Python) => flags.ascii = false,
            _ => return false,
        }
        true
    }
}
