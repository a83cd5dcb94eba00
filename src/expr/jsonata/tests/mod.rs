//! The language, feature by feature.

mod evaluation;
mod references;
mod syntax;
mod work;
