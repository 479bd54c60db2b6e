//! Reads a caller's arrays of headers into core's `Headers`.

use tracehop_core::Headers;

use crate::c_strings::header_name;
use crate::panic_guard::value;
use crate::pointers::{fill, slice};
use crate::propagator::{tracehop_propagator, without_targets};
use crate::status::tracehop_status;
use crate::text::{tracehop_header, tracehop_str};

/// Lists the names of the headers that this propagator reads from a message, lower-case, static text: the
/// first `cap` of them in `names`. Returns how many there are; 0 if the propagator is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_header_names(
    propagator: *const tracehop_propagator,
    names: *mut tracehop_str,
    cap: usize,
) -> usize {
    value(0, || {
        // SAFETY: each checks NULL; propagator and array are the caller's promise.
        unsafe {
            let fields = without_targets(propagator, |propagator| propagator.fields())?;
            Ok(fill(names, cap, fields.iter().map(|field| header_name(field.name()))))
        }
    })
}

/// The name and value pairs of a caller's array, all of them checked.
///
/// # Safety
/// As for [`slice`].
pub(crate) unsafe fn pairs<'a>(
    headers: *const tracehop_header,
    n: usize,
) -> Result<impl Iterator<Item = (&'a [u8], &'a [u8])>, tracehop_status> {
    // SAFETY: the promise is that of this function's caller.
    let headers: &'a [tracehop_header] = unsafe { slice(headers, n) }?;
    for header in headers {
        header.pair()?;
    }
    Ok(headers.iter().filter_map(|header| header.pair().ok()))
}

/// Adds the propagation headers of a message to `view`. In place, because a `Headers` is too large to be moved.
///
/// # Safety
/// As for [`slice`].
pub(crate) unsafe fn read<'a>(
    view: &mut Headers<'a>,
    headers: *const tracehop_header,
    n: usize,
) -> Result<(), tracehop_status> {
    // SAFETY: the promise is that of this function's caller.
    let headers: &'a [tracehop_header] = unsafe { slice(headers, n) }?;
    for header in headers {
        let (name, value) = header.pair()?;
        view.push(name, value);
    }
    Ok(())
}
