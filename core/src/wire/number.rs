//! Unsigned JSON numbers, judged on their text (rules P5 and P6).
//!
//! ```text
//! number = int [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]
//! int    = "0" / ( %x31-39 *DIGIT )
//! ```
//! Core's own float parsing brings large tables and panics; what a rate needs is a few lines of integers.

use core::num::NonZeroU64;

use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::digit1;
use nom::combinator::{all_consuming, opt, verify};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Beyond this many places a value reads as zero: the least double above it has 324.
const PLACES: i64 = 330;

/// A decimal number as `0.d1 d2 d3 ... * 10^point`, with d1 not zero; no digits stand for zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal<'a> {
    digits: (&'a [u8], &'a [u8]),
    point: i64,
}

impl<'a> Decimal<'a> {
    /// Reads an unsigned JSON number; `None` for any other text.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        let (_, (int, fraction, exponent)) = all_consuming(number).parse(text).ok()?;
        let point = i64::try_from(int.len()).ok()?.saturating_add(exponent);
        Some(Decimal { digits: (int, fraction), point }.normalised())
    }

    fn normalised(mut self) -> Self {
        let zeros = self.digits().take_while(|digit| *digit == 0).count();
        let (int, fraction) = self.digits;
        let beyond = zeros.saturating_sub(int.len());
        self.digits = (int.get(zeros..).unwrap_or_default(), fraction.get(beyond..).unwrap_or_default());
        self.point = self.point.saturating_sub(i64::try_from(zeros).unwrap_or(i64::MAX));
        self
    }

    /// The digits as numbers, from the first that is not zero.
    pub(crate) fn digits(&self) -> impl Iterator<Item = u8> + Clone + use<'a> {
        self.digits.0.iter().chain(self.digits.1).map(|digit| digit.wrapping_sub(b'0'))
    }

    /// Where the point stands, counted in digits from the first one.
    pub(crate) fn point(&self) -> i64 {
        self.point
    }

    fn is_zero(&self) -> bool {
        self.digits().next().is_none()
    }

    /// The millionths in the value, truncated; `None` where it is 1 or more.
    pub(crate) fn millionths(&self) -> Option<u32> {
        if self.is_zero() {
            return Some(0);
        }
        let places =
            usize::try_from(self.point.saturating_add(6).max(0)).ok().filter(|places| *places <= 6)?;
        let digits = self.digits().chain(core::iter::repeat(0)).take(places);
        Some(digits.fold(0_u32, |number, digit| number.wrapping_mul(10).wrapping_add(digit.into())))
    }

    /// The value as a double, where it is at most 1: exact to 19 decimal places, beyond them within one unit in the last place.
    pub(crate) fn fraction(&self) -> Option<f64> {
        if self.is_zero() || self.point < PLACES.wrapping_neg() {
            return Some(0.0);
        }
        let kept = self.digits().take(19);
        let mantissa = kept.clone().fold(0_u64, |n, digit| n.wrapping_mul(10).wrapping_add(digit.into()));
        let cut = self.digits().skip(19).any(|digit| digit != 0);
        let places = u32::try_from(i64::try_from(kept.count()).ok()?.saturating_sub(self.point)).ok()?;
        let value = match TENS.get(places as usize).filter(|_| mantissa < EXACT && !cut) {
            Some(power) => mantissa as f64 / power,
            None => divide_by_ten_to(mantissa, places, cut),
        };
        (value <= 1.0).then_some(value)
    }
}

/// Integers below it are doubles, so that one division rounds correctly.
const EXACT: u64 = 1 << 53;
/// The powers of ten that are doubles.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

type Number<'a> = (&'a [u8], &'a [u8], i64);

fn number(input: &[u8]) -> IResult<&[u8], Number<'_>> {
    let int = verify(digit1, |digits: &[u8]| !matches!(digits, [b'0', _, ..]));
    let fraction = opt(preceded(tag("."), digit1)).map(Option::unwrap_or_default);
    (int, fraction, exponent).parse(input)
}

fn exponent(input: &[u8]) -> IResult<&[u8], i64> {
    let sign = opt(alt((tag("+"), tag("-")))).map(|sign: Option<&[u8]>| sign == Some(b"-"));
    let power = (sign, digit1).map(|(negative, digits): (bool, &[u8])| {
        let power = digits
            .iter()
            .fold(0_i64, |n, digit| n.saturating_mul(10).saturating_add(digit.wrapping_sub(b'0').into()));
        if negative { power.saturating_neg() } else { power }
    });
    opt(preceded(alt((tag("e"), tag("E"))), power)).map(Option::unwrap_or_default).parse(input)
}

/// `mantissa / 10^places` rounded to the nearest double, ties to even; `inexact` tells that digits were cut off.
fn divide_by_ten_to(mantissa: u64, mut places: u32, mut inexact: bool) -> f64 {
    let (mut value, mut shift) = (u128::from(mantissa), 0_u32);
    loop {
        let zeros = value.leading_zeros();
        value = value.wrapping_shl(zeros);
        shift = shift.wrapping_add(zeros);
        if places == 0 {
            return double(value, shift, inexact);
        }
        let step = places.min(9);
        let Some(divisor) = NonZeroU64::new(10_u64.wrapping_pow(step)) else { return 0.0 };
        let (quotient, rest) = divide(value, divisor);
        (value, inexact) = (quotient, inexact || rest != 0);
        places = places.wrapping_sub(step);
    }
}

/// Long division by 32 bits at a time: the divisor has no more.
fn divide(value: u128, divisor: NonZeroU64) -> (u128, u64) {
    [96, 64, 32, 0].into_iter().fold((0_u128, 0_u64), |(quotient, rest), place| {
        let part = rest << 32 | u64::from(value.wrapping_shr(place) as u32);
        (quotient << 32 | u128::from(part / divisor), part % divisor)
    })
}

/// The double nearest to `value / 2^shift`, where the top bit of `value` is set.
fn double(value: u128, shift: u32, inexact: bool) -> f64 {
    // The leading bit of a normal mantissa adds one to the exponent field; a subnormal one has fewer bits instead.
    let (exponent, dropped) = match (127_u32 + 1022).checked_sub(shift) {
        Some(exponent) => (exponent, 128 - 53),
        None => (0, shift.wrapping_sub(127 + 1022).saturating_add(128 - 53)),
    };
    if dropped > 127 {
        return 0.0;
    }
    let mantissa = value.wrapping_shr(dropped) as u64;
    let half = 1_u128.wrapping_shl(dropped.wrapping_sub(1));
    let tail = value & half.wrapping_shl(1).wrapping_sub(1);
    let up = tail > half || (tail == half && (inexact || mantissa & 1 == 1));
    f64::from_bits(u64::from(exponent).wrapping_shl(52).wrapping_add(mantissa).wrapping_add(u64::from(up)))
}
