//! One value: a parsed value prints canonically, and the print parses to the same value.

use tracehop_core::{Baggage, Buffer, Entry, Finding, Limit, Member, SentryTrace, Traceparent};

use super::message::{Message, assert_clean};

pub(super) fn sentry_trace(value: &[u8]) {
    if value.len() < Limit::SentryTraceReadBytes.value() {
        // A value as SDKs write it takes the fast path; after a comma, the grammar.
        let in_steps = SentryTrace::parse(&[b",", value].concat());
        assert_eq!(SentryTrace::parse(value).ok(), in_steps.ok());
    }
    match SentryTrace::parse(value) {
        Err(error) => assert!(error.offset() <= value.len()),
        Ok(read) => {
            let text = read.to_string();
            assert_clean(text.as_bytes());
            assert_eq!(text, read.text().as_str());
            assert_eq!(SentryTrace::parse(text.as_bytes()), Ok(read));
            let message = Message::of(b"sentry-trace", value);
            assert_eq!(message.context(&mut Buffer::new()).trace_id(), read.trace_id);
            assert_eq!(message.context(&mut Buffer::new()).parent_span_id(), read.span_id);
        }
    }
}

pub(super) fn traceparent(value: &[u8]) {
    match Traceparent::parse(value) {
        Err(error) => assert!(error.offset() <= value.len()),
        Ok(read) => {
            assert_eq!(read.to_string().as_bytes(), read.text());
            assert_eq!(Traceparent::parse(&read.text()), Ok(read));
            assert_ne!(read.sampled, Some(false), "flag 00 reads as undecided");
        }
    }
}

/// Members are the texts between commas, and each Sentry name is listed once.
pub(super) fn baggage(value: &[u8]) {
    let lines = value.split(|byte| *byte == b'\n');
    let baggage = Baggage::from_lines(lines.clone());
    for entry in baggage.members() {
        let (Entry::Foreign(text) | Entry::Malformed(text)) = entry else { continue };
        assert!(
            !text.is_empty() && !text.contains(&b',') && text.trim_ascii() == text || text.contains(&0x0c)
        );
        assert_eq!(text.starts_with(b"sentry-"), matches!(entry, Entry::Malformed(_)));
    }
    let sentry = baggage.sentry();
    let names: Vec<String> = sentry.iter().map(|member| member.name().to_string()).collect();
    assert!(names.len() <= 64);
    let raw: Vec<Vec<u8>> = sentry.iter().map(|member| member.name().bytes().collect()).collect();
    assert!((1..raw.len()).all(|at| !raw[..at].contains(&raw[at])), "{names:?} repeats a name");
    let joined = lines.collect::<Vec<_>>().join(&b","[..]);
    if !baggage.exceeds_budget() && !Baggage::new(&joined).exceeds_budget() {
        assert!(baggage.members().eq(Baggage::new(&joined).members()), "lines count as one list");
    }
    let exceeds = sentry.findings().contains(Finding::ReadBudgetExceeded);
    assert!(exceeds || !baggage.exceeds_budget());
    if !exceeds {
        assert!(
            sentry.iter().eq(last_of_each_name(&baggage)),
            "the quick way to a member finds what the long one does"
        );
    }
}

/// The Sentry members one by one: of a repeated name the last one, at the index of the first.
fn last_of_each_name<'a>(baggage: &Baggage<'a>) -> Vec<Member<'a>> {
    let mut list: Vec<Member<'a>> = Vec::new();
    for entry in baggage.members() {
        let Entry::Sentry(member) = entry else { continue };
        match list.iter_mut().find(|known| known.name().bytes().eq(member.name().bytes())) {
            Some(known) => *known = member,
            None => list.push(member),
        }
    }
    list
}
