//! The evidence of the headers that arrived: an echo application, or the meta tags of a page.

use std::collections::BTreeMap;

use serde::Deserialize;
use tracehop_core::{Buffer, Headers, Options, Propagator, Seed, Start};

use super::answer::Answer;
use super::verdict::Values;
use crate::described::Described;

/// The key of an echo's only member, and the response header that marks an echo without a body.
const KEY: &str = "tracehop-echo";

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "tracehop-echo")]
    told: Told,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    headers: BTreeMap<String, Vec<String>>,
}

/// The data of an echo application: a text that no other response has, and the trace headers that reached it.
#[derive(Debug)]
pub(crate) struct Echo {
    pub(crate) id: String,
    pub(crate) headers: Values,
}

/// The data of an echo application; `None` for any other response.
pub(crate) fn echo(answer: &Answer) -> Option<Echo> {
    let Body { told } = serde_json::from_slice(&answer.body).ok()?;
    Some(Echo { id: told.id, headers: told.headers.into_iter().collect() })
}

/// True if an echo application answered, whatever the method.
pub(crate) fn is_echo(answer: &Answer) -> bool {
    answer.has(KEY)
}

/// The trace of a page's meta tags; `None` if it has none.
pub(crate) fn page(answer: &Answer) -> Option<Described> {
    let mut scratch = vec![0; Headers::SCRATCH_BYTES];
    let headers = Headers::from_html(&answer.body, &mut scratch);
    // Accepts any page: no organisation, no rate.
    let reader = Propagator::new(Options::default()).ok()?;
    let read = |seed| {
        let mut buffer = Buffer::new();
        let context = reader.continue_trace(&headers, Start::with(Seed([seed; 24])), &mut buffer);
        Described::of(&context, &Headers::new())
    };
    // The ids of a new trace come from the seed.
    let page = read(1);
    (page.trace_id == read(2).trace_id).then_some(page)
}
