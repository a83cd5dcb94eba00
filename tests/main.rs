//! One integration binary: what a user would see, and what must never break.

mod architecture;
mod cli;
mod docs;
mod engine;
mod explain;
mod fuzz;
mod golden;
mod jsonata;
mod jsonpath;
mod schemas;
mod torture;
