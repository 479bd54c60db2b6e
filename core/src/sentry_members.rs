//! The Sentry members of a baggage list, each name once, and their anomalies (rules B1 to B3, B6).

use crate::dsc::{MEMBER_NAMES, Members};
use crate::finding::{Finding, Findings};
use crate::wire::baggage::{Baggage, Member};

/// The Sentry members of a baggage list: each name once, in order of arrival, at most 64.
#[derive(Clone, Debug)]
pub struct SentryMembers<'a> {
    members: Members<'a>,
    findings: Findings,
}

impl<'a> SentryMembers<'a> {
    /// The names of a DSC's members, in the order in which a head of trace writes them (rule D1); other names may be
    /// received. A host may intern them.
    pub const NAMES: [&'static str; MEMBER_NAMES.len()] = MEMBER_NAMES;

    /// An empty list, which `Baggage::sentry_into` fills in place.
    pub fn empty() -> Self {
        SentryMembers { members: Members::new(), findings: Findings::default() }
    }

    /// The members in order; a repeated name has its last value, at the position of its first.
    pub fn iter(&self) -> impl Iterator<Item = Member<'a>> + '_ {
        self.members.iter()
    }

    /// Anomalies of the members.
    pub fn findings(&self) -> Findings {
        self.findings
    }
}

impl<'a> Baggage<'a> {
    /// The Sentry members, each name once.
    ///
    /// # Example: the last value wins, at the position of the first
    /// ```
    /// use tracehop_core::{Baggage, Finding};
    /// let sentry = Baggage::new(b"sentry-a=1,sentry-b=2,sentry-a=3").sentry();
    /// let values: Vec<_> = sentry.iter().map(|member| member.value().to_string()).collect();
    /// assert_eq!(values, ["3", "2"]);
    /// assert!(sentry.findings().contains(Finding::MemberRepeated));
    /// ```
    pub fn sentry(&self) -> SentryMembers<'a> {
        let mut sentry = SentryMembers::empty();
        self.sentry_into(&mut sentry);
        sentry
    }

    /// As [`Baggage::sentry`], written over `sentry`: the cheapest way, because nothing is copied.
    pub fn sentry_into(&self, sentry: &mut SentryMembers<'a>) {
        sentry.members.clear();
        sentry.findings = sentry.members.read(self.lines());
        sentry.findings.insert_if(self.exceeds_budget(), Finding::ReadBudgetExceeded);
    }

    /// Anomalies of the Sentry members.
    pub fn findings(&self) -> Findings {
        self.sentry().findings()
    }
}
