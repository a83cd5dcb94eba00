//! Names of executions.

use super::{Result, StoreError};
use crate::history::EventId;

/// The characters that the service refuses in names (asl.md B0), and `/`, which paths are made of.
pub(super) const REFUSED: &str = "<>{}[]?*\"#%\\^|~`$&,;:/";

/// A name in bytes: with an event's number and an ending it has to be a file's name, which has 255.
pub(super) const LONGEST: usize = 240;

/// The parts of `EXECUTION:map-EVENT:INDEX`.
pub fn split_child(name: &str) -> Option<(&str, EventId, u32)> {
    let (rest, index) = name.rsplit_once(':')?;
    let (parent, map_run) = rest.rsplit_once(':')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let map_run = map_run.strip_prefix("map-").filter(|event| is_number(event))?;
    Some((parent, map_run.parse().ok()?, Some(index).filter(|index| is_number(index))?.parse().ok()?))
}

/// Whether a name can be an execution's: the service's rule (asl.md B0), and none that a path would take for a step.
pub fn check_name(name: &str) -> Result<()> {
    let length = name.chars().count();
    let refused =
        |c: char| c.is_whitespace() || c.is_control() || REFUSED.contains(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !(1..=80).contains(&length) || name.len() > LONGEST || name.chars().any(refused) || matches!(name, "." | "..") {
        return Err(StoreError::InvalidName(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn a_name_never_leads_out_of_the_state_directory() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "../x",
            "/etc",
            "a\0b",
            "a b",
            "a\nb",
            "x:y",
            "x\u{ffff}",
            &"n".repeat(81),
            &"\u{1f980}".repeat(61),
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["order-1", "größe", "a.b_c+d=e@f!", "...", &"n".repeat(80), &"字".repeat(80)] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }
}
