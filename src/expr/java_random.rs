//! The generator of `java.util.Random`, which seeded functions of the service draw from: the same seed, the same number.

/// A linear congruential generator of 48 bits.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const MASK: u64 = (1 << 48) - 1;

impl Random {
    /// The generator that `new Random(seed)` makes.
    pub fn new(seed: i64) -> Random {
        Random { state: (seed as u64 ^ MULTIPLIER) & MASK }
    }

    /// `nextDouble()`: at least 0, less than 1.
    pub fn next_double(&mut self) -> f64 {
        let high = u64::from(self.next(26)) << 27;
        (high + u64::from(self.next(27))) as f64 / (1u64 << 53) as f64
    }

    /// `nextInt(bound)`: at least 0, less than `bound`, which must not be 0 nor above 2³¹.
    pub fn next_below(&mut self, bound: u32) -> u32 {
        if bound.is_power_of_two() {
            return ((u64::from(bound) * u64::from(self.next(31))) >> 31) as u32;
        }
        loop {
            let bits = self.next(31);
            let value = bits % bound;
            // Java rejects the last, incomplete run of `bound` numbers: there the sum overflows 31 bits.
            if u64::from(bits - value) + u64::from(bound) <= 1 << 31 {
                return value;
            }
        }
    }

    fn next(&mut self, bits: u32) -> u32 {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        (self.state >> (48 - bits)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_those_of_java() {
        assert_eq!(Random::new(42).next_double(), 0.727_563_680_032_868_1);
    }

    #[test]
    fn integers_are_those_of_java() {
        let mut random = Random::new(42);
        assert_eq!([random.next_below(10), random.next_below(10), random.next_below(10)], [0, 3, 8]);
        assert_eq!(Random::new(42).next_below(16), 11);
    }

    #[test]
    fn the_incomplete_run_of_a_large_bound_is_rejected() {
        assert_eq!(Random::new(-7).next_below((1 << 30) + 1), 577_934_662);
    }
}
