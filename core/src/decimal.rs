//! Unsigned JSON numbers, validated as text (rules P5 and P6).
//!
//! ```text
//! number = int [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]
//! int    = "0" / ( %x31-39 *DIGIT )
//! ```

mod double;

use double::truncated;
pub(crate) use double::{nearest, shortest};

const MILLION: u64 = 1_000_000;
/// A mantissa below this takes another digit.
const MANTISSA_LIMIT: u64 = 10_u64.pow(18);
/// With more decimal places a value reads as zero: the least double above 0 has 324, and a mantissa 19 digits.
const PLACES: i32 = 345;

/// A decimal number: `mantissa / 10^places`; keeps the first 19 digits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Decimal {
    mantissa: u64,
    places: i32,
}

impl Decimal {
    /// Reads an unsigned JSON number; `None` for any other text.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        // Devices save the code size of the fast path.
        let quick = if cfg!(feature = "std") { Decimal::fraction(text) } else { None };
        quick.or_else(|| Decimal::any(text))
    }

    /// Reads the form of almost every rate: a few digits after a point.
    fn fraction(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"0.").filter(|digits| (1..=18).contains(&digits.len()))?;
        let mantissa = digits.iter().try_fold(0_u64, |mantissa, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit <= 9).then(|| mantissa.wrapping_mul(10).wrapping_add(digit.into()))
        })?;
        Some(Decimal { mantissa, places: digits.len() as i32 })
    }

    fn any(text: &[u8]) -> Option<Self> {
        let mut decimal = Decimal::default();
        let mut rest = decimal.push_digits(text).filter(|_| !matches!(text, [b'0', b'0'..=b'9', ..]))?;
        if let [b'.', fraction @ ..] = rest {
            rest = decimal.push_digits(fraction)?;
            let count = fraction.len().wrapping_sub(rest.len());
            decimal.places = decimal.places.wrapping_add(count as i32);
        }
        match rest {
            [] => {}
            [b'e' | b'E', b'-', power @ ..] => {
                decimal.places = decimal.places.saturating_add(exponent(power)?)
            }
            [b'e' | b'E', b'+', power @ ..] | [b'e' | b'E', power @ ..] => {
                decimal.places = decimal.places.saturating_sub(exponent(power)?);
            }
            _ => return None,
        }
        Some(decimal)
    }

    /// Takes the digits at the front, at least one, and returns what follows them.
    fn push_digits<'a>(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let mut rest = text;
        while let [digit @ b'0'..=b'9', tail @ ..] = rest {
            if self.mantissa < MANTISSA_LIMIT {
                self.mantissa = self.mantissa.wrapping_mul(10).wrapping_add((digit & 15).into());
            } else {
                self.places = self.places.saturating_sub(1);
            }
            rest = tail;
        }
        (rest.len() < text.len()).then_some(rest)
    }

    /// The millionths in the value, truncated; `None` if it is 1 or more.
    pub(crate) fn millionths(&self) -> Option<u32> {
        let mut millionths = match u32::try_from(self.places.saturating_sub(6)) {
            Ok(places @ 1..) => truncated(self.mantissa, places),
            _ => self.mantissa,
        };
        for _ in self.places..6 {
            if !(1..MILLION).contains(&millionths) {
                break;
            }
            millionths = millionths.wrapping_mul(10);
        }
        (millionths < MILLION).then_some(millionths as u32)
    }

    /// The value as a double if it is at most 1: exact to 19 digits, beyond them within one unit in the last place.
    pub(crate) fn value(&self) -> Option<f64> {
        if self.mantissa == 0 {
            return Some(0.0);
        }
        let places = u32::try_from(self.places.min(PLACES)).ok()?;
        Some(nearest(self.mantissa, places)).filter(|value| *value <= 1.0)
    }
}

/// The digits of an exponent; one that is too long to matter counts as the largest.
fn exponent(digits: &[u8]) -> Option<i32> {
    let mut power = Decimal::default();
    let [] = power.push_digits(digits)? else { return None };
    Some(i32::try_from(power.mantissa).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn almost_every_rate_is_a_fraction() {
        for text in ["0.5", "0.25", "0.000001", "0.123456789012345678"] {
            let (quick, any) = (Decimal::fraction(text.as_bytes()), Decimal::any(text.as_bytes()));
            let parts = |decimal: Decimal| (decimal.mantissa, decimal.places);
            assert_eq!(quick.map(parts), any.map(parts), "{text}");
            assert!(quick.is_some());
        }
        assert!(
            [".5", "0.", "1.5", "0.1e1", "0.1234567890123456789"]
                .iter()
                .all(|text| Decimal::fraction(text.as_bytes()).is_none())
        );
    }
}
