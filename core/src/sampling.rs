//! The sampling decision: what decides, at which rate, with which random number (rules P1 to P8).

use heapless::Vec;

use crate::ascii;
use crate::decimal::{self, Decimal};
use crate::id::TraceId;

const MILLION: u32 = 1_000_000;

/// The argument of a sampler, shaped as Sentry's sampling context (rule P7).
#[derive(Clone, Copy, Debug)]
pub struct SamplingContext<'a> {
    /// The name of the transaction, if the caller gave one.
    pub transaction: Option<&'a str>,
    /// The sender's decision; `None` if there is none.
    pub parent_sampled: Option<bool>,
    /// The sender's sample rate, from 0 to 1; `None` if it is absent or unusable.
    pub parent_sample_rate: Option<f64>,
    /// The random number of the trace, in [0,1), six digits.
    pub sample_rand: f64,
    /// The id of the trace.
    pub trace_id: TraceId,
}

/// A sampler: returns a rate from 0 to 1, or `None` if it failed. Anything else means not sampled (rule P6).
pub type Sampler<'f> = dyn Fn(&SamplingContext<'_>) -> Option<f64> + 'f;

/// A new decision: at a rate, or fixed (rule P8).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// Sample at this rate, a finite number from 0 to 1.
    Rate(f64),
    /// Sample or do not; no rate is recorded.
    Sampled(bool),
}

/// True if this is a finite number in [0,1].
pub(crate) fn is_rate(rate: f64) -> bool {
    (0.0..=1.0).contains(&rate)
}

/// Reads the `sample_rate` of a DSC.
pub(crate) fn parse_rate(text: &[u8]) -> Option<f64> {
    Decimal::parse(text)?.value()
}

/// The random number of a trace: whole millionths in [0,1) (rule P5).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Rand(u32);

impl Rand {
    /// Reads a `sample_rand`, truncated to six digits.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        Decimal::parse(text)?.millionths().map(Rand)
    }

    /// Maps a draw to a number in an interval.
    pub(crate) fn draw(draw: u64, Interval { low, high }: Interval) -> Self {
        let span = u128::from(high.saturating_sub(low));
        let step = (u128::from(mix(draw)).wrapping_mul(span) >> 64) as u32;
        Rand(low.saturating_add(step))
    }

    /// The number of this many millionths.
    pub(crate) fn from_millionths(millionths: u32) -> Option<Self> {
        (millionths < MILLION).then_some(Rand(millionths))
    }

    pub(crate) fn millionths(self) -> u32 {
        self.0
    }

    /// The value in [0,1).
    pub(crate) fn value(self) -> f64 {
        decimal::nearest(self.0.into(), 6)
    }

    /// True if strictly below the rate, so 0 never samples and 1 always does (rule P3).
    pub(crate) fn is_below(self, rate: f64) -> bool {
        self.value() < rate
    }

    /// Six digits in fixed notation (rule D7).
    pub(crate) fn text(self) -> [u8; 8] {
        let mut digits = *b"0.000000";
        let mut rest = self.0;
        for digit in digits.iter_mut().skip(2).rev() {
            *digit = b'0'.wrapping_add((rest % 10) as u8);
            rest /= 10;
        }
        digits
    }
}

/// The millionths from `low` up to, not including, `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    low: u32,
    high: u32,
}

impl Interval {
    pub(crate) const WHOLE: Interval = Interval { low: 0, high: MILLION };

    /// The numbers for which the sender's flag follows from its rate; `None` if there are none.
    pub(crate) fn consistent(sampled: Option<bool>, rate: Option<f64>) -> Option<Self> {
        let (Some(sampled), Some(rate)) = (sampled, rate) else { return Some(Interval::WHOLE) };
        let edge = least(rate);
        let interval = match sampled {
            true => Interval { low: 0, high: edge },
            false => Interval { low: edge, high: MILLION },
        };
        (interval.low < interval.high).then_some(interval)
    }
}

/// The least m with `m / 1e6 >= rate`, by bisection: rare enough to save devices the code of a float product.
fn least(rate: f64) -> u32 {
    let (mut low, mut high) = (0, MILLION);
    while low < high {
        let middle = low.midpoint(high);
        match Rand(middle).is_below(rate) {
            true => low = middle.saturating_add(1),
            false => high = middle,
        }
    }
    low
}

/// SplitMix64's finaliser.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A rate as ECMAScript prints it (rule D7): at most 24 bytes.
#[derive(Clone, Debug)]
pub(crate) struct RateText(Vec<u8, 32>);

impl RateText {
    pub(crate) fn of(rate: f64) -> Self {
        let mut text = RateText(Vec::new());
        if rate == 0.0 {
            text.extend(b"0");
            return text;
        }
        let (zeros, digits) = decimal::shortest(rate);
        match b"0.00000".get(..=zeros) {
            _ if zeros == 0 => text.extend(&digits),
            Some(front) => {
                text.extend(front);
                text.extend(&digits);
            }
            None => text.write_exponent(&digits, zeros),
        }
        text
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn write_exponent(&mut self, digits: &[u8], exponent: usize) {
        let (first, rest) = digits.split_at_checked(1).unwrap_or_default();
        self.extend(first);
        if !rest.is_empty() {
            self.extend(b".");
            self.extend(rest);
        }
        self.extend(b"e-");
        for digits in [exponent / 100, exponent / 10, exponent] {
            if digits > 0 {
                self.extend(&[b'0'.wrapping_add((digits % 10) as u8)]);
            }
        }
    }

    fn extend(&mut self, bytes: &[u8]) {
        // It fits: no shortest text of a rate is longer.
        let _ = ascii::push(&mut self.0, bytes);
    }
}

/// What may decide besides the parent, in the order of rule P1.
pub(crate) struct Deciders<'a> {
    pub(crate) explicit: Option<bool>,
    pub(crate) sampler: Option<&'a Sampler<'a>>,
    pub(crate) rate: Option<f64>,
}

/// The inputs of a decision.
pub(crate) struct Question<'a> {
    pub(crate) transaction: Option<&'a str>,
    pub(crate) parent_sampled: Option<bool>,
    pub(crate) parent_sample_rate: Option<f64>,
    pub(crate) rand: Rand,
    pub(crate) trace_id: TraceId,
}

/// A decision, and its rate if this service decided.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    pub(crate) sampled: Option<bool>,
    pub(crate) rate: Option<f64>,
    pub(crate) sampler_failed: bool,
}

impl Choice {
    pub(crate) fn at(rate: f64, rand: Rand) -> Self {
        Choice { sampled: Some(rand.is_below(rate)), rate: Some(rate), sampler_failed: false }
    }

    pub(crate) fn fixed(sampled: Option<bool>) -> Self {
        Choice { sampled, ..Choice::default() }
    }
}

/// Decides by rule P1: the caller, the sampler, the parent, the static rate; else it is deferred.
pub(crate) fn decide(deciders: &Deciders<'_>, question: &Question<'_>) -> Choice {
    let Question { transaction, parent_sampled, parent_sample_rate, rand, trace_id } = *question;
    if deciders.explicit.is_some() {
        return Choice::fixed(deciders.explicit);
    }
    if let Some(sampler) = deciders.sampler {
        let context = SamplingContext {
            transaction,
            parent_sampled,
            parent_sample_rate,
            sample_rand: rand.value(),
            trace_id,
        };
        return match sampler(&context).filter(|rate| is_rate(*rate)) {
            Some(rate) => Choice::at(rate, rand),
            None => Choice { sampled: Some(false), rate: None, sampler_failed: true },
        };
    }
    match (parent_sampled, deciders.rate) {
        (None, Some(rate)) => Choice::at(rate, rand),
        (parent, _) => Choice::fixed(parent),
    }
}

/// The text of a decision in a DSC.
pub(crate) const fn sampled_text(sampled: bool) -> &'static str {
    if sampled { "true" } else { "false" }
}
