//! One integration binary: what a user would see, and what must never break.

mod engine;
mod jsonpath;
