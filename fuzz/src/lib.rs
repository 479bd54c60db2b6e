//! The properties that the fuzz targets assert, and the inputs they start from.

pub mod properties;
pub mod seeds;
