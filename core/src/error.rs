//! The error of a strict parse or a wrong option: a kind and a byte offset.
//!
//! Number, name and message of every kind are in the table below; numbers are never reused.

use core::fmt;

macro_rules! error_kinds {
    ($($number:literal $variant:ident $name:literal $option:expr, $message:literal;)*) => {
        /// The reason why a strict parse failed, or the option that is wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        // The messages are plain text: <host> is a placeholder, and a URL is no link.
        #[allow(rustdoc::bare_urls, rustdoc::invalid_html_tags, rustdoc::broken_intra_doc_links)]
        pub enum ErrorKind {
            $(#[doc = $message] $variant = $number,)*
        }

        impl ErrorKind {
            /// Every kind, in the order of its number.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$variant,)*];

            /// The fixed number of this kind; it never changes.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The snake-case name of this kind, the same in four languages.
            pub const fn name(self) -> &'static str {
                match self { $(ErrorKind::$variant => $name,)* }
            }

            /// One sentence that says what is wrong and what to do.
            pub const fn message(self) -> &'static str {
                match self { $(ErrorKind::$variant => $message,)* }
            }

            /// The option that is wrong, or `None` for the kinds of a header parse.
            pub const fn option(self) -> Option<&'static str> {
                match self { $(ErrorKind::$variant => $option,)* }
            }
        }
    };
}

const DSN: Option<&str> = Some("dsn");
const TARGETS: Option<&str> = Some("trace_propagation_targets");

error_kinds! {
    1 Empty "empty" None, "the value is empty";
    2 TooLong "too_long" None, "the first part does not end within 256 bytes";
    3 TraceIdMalformed "trace_id_malformed" None, "a trace id is 32 lower-case hex digits";
    4 TraceIdZero "trace_id_zero" None, "a trace id must not be all zero";
    5 SpanIdMalformed "span_id_malformed" None, "a span id is 16 lower-case hex digits";
    6 SpanIdZero "span_id_zero" None, "a parent id must not be all zero";
    7 FlagMalformed "flag_malformed" None, "the sampling flag is malformed";
    8 VersionMalformed "version_malformed" None, "a version is two lower-case hex digits and not ff";
    9 SeparatorMissing "separator_missing" None, "a dash is missing here";
    10 TrailingText "trailing_text" None, "nothing may follow here";

    32 DsnScheme "dsn_scheme" DSN, "the DSN must begin with https:// or http://";
    33 DsnPublicKey "dsn_public_key" DSN, "the DSN has no public key: write https://<public key>@<host>/<project>";
    34 DsnHost "dsn_host" DSN, "the DSN has no valid host: write https://<public key>@<host>/<project>";
    35 DsnPort "dsn_port" DSN, "the port of the DSN must be a number from 0 to 65535";
    36 DsnProject "dsn_project" DSN, "the DSN has no project: write https://<public key>@<host>/<project>";
    40 OrgId "org_id" Some("org_id"), "org_id must consist of digits or be an integer; omit it to take it from the DSN";
    41 SampleRate "traces_sample_rate" Some("traces_sample_rate"), "traces_sample_rate must be a finite number from 0 to 1; omit it for tracing without performance";
    42 Rate "rate" Some("rate"), "a sample rate must be a finite number from 0 to 1, or a boolean";
    43 MaxBaggageBytes "max_baggage_bytes" Some("max_baggage_bytes"), "max_baggage_bytes must be a whole number from 0 to 7900; leave it out for 7900";

    50 OriginScheme "origin_scheme" TARGETS, "an origin target must begin with https:// or http://, as in https://*.myapp.com";
    51 OriginHost "origin_host" TARGETS, "an origin target needs a host without empty labels, as in https://api.myapp.com; *. is allowed only before the host";
    52 OriginPort "origin_port" TARGETS, "the port of an origin target must be a number from 0 to 65535";
    53 OriginTail "origin_tail" TARGETS, "an origin target has no path, query, fragment or user information: write only scheme, host and port";
    54 TargetEmpty "target_empty" TARGETS, "an empty text is contained in every URL; remove it, or leave trace_propagation_targets out to allow every URL";

    60 RegexSyntax "regex_syntax" TARGETS, "the regex target is not valid; check the pattern or use a function as target";
    61 RegexLookAround "regex_look_around" TARGETS, "look-around (?=, ?!, ?<=, ?<!) cannot be matched in linear time; use a function as target";
    62 RegexBackReference "regex_back_reference" TARGETS, "back-references cannot be matched in linear time; use a function as target";
    63 RegexQuantifier "regex_quantifier" TARGETS, "this quantifier (a possessive one such as *+, or Ruby's {n}?) has another meaning in the linear engine; use a function as target";
    64 RegexAtomic "regex_atomic" TARGETS, "atomic groups (?>...) cannot be matched in linear time; use a function as target";
    65 RegexConditional "regex_conditional" TARGETS, "conditionals (?(...)) cannot be matched in linear time; use a function as target";
    66 RegexAnchor "regex_anchor" TARGETS, "this anchor (\\G, \\K) does not exist in the linear engine; use a function as target";
    67 RegexEscape "regex_escape" TARGETS, "this escape has another meaning in the linear engine; use a function as target";
    68 RegexClass "regex_class" TARGETS, "a nested character class or && inside one has another meaning in the linear engine; escape it or use a function as target";
    69 RegexBytes "regex_bytes" TARGETS, "a bytes pattern cannot match the text of a URL; compile it from text or use a function as target";
    70 RegexTooLarge "regex_too_large" TARGETS, "the regex target is larger than the limit; shorten it or use a function as target";
    71 RegexFlag "regex_flag" TARGETS, "this flag or group does not exist in the linear engine; use the flags i, m, s, x or a function as target";
}

/// The kind of an error, and its byte offset in the parsed text.
///
/// # Example: an error has an offset
/// ```
/// use tracehop_core::{ErrorKind, SentryTrace};
/// let error = SentryTrace::parse(b"771a43a4192642f0b136d5159a501700-x").unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::SpanIdMalformed, 33));
/// assert_eq!(error.to_string(), "a span id is 16 lower-case hex digits (at byte 33)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    kind: ErrorKind,
    offset: usize,
}

impl Error {
    /// An error of this kind at this byte offset.
    pub const fn new(kind: ErrorKind, offset: usize) -> Self {
        Error { kind, offset }
    }

    /// The kind of the error.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The byte offset of the error.
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.kind.message(), self.offset)
    }
}

impl core::error::Error for Error {}
