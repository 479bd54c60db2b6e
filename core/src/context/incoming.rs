//! What a context takes from a message that it continues: rate, random number, tracestate (rules P5, C6).

use super::{Room, TRACESTATE_BYTES, TraceContext};
use crate::ascii;
use crate::dsc::{Known, Members};
use crate::finding::Finding;
use crate::id::Seed;
use crate::sampling::{Interval, Rand, parse_rate};

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

    /// Keeps the `tracestate` that came with a used `traceparent`, whole or not at all (rule C6).
    pub(crate) fn keep_tracestate<'h>(&mut self, lines: Option<&[&[u8]]>)
    where
        T: Room<'h>,
    {
        let is_kept = lines.is_some_and(|lines| {
            lines
                .iter()
                .map(|line| ascii::trim(line))
                .filter(|line| !line.is_empty())
                .all(|line| self.keep_line(line))
        });
        if !is_kept {
            self.texts.tracestate_room().clear();
            self.position.findings.insert(Finding::TracestateDropped);
        }
    }

    fn keep_line<'h>(&mut self, line: &[u8]) -> bool
    where
        T: Room<'h>,
    {
        let kept = self.texts.tracestate_room();
        let comma: &[u8] = if kept.is_empty() { b"" } else { b"," };
        let room = TRACESTATE_BYTES.saturating_sub(kept.len());
        let fits = line.iter().all(|byte| matches!(byte, 0x20..=0x7e))
            && line.len().saturating_add(comma.len()) <= room;
        if fits {
            ascii::push(kept, comma);
            ascii::push(kept, line);
        }
        fits
    }
}
