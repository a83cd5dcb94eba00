//! What only Unix has, in one place.

pub mod files;
