//! Places in a text, in which JavaScript counts UTF-16 units and we count bytes. To know one as the other all before it
//! has to be gone through; so whoever asks for many goes from one to the next.

use super::utf16_length;

/// A place between two characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// How many bytes are before it.
    pub byte: usize,
    /// How many UTF-16 units are.
    pub unit: usize,
}

impl Place {
    /// The place with so many bytes before it, none fewer than before this one.
    pub fn at_byte(self, text: &str, byte: usize) -> Place {
        Place { byte, unit: self.unit + utf16_length(&text[self.byte..byte]) }
    }

    /// The first place with at least so many units before it, or the end; gone to from here, or from the start if it is
    /// not behind this one. And how many bytes were gone through.
    pub fn at_unit(self, text: &str, units: f64) -> (Place, usize) {
        let from = if units < self.unit as f64 { Place::default() } else { self };
        let mut place = from;
        for c in text[place.byte..].chars() {
            if place.unit as f64 >= units {
                break;
            }
            place = Place { byte: place.byte + c.len_utf8(), unit: place.unit + c.len_utf16() };
        }
        (place, place.byte - from.byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "aé😀b";

    #[test]
    fn bytes_are_units() {
        let places = [(0, 0), (1, 1), (3, 2), (7, 4), (8, 5)].map(|(byte, unit)| Place { byte, unit });
        for (index, from) in places.into_iter().enumerate() {
            for to in &places[index..] {
                assert_eq!(from.at_byte(TEXT, to.byte), *to);
                assert_eq!(from.at_unit(TEXT, to.unit as f64), (*to, to.byte - from.byte));
            }
            for to in &places[..index] {
                assert_eq!(from.at_unit(TEXT, to.unit as f64), (*to, to.byte));
            }
        }
    }

    #[test]
    fn what_is_between_units_is_behind_them() {
        for from in [Place::default(), Place { byte: 3, unit: 2 }, Place { byte: 8, unit: 5 }] {
            assert_eq!(from.at_unit(TEXT, 3.0).0.byte, 7);
            assert_eq!(from.at_unit(TEXT, 0.5).0.byte, 1);
            assert_eq!(from.at_unit(TEXT, -1.0).0.byte, 0);
            assert_eq!(from.at_unit(TEXT, 9.0).0.byte, 8);
            assert_eq!(from.at_unit(TEXT, f64::NAN).0.byte, 8);
        }
    }
}
