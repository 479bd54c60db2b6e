//! Unsigned JSON numbers, judged on their text (rules P5 and P6).
//!
//! ```text
//! number = int [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]
//! int    = "0" / ( %x31-39 *DIGIT )
//! ```
//! Core's own float parsing brings large tables and panics; what a rate needs is a few lines of integers.

use core::num::NonZeroU64;

/// Beyond this many places a value reads as zero: the least double above it has 324, and a mantissa 19 digits.
const PLACES: u32 = 345;
/// A mantissa below it takes another digit.
const ROOM: u64 = 10_u64.pow(18);
const MILLION: u64 = 1_000_000;

/// A decimal number: `mantissa / 10^places`, of which the first 19 digits are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal {
    pub(crate) mantissa: u64,
    pub(crate) places: i64,
    /// Were digits other than zero cut off?
    is_cut: bool,
}

impl Decimal {
    /// Reads an unsigned JSON number; `None` for any other text.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (int, rest) = split_digits(text).filter(|(int, _)| !matches!(int, [b'0', _, ..]))?;
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => split_digits(rest)?,
            _ => (&[][..], rest),
        };
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', power @ ..] => exponent(power)?,
            _ => return None,
        };
        let mut decimal = Decimal { mantissa: 0, places: exponent.saturating_neg(), is_cut: false };
        int.iter().for_each(|digit| decimal.push(*digit));
        decimal.places = decimal.places.saturating_add(i64::try_from(fraction.len()).ok()?);
        fraction.iter().for_each(|digit| decimal.push(*digit));
        Some(decimal)
    }

    fn push(&mut self, digit: u8) {
        let digit = digit.wrapping_sub(b'0').into();
        if self.mantissa < ROOM {
            self.mantissa = self.mantissa.wrapping_mul(10).wrapping_add(digit);
        } else {
            self.is_cut |= digit != 0;
            self.places = self.places.saturating_sub(1);
        }
    }

    /// The millionths in the value, truncated; `None` where it is 1 or more.
    pub(crate) fn millionths(&self) -> Option<u32> {
        let power = |places: i64| 10_u64.checked_pow(u32::try_from(places.unsigned_abs()).ok()?);
        let millionths = match self.places.saturating_sub(6) {
            _ if self.mantissa == 0 => 0,
            places @ 0.. => power(places).and_then(|power| self.mantissa.checked_div(power)).unwrap_or(0),
            places => self.mantissa.checked_mul(power(places)?)?,
        };
        u32::try_from(millionths).ok().filter(|millionths| u64::from(*millionths) < MILLION)
    }

    /// The value as a double, where it is at most 1: exact to 19 decimal places, beyond them within one unit in the last place.
    pub(crate) fn fraction(&self) -> Option<f64> {
        if self.mantissa == 0 {
            return Some(0.0);
        }
        let places = u32::try_from(self.places.min(PLACES.into())).ok()?;
        let value = match TENS.get(places as usize).filter(|_| self.mantissa < EXACT && !self.is_cut) {
            Some(power) => self.mantissa as f64 / power,
            None => divide_by_ten_to(self.mantissa, places, self.is_cut),
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

/// The digits at the front, at least one, and what follows them.
fn split_digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let count = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(count).filter(|_| count > 0)
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (is_negative, power) = match text {
        [b'-', power @ ..] => (true, power),
        [b'+', power @ ..] | power => (false, power),
    };
    let (digits, []) = split_digits(power)? else { return None };
    let add = |n: i64, digit: &u8| n.saturating_mul(10).saturating_add(digit.wrapping_sub(b'0').into());
    let power = digits.iter().fold(0, add);
    Some(if is_negative { power.saturating_neg() } else { power })
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
    if dropped > 128 {
        return 0.0;
    }
    let mantissa = value.checked_shr(dropped).unwrap_or(0) as u64;
    let half = 1_u128.wrapping_shl(dropped.wrapping_sub(1));
    let tail = value & half.wrapping_shl(1).wrapping_sub(1);
    let up = tail > half || (tail == half && (inexact || mantissa & 1 == 1));
    f64::from_bits(u64::from(exponent).wrapping_shl(52).wrapping_add(mantissa).wrapping_add(u64::from(up)))
}
