//! A pattern compiled for the linear engine: once for ASCII, and once for any text when the first such text comes.
//!
//! A program for ASCII is small, because its classes are: `[\w.-]{1,253}` takes 23 KB, and 4.5 MB for any text.

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{Compiler, Config};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Capture, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition};

/// How large a program for ASCII may become, in bytes (rule O4).
pub const REGEX_SIZE_BYTES: usize = 1 << 20;
/// The same for any text.
const ANY_SIZE_BYTES: usize = 4 << 20;
/// The most that the size of a program times the length of a text may be: 1,045 bytes of text for `.{1,4000}!`.
pub const REGEX_WORK_BYTES: usize = 1 << 28;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// ASCII texts that lack it are rejected before the regex engine runs.
    literal_prefix: Vec<u8>,
    ascii: Compiled,
    hir: Hir,
    any: OnceLock<Option<Compiled>>,
}

#[derive(Clone, Debug)]
struct Compiled {
    regex: Regex,
    size: usize,
}

impl Program {
    /// Compiles a pattern; `None` if it is too large.
    pub(super) fn new(hir: Hir) -> Option<Self> {
        let ascii = ascii(&hir);
        let literal_prefix = literal_prefix(&ascii);
        let ascii = Compiled::new(&ascii, REGEX_SIZE_BYTES)?;
        Some(Program { literal_prefix, ascii, hir, any: OnceLock::new() })
    }

    /// True if the text matches; `None` if that would take too long, or too large a program.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        if !text.is_ascii() {
            return self.any.get_or_init(|| Compiled::new(&self.hir, ANY_SIZE_BYTES)).as_ref()?.matches(text);
        }
        if !text.as_bytes().starts_with(&self.literal_prefix) {
            return Some(false);
        }
        self.ascii.matches(text)
    }
}

impl Compiled {
    fn new(hir: &Hir, limit: usize) -> Option<Self> {
        let size = Compiler::new()
            .configure(Config::new().nfa_size_limit(Some(limit)))
            .build_from_hir(hir)
            .ok()?
            .memory_usage();
        let config = Regex::config().nfa_size_limit(Some(limit.saturating_mul(2)));
        let regex = Regex::builder().configure(config).build_from_hir(hir).ok()?;
        Some(Compiled { regex, size })
    }

    fn matches(&self, text: &str) -> Option<bool> {
        let is_short = self.size.saturating_mul(text.len()) <= REGEX_WORK_BYTES;
        is_short.then(|| self.regex.is_match(text))
    }
}

/// True if a pattern matches at the start of a text alone.
pub(super) fn is_anchored(hir: &Hir) -> bool {
    // URLs contain no line ends (rule O5), so the start of a line is that of the text.
    let anchors = hir.properties().look_set_prefix();
    anchors.contains(Look::Start) || anchors.contains(Look::StartLF)
}

/// The bytes at the start of every text that an anchored pattern matches.
fn literal_prefix(hir: &Hir) -> Vec<u8> {
    match is_anchored(hir) {
        true => Extractor::new().extract(hir).longest_common_prefix().unwrap_or_default().to_vec(),
        false => Vec::new(),
    }
}

/// The same pattern for texts of ASCII.
fn ascii(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Look(look) => Hir::look(match look {
            Look::WordUnicode => Look::WordAscii,
            Look::WordUnicodeNegate => Look::WordAsciiNegate,
            look => *look,
        }),
        HirKind::Class(Class::Bytes(class)) => Hir::class(Class::Bytes(class.clone())),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.iter().filter_map(|range| {
                let start = u8::try_from(range.start()).ok().filter(u8::is_ascii)?;
                Some(ClassBytesRange::new(start, u8::try_from(range.end()).unwrap_or(0x7f).min(0x7f)))
            });
            Hir::class(Class::Bytes(ClassBytes::new(ranges)))
        }
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let sub = Box::new(ascii(sub));
            Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub })
        }
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index: *index, name: name.clone(), sub: Box::new(ascii(sub)) })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(ascii).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(ascii).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, REGEX_WORK_BYTES};

    fn program(pattern: &str) -> Option<Program> {
        Program::new(regex_syntax::parse(pattern).expect("a pattern"))
    }

    #[test]
    fn a_program_for_ascii_is_small_where_that_for_any_text_is_not() {
        let program = program(r"^[\w.-]{1,253}$").expect("a program");
        assert!(program.ascii.size < 64 << 10, "{}", program.ascii.size);
        assert_eq!(program.matches("api.test"), Some(true));
    }

    #[test]
    fn what_would_take_too_long_is_not_told() {
        let program = program(".{1,4000}!").expect("a program");
        let most = REGEX_WORK_BYTES / program.ascii.size;
        let text = "a".repeat(most + 1);
        assert_eq!(program.matches(&text[..most]), Some(false));
        assert_eq!(program.matches(&text), None);
    }
}
