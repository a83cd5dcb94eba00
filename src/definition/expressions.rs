//! Fields that hold paths, intrinsic calls and templates.

use super::fields::Fields;
use super::reader::{At, Reader};
use super::{QueryLanguage, ResultPath, Selection, Text};
use crate::diagnostic::rule;
use crate::expr::path::{Path, ReferencePath};
use crate::expr::template::Template;
use crate::expr::{Expression, SyntaxError};
use crate::source::{Kind, placeholder};
use crate::value::Str;

/// Longest name of a variable, in characters.
const LONGEST_VARIABLE: usize = 80;

impl Reader<'_> {
    /// Any path.
    pub(super) fn path(&mut self, at: &At<'_>) -> Option<Path> {
        let text = self.text(at)?;
        let error = match Path::parse_whole(&text) {
            Ok(path) => return Some(path),
            Err(error) => error,
        };
        let with_scripts = Path::parse_scripts(&text);
        self.report(match with_scripts {
            Some(_) => {
                let found = at.wrong(&rule::SCRIPT_IN_PATH, "the service's JSONPath may refuse this script");
                found.help("count from the end with a negative index: `[-1]`")
            }
            None => at.wrong(&rule::INVALID_PATH, "Value must be a valid JSONPath.").label(error.message),
        });
        with_scripts
    }

    /// `Variable` of a Choice rule.
    pub(super) fn variable(&mut self, at: &At<'_>) -> Option<Path> {
        let text = self.text(at)?;
        if !text.starts_with('$') {
            let message = "Value is not a Reference Path: Reference path didn't start with '$'";
            self.report(at.wrong(&rule::INVALID_REFERENCE_PATH, message));
            return None;
        }
        self.path(at)
    }

    /// A path that names one place: in the input, in the context object (`$$`) or in a variable (`$name`).
    pub(super) fn single_path(&mut self, at: &At<'_>) -> Option<Path> {
        let path = self.path(at)?;
        match ReferencePath::parse(&over_input(path.text())) {
            Ok(_) => Some(path),
            Err(error) => {
                self.not_a_reference(at, error);
                None
            }
        }
    }

    fn not_a_reference(&mut self, at: &At<'_>, error: SyntaxError) {
        let found = at.wrong(&rule::INVALID_REFERENCE_PATH, "Value is not a Reference Path");
        self.report(found.label(error.message));
    }

    /// `InputPath`, `OutputPath`: a path, or null for nothing.
    pub(super) fn selection(&mut self, at: &At<'_>) -> Option<Selection> {
        match &at.node.kind {
            Kind::Null => Some(Selection::Nothing),
            Kind::String(text) if **text == *"$" => Some(Selection::All),
            _ => self.path(at).map(Selection::Path),
        }
    }

    /// `ItemsPath`.
    pub(super) fn items_path(&mut self, at: &At<'_>) -> Option<Selection> {
        match &at.node.kind {
            Kind::String(text) if **text == *"$" => Some(Selection::All),
            _ => self.single_path(at).map(Selection::Path),
        }
    }

    /// `ResultPath`: a reference path over the input, or null to drop the result.
    pub(super) fn result_path(&mut self, at: &At<'_>) -> Option<ResultPath> {
        if let Kind::Null = at.node.kind {
            return Some(ResultPath::Discard);
        }
        let text = self.text(at)?;
        if &*text == "$" {
            return Some(ResultPath::Replace);
        }
        match ReferencePath::parse(&text) {
            Ok(path) => Some(ResultPath::Path(path)),
            Err(error) => {
                self.not_a_reference(at, error);
                None
            }
        }
    }

    /// `Error` or `ErrorPath`, `Cause` or `CausePath`.
    pub(super) fn text_or_path(&mut self, fields: &mut Fields<'_>, names: &'static [&'static str; 2]) -> Option<Text> {
        if self.is_jsonata() {
            let misplaced = fields.refuse(self, QueryLanguage::JsonPath, &names[1..]);
            let field = fields.take(names[0]);
            let text = self.optional(field, Reader::text_or_query);
            return text.filter(|_| !misplaced).map(Option::unwrap_or_default);
        }
        match fields.take_one(self, names).ok()? {
            None => Some(Text::Unset),
            Some((0, at)) => self.text(&at).map(Text::Constant),
            Some((_, at)) => self.string_expression(&at).map(Text::Expression),
        }
    }

    fn string_expression(&mut self, at: &At<'_>) -> Option<Expression> {
        let text = self.text(at)?;
        if text.starts_with('$') {
            return self.single_path(at).map(Expression::Path);
        }
        let parsed = match Expression::parse(&text) {
            Ok(Expression::Intrinsic(call)) if !call.gives_text() => {
                Err(format!("`{}` does not give a string", call.name()))
            }
            parsed => parsed.map_err(|error| error.message),
        };
        match parsed {
            Ok(expression) => Some(expression),
            Err(reason) => {
                let field = at.place.last_name();
                let message = format!(
                    "The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
                );
                self.report(at.wrong(&rule::INVALID_EXPRESSION, message).label(reason));
                None
            }
        }
    }

    /// A template of any JSON type, in the state's language.
    pub(super) fn template(&mut self, at: &At<'_>) -> Option<Template> {
        if self.is_jsonata() {
            return self.jsonata_template(at);
        }
        match Template::read(at.node) {
            Ok(template) => Some(template),
            Err(bad) => {
                for field in bad {
                    if placeholder::is_written(self.source, field.span) {
                        self.whole = false;
                        continue;
                    }
                    let message = format!(
                        "The value for the field '{}' must be a valid JSONPath or a valid intrinsic function call",
                        field.field
                    );
                    let found = rule::INVALID_EXPRESSION.found(message).at(field.span).location(at.place);
                    self.report(found.label(field.error.message));
                }
                None
            }
        }
    }

    /// A template that is an object or an array, or in a JSONata state an expression that gives one.
    pub(super) fn structure(&mut self, at: &At<'_>) -> Option<Template> {
        let is_scalar = match &at.node.kind {
            Kind::Array(_) | Kind::Object(_) => false,
            Kind::String(_) => !self.is_jsonata(),
            _ => true,
        };
        if is_scalar && !self.is_object(at) {
            return None;
        }
        self.template(at)
    }

    /// `Assign`: an object of variables; in a JSONata state also an expression that gives one.
    pub(super) fn assign(&mut self, at: &At<'_>) -> Option<Template> {
        let is_query = self.is_jsonata() && at.node.as_str().is_some_and(|text| text.starts_with("{%"));
        if !is_query && !self.is_object(at) {
            return None;
        }
        for member in at.node.members() {
            let is_marked = !self.is_jsonata() && member.name.ends_with(".$");
            let name = &member.name[..member.name.len() - if is_marked { ".$".len() } else { 0 }];
            let Some((rule, message)) = fault_of_variable(name) else { continue };
            // One linter, and nobody else, lets a JSONata state assign a variable with a hyphen, which nothing can read.
            let is_hyphenated = self.is_jsonata() && is_identifier(&name.replace('-', "_"));
            let rule = if is_hyphenated { rule::UNREADABLE_VARIABLE_NAME } else { rule };
            self.report(rule.found(message).at(member.name_span).location(at.place.name(&member.name)));
        }
        self.template(at)
    }
}

/// `$$.a` and `$name.a` as `$.a`: the same steps over the input.
fn over_input(path: &str) -> Str {
    let steps = path.trim_start_matches('$');
    let name = steps.find(['.', '[']).unwrap_or(steps.len());
    format!("${}", &steps[name..]).into()
}

fn fault_of_variable(name: &str) -> Option<(rule::Rule, String)> {
    if name == "states" {
        return Some((rule::RESERVED_VARIABLE_NAME, "Cannot assign to reserved variable '$states'.".into()));
    }
    let reason = match () {
        () if placeholder::is_in(name) => return None,
        () if !is_identifier(name) => "the variable name contains invalid characters",
        () if name.chars().count() > LONGEST_VARIABLE => "the variable name exceeds the 80-character limit",
        () => return None,
    };
    Some((rule::INVALID_VARIABLE_NAME, format!("Invalid variable name '{name}': {reason}.")))
}

/// A Unicode identifier (UAX #31), as far as the standard library's tables tell: a letter, then letters, digits,
/// connectors and marks.
fn is_identifier(name: &str) -> bool {
    let mark = |c: char| matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}');
    let connector = |c: char| matches!(c, '_' | '\u{203F}' | '\u{2040}' | '\u{2054}');
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || connector(c) || mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_any_root_have_the_same_steps() {
        for (path, steps) in [("$.a[0]", "$.a[0]"), ("$$.a", "$.a"), ("$$", "$"), ("$x", "$"), ("$x[0].b", "$[0].b")] {
            assert_eq!(&*over_input(path), steps);
        }
    }

    #[test]
    fn variables_are_identifiers() {
        for name in ["x", "count2", "größe", "変数", "a_b", "e\u{301}"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "a.b", "2x", "a b", "a-b", "$x"] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
