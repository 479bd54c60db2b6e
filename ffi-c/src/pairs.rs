//! Names and values on their way out: into a caller's buffer, and into the array of a caller's struct that points at them.

use core::mem::MaybeUninit;

use crate::status::{TRACEHOP_SHORT, tracehop_status};
use crate::text::{Buffer, tracehop_header};

/// Collects names and values where they stay.
#[derive(Debug)]
pub(crate) struct Pairs<'a> {
    text: Buffer<'a>,
    places: &'a mut [MaybeUninit<tracehop_header>],
    n: usize,
}

/// What was collected.
#[derive(Debug)]
pub(crate) struct Collected {
    /// How many pairs stand in the buffer.
    pub(crate) n: usize,
    /// How many bytes of buffer all take.
    pub(crate) needed: usize,
    /// Was there room for them?
    pub(crate) status: Result<(), tracehop_status>,
}

impl<'a> Pairs<'a> {
    /// None yet.
    pub(crate) fn new(text: Buffer<'a>, places: &'a mut [MaybeUninit<tracehop_header>]) -> Self {
        Pairs { text, places, n: 0 }
    }

    /// Adds a pair by what writes its name and its value; each gets a NUL behind it.
    pub(crate) fn add(&mut self, name: impl FnOnce(&mut Buffer<'a>), value: impl FnOnce(&mut Buffer<'a>)) {
        let pair = tracehop_header { name: self.text.part(name), value: self.text.part(value) };
        if let Some(place) = self.places.get_mut(self.n) {
            place.write(pair);
            self.n += 1;
        }
    }

    /// Fills the rest of the array with what is absent: all of it where the buffer was too short.
    pub(crate) fn finish(self) -> Collected {
        let is_short = self.text.is_short();
        let n = if is_short { 0 } else { self.n };
        for place in self.places.iter_mut().skip(n) {
            place.write(tracehop_header::ABSENT);
        }
        let status = if is_short { Err(TRACEHOP_SHORT) } else { Ok(()) };
        Collected { n, needed: self.text.len(), status }
    }
}
