//! Writes the headers of an outgoing request and keeps third-party members (rules O6 to O8, O10, O11, B6).

use crate::context::TraceContext;
use crate::dsc::MEMBERS;
use crate::finding::{Finding, Findings};
use crate::header_name::HeaderName;
use crate::header_value::{HeaderValue, is_clean};
use crate::headers::Headers;
use crate::wire::baggage::Entry;

/// The result of an injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Headers were written.
    Written = 0,
    /// The request already had `sentry-trace` and was not changed.
    Kept = 1,
    /// The URL is no propagation target.
    NotATarget = 2,
    /// The URL is this service's own ingest host.
    OwnHost = 3,
}

impl Reason {
    /// Every reason, in the order of its number.
    pub const ALL: [Reason; 4] = [Reason::Written, Reason::Kept, Reason::NotATarget, Reason::OwnHost];

    /// The snake-case name, the same in four languages.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Written => "written",
            Reason::Kept => "kept",
            Reason::NotATarget => "not_a_target",
            Reason::OwnHost => "own_host",
        }
    }

    /// The fixed number.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// The result of an injection, and its anomalies (rule O8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub(crate) reason: Reason,
    pub(crate) findings: Findings,
}

impl Outcome {
    /// The result.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// Anomalies of this injection.
    pub fn findings(&self) -> Findings {
        self.findings
    }

    /// True if headers were written.
    pub fn written(&self) -> bool {
        self.reason == Reason::Written
    }
}

impl TraceContext<'_> {
    /// Passes to `set` the headers for a request that already has the headers `outgoing` (rule O6); an empty value
    /// means that the header is to be removed. Checks no target: see `Propagator::inject` for that.
    ///
    /// # Example: third-party members stay, byte for byte
    /// ```
    /// use tracehop_core::{Buffer, Headers, Options, Propagator, Seed, Start};
    /// let propagator = Propagator::new(Options { public_key: Some("key"), ..Options::default() })?;
    /// let mut buffer = Buffer::new();
    /// let context = propagator.start_trace(Start::with(Seed([7; 24])), &mut buffer);
    /// let outgoing = Headers::from_pairs([(&b"baggage"[..], &b"tenant=acme;tier=gold"[..])]);
    /// let mut baggage = [0; 256];
    /// let mut len = 0;
    /// context.headers(&outgoing, |name, value| {
    ///     if name == "baggage" {
    ///         len = value.copy_to(&mut baggage);
    ///     }
    /// });
    /// assert!(baggage[..len].starts_with(b"tenant=acme;tier=gold,sentry-trace_id=07070707"));
    /// # Ok::<(), tracehop_core::Error>(())
    /// ```
    pub fn headers(&self, outgoing: &Headers<'_>, set: impl FnMut(&'static str, HeaderValue<'_>)) -> Outcome {
        self.write(outgoing, |field| outgoing.signs(field), set)
    }

    /// As [`TraceContext::headers`]; `is_signed` returns true if a signature covers the header (rule O11).
    pub(crate) fn write(
        &self,
        outgoing: &Headers<'_>,
        is_signed: impl Fn(HeaderName) -> bool,
        mut set: impl FnMut(&'static str, HeaderValue<'_>),
    ) -> Outcome {
        let mut findings = outgoing.findings();
        if outgoing.sentry_trace().is_some() {
            findings.insert(Finding::AlreadyPropagated);
            return Outcome { reason: Reason::Kept, findings };
        }
        let mut is_signed = |field: HeaderName| {
            let is_signed = is_signed(field);
            findings.insert_if(is_signed, Finding::HeaderSigned);
            is_signed
        };
        let mut odd = Findings::default();
        if !is_signed(HeaderName::SentryTrace) {
            set(HeaderName::SentryTrace.name(), HeaderValue::ours(self.sentry_trace().text().as_bytes()));
        }
        if !is_signed(HeaderName::Baggage) {
            odd = self.write_baggage(outgoing, &mut set);
        }
        if self.position.propagates_traceparent
            && !outgoing.has_traceparent()
            && !is_signed(HeaderName::Traceparent)
        {
            set(HeaderName::Traceparent.name(), HeaderValue::ours(&self.traceparent().text()));
            let tracestate = self.tracestate;
            let is_free = !tracestate.is_empty() && !outgoing.has_tracestate();
            if is_free && !is_signed(HeaderName::Tracestate) {
                set(HeaderName::Tracestate.name(), HeaderValue::ours(tracestate));
            }
        }
        findings.extend(odd);
        Outcome { reason: Reason::Written, findings }
    }

    fn write_baggage(
        &self,
        outgoing: &Headers<'_>,
        set: &mut impl FnMut(&'static str, HeaderValue<'_>),
    ) -> Findings {
        let (existing, ours) = (outgoing.baggage(), self.baggage);
        let most = usize::from(self.position.max_baggage_bytes);
        let mut findings = Findings::default();
        if !existing.has_lines() && ours.len() <= most {
            if !ours.is_empty() {
                set(HeaderName::Baggage.name(), HeaderValue::ours(ours));
            }
            return findings;
        }
        if existing.exceeds_budget() {
            findings.insert(Finding::ReadBudgetExceeded);
            findings.insert(Finding::BaggageTooLong);
            return findings;
        }
        let foreign = Foreign::of(existing.members());
        findings.insert_if(foreign.dropped, Finding::ControlByteDropped);
        // The last member has no comma after it.
        findings.insert_if(foreign.bytes > most.saturating_add(1), Finding::BaggageTooLong);
        let bytes = most.saturating_sub(foreign.bytes);
        let slots = self.frozen().fitting(bytes, MEMBERS.saturating_sub(foreign.members));
        findings.insert_if(slots != u64::MAX, Finding::WriteBudgetExceeded);
        set(HeaderName::Baggage.name(), HeaderValue::merged(existing, ours, slots));
        findings
    }
}

/// The space that the third-party members of an existing header take.
#[derive(Default)]
struct Foreign {
    /// With the comma after each.
    bytes: usize,
    members: usize,
    dropped: bool,
}

impl Foreign {
    fn of<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Self {
        let mut foreign = Foreign::default();
        for entry in entries {
            let Entry::Foreign(member) = entry else { continue };
            if !is_clean(member) {
                foreign.dropped = true;
                continue;
            }
            foreign.bytes = foreign.bytes.saturating_add(member.len()).saturating_add(1);
            foreign.members = foreign.members.saturating_add(1);
        }
        foreign
    }
}

impl Headers<'_> {
    /// Passes to `set` what removes all that tracehop may have added to a request: for a redirect to a host that is no
    /// target (rule O10). An empty value means that the header is to be removed.
    pub fn strip(&self, mut set: impl FnMut(&'static str, HeaderValue<'_>)) -> Findings {
        let mut findings = self.findings();
        let mut is_touchable = |field: HeaderName, is_there: bool| {
            findings.insert_if(is_there && self.signs(field), Finding::HeaderSigned);
            is_there && !self.signs(field)
        };
        let removed = [
            (HeaderName::SentryTrace, self.has_sentry_trace()),
            (HeaderName::Traceparent, self.has_traceparent()),
            (HeaderName::Tracestate, self.has_tracestate()),
        ];
        for (field, is_there) in removed {
            if is_touchable(field, is_there) {
                set(field.name(), HeaderValue::REMOVE);
            }
        }
        let baggage = self.baggage();
        if !is_touchable(HeaderName::Baggage, baggage.has_lines()) {
            return findings;
        }
        if baggage.exceeds_budget() {
            // Unread members cannot be sorted: third-party members would be removed too (rule B6).
            findings.insert(Finding::ReadBudgetExceeded);
            return findings;
        }
        findings.insert_if(Foreign::of(baggage.members()).dropped, Finding::ControlByteDropped);
        set(HeaderName::Baggage.name(), HeaderValue::merged(baggage, b"", u64::MAX));
        findings
    }
}
