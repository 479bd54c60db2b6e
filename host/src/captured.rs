//! Errors that callbacks raise while the core runs: the core has no errors, so they are raised after it (rules P6, O4).

use std::cell::RefCell;

/// The first error of several callbacks; after it no callback is called.
#[derive(Debug)]
pub struct Captured<E>(RefCell<Option<E>>);

impl<E> Default for Captured<E> {
    fn default() -> Self {
        Captured(RefCell::new(None))
    }
}

impl<E> Captured<E> {
    /// The result of a callback; `None` if it failed, or if an error is to be raised.
    pub fn call<T>(&self, callback: impl FnOnce() -> Result<Option<T>, E>) -> Option<T> {
        if self.0.borrow().is_some() {
            return None;
        }
        callback().unwrap_or_else(|error| {
            self.0.replace(Some(error));
            None
        })
    }

    /// The result of the core, or the error that a callback raised meanwhile.
    ///
    /// # Errors
    /// The first error of the callbacks.
    pub fn finish<T>(&self, answer: T) -> Result<T, E> {
        self.0.take().map_or(Ok(answer), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::Captured;

    #[test]
    fn the_first_error_stops_later_callbacks() {
        let captured = Captured::default();
        assert_eq!(captured.call(|| Ok(Some(1))), Some(1));
        assert_eq!(captured.call(|| Err::<Option<i32>, _>("interrupt")), None);
        assert_eq!(captured.call(|| -> Result<Option<i32>, _> { panic!("called after an error") }), None);
        assert_eq!(captured.finish(7), Err("interrupt"));
        assert_eq!(Captured::<&str>::default().finish(7), Ok(7));
    }
}
