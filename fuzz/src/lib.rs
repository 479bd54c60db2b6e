//! The properties that the fuzz targets assert, and the inputs they start from.

// They are in the core's tests, which try them with inputs that look like headers.
#[path = "../../core/tests/properties/mod.rs"]
pub mod properties;
pub mod seeds;
