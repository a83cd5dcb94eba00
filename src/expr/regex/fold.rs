//! Case, as JavaScript ignores it without the flag `u`: two characters are alike when their capitals are. A character
//! whose capital is more than one has none, nor has one beyond the basic plane, which JavaScript sees as two halves; and
//! none beyond ASCII is like one of ASCII.

use std::sync::LazyLock;

use super::set::Set;

/// Every character that is not its own capital, with that.
static CAPITALS: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
    let characters = ('\0'..='\u{ffff}').map(|c| (c as u32, canonical(c) as u32));
    characters.filter(|(c, capital)| c != capital).collect()
});

/// What a character counts as: its capital.
pub(super) fn canonical(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut capitals = c.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) if !capital.is_ascii() && c <= '\u{ffff}' => capital,
        _ => c,
    }
}

/// Adds every character that is like one of the set.
pub(super) fn close(set: &mut Set) {
    if set.is_ascii() {
        let other = |c: u32| char::from_u32(c).map(|c| (c.to_ascii_uppercase() as u32, c.to_ascii_lowercase() as u32));
        let letters = (0..128).filter(|c| set.contains(*c)).filter_map(other).filter(|(upper, lower)| upper != lower);
        let both: Vec<(u32, u32)> = letters.flat_map(|(upper, lower)| [(upper, upper), (lower, lower)]).collect();
        return set.add(both);
    }
    let capitals = CAPITALS.iter().filter(|(c, _)| set.contains(*c)).map(|(_, capital)| (*capital, *capital));
    let capitals: Vec<(u32, u32)> = capitals.collect();
    set.add(capitals);
    let others = CAPITALS.iter().filter(|(_, capital)| set.contains(*capital)).map(|(c, _)| (*c, *c));
    let others: Vec<(u32, u32)> = others.collect();
    set.add(others);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capital_is_its_own() {
        for c in '\0'..=char::MAX {
            assert_eq!(canonical(canonical(c)), canonical(c), "{c:?}");
        }
    }

    #[test]
    fn sets_are_closed_under_likeness() {
        for (c, alike) in
            [('k', "Kk"), ('\u{212a}', "\u{212a}"), ('µ', "Μµμ"), ('ß', "ß"), ('ſ', "ſ"), ('ω', "Ωω"), ('𐐨', "𐐨")]
        {
            let mut set = Set::one(c);
            close(&mut set);
            let found: String = ('\0'..=char::MAX).filter(|c| set.contains(*c as u32)).collect();
            let mut expected: Vec<char> = alike.chars().collect();
            expected.sort_unstable();
            assert_eq!(found, expected.into_iter().collect::<String>(), "{c}");
        }
    }
}
