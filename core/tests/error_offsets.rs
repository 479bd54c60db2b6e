//! The byte offset of a wrong option's error, which the vectors do not check.

use tracehop_core::{Dsn, Error, ErrorKind, Options, Origin, Propagator};

fn offset_of<T>(answer: Result<T, Error>) -> Option<(ErrorKind, usize)> {
    answer.err().map(|error| (error.kind(), error.offset()))
}

fn dsn(text: &str) -> Option<(ErrorKind, usize)> {
    offset_of(Dsn::parse(text))
}

#[test]
fn origin_target_error_has_its_offset() {
    for (text, kind, at) in [
        ("ftp://a.test", ErrorKind::OriginScheme, 0),
        ("https://u@a.test", ErrorKind::OriginTail, 8),
        ("http://a.*.test", ErrorKind::OriginHost, 7),
        ("https://*.a..test", ErrorKind::OriginHost, 8),
        ("https://[ab]", ErrorKind::OriginHost, 8),
        ("https://a.test:x", ErrorKind::OriginPort, 14),
        ("https://a.test:/", ErrorKind::OriginPort, 14),
        ("https://*.a.test:65536", ErrorKind::OriginPort, 16),
        ("https://a.test:1/x", ErrorKind::OriginTail, 16),
        ("https://a.test?", ErrorKind::OriginTail, 14),
        ("https://a.test/#", ErrorKind::OriginTail, 14),
    ] {
        assert_eq!(offset_of(Origin::parse(text)), Some((kind, at)), "{text}");
    }
}

#[test]
fn dsn_error_has_its_offset() {
    for (text, kind, at) in [
        ("ftp://key@host/1", ErrorKind::DsnScheme, 0),
        ("https://host/1", ErrorKind::DsnPublicKey, 8),
        ("https://:secret@host/1", ErrorKind::DsnPublicKey, 8),
        ("https://key@/1", ErrorKind::DsnHost, 12),
        ("https://key@host:1x/1", ErrorKind::DsnPort, 17),
        ("https://key@host", ErrorKind::DsnProject, 16),
        ("https://key@host/a/", ErrorKind::DsnProject, 16),
    ] {
        assert_eq!(dsn(text), Some((kind, at)), "{text}");
    }
}

#[test]
fn org_id_error_has_its_offset() {
    let options = Options { org_id: Some("12x4"), ..Options::default() };
    assert_eq!(offset_of(Propagator::new(options)), Some((ErrorKind::OrgId, 2)));
}

#[test]
fn regex_target_error_has_its_offset() {
    use tracehop_host::{Dialect, RegexFlags, RegexTarget};
    let flags = RegexFlags { ascii: true, ignore_case: true, ..RegexFlags::default() };
    let plain = RegexFlags::default();
    for (pattern, flags, dialect, kind, at) in [
        ("ab(?=c)", plain, Dialect::Python, ErrorKind::RegexLookAround, 2),
        ("é(?<!c)", plain, Dialect::Ruby, ErrorKind::RegexLookAround, 2),
        ("a(?>b)", plain, Dialect::Ruby, ErrorKind::RegexAtomic, 1),
        ("(a)(?(1)b)", plain, Dialect::Python, ErrorKind::RegexConditional, 3),
        ("(a)\\1", plain, Dialect::Python, ErrorKind::RegexBackReference, 3),
        ("ab*+", plain, Dialect::Python, ErrorKind::RegexQuantifier, 2),
        ("ab{2,3}+", plain, Dialect::Python, ErrorKind::RegexQuantifier, 2),
        ("ab{2}?", plain, Dialect::Ruby, ErrorKind::RegexQuantifier, 2),
        ("a\\G", plain, Dialect::Ruby, ErrorKind::RegexAnchor, 1),
        ("a\\R", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("a\\u12", plain, Dialect::Python, ErrorKind::RegexEscape, 1),
        ("a\\h", plain, Dialect::Python, ErrorKind::RegexEscape, 1),
        ("a\\e", plain, Dialect::Python, ErrorKind::RegexEscape, 1),
        ("a\\g", plain, Dialect::Python, ErrorKind::RegexEscape, 1),
        ("a\\u{61}", plain, Dialect::Python, ErrorKind::RegexEscape, 1),
        ("a\\x{61}", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("a\\u{}", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("[\\B]", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("[\\A]", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("[\\z]", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("[\\G]", plain, Dialect::Ruby, ErrorKind::RegexEscape, 1),
        ("a[b[c]]", plain, Dialect::Ruby, ErrorKind::RegexClass, 3),
        ("a[b&&c]", plain, Dialect::Ruby, ErrorKind::RegexClass, 3),
        ("a[b", plain, Dialect::Python, ErrorKind::RegexSyntax, 1),
        ("a\\", plain, Dialect::Python, ErrorKind::RegexSyntax, 1),
        ("a[b-é]", flags, Dialect::Python, ErrorKind::RegexFlag, 2),
        ("aß", RegexFlags { ignore_case: true, ..plain }, Dialect::Ruby, ErrorKind::RegexFlag, 1),
        ("aé", RegexFlags { ignore_case: true, ..plain }, Dialect::EcmaScript, ErrorKind::RegexFlag, 1),
        ("a(?i)b", plain, Dialect::Python, ErrorKind::RegexFlag, 1),
        ("a(?L:b)", plain, Dialect::Python, ErrorKind::RegexFlag, 1),
        ("a(?!b)", plain, Dialect::Python, ErrorKind::RegexLookAround, 1),
        ("^a+(?!b)", plain, Dialect::Python, ErrorKind::RegexLookAround, 3),
        ("^a(?!b)|c", plain, Dialect::EcmaScript, ErrorKind::RegexLookAround, 2),
        ("^(a(?!b))", plain, Dialect::EcmaScript, ErrorKind::RegexLookAround, 3),
        ("ab)", plain, Dialect::Python, ErrorKind::RegexSyntax, 2),
        ("ab|*", plain, Dialect::Python, ErrorKind::RegexSyntax, 3),
        ("a[z-b]", plain, Dialect::Python, ErrorKind::RegexSyntax, 2),
        ("a(b", plain, Dialect::Python, ErrorKind::RegexSyntax, 1),
        ("(?#a", plain, Dialect::Ruby, ErrorKind::RegexSyntax, 0),
        ("caf\\xc3", plain, Dialect::Ruby, ErrorKind::RegexEscape, 3),
        ("(?=a)", plain, Dialect::Rust, ErrorKind::RegexLookAround, 0),
        ("a{9999}{9999}", plain, Dialect::Rust, ErrorKind::RegexTooLarge, 0),
        ("(", plain, Dialect::Rust, ErrorKind::RegexSyntax, 0),
    ] {
        assert_eq!(offset_of(RegexTarget::new(pattern, flags, dialect)), Some((kind, at)), "{pattern}");
    }
}

#[test]
fn error_message_contains_the_offset() {
    let error = Origin::parse("https://a.test:x").expect_err("a port of letters");
    assert_eq!(
        error.to_string(),
        "the port of an origin target must be a number from 0 to 65535 (at byte 14)"
    );
}
