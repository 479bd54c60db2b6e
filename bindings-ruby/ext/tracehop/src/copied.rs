//! A copy of the headers of a message, for code that may run Ruby or outlives the message.

use bytes::Bytes;
use magnus::encoding::Index;
use smallvec::SmallVec;
use tracehop_core::{HeaderName, Headers};

/// A copy of the propagation headers of one message.
pub(crate) struct Copied {
    pub(crate) lines: SmallVec<[(HeaderName, Bytes); 4]>,
    pub(crate) skipped: bool,
    pub(crate) encoding: Option<Index>,
}

impl Copied {
    /// Adds the lines to `headers`. In place, because a `Headers` is large to move.
    pub(crate) fn show<'c>(&'c self, headers: &mut Headers<'c>) {
        self.lines.iter().for_each(|(field, line)| headers.add(*field, line));
        if self.skipped {
            headers.skip_value();
        }
    }

    /// The encoding of the caller's own baggage (rule K4).
    pub(crate) fn encoding(&self) -> Option<Index> {
        self.encoding
    }
}
