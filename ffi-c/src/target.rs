//! The targets of a propagator: they decide which URLs get headers.

use core::ffi::{c_char, c_void};

use tracehop_core::{Matcher, Origin, Target};

use crate::context_text::show;
use crate::refusal::refused;
use crate::sampling::{decided, tracehop_decision};
use crate::status::{TRACEHOP_NULL, TRACEHOP_UNKNOWN, tracehop_status};
use crate::text::{tracehop_str, written};

/// The way a target is compared with a URL.
pub type tracehop_target_kind = i32;

/// The URL contains the text, literally.
pub const TRACEHOP_KIND_TEXT: tracehop_target_kind = 0;
/// Scheme, host and port are those of the text, as in `https://api.myapp.com` or `https://*.myapp.com`. The
/// recommended kind.
pub const TRACEHOP_KIND_ORIGIN: tracehop_target_kind = 1;
/// The function returns `TRACEHOP_YES`.
pub const TRACEHOP_KIND_FUNCTION: tracehop_target_kind = 2;
/// The regex matches anywhere in the URL. `tracehop_targets_add_regex` makes these.
pub const TRACEHOP_KIND_REGEX: tracehop_target_kind = 3;

/// Maximum targets of a propagator, because they are on the stack during a call. A call with more returns
/// `TRACEHOP_LENGTH`; a function target can compare a URL with any number of others.
pub const TRACEHOP_TARGETS: usize = 256;

/// A function target: returns `TRACEHOP_YES`, `TRACEHOP_NO`, or `TRACEHOP_UNDECIDED` if it failed, which counts
/// as no (finding target_failed). The `len` bytes of `url`, without a NUL, live as long as the call. It runs on
/// the calling thread, must return, and must not throw or longjmp.
pub type tracehop_target_function =
    Option<unsafe extern "C" fn(url: *const c_char, len: usize, data: *mut c_void) -> tracehop_decision>;

/// One target. `TRACEHOP_TARGET_TEXT("..")`, `TRACEHOP_TARGET_ORIGIN("..")` and `TRACEHOP_TARGET_FUNCTION(f,
/// data)` fill it in an initialiser; what it points at must live as long as it is used.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_target {
    /// Selects which of the following fields is used.
    pub(crate) kind: tracehop_target_kind,
    /// The text or origin, UTF-8.
    pub(crate) text: tracehop_str,
    /// The function.
    pub(crate) function: tracehop_target_function,
    /// Passed to the function; the library does not read it.
    pub(crate) data: *mut c_void,
    /// The regex, which belongs to a `tracehop_targets`.
    pub(crate) regex: *const tracehop_regex,
}

/// A compiled regex; it belongs to a `tracehop_targets`.
#[derive(Debug)]
pub struct tracehop_regex {
    #[cfg(feature = "std")]
    pub(crate) target: tracehop_host::RegexTarget,
}

impl tracehop_target {
    /// Writes core's form of the target to `place`.
    #[inline(always)]
    pub(crate) fn lend<'a>(&'a self, place: &mut Target<'a>) -> Result<(), tracehop_status> {
        match self.kind {
            TRACEHOP_KIND_TEXT => *place = Target::Text(self.text.text()?),
            TRACEHOP_KIND_ORIGIN => {
                *place = Origin::parse(self.text.text()?)
                    .map(Target::Origin)
                    .map_err(|error| refused(&error, None))?;
            }
            TRACEHOP_KIND_FUNCTION if self.function.is_none() => return Err(TRACEHOP_NULL),
            TRACEHOP_KIND_FUNCTION => *place = Target::Matcher(self),
            TRACEHOP_KIND_REGEX => *place = self.regex_target()?,
            _ => return Err(TRACEHOP_UNKNOWN),
        }
        Ok(())
    }

    #[cfg(feature = "std")]
    fn regex_target(&self) -> Result<Target<'_>, tracehop_status> {
        // SAFETY: `as_ref` checks NULL; otherwise `tracehop_targets_add_regex` made it, whose handle is still alive.
        let regex = unsafe { self.regex.as_ref() }.ok_or(TRACEHOP_NULL)?;
        Ok(Target::Matcher(&regex.target))
    }

    #[cfg(not(feature = "std"))]
    fn regex_target(&self) -> Result<Target<'_>, tracehop_status> {
        Err(TRACEHOP_UNKNOWN)
    }
}

/// A function target.
impl Matcher for tracehop_target {
    fn matches(&self, url: &str) -> Option<bool> {
        let function = self.function?;
        // SAFETY: the URL outlives the call; the function came from C as a target function with its own `data`.
        decided(unsafe { function(url.as_ptr().cast(), url.len(), self.data) }).ok()?
    }
}

/// Writes a warning about a target that may not mean what it says, such as a text that looks like a regex.
/// Returns the length it needs; 0 if there is no warning, for NULL, and for a target that a propagator refuses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_target_warning(
    target: Option<&tracehop_target>,
    buf: *mut c_char,
    cap: usize,
) -> usize {
    let warning = |target: &tracehop_target| {
        let mut known = Target::Text("");
        target.lend(&mut known).map(|()| known.warning())
    };
    // SAFETY: `written` checks `buf` for NULL; its `cap` bytes are the caller's promise.
    unsafe { written(buf, cap, |text| show(text, target.ok_or(TRACEHOP_NULL).and_then(warning)?)) }
}
