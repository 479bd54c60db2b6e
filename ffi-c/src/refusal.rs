//! Converts errors of core to statuses.

use tracehop_core::Error;

use crate::pointers::Out;
use crate::status::tracehop_status;

/// The status of a refused option or value; `offset` gets the byte at which it is wrong.
pub(crate) fn refused(error: &Error, offset: Option<Out<usize>>) -> tracehop_status {
    if let Some(offset) = offset {
        offset.set(error.offset());
    }
    error.kind().number().into()
}
