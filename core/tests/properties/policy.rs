//! The rules on which requests get headers: URLs, targets, CORS.

use tracehop_core::{
    Buffer, ErrorKind, HeaderName, Headers, Options, Origin, Propagator, Reason, Start, Target,
};
use tracehop_host::{Dialect, RegexFlags, RegexTarget};

use super::message::{DSN, SEED};

fn with(targets: Option<&[Target<'_>]>, check: impl Fn(&Propagator<'_>)) {
    let options = Options { dsn: Some(DSN), ..Options::default() };
    let options = Options { trace_propagation_targets: targets, propagate_traceparent: true, ..options };
    check(&Propagator::new(options).expect("the options are valid"));
}

/// The first line and what follows it.
fn lines(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// `allows`, `explain` and `inject` agree, and no URL with a forbidden byte is allowed.
fn agree(propagator: &Propagator<'_>, url: &str, page: Option<&str>) -> bool {
    let explained = propagator.explain(url, page);
    assert_eq!(propagator.allows(url, page), explained.allowed());
    assert!(!explained.to_string().is_empty());
    let mut buffer = Buffer::new();
    let context = propagator.start_trace(Start::with(SEED), &mut buffer);
    let outcome = propagator.inject(&context, url, page, &Headers::new(), |_, _| {});
    assert_eq!(outcome.reason(), explained.reason());
    assert_eq!(outcome.reason() == Reason::Written, explained.allowed());
    let before_query = url.split(['?', '#']).next().unwrap_or_default();
    if url.bytes().any(|byte| matches!(byte, 0..=0x1f | 0x7f)) || before_query.contains([' ', '\\']) {
        assert!(!explained.allowed(), "{url:?} contains a forbidden byte");
    }
    explained.allowed()
}

/// The own ingest host never gets headers, and without targets a page allows only its own origin.
pub(super) fn url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (url, page) = lines(&text);
    with(None, |propagator| {
        let anywhere = agree(propagator, url, None);
        agree(propagator, url, Some(page));
        if anywhere {
            assert!(agree(propagator, url, Some(url)), "a URL has its own origin");
            let is_theirs = url.to_ascii_lowercase().contains("other.test");
            assert!(is_theirs || !agree(propagator, url, Some("https://other.test:81/")));
        }
        let ours = format!("https://o1.ingest.sentry.io/{}", url.trim_start_matches(['/', '\\']));
        assert!(!agree(propagator, &ours, None));
    });
}

/// An origin covers itself, and never a URL that only mentions it.
pub(super) fn origin(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (origin, url) = lines(&text);
    let Ok(parsed) = Origin::parse(origin) else { return };
    assert_eq!(Origin::parse(&parsed.to_string()), Ok(parsed), "{origin:?} is written as it is read");
    with(Some(&[Target::Origin(parsed)]), |propagator| {
        agree(propagator, url, None);
        let bare = origin.trim_end_matches('/');
        let is_ingest = bare.to_ascii_lowercase().contains("o1.ingest.sentry.io");
        if !is_ingest {
            let itself = bare.replacen("*.", "any.", 1);
            assert!(agree(propagator, &format!("{itself}/path"), None), "{origin:?} covers itself");
            assert!(agree(propagator, &format!("{}/", itself.to_ascii_uppercase()), None));
        }
        assert!(
            !agree(propagator, &format!("https://evil.invalid/?u={bare}"), None)
                || bare.to_ascii_lowercase().contains("invalid")
        );
    });
}

/// A text target matches if the URL contains it; a URL that one target allows, a longer list allows. An empty text is refused.
pub(super) fn targets(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (target, rest) = lines(&text);
    if target.is_empty() {
        let targets = [Target::Text(target)];
        let options = Options { trace_propagation_targets: Some(&targets), ..Options::default() };
        assert_eq!(
            Propagator::new(options).map(drop).map_err(|error| error.kind()),
            Err(ErrorKind::TargetEmpty)
        );
        return;
    }
    let (url, page) = lines(rest);
    let yes = |_: &str| Some(true);
    let fails = |_: &str| None;
    with(Some(&[Target::Text(target)]), |propagator| {
        let allowed = agree(propagator, url, None);
        assert!(!allowed || url.contains(target));
        agree(propagator, url, Some(page));
        with(Some(&[Target::Matcher(&fails), Target::Text(target)]), |both| {
            assert_eq!(agree(both, url, None), allowed, "a function that fails allows no URL");
        });
        with(Some(&[Target::Matcher(&yes)]), |any| {
            assert_eq!(agree(any, url, None) && url.contains(target), allowed);
        });
    });
}

/// Maximum length of a pattern, in bytes: longer ones are slow to compile and have no construct that shorter ones lack.
const PATTERN_BYTES: usize = 256;

/// A pattern compiles or is refused by name. Syntax common to all dialects matches alike in all of them, and a plain word
/// as a text target does. The literal prefix changes no result: an added alternative removes it. With the flag i dialects
/// differ about characters beyond ASCII: a URL with `ſ` never matches in Ruby's (rule O4).
pub(super) fn regex(data: &[u8]) {
    let (switches, rest) = data.split_first().map_or((0, data), |(first, rest)| (*first, rest));
    let text = String::from_utf8_lossy(rest);
    let (pattern, url) = lines(&text);
    if pattern.len() > PATTERN_BYTES {
        return;
    }
    let bit = |at: u8| switches >> at & 1 == 1;
    let flags = RegexFlags {
        ignore_case: bit(0),
        multi_line: bit(1),
        dot_all: bit(2),
        verbose: bit(3),
        ascii: bit(4),
        unicode: false,
    };
    let dialects = [Dialect::Python, Dialect::Ruby, Dialect::Rust];
    let dialect = dialects[usize::from(switches >> 5) % 3];
    match RegexTarget::new(pattern, flags, dialect) {
        Err(error) => assert!(error.offset() <= pattern.len() && error.kind().option().is_some()),
        Ok(regex) => with(Some(&[Target::Matcher(&regex)]), |propagator| {
            let allowed = agree(propagator, url, None);
            if let Ok(other) = RegexTarget::new(&format!("(?:{pattern})|\\x00"), flags, dialect) {
                with(Some(&[Target::Matcher(&other)]), |other| assert_eq!(other.allows(url, None), allowed));
            }
            let folds_alike = !flags.ignore_case || url.is_ascii();
            if is_common(pattern) && folds_alike && !flags.verbose && !flags.ascii {
                let others =
                    dialects.iter().filter_map(|other| RegexTarget::new(pattern, flags, *other).ok());
                others.for_each(|other| {
                    with(Some(&[Target::Matcher(&other)]), |other| {
                        assert_eq!(other.allows(url, None), allowed)
                    });
                });
            }
            let is_word = !pattern.is_empty() && pattern.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_word && !flags.ignore_case {
                let texts = [Target::Text(pattern)];
                with(Some(&texts), |plain| assert_eq!(plain.allows(url, None), allowed));
            }
        }),
    }
}

/// True if Python, Ruby and Rust read all of a pattern alike, for texts without line ends.
fn is_common(pattern: &str) -> bool {
    let is_common = |byte: u8| byte.is_ascii_alphanumeric() || b"/:._-+*?()|^$[]=%@".contains(&byte);
    let has_class_in_class = pattern.split('[').skip(1).any(|class| !class.contains(']'))
        || pattern.contains("[]")
        || pattern.contains("[^]");
    pattern.bytes().all(is_common)
        && !has_class_in_class
        && !pattern.contains("(?")
        && !pattern.contains("--")
}

/// Merged names are not missing, and merging twice equals once.
pub(super) fn cors(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    with(None, |propagator| {
        for credentials in [false, true] {
            let merged = propagator.allow_headers(&text, credentials).to_string();
            assert_eq!(propagator.allow_headers(&merged, credentials).to_string(), merged);
            let answer = [(HeaderName::ALLOW_HEADERS.as_bytes(), merged.as_bytes())];
            assert_eq!(propagator.missing_cors_headers(answer, credentials).count(), 0);
            assert!(merged.contains(text.trim_matches([' ', '\t', ','])));
        }
    });
}
