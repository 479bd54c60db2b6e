//! What shows which headers arrived: an echo application, or the meta tags of a page.

use std::collections::BTreeMap;

use serde::Deserialize;
use tracehop_core::{Buffer, Headers, Options, Propagator, Seed, Start};

use super::answer::Answer;
use super::verdict::Values;
use crate::described::Described;

/// The key of an echo's only member, and the response header that marks an echo where there is no body.
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

/// What an echo application says: a text that no other answer has, and the trace headers that reached it.
#[derive(Debug)]
pub(crate) struct Echo {
    pub(crate) id: String,
    pub(crate) headers: Values,
}

/// The answer of an echo application; `None` if it is something else.
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
    // Reads pages without any condition: no organisation of its own, no rate.
    let reader = Propagator::new(Options::default()).ok()?;
    let read = |seed| {
        let mut buffer = Buffer::new();
        let context = reader.continue_trace(&headers, Start::with(Seed([seed; 24])), &mut buffer);
        Described::of(&context, &Headers::new())
    };
    // The ids of a new trace are made of the seed.
    let page = read(1);
    (page.trace_id == read(2).trace_id).then_some(page)
}
