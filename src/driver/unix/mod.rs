//! What only Unix has: all of it stands below here, so that another system is one folder's work.

pub mod files;
pub mod input;
pub mod limits;
pub mod pipe;
pub mod process;
pub mod signals;
pub mod socket;
pub mod terminal;
