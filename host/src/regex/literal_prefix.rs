//! The literal prefix of an anchored pattern: URLs that lack it are rejected before the regex engine runs.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::Look;
use regex_syntax::hir::literal::Extractor;

use super::dialect::RegexFlags;

/// The bytes at the start of every URL that a pattern matches; empty if it may match later in the URL.
pub(super) fn literal_prefix(pattern: &str, flags: RegexFlags, unicode: bool) -> Vec<u8> {
    let mut parser = ParserBuilder::new();
    parser.case_insensitive(flags.ignore_case).ignore_whitespace(flags.verbose).unicode(unicode);
    let Ok(parsed) = parser.build().parse(pattern) else { return Vec::new() };
    let anchors = parsed.properties().look_set_prefix();
    // URLs hold no line ends (rule O5), so the beginning of a line is that of the text.
    if !anchors.contains(Look::Start) && !anchors.contains(Look::StartLF) {
        return Vec::new();
    }
    Extractor::new().extract(&parsed).longest_common_prefix().unwrap_or_default().to_vec()
}
