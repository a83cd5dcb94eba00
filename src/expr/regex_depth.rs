//! How deep a regular expression may nest: the library that reads it recurses, whichever language it stands in.

/// Groups and classes within each other.
const MAX_GROUPS: usize = 50;

/// Refuses a regular expression whose groups lie too deep within each other.
pub(super) fn check(source: &str) -> Result<(), String> {
    if nesting(source) > MAX_GROUPS {
        return Err("the groups of the regular expression are nested too deep".into());
    }
    Ok(())
}

fn nesting(source: &str) -> usize {
    let mut open = 0usize;
    let mut deepest = 0;
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' => open += 1,
            b')' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}
