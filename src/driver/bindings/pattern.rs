//! The names under which bindings stand in `[resources]`, and which of several that fit is the most specific.
//!
//! A name that fits the function a task calls and not its `Resource` goes before one that fits the `Resource`
//! (`pay-*` before `arn:aws:states:::lambda:invoke`). Then an exact name goes before a pattern; then the one with more
//! letters of its own; at last the one that was read later: in the file nearest to the definition.

use std::collections::BTreeMap;

use crate::definition::{Resource, ResourceKind};
use crate::driver::invoke::Function;

/// A name with `*` for any run of characters and `${Placeholder}`s, as written and filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    written: String,
    spellings: Vec<String>,
}

/// What a task is known as.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    resource: Vec<String>,
    function: Vec<String>,
    /// The function's name, where the task gives no more than that: then every ARN that ends in it fits.
    bare: Option<String>,
}

/// How well a name fits; the greater the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    function_alone: bool,
    exact: bool,
    letters: usize,
}

impl Pattern {
    pub(super) fn new(written: &str) -> Pattern {
        Pattern { written: written.to_owned(), spellings: vec![written.to_owned()] }
    }

    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Lets it fit what it says once its placeholders are filled, too.
    pub(super) fn fill(&mut self, substitutions: &BTreeMap<String, String>) {
        let filled = filled(&self.written, substitutions);
        self.spellings.truncate(1);
        if filled != self.written {
            self.spellings.push(filled);
        }
    }

    /// Whether it names this placeholder.
    pub(super) fn has_placeholder(&self, name: &str) -> bool {
        self.written.contains(&format!("${{{name}}}"))
    }

    pub(super) fn fits(&self, name: &str) -> bool {
        self.spellings.iter().any(|spelling| glob(spelling, name))
    }

    /// How well it fits a task; none when it does not.
    pub(super) fn fit(&self, names: &Names) -> Option<Fit> {
        let fits_resource = names.resource.iter().any(|name| self.fits(name));
        let fits_function = names.function.iter().any(|name| self.fits(name)) || self.ends_in(names.bare.as_deref());
        (fits_resource || fits_function).then(|| Fit {
            function_alone: !fits_resource,
            exact: !self.written.contains('*'),
            letters: self.written.chars().filter(|letter| *letter != '*').count(),
        })
    }

    fn ends_in(&self, bare: Option<&str>) -> bool {
        let Some(name) = bare else { return false };
        let is_of = |spelling: &String| {
            let function = Function::parse(spelling);
            function.arn.is_some() && *function.name == *name
        };
        self.spellings.iter().any(is_of)
    }
}

impl Names {
    /// Of a task with this resource that calls this function, if it calls one that is known.
    pub(super) fn new(resource: &Resource, function: Option<&Function>, region: &str, account: &str) -> Names {
        let is_function = resource.kind == ResourceKind::Function;
        let own = || vec![resource.text.to_string(), resource.target().to_owned()];
        let Some(function) = function else { return Names { resource: own(), ..Names::default() } };
        let mut names = if is_function { own() } else { Vec::new() };
        let arn = function.arn_in(region, account);
        if let Some(qualifier) = &function.qualifier {
            names.extend([format!("{arn}:{qualifier}"), format!("{}:{qualifier}", function.name)]);
        }
        names.extend([arn.to_string(), function.name.to_string()]);
        Names {
            resource: if is_function { Vec::new() } else { own() },
            function: names,
            bare: function.arn.is_none().then(|| function.name.to_string()),
        }
    }
}

/// `text` with the placeholders filled that have a value.
fn filled(text: &str, substitutions: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(before);
        match substitutions.get(name) {
            Some(value) => filled.push_str(value),
            None => filled.push_str(&format!("${{{name}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Whether all of `text` fits `pattern`, in which `*` is any run of characters.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoke(function: &str) -> Names {
        let resource = Resource::parse("arn:aws:states:::lambda:invoke.waitForTaskToken");
        Names::new(&resource, Some(&Function::parse(function)), "us-east-1", "42")
    }

    fn best<'a>(patterns: &[&'a str], names: &Names) -> Option<&'a str> {
        let fits = patterns.iter().filter_map(|written| Some((Pattern::new(written).fit(names)?, *written)));
        fits.max_by_key(|(fit, _)| *fit).map(|(_, written)| written)
    }

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, text, fits) in [
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*b*c", "aXbYbc", true),
            ("*", "", true),
            ("a", "ab", false),
            ("ab*b", "ab", false),
            ("*:pay-*", "arn:x:pay-card", true),
            ("a**", "abc", true),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn the_most_specific_name_wins() {
        let arn = "arn:aws:lambda:us-east-1:42:function:pay-card";
        let api = "arn:aws:states:::lambda:invoke";
        let names = invoke("pay-card");
        assert_eq!(best(&["*", api, "pay-*", "pay-c*", "pay-card"], &names), Some("pay-card"));
        assert_eq!(best(&["*", api, "pay-*", "pay-c*"], &names), Some("pay-c*"));
        assert_eq!(best(&["*", "arn:*", api], &names), Some(api));
        assert_eq!(best(&[arn, "pay-card"], &names), Some(arn));
        assert_eq!(
            best(&[api, &format!("{api}.waitForTaskToken")], &names),
            Some("arn:aws:states:::lambda:invoke.waitForTaskToken")
        );
        assert_eq!(best(&["ship", "pay"], &names), None);
    }

    #[test]
    fn a_function_is_found_by_name_arn_and_alias() {
        let arn = "arn:aws:lambda:eu-west-1:7:function:pay";
        for key in ["pay", arn] {
            for asked in ["pay", "pay:live", arn, "arn:aws:lambda:eu-west-1:7:function:pay:$LATEST"] {
                assert!(Pattern::new(key).fit(&invoke(asked)).is_some(), "{key} for {asked}");
            }
        }
        assert!(Pattern::new("pay:live").fit(&invoke("pay")).is_none());
        assert!(Pattern::new(arn).fit(&invoke("arn:aws:lambda:us-east-1:7:function:pay")).is_none());
    }

    #[test]
    fn a_placeholder_fits_before_and_after_substitution() {
        let mut pattern = Pattern::new("${Fn}");
        pattern.fill(&BTreeMap::from([("Fn".to_owned(), "arn:aws:lambda:r:1:function:f".to_owned())]));
        let legacy = |text: &str| {
            let resource = Resource::parse(text);
            Names::new(&resource, Some(&Function::parse(text)), "r", "1")
        };
        assert!(pattern.fit(&legacy("${Fn}")).is_some());
        assert!(pattern.fit(&legacy("arn:aws:lambda:r:1:function:f")).is_some());
        assert!(pattern.fit(&legacy("arn:aws:lambda:r:1:function:g")).is_none());
    }
}
