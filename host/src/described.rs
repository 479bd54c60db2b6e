//! A context as owned text, which commands print and compare.

use tracehop_core::{Headers, TraceContext};

/// The parts of a context that commands show.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) trace_id: String,
    /// The headers of a request in this context, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// The members of the DSC, decoded.
    members: Vec<(String, String)>,
}

impl Described {
    /// Describes a context; `outgoing` are the headers that the request already has.
    pub(crate) fn of(context: &TraceContext<'_>, outgoing: &Headers<'_>) -> Self {
        let mut headers = Vec::new();
        context.headers(outgoing, |name, value| {
            let value: Vec<u8> = value.chunks().flatten().copied().collect();
            headers.push((name.to_owned(), String::from_utf8_lossy(&value).into_owned()));
        });
        let members = context.dynamic_sampling_context();
        let members = members.map(|member| (member.name().to_string(), member.value().to_string())).collect();
        Described { trace_id: context.trace_id().to_string(), headers, members }
    }

    /// The lines of a header.
    pub(crate) fn lines(&self, wanted: &str) -> impl Iterator<Item = &(String, String)> {
        self.headers.iter().filter(move |(name, _)| name == wanted)
    }

    /// A member of the DSC.
    pub(crate) fn member(&self, wanted: &str) -> Option<&str> {
        self.members.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    /// True if it has a DSC.
    pub(crate) fn has_members(&self) -> bool {
        !self.members.is_empty()
    }
}
