//! The statuses of calls. The positive ones are core's errors; the header gets them from `ErrorKind::ALL`.

/// The result of a call: `TRACEHOP_OK` or another status, whose number never changes and is never reused.
///
/// Negative: the call itself is wrong, or found nothing. Positive: an option or a value was refused; these numbers are the
/// same in every language. `tracehop_status_sentence` says what to do.
pub type tracehop_status = i32;

/// Success; the outputs are written. With any other status they are not, unless the function says so.
pub const TRACEHOP_OK: tracehop_status = 0;
/// A required pointer is NULL, or a text with a length has no data.
pub const TRACEHOP_NULL: tracehop_status = -1;
/// A length is larger than any object can be, or there are more than `TRACEHOP_TARGETS` targets.
pub const TRACEHOP_LENGTH: tracehop_status = -2;
/// `struct_size` is unknown to this library: start from `TRACEHOP_PROPAGATOR_INIT`.
pub const TRACEHOP_STRUCT_SIZE: tracehop_status = -3;
/// A text that must be UTF-8 is not.
pub const TRACEHOP_UTF8: tracehop_status = -4;
/// A context or lifetime that no successful call has filled.
pub const TRACEHOP_UNFILLED: tracehop_status = -5;
/// The buffer is too short: `needed` is the number of bytes needed.
pub const TRACEHOP_SHORT: tracehop_status = -6;
/// A kind, flag or dialect that does not exist, or that this build does not have.
pub const TRACEHOP_UNKNOWN: tracehop_status = -7;
/// A panic inside the library was caught before it reached the caller; please report it.
pub const TRACEHOP_FAULT: tracehop_status = -8;
/// The headers name no trace, or no span of it, to adopt.
pub const TRACEHOP_NO_TRACE: tracehop_status = -9;
/// There is no memory for another regex target.
pub const TRACEHOP_NO_MEMORY: tracehop_status = -10;
/// The operating system gives no random bytes.
pub const TRACEHOP_NO_ENTROPY: tracehop_status = -11;
