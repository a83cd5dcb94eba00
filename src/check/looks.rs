//! Texts that look like expressions and stand where a text is only a text. The service calls these warnings `NO_DOLLAR`,
//! `NO_PATH` and `PASS_RESULT_IS_STATIC`.

use super::Subject;
use crate::definition::{QueryLanguage, StateId, StateKind};
use crate::diagnostic::{Findings, Rule, rule};
use crate::expr::Expression;
use crate::source::{Kind, Member, Node};

/// The fields that are templates, and what they lie in.
const TEMPLATES: [(&[&str], &str); 11] = [
    (&[], "Parameters"),
    (&[], "Arguments"),
    (&[], "Output"),
    (&[], "Assign"),
    (&[], "ItemSelector"),
    (&[], "ResultSelector"),
    (&[], "Credentials"),
    (&["ItemReader"], "Parameters"),
    (&["ItemReader"], "Arguments"),
    (&["ItemBatcher"], "BatchInput"),
    (&["ResultWriter"], "Parameters"),
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, state) in subject.definition.all_states() {
        let mut look = Look { subject, id, language: state.query_language, findings };
        look.templates();
        match &state.kind {
            StateKind::Pass(_) => look.result(),
            StateKind::Choice(_) => look.choices(),
            StateKind::Fail(_) => ["Error", "Cause"].into_iter().for_each(|name| look.constant(name)),
            _ => {}
        }
    }
}

struct Look<'s, 'f> {
    subject: &'s Subject<'s>,
    id: StateId,
    language: QueryLanguage,
    findings: &'f mut Findings,
}

impl<'s> Look<'s, '_> {
    fn node(&self) -> &'s Node {
        self.subject.node(self.id)
    }

    fn say(&mut self, rule: &Rule, message: String, node: &Node, field: &str, help: &str) {
        let found = rule.found(message).at(node.span).location(self.subject.location(self.id, field));
        self.findings.add(found.help(help));
    }

    fn templates(&mut self) {
        for (holders, name) in TEMPLATES {
            let holder = holders.iter().try_fold(self.node(), |node, name| Some(&node.member(name)?.value));
            if let Some(member) = holder.and_then(|node| node.member(name)).filter(|member| !self.is_refused(member)) {
                let place: Vec<&str> = holders.iter().copied().chain([name]).collect();
                self.template(&member.value, "", &place.join("/"));
            }
        }
        for list in ["Choices", "Catch"] {
            let Some(member) = self.node().member(list) else { continue };
            let Kind::Array(items) = &member.value.kind else { continue };
            for (index, item) in items.iter().enumerate() {
                if let Some(assign) = item.member("Assign") {
                    self.template(&assign.value, "", &format!("{list}[{index}]/Assign"));
                }
            }
        }
    }

    /// Whether the reader has said already that no text may stand there.
    fn is_refused(&self, member: &Member) -> bool {
        self.language == QueryLanguage::JsonPath && *member.name == *"ItemSelector" && member.value.as_str().is_some()
    }

    /// `name` is that of the member that holds `node`, or that of the array around it.
    fn template(&mut self, node: &Node, name: &str, field: &str) {
        match &node.kind {
            Kind::String(text) if !name.ends_with(".$") => self.text(text, node, name, field),
            Kind::Array(items) => items.iter().for_each(|item| self.template(item, name, field)),
            Kind::Object(members) => {
                members.iter().for_each(|member| self.template(&member.value, &member.name, field));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, node: &Node, name: &str, field: &str) {
        match self.language {
            QueryLanguage::JsonPath if looks_like_expression(text) => {
                let message =
                    format!("No .$ on the field '{name}', whose value appears to be a path or an intrinsic call");
                let help = format!("name it `{name}.$`; without that it is the text as it stands");
                self.say(&rule::NO_DOLLAR, message, node, field, &help);
            }
            QueryLanguage::Jsonata if text.starts_with("$states.") && !text.ends_with("%}") => {
                let message = format!("`{text}` stands without `{{%` and `%}}`, so that it is a text");
                self.say(&rule::NO_DELIMITERS, message, node, field, &format!("write `{{% {text} %}}`"));
            }
            _ => {}
        }
    }

    fn result(&mut self) {
        let Some(result) = self.node().member("Result") else { return };
        if let Some((node, text)) = static_expression(&result.value) {
            let message = format!("`{text}` in the `Result` of a Pass state is a text: it is not evaluated");
            self.say(
                &rule::PASS_RESULT_IS_STATIC,
                message,
                node,
                "Result",
                "use `Parameters` for what is to be looked up",
            );
        }
    }

    fn choices(&mut self) {
        let Some(choices) = self.node().member("Choices") else { return };
        let Kind::Array(rules) = &choices.value.kind else { return };
        for (index, rule) in rules.iter().enumerate() {
            self.rule(rule, &format!("Choices[{index}]"));
        }
    }

    fn rule(&mut self, node: &Node, place: &str) {
        for member in node.members() {
            match &member.value.kind {
                Kind::Object(_) if *member.name == *"Not" => self.rule(&member.value, &format!("{place}/Not")),
                Kind::Array(items) if matches!(&*member.name, "And" | "Or") => {
                    for (index, item) in items.iter().enumerate() {
                        self.rule(item, &format!("{place}/{}[{index}]", member.name));
                    }
                }
                Kind::String(text) if member.name.starts_with("String") && !member.name.ends_with("Path") => {
                    self.path_as_text(text, &member.value, &member.name, &format!("{place}/{}", member.name));
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, name: &str) {
        if let Some(member) = self.node().member(name)
            && let Some(text) = member.value.as_str()
        {
            self.path_as_text(text, &member.value, name, name);
        }
    }

    fn path_as_text(&mut self, text: &str, node: &Node, name: &str, field: &str) {
        if self.language == QueryLanguage::JsonPath && looks_like_expression(text) {
            let message =
                format!("The value of the field '{name}' looks like a path, but its name does not end with 'Path'");
            let help = match name {
                "StringMatches" => "a pattern cannot be looked up".to_owned(),
                _ => format!("did you mean `{name}Path`?"),
            };
            self.say(&rule::NO_PATH, message, node, field, &help);
        }
    }
}

/// What in a Pass state's `Result` was meant to be evaluated.
fn static_expression(node: &Node) -> Option<(&Node, &str)> {
    match &node.kind {
        Kind::String(text) => looks_like_expression(text).then_some((node, &**text)),
        Kind::Array(items) => items.iter().find_map(static_expression),
        Kind::Object(members) => members.iter().find_map(|member| match member.name.strip_suffix(".$") {
            Some(_) => {
                let text = member.value.as_str().filter(|text| text.starts_with('$') || looks_like_expression(text));
                text.map(|text| (&member.value, &**text))
            }
            None => static_expression(&member.value),
        }),
        _ => None,
    }
}

/// Whether nobody would write this for its own sake: `$.50` is a price.
fn looks_like_expression(text: &str) -> bool {
    let is_path = match text.strip_prefix("$$").or_else(|| text.strip_prefix('$')) {
        Some(steps) => {
            let mut characters = steps.chars();
            match characters.next() {
                Some('.') => characters.next().is_some_and(|c| !c.is_ascii_digit() && !c.is_whitespace()),
                Some('[') => true,
                _ => false,
            }
        }
        None => false,
    };
    (is_path || text.starts_with("States.") && text.ends_with(')')) && Expression::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::looks_like_expression;

    #[test]
    fn prices_and_words_are_no_paths() {
        for text in ["$.a", "$$.Execution.Id", "$['a b']", "$[0]", "States.UUID()", "States.Format('{}', $.a)"] {
            assert!(looks_like_expression(text), "{text}");
        }
        for text in ["$", "$$", "$.50", "$5", "$name", "States.Timeout", "States.Format(", "$. and so on", "a $.b"] {
            assert!(!looks_like_expression(text), "{text}");
        }
    }
}
