//! Injection into a request that already has headers: ours are added, and no third-party member is lost.

use tracehop_core::{Buffer, Headers, Limit, Propagator, Reason, Start, TraceContext};

use super::message::{Message, SEED, URL, assert_clean, bytes};

/// The headers of a request, as a host keeps them.
#[derive(Clone, Debug, PartialEq)]
struct Request(Vec<(Vec<u8>, Vec<u8>)>);

impl Request {
    fn headers(&self) -> Headers<'_> {
        Headers::from_pairs(self.0.iter().map(|(name, value)| (name.as_slice(), value.as_slice())))
    }

    fn set(&mut self, name: &str, value: Vec<u8>) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name.as_bytes()));
        if !value.is_empty() {
            self.0.push((name.into(), value));
        }
    }

    fn inject(&self, propagator: &Propagator<'_>, context: &TraceContext<'_>) -> (Request, Reason) {
        let mut injected = self.clone();
        let set =
            |name: &'static str, value: tracehop_core::HeaderValue<'_>| injected.set(name, bytes(&value));
        let outcome = propagator.inject(context, URL, None, &self.headers(), set);
        (injected, outcome.reason())
    }

    /// The third-party members that must not be lost: trimmed, not empty, without control bytes.
    fn foreign(&self) -> Vec<Vec<u8>> {
        let baggage = self.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"baggage"));
        let members = baggage.flat_map(|(_, value)| value.split(|byte| *byte == b','));
        let blank = |byte: &u8| b" \t\r\n".contains(byte);
        let trimmed = members.map(|member| {
            let start = member.iter().position(|byte| !blank(byte)).unwrap_or(member.len());
            let end = member.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
            &member[start..end]
        });
        let is_clean =
            |member: &&[u8]| member.iter().all(|byte| (*byte >= 0x20 && *byte != 0x7f) || *byte == b'\t');
        let is_foreign =
            |member: &&[u8]| !member.is_empty() && !member.starts_with(b"sentry-") && is_clean(member);
        trimmed.filter(is_foreign).map(<[u8]>::to_vec).collect()
    }
}

/// Injecting twice equals once; third-party members are unchanged; budgets are kept; stripping removes our members.
pub(super) fn inject(data: &[u8]) {
    let message = Message::read(data);
    let propagator = message.propagator();
    let mut buffer = Buffer::new();
    let context = propagator.start_trace(Start::with(SEED), &mut buffer);
    // A header in the spelling of a WSGI env is read, but no request has one: what is set would not replace it.
    let headers = message.pairs.iter().filter(|(name, _)| !name.starts_with(b"HTTP_"));
    let request = Request(headers.map(|(name, value)| (name.to_vec(), value.to_vec())).collect());
    let (once, reason) = request.inject(&propagator, &context);
    let (twice, kept) = once.inject(&propagator, &context);
    let is_signed = request.headers().sentry_trace().is_none() && once.headers().sentry_trace().is_none();
    assert!(is_signed || (twice == once && kept == Reason::Kept));
    if reason == Reason::Kept {
        return assert_eq!(once, request);
    }
    if !request.headers().baggage().exceeds_budget() {
        written(&request, &once, &context);
    }
}

fn written(request: &Request, once: &Request, context: &TraceContext<'_>) {
    let (foreign, ours) = (request.foreign(), context.baggage().unwrap_or_default());
    assert_eq!(once.foreign(), foreign, "third-party members are unchanged");
    let Some((_, value)) = once.0.iter().find(|(name, _)| name == b"baggage") else { return };
    if request.0.contains(&(b"baggage".to_vec(), value.clone())) {
        return;
    }
    let sentry: Vec<&[u8]> =
        value.split(|byte| *byte == b',').filter(|member| member.starts_with(b"sentry-")).collect();
    sentry.iter().for_each(|member| assert_clean(member));
    assert!(sentry.is_empty() || value.len() <= Limit::BaggageWriteBytes.value());
    assert!(sentry.is_empty() || foreign.len() + sentry.len() <= Limit::Members.value());
    let is_ours = |member: &&[u8]| ours.as_bytes().split(|byte| *byte == b',').any(|own| own == *member);
    assert!(sentry.iter().all(is_ours), "old sentry- members are removed");
    let mut stripped = once.clone();
    once.headers().strip(|name, value| stripped.set(name, bytes(&value)));
    assert_eq!(stripped.foreign(), foreign);
    assert_eq!(stripped.headers().baggage().sentry().iter().count(), 0);
}
