//! The properties that hold for every input, with generated input that looks like headers.
//!
//! Each property is documented in `properties/`, which the fuzz targets import: parse and print round trips; injecting
//! twice equals once; output bytes are legal (B8); continuing never changes the trace id of a valid header; budgets are
//! kept; third-party baggage is unchanged byte for byte; the same seed gives the same result; decision and sample_rand
//! agree (P3).

#[allow(unreachable_pub, reason = "they are public in the crate of the fuzz targets")]
#[path = "properties/mod.rs"]
mod properties;

use properties::hold;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tracehop_core::{Buffer, Decision, Headers, Options, Propagator, Seed, Start};

/// Number of cases: few under Miri, which is slow.
const CASES: u32 = if cfg!(miri) { 4 } else { 512 };

/// Maximum length of a value, in bytes; a DSC has at most 2,048.
const LONGEST: usize = if cfg!(miri) { 50 } else { 3000 };

const NAMES: &[&str] = &[
    "trace_id",
    "public_key",
    "sample_rate",
    "sample_rand",
    "sampled",
    "release",
    "environment",
    "org_id",
    "transaction",
    "replay_id",
    "a-b",
    "%61",
    "\u{e9}",
    "",
];
const VALUES: &[&str] = &[
    "",
    "0.25",
    "1",
    "0",
    "1e-7",
    "5.19e-8",
    "0.9999999",
    "-1",
    "true",
    "a%20b",
    "%ff",
    "%zz",
    "%",
    "a;p=1",
    "=",
    "771a43a4192642f0b136d5159a501700",
    "\"<>&'\\",
    "\u{7f}",
    " padded ",
    "\u{1f600}",
];

fn hex(digits: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        8 => proptest::string::string_regex(&format!("[0-9a-f]{{{digits}}}")).expect("a pattern"),
        1 => Just("0".repeat(digits)),
        1 => proptest::string::string_regex("[0-9a-fA-F]{0,33}").expect("a pattern"),
    ]
}

fn blank() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", "", " ", "\t", "\r", " \t "])
}

fn sentry_trace() -> impl Strategy<Value = String> {
    let flag = select(vec!["", "-", "-0", "-1", "--1", "-2", ",x", "-1,"]);
    (blank(), hex(32), select(vec!["-", "-", "-", ""]), hex(16), flag, blank()).prop_map(
        |(before, trace, dash, span, flag, after)| [before, &trace, dash, &span, flag, after].concat(),
    )
}

fn traceparent() -> impl Strategy<Value = String> {
    let tail = select(vec!["00", "01", "ff", "1", "01-x", "01.x"]);
    (blank(), select(vec!["00", "01", "fe", "ff", "0"]), hex(32), hex(16), tail)
        .prop_map(|(before, version, trace, span, tail)| format!("{before}{version}-{trace}-{span}-{tail}"))
}

fn member() -> impl Strategy<Value = String> {
    let key = select(vec!["sentry-", "sentry-", "sentry-", "x-", "Sentry-", ""]);
    let long = (1..LONGEST).prop_map(|times| "v".repeat(times));
    let value = prop_oneof![8 => select(VALUES).prop_map(String::from), 1 => long, 2 => "[^\n]{0,12}"];
    (blank(), key, select(NAMES), blank(), select(vec!["=", "=", "=", ""]), value).prop_map(
        |(before, key, name, blank, equals, value)| [before, key, name, blank, equals, &value].concat(),
    )
}

fn baggage() -> impl Strategy<Value = String> {
    vec(member(), 0..12).prop_map(|members| members.join(","))
}

fn line() -> impl Strategy<Value = String> {
    let named = |name: &'static str| move |value: String| format!("{name}:{value}");
    prop_oneof![
        4 => sentry_trace().prop_map(named("sentry-trace")),
        4 => baggage().prop_map(named("Baggage")),
        2 => traceparent().prop_map(named("traceparent")),
        1 => "[ -~]{0,600}".prop_map(named("tracestate")),
        1 => select(vec!["AWS4-HMAC-SHA256 SignedHeaders=baggage;host,x".to_string()]).prop_map(named("authorization")),
        1 => Just("accept:*/*".to_string()),
    ]
}

/// A byte of switches and header lines.
fn message() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), vec(line(), 0..5))
        .prop_map(|(switches, lines)| [vec![switches], lines.join("\n").into()].concat())
}

fn url() -> impl Strategy<Value = String> {
    let scheme = select(vec!["https://", "http://", "//", "/", "", "HTTPS://", "javascript:"]);
    let host = select(vec![
        "api.myapp.com",
        "user@api.myapp.com",
        "[::1]",
        "o1.ingest.sentry.io",
        "*.myapp.com",
        "\u{e9}.test",
        "",
    ]);
    let tail = select(vec![
        "",
        ":443",
        ":80/",
        ":x",
        "/a/../b",
        "?q=https://api.myapp.com",
        "#f",
        "\\@evil.test",
        " ",
    ]);
    (scheme, host, tail).prop_map(|(scheme, host, tail)| [scheme, host, tail].concat())
}

fn urls() -> impl Strategy<Value = String> {
    vec(url(), 1..4).prop_map(|urls| urls.join("\n"))
}

fn tag() -> impl Strategy<Value = String> {
    let quoted = |(open, name, quote, value): (&str, &str, &str, String)| {
        format!("<{open} content={quote}{value}{quote} name={name}>")
    };
    let piece = select(vec![
        "<!--", "-->", "<title>", "</title>", "</head>", "<body", "<script>", "&#x2d;", "&amp;", "<", ">",
    ]);
    prop_oneof![
        (
            select(vec!["meta", "META", "met"]),
            select(vec!["sentry-trace", "baggage", "x"]),
            select(vec!["\"", "'", ""]),
            sentry_trace()
        )
            .prop_map(quoted),
        piece.prop_map(String::from),
        "[ -~]{0,20}",
    ]
}

/// Flags and dialect in a byte, a pattern that mostly matches the beginning of a URL, and a URL.
fn pattern() -> impl Strategy<Value = Vec<u8>> {
    let anchor = select(vec!["^", "\\A", "(?m)^", "(?:^)?", "^|", "(?i)^", ""]);
    let scheme = select(vec!["http", " http", "ht tps", "h ttps?", "[a-h]"]);
    let rest =
        select(vec!["://", "(?:api|app)", "\u{e9}", "\u{e8}", ".", "*", "|", "(", ")", "x{0,2}", "$", "#"]);
    let url = select(vec!["https://api/", "http://app", "HTTP://API", "a://\u{e9}", "https://\u{e8}"]);
    (0..96_u8, anchor, scheme, vec(rest, 0..4), url).prop_map(|(switches, anchor, scheme, rest, url)| {
        [&[switches], anchor.as_bytes(), scheme.as_bytes(), rest.concat().as_bytes(), b"\n", url.as_bytes()]
            .concat()
    })
}

/// A number as in a DSC, with at most 19 digits, which are read exactly.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "0\\.[0-9]{1,18}",
        2 => "0\\.0{0,9}[1-9]{1,9}",
        2 => "[1-9]\\.[0-9]{1,17}[eE]-[0-9]{1,3}",
        1 => "[1-9][0-9]{0,3}e[+-]?[0-9]{1,3}",
        1 => "[01](\\.0{0,9})?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8 * CASES, failure_persistence: None, ..ProptestConfig::default() })]
    /// Rates are read without std's tables, and give the same doubles; what is written reads as the same again.
    #[test]
    fn a_rate_is_read_as_the_standard_library_reads_it(text in number()) {
        let value: f64 = text.parse().expect("a number");
        let baggage = format!("sentry-sample_rate={text}");
        let trace: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef";
        let headers = Headers::from_pairs([(&b"sentry-trace"[..], trace), (b"baggage", baggage.as_bytes())]);
        let propagator = Propagator::new(Options::default()).expect("the options are valid");
        let (mut buffer, mut other) = (Buffer::new(), Buffer::new());
        let context = propagator.continue_trace(&headers, Start::with(Seed([7; 24])), &mut buffer);
        prop_assert_eq!(context.sample_rate(), Some(value).filter(|rate| *rate <= 1.0 && !text.ends_with('.')));
        if value <= 1.0 {
            let decided = context.sample(Decision::Rate(value), &mut other).expect("a rate");
            let written = decided.dynamic_sampling_context().find(|member| member.name().to_string() == "sample_rate");
            let written = written.expect("the rate that decided").value().to_string();
            prop_assert_eq!(written.parse::<f64>().expect("a number"), value);
        }
    }
}

macro_rules! properties {
    ($($test:ident: $name:literal, $input:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]
            $(#[test] fn $test(input in $input) {
                let input: &[u8] = input.as_ref();
                hold($name, input);
            })*
        }
    };
}

properties! {
    a_sentry_trace_prints_what_it_parsed: "sentry_trace", sentry_trace();
    a_traceparent_prints_what_it_parsed: "traceparent", traceparent();
    baggage_lists_each_name_once: "baggage", baggage();
    a_message_gives_the_same_context_everywhere: "flow", message();
    a_child_process_continues: "environ", message();
    a_page_changes_its_trace_and_links_the_last: "lifetime", message();
    injecting_loses_nothing_and_repeats_nothing: "inject", message();
    tags_before_anything_are_read_back: "html", vec(tag(), 0..20).prop_map(|tags| tags.concat());
    server_timing_is_added_once: "server_timing", vec(tag(), 0..6).prop_map(|tags| tags.join(","));
    no_odd_url_is_allowed: "url", urls();
    an_origin_covers_itself_alone: "origin", urls();
    a_text_target_matches_what_it_is_part_of: "targets", urls();
    merged_names_are_not_missing: "cors", "[A-Za-z*, \t-]{0,40}";
    any_message_gives_a_context: "flow", vec(any::<u8>(), 0..400);
    any_page_is_read: "html", vec(any::<u8>(), 0..400);
    any_baggage_is_read: "baggage", vec(any::<u8>(), 0..400);
}

properties! {
    a_regex_matches_alike_whatever_is_known_of_it: "regex", pattern();
}
