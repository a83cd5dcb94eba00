//! `sfn`: validates AWS Step Functions state machines and runs them on this machine.
//!
//! ```text
//!  text ─▶ source ─▶ definition ─▶ check ─▶ Machine            bindings (sfn.toml)
//!                      (expr)                  │                     │
//!               Input, now ─────▶  engine  ◀───┘                     │
//!                    ▲               │ events, and the tasks to run, the next deadline
//!                    │               ▼                               ▼
//!                  driver: 1. append to the journal   2. then act (call a task, sleep, listen)
//!                                    │
//!                                    ▼
//!                                 present ─▶ terminal · JSON · reports
//! ```
//!
//! The modules stand here in the order in which a definition goes; imports point the other way. Everything above
//! [`driver`] is pure: it reads no clock, no random source, no file and no network, which
//! `cargo check --lib --no-default-features`, `.clippy.toml` and `tests/architecture.rs` hold it to. So one interpreter
//! serves every driver to come: a test runner with simulated time, an API server, a worker on a durable-execution
//! engine.
//!
//! Three decisions carry the rest. The history is the state: [`engine`] decides events, a driver records them, and
//! applying them is the only mutation, so that a resumed run and a live one cannot differ. The history has the service's
//! shape, and what only a resume needs rides beside it or stands in the journal as a note: the service writes no event
//! for the length of a wait, the delay of a retry or a heartbeat, and a reader of ours must not be shown one. Everything
//! is parsed once, when the definition is read.

pub mod value;

pub mod source;

pub mod diagnostic;

pub mod expr;

pub mod definition;

pub mod check;

pub mod history;

pub mod engine;

pub mod present;

#[cfg(feature = "cli")]
pub mod driver;

#[cfg(feature = "cli")]
pub mod cli;
