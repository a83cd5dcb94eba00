//! `did you mean`: the one measure of likeness, for fields, states, tasks and commands alike.

/// How alike two words must be, from 0 to 1, for one to be meant by the other.
const ALIKE: f64 = 0.85;

/// The one of `known` that `wanted` most likely stands for, if any is close enough. Case counts little.
pub fn closest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let scored = known.into_iter().map(|word| (likeness(&wanted, &word.to_lowercase()), word));
    let best = scored.filter(|(score, _)| *score >= ALIKE).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(best.1)
}

/// One slip of the finger is enough in words too short for [`ALIKE`].
fn likeness(a: &str, b: &str) -> f64 {
    let is_slip = a.len() > 2 && strsim::osa_distance(a, b) == 1;
    strsim::jaro_winkler(a, b).max(if is_slip { ALIKE } else { 0.0 })
}

/// [`closest`] as a sentence for a diagnostic's help.
pub fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(wanted, known).map(|word| format!("did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_word_is_found() {
        let known = ["Next", "Resource", "ResultPath", "OutputPath", "Default", "Retry"];
        for (wanted, meant) in [
            ("Nxt", Some("Next")),
            ("next", Some("Next")),
            ("Resourc", Some("Resource")),
            ("ResultsPath", Some("ResultPath")),
            ("OutPath", Some("OutputPath")),
            ("Defualt", Some("Default")),
            ("Foo", None),
            ("", None),
        ] {
            assert_eq!(closest(wanted, known), meant, "{wanted}");
        }
    }
}
