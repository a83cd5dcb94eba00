//! The engine without a driver: time, chance and task results come from the test.

mod histories;
mod jsonata;
mod lateness;
mod limits;
mod properties;
mod quotas;
mod redrive;
mod simulation;
