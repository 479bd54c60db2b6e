//! The output of a command.

/// The output of a command: for a person, as data, and as an exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// For a person.
    pub text: String,
    /// The same as JSON.
    pub json: String,
    /// The exit code of the process.
    pub code: u8,
}
