//! What a context takes from a message that it continues: rate, random number, tracestate (rules P5, C6).

use super::{Room, TRACESTATE_BYTES, TraceContext};
use crate::dsc::{Known, Members};
use crate::finding::Finding;
use crate::id::Seed;
use crate::sampling::{Interval, Rand, parse_rate};
use crate::wire::tracestate;

impl<T> TraceContext<T> {
    pub(crate) fn read_rate(&mut self, members: &Members<'_>) {
        let came = members.get(Known::SampleRate);
        self.position.parent_sample_rate = came.and_then(|rate| rate.read(parse_rate));
        self.position.findings.insert_if(
            came.is_some() && self.position.parent_sample_rate.is_none(),
            Finding::SampleRateInvalid,
        );
    }

    /// Takes the `sample_rand` that came in, or draws one (rule P5); did a usable one come in?
    pub(crate) fn read_rand(&mut self, members: &Members<'_>, seed: Seed) -> bool {
        self.keep_rand(members);
        if self.position.rand.is_some() {
            return true;
        }
        let came = members.get(Known::SampleRand);
        let interval = Interval::consistent(self.position.parent_sampled, self.position.parent_sample_rate);
        self.position.findings.insert_if(interval.is_none(), Finding::FlagContradictsRate);
        self.position.findings.insert_if(came.is_some(), Finding::SampleRandInvalid);
        self.position.findings.insert_if(came.is_none() && !members.is_empty(), Finding::SampleRandFilled);
        self.position.rand = Some(Rand::draw(seed.draw(), interval.unwrap_or(Interval::WHOLE)));
        false
    }

    /// Takes the usable `sample_rand` that came in, or none.
    pub(crate) fn keep_rand(&mut self, members: &Members<'_>) {
        self.position.rand = members.get(Known::SampleRand).and_then(|rand| rand.read(Rand::parse));
    }

    /// Keeps the `tracestate` that came with a used `traceparent`, as far as it fits (rule C6).
    pub(crate) fn keep_tracestate<'h>(&mut self, lines: Option<&[&[u8]]>)
    where
        T: Room<'h>,
    {
        let kept = self.texts.tracestate_room();
        let is_whole = lines.is_some_and(|lines| tracestate::write(lines, TRACESTATE_BYTES, kept));
        self.position.findings.insert_if(!is_whole, Finding::TracestateDropped);
    }
}
