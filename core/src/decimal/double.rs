//! Reads and writes doubles from 0 to 1 without loss, as fixed-point numbers with enough bits for each of them.
//!
//! A few loops over bytes instead of the usual tables, panics and long arithmetic.

use core::num::NonZeroU32;

use heapless::Vec;

/// Number of bytes before the point, and the index of the last of them.
const WHOLE: usize = 8;
const UNITS: usize = WHOLE - 1;
/// Number of bytes after the point: a double has at most 1,074 binary places, a midpoint of two doubles one more.
const PLACES: usize = 136;
/// The binary places of the least double.
const LEAST: usize = 1_074;
/// The index of the bit with the value 1.
const ONE: usize = 8 * WHOLE - 1;
/// The decimal digits that identify any double.
const DIGITS: usize = 17;

/// Integers below this are exact doubles, so that one division rounds correctly.
const EXACT: u64 = 1 << 53;
/// The leading bit of a mantissa, which is not stored.
const LEADING: u64 = 1 << 52;
/// The powers of ten that are doubles.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];
/// True if the processor divides doubles; a small one calls a long routine instead.
const DIVIDES: bool = cfg!(target_pointer_width = "64");

/// The double nearest to `number / 10^places`; unspecified above 1. There are no ties: a midpoint of two doubles has
/// more digits than `number` can have.
pub(crate) fn nearest(number: u64, places: u32) -> f64 {
    match TENS.get(places as usize).filter(|_| DIVIDES && number < EXACT) {
        Some(power) => number as f64 / power,
        None => long_nearest(number, places),
    }
}

fn long_nearest(number: u64, places: u32) -> f64 {
    let mut fixed = Fixed::ZERO;
    fixed.set(number, 0);
    // Enough bytes for all bits of a double after the first bit of the quotient.
    let more = (places as usize).wrapping_mul(5).wrapping_div(12).wrapping_add(8).min(PLACES);
    fixed.len = fixed.len.wrapping_add(more);
    fixed.move_point(places);
    fixed.nearest()
}

/// `number / 10^places`, truncated.
pub(crate) fn truncated(number: u64, places: u32) -> u64 {
    let mut fixed = Fixed::ZERO;
    fixed.set(number, 0);
    fixed.move_point(places.min(20));
    u64::from_be_bytes(*fixed.bytes.first_chunk().unwrap_or(&[0; WHOLE]))
}

/// The fewest decimal digits that read back as this double, which is above 0 and at most 1, as ASCII; and the number
/// of zeros before them, including the one before the point.
pub(crate) fn shortest(value: f64) -> (usize, Vec<u8, DIGITS>) {
    let (exponent, fraction) = (value.to_bits() >> 52, value.to_bits() & (LEADING - 1));
    let (mantissa, places) = match exponent {
        0 => (fraction, LEAST),
        _ => (fraction | LEADING, (LEAST + 1).wrapping_sub(exponent as usize)),
    };
    // The midpoints to the doubles below and above, in quarters of the last bit: below a power of two they are closer.
    let quarters = mantissa.wrapping_mul(4);
    let below = quarters.wrapping_sub(if fraction == 0 && exponent > 1 { 1 } else { 2 });
    let (mut from, mut exact, mut to) = (Fixed::ZERO, Fixed::ZERO, Fixed::ZERO);
    from.set(below, places.wrapping_add(2));
    exact.set(quarters, places.wrapping_add(2));
    to.set(quarters.wrapping_add(2), places.wrapping_add(2));
    let (mut zeros, mut digits) = (0_usize, Vec::new());
    loop {
        let (least, digit, most) = (from.next_digit(), exact.next_digit(), to.next_digit());
        let next = match least == most {
            true => digit,
            false => exact.rounded(digit).max(least.wrapping_add(1)).min(most),
        };
        if next == 0 && digits.is_empty() {
            zeros = zeros.wrapping_add(1);
        } else {
            let _ = digits.push(b'0'.wrapping_add(next));
        }
        if least != most {
            return (zeros, digits);
        }
    }
}

/// A number in base 256, the most significant byte first.
struct Fixed {
    bytes: [u8; WHOLE + PLACES],
    /// Number of bytes in use: whole words after the point.
    len: usize,
}

impl Fixed {
    const ZERO: Fixed = Fixed { bytes: [0; WHOLE + PLACES], len: WHOLE };

    /// Sets a zero to `number / 2^places`; a number with places has at most 56 bits.
    fn set(&mut self, number: u64, places: usize) {
        let begin = places.div_ceil(8);
        self.len = begin.next_multiple_of(4).wrapping_add(WHOLE);
        if let Some(word) = self.bytes.get_mut(begin..).and_then(<[u8]>::first_chunk_mut) {
            *word = (number << (places.wrapping_neg() % 8)).to_be_bytes();
        }
    }

    fn in_use(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.len).unwrap_or_default()
    }

    /// Divides by `10^places`; bits after the last byte in use are cut off.
    fn move_point(&mut self, mut places: u32) {
        while places > 0 {
            let step = places.min(7);
            let Some(power) = NonZeroU32::new(10_u32.wrapping_pow(step)) else { break };
            let mut rest = 0;
            for byte in self.in_use() {
                let part = rest << 8 | u32::from(*byte);
                *byte = (part / power) as u8;
                rest = part % power;
            }
            places = places.wrapping_sub(step);
        }
    }

    /// Takes the digit before the point, and moves the next one there.
    fn next_digit(&mut self) -> u8 {
        let mut carry = 0;
        let fraction = self.bytes.get_mut(WHOLE..self.len).unwrap_or_default();
        for word in fraction.as_chunks_mut().0.iter_mut().rev() {
            let product = u64::from(u32::from_be_bytes(*word)).wrapping_mul(10).wrapping_add(carry);
            *word = (product as u32).to_be_bytes();
            carry = product >> 32;
        }
        core::mem::replace(&mut self.bytes[UNITS], carry as u8)
    }

    /// The digit just taken, or the one above it if that is nearer; ties to even.
    fn rounded(&mut self, digit: u8) -> u8 {
        let next = self.next_digit();
        let is_above = next > 5 || next == 5 && (digit % 2 == 1 || self.bytes.iter().any(|byte| *byte != 0));
        digit.wrapping_add(is_above.into())
    }

    /// The double nearest to this number.
    fn nearest(&self) -> f64 {
        let Some(begin) = self.bytes.iter().position(|byte| *byte != 0) else { return 0.0 };
        let zeros = self.bytes.get(begin).map_or(0, |byte| byte.leading_zeros() as usize);
        // The mantissa begins with the first bit that is set; that of a subnormal double with one that is not.
        let first = begin.wrapping_mul(8).wrapping_add(zeros).min(ONE + 1_022);
        let word = self.bytes.get(first / 8..).and_then(<[u8]>::first_chunk).unwrap_or(&[0; 8]);
        let word = u64::from_be_bytes(*word) << (first % 8);
        let exponent = (ONE + 1_022).wrapping_sub(first) as u64;
        // The leading bit, or a carry into it, adds one to the exponent.
        f64::from_bits((exponent << 52).wrapping_add(word >> 11).wrapping_add(word >> 10 & 1))
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use super::{long_nearest, nearest, shortest};

    /// Doubles from 0 to 1 of every size: powers of two and their neighbours, short fractions, and anything between.
    fn doubles() -> impl Iterator<Item = f64> {
        let one = 1.0_f64.to_bits();
        let powers =
            (0..=1023).rev().step_by(7).map(|power: u64| power << 52).chain((0..52).map(|power| 1 << power));
        let around = powers.flat_map(|bits: u64| [bits.saturating_sub(1), bits, bits + 1]);
        let mut state = 1_u64;
        let any = core::iter::repeat_with(move || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            state.rotate_left(23) % one
        });
        // Of few bits, so that some are midpoints between two texts.
        let few = (1..=40_u32)
            .map(|n| n * n)
            .flat_map(|n| (20..40).map(move |places| f64::from(n) / 2_f64.powi(places)));
        around
            .chain(any.take(500))
            .map(f64::from_bits)
            .chain(few)
            .filter(|value| *value > 0.0 && *value <= 1.0)
    }

    #[test]
    fn the_shortest_digits_are_those_of_zmij() {
        for value in doubles() {
            let (zeros, digits) = shortest(value);
            let text = zmij::Buffer::new().format_finite(value).to_owned();
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "-0"));
            let (int, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let all = format!("{int}{fraction}");
            let expected = all.trim_matches('0');
            let leading = all.len() - all.trim_start_matches('0').len();
            assert_eq!(core::str::from_utf8(&digits), Ok(expected), "{value:e}");
            assert_eq!(zeros, leading + exponent[1..].parse::<usize>().expect("a number"), "{value:e}");
        }
    }

    #[test]
    fn a_decimal_reads_as_in_the_standard_library() {
        for (at, value) in doubles().enumerate() {
            let digits = 1 + at % 18;
            let text = format!("{value:.digits$e}");
            let (mantissa, exponent) = text.split_once('e').expect("an exponent");
            let number: u64 = mantissa.replace('.', "").parse().expect("19 digits");
            let places = (digits as i32 - exponent.parse::<i32>().expect("a number")) as u32;
            let expected: f64 = text.parse().expect("a number");
            assert_eq!(nearest(number, places), expected, "{text}");
            assert_eq!(long_nearest(number, places), expected, "{text}");
        }
    }
}
