//! A pattern compiled for the linear engine: once for ASCII, and once for any text when the first such text is matched.
//!
//! A program for ASCII is small, because its classes are: `[\w.-]{1,253}` takes 23 KB, and 4.5 MB for any text.

use std::convert::Infallible;
use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{Compiler, Config};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition, Visitor, visit};

/// Maximum size of a program for ASCII, in bytes (rule O4).
pub const REGEX_SIZE_BYTES: usize = 1 << 20;
/// The same for any text.
const ANY_SIZE_BYTES: usize = 4 << 20;
/// Maximum size of a program times the length of a text: 1,045 bytes of text for `.{1,4000}!`.
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
        let hir = rebuilt(&hir, Hir::clone);
        let ascii = rebuilt(&hir, ascii_leaf);
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

/// True if a pattern matches only at the start of a text.
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

/// The same leaf for texts of ASCII.
fn ascii_leaf(leaf: &Hir) -> Hir {
    match leaf.kind() {
        HirKind::Look(Look::WordUnicode) => Hir::look(Look::WordAscii),
        HirKind::Look(Look::WordUnicodeNegate) => Hir::look(Look::WordAsciiNegate),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.iter().filter_map(|range| {
                let start = u8::try_from(range.start()).ok().filter(u8::is_ascii)?;
                Some(ClassBytesRange::new(start, u8::try_from(range.end()).unwrap_or(0x7f).min(0x7f)))
            });
            Hir::class(Class::Bytes(ClassBytes::new(ranges)))
        }
        _ => leaf.clone(),
    }
}

/// A pattern with each leaf replaced, and without captures, so that sequences and alternations in groups merge with those
/// around them: the engine compiles by recursion, and each level takes 2 KiB of stack.
fn rebuilt(hir: &Hir, leaf: fn(&Hir) -> Hir) -> Hir {
    match visit(hir, Rebuild { leaf, open: vec![Vec::new()] }) {
        Ok(rebuilt) => rebuilt,
        Err(never) => match never {},
    }
}

/// The parts of each pattern that is being rebuilt, the innermost last; the first is for the whole.
struct Rebuild {
    leaf: fn(&Hir) -> Hir,
    open: Vec<Vec<Hir>>,
}

impl Visitor for Rebuild {
    type Output = Hir;
    type Err = Infallible;

    fn finish(mut self) -> Result<Hir, Infallible> {
        Ok(Hir::concat(self.open.pop().unwrap_or_default()))
    }

    fn visit_pre(&mut self, _: &Hir) -> Result<(), Infallible> {
        self.open.push(Vec::new());
        Ok(())
    }

    fn visit_post(&mut self, hir: &Hir) -> Result<(), Infallible> {
        let parts = self.open.pop().unwrap_or_default();
        let rebuilt = match hir.kind() {
            HirKind::Repetition(Repetition { min, max, greedy, .. }) => {
                let sub = Box::new(Hir::concat(parts));
                Hir::repetition(Repetition { min: *min, max: *max, greedy: *greedy, sub })
            }
            HirKind::Alternation(_) => Hir::alternation(parts),
            HirKind::Capture(_) | HirKind::Concat(_) => Hir::concat(parts),
            _ => (self.leaf)(hir),
        };
        if let Some(around) = self.open.last_mut() {
            around.push(rebuilt);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, REGEX_WORK_BYTES, rebuilt};

    fn program(pattern: &str) -> Option<Program> {
        Program::new(regex_syntax::parse(pattern).expect("a pattern"))
    }

    #[test]
    fn a_program_for_ascii_is_small_if_that_for_any_text_is_not() {
        let program = program(r"^[\w.-]{1,253}$").expect("a program");
        assert!(program.ascii.size < 64 << 10, "{}", program.ascii.size);
        assert_eq!(program.matches("api.test"), Some(true));
    }

    #[test]
    fn a_text_beyond_the_work_limit_is_undecided() {
        let program = program(".{1,4000}!").expect("a program");
        let most = REGEX_WORK_BYTES / program.ascii.size;
        let text = "a".repeat(most + 1);
        assert_eq!(program.matches(&text[..most]), Some(false));
        assert_eq!(program.matches(&text), None);
    }

    #[test]
    fn a_rebuilt_pattern_equals_one_without_captures() {
        let parsed = |pattern: &str| regex_syntax::parse(pattern).expect("a pattern");
        let rebuilt = rebuilt(&parsed(r"(a|(b+|(?P<n>(c(d)?)e|f)))g"), Clone::clone);
        assert_eq!(rebuilt, parsed(r"(?:a|(?:b+|(?:(?:c(?:d)?)e|f)))g"));
        assert_eq!(rebuilt.properties().explicit_captures_len(), 0);
    }
}
