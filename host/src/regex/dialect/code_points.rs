//! Sets of code points, written as the inside of a class of the engine.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// The characters between two brackets of a class of the engine.
pub(super) fn parsed(inside: &str) -> ClassUnicode {
    match regex_syntax::parse(&format!("[{inside}]")).map(|hir| hir.into_kind()) {
        Ok(HirKind::Class(Class::Unicode(class))) => class,
        // A class of one character.
        Ok(HirKind::Literal(literal)) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            ClassUnicode::new(text.chars().map(|one| ClassUnicodeRange::new(one, one)))
        }
        _ => ClassUnicode::empty(),
    }
}

/// True if a character is between two brackets of a class of the engine.
pub(super) fn contains(inside: &str, character: char) -> bool {
    parsed(inside).iter().any(|range| (range.start()..=range.end()).contains(&character))
}
