//! What an expression may use that is no function of its scope. The core never asks the machine for it.

use crate::value::Timestamp;

/// Time and chance, handed in by whoever drives.
pub trait Ambient {
    /// The point in time that this evaluation takes for the present.
    fn now(&self) -> Timestamp;
    /// 64 random bits.
    fn random(&mut self) -> u64;
    /// Whether an evaluation that is still going on has taken too long. Asked now and then.
    fn is_time_up(&mut self) -> bool {
        false
    }
}

/// A random UUID of version 4, as `States.UUID()` gives it.
pub fn uuid(ambient: &mut dyn Ambient) -> String {
    let high = ambient.random() & !0xF000 | 0x4000;
    let low = ambient.random() >> 2 | 1 << 63;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFFF,
        low >> 48,
        low & 0xFFFF_FFFF_FFFF
    )
}
