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
    // Every task that is called gets one, and formatting takes ten times as long.
    let mut text = [b'-'; 36];
    let digits = [high, low].into_iter().flat_map(|half| (0..16).rev().map(move |at| half >> (4 * at) & 0xF));
    let places = (0..36).filter(|place| !matches!(place, 8 | 13 | 18 | 23));
    for (place, digit) in places.zip(digits) {
        text[place] = b"0123456789abcdef"[digit as usize];
    }
    String::from_utf8_lossy(&text).into_owned()
}
