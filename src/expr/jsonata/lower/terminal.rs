//! What stands for itself: literals, names, regular expressions; and what a function is called by.

use super::Builder;
use crate::expr::jsonata::Error;
use crate::expr::jsonata::ast::{Kind, NodeId};
use crate::expr::jsonata::number::to_text;
use crate::expr::jsonata::parse::{Syntax, TokenKind};
use crate::expr::jsonata::text::Pattern;
use crate::value::{Str, Value};

impl Builder<'_> {
    pub(super) fn terminal(&mut self, syntax: &Syntax) -> Result<NodeId, Error> {
        let kind = match &syntax.token.kind {
            TokenKind::Text(text) => Kind::Text(Value::String(text.clone())),
            TokenKind::Number(number) => Kind::Number(*number),
            TokenKind::Word(word) => Kind::Word(*word),
            TokenKind::Variable(name) => {
                // What its text binds, it binds where it is called.
                self.bindings += usize::from(&**name == "eval");
                Kind::Variable(self.names.resolve(name))
            }
            TokenKind::Regex(pattern, flags) => {
                let compiled = Pattern::compile(pattern, flags, Some(syntax.token.end));
                Kind::Regex(compiled.map_err(|invalid| {
                    let wrong = pattern[invalid.offset..].chars().next().map_or(0, char::len_utf8);
                    let end = syntax.token.start + "/".len() + invalid.offset + wrong;
                    Error::of("S0303").at(end as u32).with("value", &format!("/{pattern}/: {}", invalid.message))
                })?)
            }
            TokenKind::Name(name) => return Ok(self.name(name.clone(), syntax)),
            TokenKind::Operator(name) => return Ok(self.name((*name).into(), syntax)),
            TokenKind::End => return Err(Error::of("S0207").at(syntax.token.end as u32).about("(end)")),
        };
        Ok(self.add(kind, syntax))
    }

    /// A name alone is a path of one step.
    fn name(&mut self, name: Str, syntax: &Syntax) -> NodeId {
        let step = self.add(Kind::Name(name), syntax);
        self.at_mut(step).keep_array = syntax.keep_array;
        self.push(Kind::Path(vec![step], syntax.keep_array), None, syntax.token.start as u32)
    }

    /// What errors call a function that is called so.
    pub(super) fn called(&self, procedure: NodeId) -> Option<Str> {
        let node = self.at(procedure);
        match &node.kind {
            Kind::Path(steps, _) => self.called(steps[0]),
            Kind::Name(name) | Kind::Text(Value::String(name)) => Some(name.clone()),
            Kind::Variable(variable) => Some(self.names.text(*variable)),
            Kind::Call(_) | Kind::Partial(_) => Some("(".into()),
            Kind::Binary(operator, ..) => Some(operator.text().into()),
            Kind::Number(number) => Some(to_text(*number).into()),
            Kind::Word(Some(word)) => Some(word.to_string().into()),
            Kind::Array(_) => Some("[".into()),
            Kind::Object(_) => Some("{".into()),
            Kind::Minus(_) => Some("-".into()),
            Kind::Wildcard => Some("*".into()),
            Kind::Descendant => Some("**".into()),
            Kind::Bind(..) => Some(":=".into()),
            Kind::Apply(..) => Some("~>".into()),
            _ => None,
        }
    }
}
