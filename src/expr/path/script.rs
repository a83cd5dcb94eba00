//! Goessner's script expressions: only `[(@.length-1)]`, of which everybody knows what it means.

/// What every such script begins with.
const OPEN: &str = "[(@.length-";

/// The path with its scripts as the indices that they mean: `$.a[(@.length-1)]` is `$.a[-1]`. None where there is none.
pub(super) fn without(text: &str) -> Option<String> {
    let mut pieces = text.split(OPEN);
    let mut plain = pieces.next()?.to_owned();
    let mut any = false;
    for piece in pieces {
        let (count, rest) = piece.split_once(")]")?;
        let count: u16 = count.trim().parse().ok()?;
        plain.push_str(&format!("[-{count}]{rest}"));
        any = true;
    }
    any.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_count_from_the_end() {
        assert_eq!(without("$.a[(@.length-1)].b[(@.length-2)]").as_deref(), Some("$.a[-1].b[-2]"));
        for text in ["$.a", "$.a[(@.length-x)]", "$.a[(@.length-1"] {
            assert_eq!(without(text), None, "{text}");
        }
    }
}
