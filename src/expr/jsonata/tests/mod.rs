//! The language, feature by feature.

mod references;
mod syntax;
