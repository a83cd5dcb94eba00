//! What an expression may use that is no function of its scope. The core never asks the machine for it.

use crate::value::{Timestamp, write_hexadecimal};

/// Time and chance, handed in by whoever drives.
pub trait Ambient {
    /// The point in time that this evaluation takes for the present.
    fn now(&self) -> Timestamp;
    /// 64 random bits.
    fn random(&mut self) -> u64;
    /// Said now and then by an evaluation that is much work: the present may have passed meanwhile.
    fn takes_long(&mut self) {}
}

/// A random UUID of version 4, as `States.UUID()` gives it.
pub fn uuid(ambient: &mut dyn Ambient) -> String {
    let high = ambient.random() & !0xF000 | 0x4000;
    let low = ambient.random() >> 2 | 1 << 63;
    // Every task that is called gets one, and formatting takes ten times as long.
    let mut text = [b'-'; 36];
    write_hexadecimal(high >> 32, &mut text[..8]);
    write_hexadecimal(high >> 16, &mut text[9..13]);
    write_hexadecimal(high, &mut text[14..18]);
    write_hexadecimal(low >> 48, &mut text[19..23]);
    write_hexadecimal(low, &mut text[24..]);
    String::from_utf8_lossy(&text).into_owned()
}
