//! The properties that the fuzz targets assert, and the inputs that they start with.

// The core's tests contain them, and try them with inputs that look like headers.
#[path = "../../core/tests/properties/mod.rs"]
pub mod properties;
pub mod seeds;
