//! The two ids of a trace: fixed bytes, never all zero, lower-case hex as text.

use core::fmt;

use crate::ascii;
use crate::hex;

macro_rules! id {
    ($name:ident, $bytes:literal, $digits:literal, $what:literal) => {
        #[doc = concat!("The id of a ", $what, ": ", $bytes, " bytes, never all zero; ", $digits, " lower-case hex digits as text.")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $bytes]);

        impl $name {
            #[doc = concat!("The length of its text: ", $digits, " bytes.")]
            pub const TEXT_BYTES: usize = $digits;

            /// An id of these bytes; `None` if all are zero.
            pub fn new(bytes: [u8; $bytes]) -> Option<Self> {
                (bytes != [0; $bytes]).then_some($name(bytes))
            }

            /// An id drawn from random bytes; all zero gets last byte 1 (rule I1).
            pub fn from_seed(bytes: [u8; $bytes]) -> Self {
                const ONE: [u8; $bytes] = {
                    let mut one = [0; $bytes];
                    if let Some(last) = one.last_mut() {
                        *last = 1;
                    }
                    one
                };
                // Selects a whole array, so that no single byte is written.
                $name(if bytes == [0; $bytes] { ONE } else { bytes })
            }

            /// The bytes of this id.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }

            /// The lower-case hex digits of this id, on the stack.
            pub fn text(&self) -> [u8; $digits] {
                let mut digits = [0; $digits];
                hex::write(&self.0, &mut digits);
                digits
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(ascii::as_str(&self.text()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(ascii::as_str(&self.text()))
            }
        }
    };
}

id!(TraceId, 16, 32, "trace");
id!(SpanId, 8, 16, "span");

/// The randomness of one new context: 16 bytes for a trace id, 8 for a span id (rule I1).
///
/// The core owns no randomness. Draw these bytes from the operating system for each context; the same seed gives
/// the same ids and the same `sample_rand` in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub [u8; 24]);

impl TraceId {
    /// Reads exactly 32 lower-case hex digits that are not all zero; `None` for anything else.
    pub fn parse(text: &[u8]) -> Option<Self> {
        hex::read(text).and_then(TraceId::new)
    }

    /// The source of `sample_rand` if none was received (rules P5, C8): the last eight bytes, little-endian. They are
    /// random in every trace id; the first ones are zero or a time in ids that were 64 bits long, and in others.
    pub(crate) fn draw(&self) -> u64 {
        u64::from_le_bytes(*self.0.last_chunk().unwrap_or(&[0; 8]))
    }
}

impl Seed {
    /// The same seed with a given trace id (rule C9).
    pub(crate) fn with_trace_id(mut self, trace_id: TraceId) -> Self {
        let TraceId(bytes) = trace_id;
        self.0.iter_mut().zip(bytes).for_each(|(byte, given)| *byte = given);
        self
    }

    /// The trace id that a head of trace gets from this seed.
    pub fn trace_id(&self) -> TraceId {
        TraceId::from_seed(*self.0.first_chunk().unwrap_or(&[0; 16]))
    }

    /// The span id that a context gets from this seed.
    pub fn span_id(&self) -> SpanId {
        SpanId::from_seed(*self.0.last_chunk().unwrap_or(&[0; 8]))
    }

    /// The first eight bytes, little-endian: the source of `sample_rand` (rule P5).
    pub(crate) fn draw(&self) -> u64 {
        u64::from_le_bytes(*self.0.first_chunk().unwrap_or(&[0; 8]))
    }
}
