//! Quantifiers. Laziness does not change whether a text matches; possession does.

use std::fmt::Write;

use tracehop_core::ErrorKind;

use super::{Dialect, Last, Step, Translator, refuse};

impl Translator<'_> {
    pub(super) fn quantifier(&mut self, at: usize, character: char) -> Step {
        // After a quantifier and something that was dropped, Ruby's `?` makes the whole optional; here it would be lazy.
        if self.last == Last::Quantifier && character == '?' {
            return refuse(ErrorKind::RegexQuantifier, at);
        }
        self.check_item(at)?;
        self.out.push(character);
        self.end_quantifier(at)
    }

    /// `{n}`, `{n,}`, `{n,m}`, `{,m}`; any other brace is itself.
    pub(super) fn braces(&mut self, at: usize) -> Step {
        let inside = self.tail(at).get(1..).and_then(|tail| tail.split_once('}')).map(|(inside, _)| inside);
        let is_read = |(low, high): &(&str, Option<&str>)| match self.dialect {
            Dialect::EcmaScript => !low.is_empty(),
            // `{,}` is a quantifier only in Python.
            Dialect::Ruby => (*low, *high) != ("", Some("")),
            _ => true,
        };
        let Some((low, high)) = inside.and_then(bounds).filter(is_read) else {
            let is_strict = self.is(Dialect::EcmaScript) && self.flags.unicode;
            return if is_strict { refuse(ErrorKind::RegexSyntax, at) } else { self.literal(at, '{') };
        };
        self.check_item(at)?;
        let _ = match high {
            Some(high) => write!(self.out, "{{{},{high}}}", if low.is_empty() { "0" } else { low }),
            None => write!(self.out, "{{{low}}}"),
        };
        self.skip(inside.unwrap_or_default().chars().count().saturating_add(1));
        // In Ruby x{n}? makes the whole optional instead of lazy.
        if self.is(Dialect::Ruby) && high.is_none() && self.peek() == Some('?') {
            return refuse(ErrorKind::RegexQuantifier, at);
        }
        self.end_quantifier(at)
    }

    /// Refuses a quantifier with nothing before it; only Ruby takes one on another.
    fn check_item(&mut self, at: usize) -> Step {
        match self.last {
            Last::Item => Ok(()),
            Last::Quantifier if self.is(Dialect::Ruby) => Ok(()),
            Last::Quantifier => refuse(ErrorKind::RegexQuantifier, at),
            Last::Nothing => refuse(ErrorKind::RegexSyntax, at),
        }
    }

    fn end_quantifier(&mut self, at: usize) -> Step {
        self.last = Last::Quantifier;
        match self.peek() {
            Some('+') => return refuse(ErrorKind::RegexQuantifier, at),
            Some('?') => {
                self.skip(1);
                self.out.push('?');
            }
            _ => {}
        }
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
