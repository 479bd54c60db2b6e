//! The parts of the API that only Rust programs use and no vector covers: text for developers, sets, and types.

use std::cell::RefCell;

use tracehop_core::{
    Baggage, Buffer, Decision, Dsn, ErrorKind, Finding, Findings, HeaderValue, Headers, Options, Origin,
    Propagator, Reason, Seed, Start, StoredContext, Target, TraceContext,
};

const SEED: Seed = Seed([7; 24]);

fn context(buffer: &mut Buffer) -> TraceContext<'_> {
    Propagator::new(Options::default()).expect("no option is wrong").start_trace(Start::with(SEED), buffer)
}

#[test]
fn a_rate_out_of_range_is_refused() {
    for rate in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let error = context(&mut Buffer::new())
            .sample(Decision::Rate(rate), &mut Buffer::new())
            .map(|context| context.sampled());
        assert_eq!(
            error.map_err(|error| (error.kind(), error.offset())),
            Err((ErrorKind::Rate, 0)),
            "{rate}"
        );
    }
}

#[test]
fn a_reused_buffer_equals_a_new_one() {
    let options = Options { public_key: Some("key"), propagate_traceparent: true, ..Options::default() };
    let propagator = Propagator::new(options).expect("no option is wrong");
    let parent: &[u8] = b"00-771a43a4192642f0b136d5159a501700-1234567890abcdef-01";
    let first = Headers::from_pairs([(&b"traceparent"[..], parent), (b"tracestate", b"a=1")]);
    let second = Headers::from_pairs([(&b"traceparent"[..], parent)]);
    let mut buffer = Buffer::new();
    propagator.start_trace(Start::with(SEED), &mut buffer);
    for message in [first, second] {
        let again = format!("{:?}", propagator.continue_trace(&message, Start::with(SEED), &mut buffer));
        let new = format!("{:?}", propagator.continue_trace(&message, Start::with(SEED), &mut Buffer::new()));
        assert_eq!(again, new);
    }
}

#[test]
fn a_stored_context_equals_its_view() {
    let options = Options { org_id: Some("1"), propagate_traceparent: true, ..Options::default() };
    let propagator = Propagator::new(options).expect("no option is wrong");
    let trace: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
    let long = format!("sentry-sample_rand=0.5,sentry-a={},sentry-b=1", "x".repeat(2_048));
    let baggages: [&[u8]; 8] = [
        b"sentry-sample_rand=0.5,sentry-release=1",
        b"a=b, sentry-sample_rand=0.5,sentry-release=1 ,c=d",
        b"sentry-sample_rand=0.5,c=d,sentry-release=1",
        b"sentry-release=1",
        b"sentry-release=a b,sentry-sample_rand=0.5",
        b"sentry-release=1,sentry-org_id=2",
        long.as_bytes(),
        b"",
    ];
    let mut buffered = StoredContext::new(&propagator.start_trace(Start::with(SEED), &mut Buffer::new()));
    for baggage in baggages {
        let parent: &[u8] = b"00-771a43a4192642f0b136d5159a501700-1234567890abcdef-01";
        let message = Headers::from_pairs([
            (&b"sentry-trace"[..], trace),
            (b"baggage", baggage),
            (b"traceparent", parent),
            (b"tracestate", b"a=1"),
        ]);
        let mut buffer = Buffer::new();
        let context = propagator.continue_trace(&message, Start::with(SEED), &mut buffer);
        let stored = context.store(|baggage, tracestate| (baggage.to_vec(), tracestate.to_vec()));
        buffered.assign(&context);
        for same in [stored.context(|(baggage, tracestate)| (baggage, tracestate)), buffered.get()] {
            assert_eq!(format!("{same:?}"), format!("{context:?}"));
            assert_eq!(stored.findings(), same.findings());
        }
        let child = stored.child([1; 8], Clone::clone);
        assert_eq!((child.parent_span_id(), child.storage()), (Some(context.span_id()), stored.storage()));
        assert_eq!(context.try_store(|_, _| Err::<(), _>("full")).map(|_| ()), Err("full"));
    }
}

/// Rule B8 applies whatever a host does with the texts that it stores.
#[test]
fn a_storage_with_forbidden_bytes_injects_nothing() {
    let options = Options { public_key: Some("key"), propagate_traceparent: true, ..Options::default() };
    let propagator = Propagator::new(options).expect("no option is wrong");
    let mut buffer = Buffer::new();
    let context = propagator.start_trace(Start::with(SEED), &mut buffer);
    let safe = "sentry-a=0123456789abcdefghijklmnopqrstuvwxyz~-._%2C,sentry-b=1";
    for byte in 0..=u8::MAX {
        for at in [0, 8, 40, safe.len() - 1] {
            let mut text = safe.as_bytes().to_vec();
            text[at] = byte;
            let stored = context.store(|_, _| text.clone());
            let tags = stored.context(|text| (text, b"")).meta_tags().to_string();
            let is_safe = matches!(byte, b'#'..=b'~') && !b"&'<>\\".contains(&byte);
            let contains_it = tags.contains(&String::from_utf8_lossy(&text[..]).into_owned());
            assert_eq!(contains_it, is_safe, "{byte} at {at}: {tags}");
            assert!(!tags.contains("\"\""), "{tags}");
        }
    }
    let lie = context.store(|_, _| "\"/><script>alert(1)</script>");
    let view = lie.context(|text| (text.as_bytes(), b"a=1\r\nset-cookie: b"));
    assert_eq!((view.baggage(), view.meta_tags().to_string().matches('>').count()), (None, 2));
}

#[test]
fn a_rate_of_a_few_digits_reads_as_any_other() {
    let rate = |text: &[u8]| {
        let baggage = [b"sentry-sample_rand=0.5,sentry-sample_rate=", text].concat();
        let trace: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
        let message = Headers::from_pairs([(&b"sentry-trace"[..], trace), (b"baggage", &baggage)]);
        let propagator = Propagator::new(Options::default()).expect("no option is wrong");
        let mut buffer = Buffer::new();
        let context = propagator.continue_trace(&message, Start::with(SEED), &mut buffer);
        (context.sample_rate().map(f64::to_bits), context.findings().contains(Finding::SampleRateInvalid))
    };
    // A number with an exponent is read digit by digit.
    for digits in 0..=22 {
        for index in 0..digits {
            for byte in (b'!'..=b'~').filter(|byte| !b",;%eE".contains(byte)) {
                let mut text = [b"0.", &b"1234567890123456789012"[..digits]].concat();
                text[2 + index] = byte;
                assert_eq!(rate(&text), rate(&[&text, &b"e0"[..]].concat()), "{}", text.escape_ascii());
            }
        }
        let text = [b"0.", &b"0000000000000000000000"[..digits]].concat();
        assert_eq!(rate(&text), rate(&[&text, &b"e0"[..]].concat()), "{digits} zeros");
    }
}

#[test]
fn lines_that_overlap_in_memory_are_read_separately() {
    let text: &[u8] = b"sentry-xsentry-b=2,otherother-sentry-c=3";
    let lines = [text, &text[8..18], &text[30..]].map(|line| (&b"baggage"[..], line));
    let trace: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
    let message = Headers::from_pairs([(&b"sentry-trace"[..], trace)].into_iter().chain(lines));
    let (propagator, mut buffer) = (Propagator::new(Options::default()), Buffer::new());
    let context =
        propagator.expect("no option is wrong").continue_trace(&message, Start::with(SEED), &mut buffer);
    let baggage = context.baggage().unwrap_or_default();
    assert!(baggage.starts_with("sentry-xsentry-b=2,sentry-b=2,sentry-c=3,sentry-sample_rand="), "{baggage}");
}

#[test]
fn propagator_over_checked_options_equals_the_first() {
    let dsn = Dsn::parse("https://key@o42.ingest.test:8443/1").expect("a DSN");
    let options = Options { dsn: Some(dsn), ..Options::default() };
    let first = Propagator::new(options).expect("no option is wrong");
    let again = Propagator::with_checked(options);
    assert_eq!((again.public_key(), again.org_id()), (Some("key"), Some("42")));
    assert_eq!(again.explain("https://o42.ingest.test:8443/api", None).reason(), Reason::OwnHost);
    assert_eq!(format!("{again:?}"), format!("{first:?}"));
}

#[test]
fn credentials_are_allowed_by_one_word() {
    assert!(Propagator::allows_credentials(b"true"));
    assert!(!Propagator::allows_credentials(b"True") && !Propagator::allows_credentials(b""));
}

#[test]
fn a_set_of_findings_reports_if_it_is_empty() {
    let mut findings = Findings::default();
    assert!(findings.is_empty());
    findings.insert(Finding::UrlMalformed);
    assert!(!findings.is_empty());
    assert_eq!(format!("{findings:?}"), "{UrlMalformed}");
    assert_eq!(Finding::UrlMalformed.to_string(), Finding::UrlMalformed.message());
}

#[test]
fn headers_are_pushed_line_by_line() {
    let mut headers = Headers::new();
    headers.push(b"Sentry-Trace", b"value");
    headers.push(b"accept", b"other");
    assert_eq!(headers.sentry_trace(), Some(&b"value"[..]));
}

#[test]
fn an_outcome_reports_if_headers_were_written() {
    let kept = Headers::from_pairs([(&b"sentry-trace"[..], &b"value"[..])]);
    let outcomes = [(Headers::new(), true), (kept, false)];
    for (outgoing, is_written) in outcomes {
        assert_eq!(context(&mut Buffer::new()).headers(&outgoing, |_, _| {}).written(), is_written);
    }
    let numbers = Reason::ALL.map(Reason::number);
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[test]
fn targets_return_their_kind_and_print_themselves() {
    let origin = Target::Origin(Origin::parse("https://a.test").expect("an origin"));
    let function = Target::Matcher(&|_: &str| None);
    assert_eq!(
        [Target::Text("a"), origin, function].map(|target| target.kind()),
        ["text", "origin", "function"]
    );
    assert_eq!(format!("{:?} {function:?}", Target::Text("a")), "Text(\"a\") Matcher(None)");
    let options = Options { release: Some("api"), ..Options::default() };
    assert!(
        format!("{options:?}").contains("dsn: None, public_key: None, org_id: None, release: Some(\"api\")")
    );
    for (text, shown) in
        [("HTTPS://*.a.test:443/", "HTTPS://*.a.test"), ("ws://[::1]:8080", "ws://[::1]:8080")]
    {
        assert_eq!(Origin::parse(text).expect("an origin").to_string(), shown);
    }
}

#[test]
fn a_regex_target_keeps_its_pattern() {
    use tracehop_host::{Dialect, RegexFlags, RegexTarget};
    let regex = RegexTarget::new("a\\Z", RegexFlags::default(), Dialect::Python).expect("a pattern");
    assert_eq!((regex.as_str(), Target::Matcher(&regex).kind()), ("a\\Z", "regex"));
    assert_eq!(format!("{regex:?}"), "/a\\Z/");
}

#[test]
fn a_decoded_text_prints_itself() {
    let baggage = Baggage::new(b"sentry-a=%C3%A9%zz");
    let shown: Vec<_> = baggage.sentry().iter().map(|member| format!("{:?}", member.value())).collect();
    assert_eq!(shown, ["\"\u{e9}%zz\""]);
}

/// The views of a decoded text: the text itself, its bytes if they contain no escape, and the decoded text.
fn views(baggage: &[u8]) -> (Option<&str>, Option<&[u8]>, String) {
    let sentry = Baggage::new(baggage).sentry();
    let member = sentry.iter().next().expect("a member");
    let (name, value) = (member.name(), member.value());
    assert_eq!(name.as_plain(), Some("a"), "the name contains no escape");
    assert_eq!(name.plain_bytes(), Some(&b"a"[..]));
    (value.as_plain(), value.plain_bytes(), value.to_string())
}

#[test]
fn a_text_without_escapes_is_returned_undecoded() {
    assert_eq!(views(b"sentry-a=b~1"), (Some("b~1"), Some(&b"b~1"[..]), "b~1".into()));
    assert_eq!(views(b"sentry-a=\"b c\" ;d"), (Some("\"b c\""), Some(&b"\"b c\""[..]), "\"b c\"".into()));
    assert_eq!(views(b"sentry-a=%62"), (None, None, "b".into()));
    // Invalid UTF-8 needs no decoding either, but is no text.
    assert_eq!(views(b"sentry-a=\xff"), (None, Some(&b"\xff"[..]), "\u{fffd}".into()));
}

#[test]
fn an_escape_in_the_name_leaves_the_value_plain() {
    let sentry = Baggage::new(b"sentry-%61=b").sentry();
    let member = sentry.iter().next().expect("a member");
    assert_eq!((member.name().as_plain(), member.name().to_string()), (None, "a".into()));
    assert_eq!((member.value().as_plain(), member.value().plain_bytes()), (Some("b"), Some(&b"b"[..])));
}

#[test]
fn a_value_without_third_party_members_is_one_piece() {
    let in_one_piece = |value: HeaderValue<'_>| {
        let joined: Vec<u8> = value.chunks().flatten().copied().collect();
        assert!(value.as_bytes().is_none_or(|whole| whole == joined));
        assert_eq!(value.as_str().map(str::as_bytes), value.as_bytes());
        value.as_bytes().is_some()
    };
    let foreign = Headers::from_pairs([(&b"baggage"[..], &b"tenant=acme"[..])]);
    for (outgoing, expected) in [(Headers::new(), [true, true]), (foreign, [true, false])] {
        let mut found = Vec::new();
        context(&mut Buffer::new()).headers(&outgoing, |_, value| found.push(in_one_piece(value)));
        assert_eq!(found, expected, "sentry-trace and baggage with {outgoing:?}");
    }
}

#[test]
fn written_meta_tags_equal_displayed_ones() {
    let options = Options { propagate_traceparent: true, ..Options::default() };
    let propagator = Propagator::new(options).expect("no option is wrong");
    let parent: &[u8] = b"00-771a43a4192642f0b136d5159a501700-1234567890abcdef-01";
    let message = Headers::from_pairs([(&b"traceparent"[..], parent), (b"tracestate", b"a=<&>")]);
    let mut buffer = Buffer::new();
    let tags = propagator.continue_trace(&message, Start::with(SEED), &mut buffer);
    let mut written = Vec::new();
    tags.write_meta_tags(|piece| written.extend_from_slice(piece));
    assert_eq!(String::from_utf8(written), Ok(tags.meta_tags().to_string()));
    assert!(tags.meta_tags().to_string().contains("a=&lt;&amp;&gt;"));
}

#[test]
fn headers_are_extended_by_pairs() {
    let mut headers = Headers::from_pairs([(&b"baggage"[..], &b"a=1"[..])]);
    headers.extend([(&b"Baggage"[..], &b"b=2"[..]), (b"accept", b"*/*")]);
    assert_eq!(headers.baggage().foreign().collect::<Vec<_>>(), [b"a=1", b"b=2"]);
}

#[test]
fn a_forged_copy_is_refused_or_obeys_the_rules() {
    let options = Options {
        release: Some("api@1"),
        propagate_traceparent: true,
        traces_sample_rate: Some(0.5),
        ..Options::default()
    };
    let propagator = Propagator::new(options).expect("no option is wrong");
    let mut buffer = Buffer::new();
    let text = propagator.start_trace(Start::with(SEED), &mut buffer).serialized().to_string();
    for at in 0..text.len() {
        for byte in [b' ', b'-', b'0', b'f', b',', b'=', b'"', b'<', b'\n', 0, 0xff] {
            let mut forged = text.clone().into_bytes();
            forged[at] = byte;
            let mut buffer = Buffer::new();
            let Some(copy) = TraceContext::deserialize(&forged, &mut buffer) else { continue };
            assert!(copy.sample_rate().is_none_or(|rate| (0.0..=1.0).contains(&rate)));
            assert!(copy.sample_rand().is_none_or(|rand| (0.0..1.0).contains(&rand)));
            for member in copy.baggage().unwrap_or("sentry-").split(',') {
                assert!(member.starts_with("sentry-") && !member.contains(['"', '<', '\n', ' ']), "{member}");
            }
            copy.headers(&Headers::new(), |_, value| {
                assert!(value.chunks().flatten().all(|byte| matches!(byte, b' '..=b'~')));
            });
        }
    }
}

#[test]
fn a_copy_has_the_decision_of_the_sender() {
    let propagator = Propagator::new(Options::default()).expect("no option is wrong");
    for (flag, parent_sampled) in [("", None), ("-0", Some(false)), ("-1", Some(true))] {
        let value = format!("771a43a4192642f0b136d5159a501700-1234567890abcdef{flag}");
        let message = Headers::from_pairs([(&b"sentry-trace"[..], value.as_bytes())]);
        let mut buffer = Buffer::new();
        let text =
            propagator.continue_trace(&message, Start::with(SEED), &mut buffer).serialized().to_string();
        let mut buffer = Buffer::new();
        let copy = TraceContext::deserialize(text.as_bytes(), &mut buffer).expect("the text of a context");
        assert_eq!(copy.parent_sampled(), parent_sampled);
        assert_eq!(copy.parent_span_id().map(|id| id.to_string()).as_deref(), Some("1234567890abcdef"));
    }
}

#[test]
fn a_copy_needs_its_version_and_all_its_fields() {
    let mut buffer = Buffer::new();
    let text = context(&mut buffer).serialized().to_string();
    let cut = (0..text.len()).map(|end| text[..end].to_owned());
    for wrong in cut.chain(["", "2", "1 "].map(|version| text.replacen('1', version, 1))) {
        assert!(TraceContext::deserialize(wrong.as_bytes(), &mut Buffer::new()).is_none(), "{wrong}");
    }
}

#[test]
fn a_copy_has_a_random_number_below_one() {
    let mut buffer = Buffer::new();
    let context = context(&mut buffer);
    let millionths = |rand: f64| format!("{:08x}", (rand * 1e6).round() as u32);
    let written = millionths(context.sample_rand().expect("a head has a number"));
    let text = context.serialized().to_string();
    assert_eq!(text.matches(&written).count(), 1);
    for (rand, kept) in [(0.999_999, Some(0.999_999)), (1.0, None)] {
        let mut buffer = Buffer::new();
        let forged = text.replace(&written, &millionths(rand));
        let copy = TraceContext::deserialize(forged.as_bytes(), &mut buffer);
        assert_eq!(copy.and_then(|copy| copy.sample_rand()), kept, "{rand}");
    }
}

#[test]
fn a_function_target_is_asked_once_about_the_whole_url() {
    let asked = RefCell::new(Vec::new());
    let function = |url: &str| {
        asked.borrow_mut().push(url.to_owned());
        Some(false)
    };
    let targets = [Target::Matcher(&function)];
    let options = Options { trace_propagation_targets: Some(&targets), ..Options::default() };
    let propagator = Propagator::new(options).expect("no option is wrong");
    assert!(!propagator.allows("/api", Some("https://a.test/page")));
    assert_eq!(asked.take(), ["https://a.test/api"]);
}

#[test]
fn an_unchanged_dsc_is_borrowed_from_its_line() {
    let line = "other=1,sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.5,sentry-release=a%40b,other=2";
    let mut message = Headers::from_pairs([
        (&b"sentry-trace"[..], &b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1"[..]),
        (b"baggage", line.as_bytes()),
    ]);
    message.extend([(&b"baggage"[..], &b"other=3"[..])]);
    let propagator = Propagator::new(Options::default()).expect("no option is wrong");
    let mut buffer = Buffer::new();
    let context = propagator.continue_trace(&message, Start::with(SEED), &mut buffer);
    let dsc = context.baggage().expect("a DSC");
    assert_eq!(dsc, &line[8..line.len() - 8]);
    assert!(line.as_bytes().as_ptr_range().contains(&dsc.as_ptr()), "the text is a part of the line");
}
