//! The engine without a driver: time, chance and task results come from the test.

mod histories;
mod jsonata;
mod properties;
mod redrive;
mod simulation;
