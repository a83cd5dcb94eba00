//! Operator precedence parsing after Pratt: each token knows what it is at the start of an expression (`prefix`) and
//! behind one (`infix`).

use super::lexer::Lexer;
use super::syntax::{Form, SortTerm, SyntaxId, SyntaxTree};
use super::token::{Token, TokenKind};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::fault::quoted;
use crate::expr::jsonata::signature::Signature;

/// Expressions within expressions. The evaluator gives up long before; this keeps the parser's own stack.
const MOST_NESTING: usize = 160;

/// Reads the whole text.
///
/// # Errors
/// The first syntax error.
pub(in crate::expr::jsonata) fn parse(text: &str) -> Result<(SyntaxTree, SyntaxId), Error> {
    let mut lexer = Lexer::new(text);
    let token = lexer.next(false)?;
    let mut parser = Parser { lexer, token, tree: SyntaxTree::default(), depth: 0 };
    let root = parser.expression(0)?;
    if parser.token.kind != TokenKind::End {
        return Err(about(Error::of("S0201"), &parser.token));
    }
    Ok((parser.tree, root))
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// The token that is next.
    token: Token,
    tree: SyntaxTree,
    depth: usize,
}

/// How strongly a token binds what stands before it.
fn binding(token: &Token) -> u8 {
    let TokenKind::Operator(operator) = token.kind else { return 0 };
    match operator {
        "(" | "[" | "@" | "#" => 80,
        "." => 75,
        "{" => 70,
        "*" | "/" | "%" => 60,
        "+" | "-" | "&" => 50,
        "=" | "<" | ">" | "^" | "!=" | "<=" | ">=" | "~>" | "?:" | "??" | "in" => 40,
        "and" => 30,
        "or" => 25,
        "?" => 20,
        ":=" => 10,
        _ => 0,
    }
}

fn about(error: Error, token: &Token) -> Error {
    let error = error.at(token.end as u32).with("token", &token.shown());
    Error { token: Some(token.text()), ..error }
}

impl Parser<'_> {
    /// Goes on to the next token; `infix` says that an operand has just ended.
    fn advance(&mut self, infix: bool) -> Result<Token, Error> {
        let next = self.lexer.next(infix)?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    /// Goes on behind `operator`, which must be the next token.
    fn expect(&mut self, operator: &str, infix: bool) -> Result<(), Error> {
        if !self.token.is(operator) {
            let code = if self.token.kind == TokenKind::End { "S0203" } else { "S0202" };
            return Err(about(Error::of(code).with("value", &quoted(operator)), &self.token));
        }
        self.advance(infix).map(drop)
    }

    /// Goes on behind `operator` if it is the next token.
    fn accept(&mut self, operator: &str) -> Result<bool, Error> {
        let found = self.token.is(operator);
        if found {
            self.advance(false)?;
        }
        Ok(found)
    }

    fn expression(&mut self, binds: u8) -> Result<SyntaxId, Error> {
        self.depth += 1;
        if self.depth > MOST_NESTING {
            return Err(Error::too_deep().at(self.token.end as u32));
        }
        let token = self.advance(true)?;
        let mut left = self.prefix(token)?;
        while binds < binding(&self.token) {
            let token = self.advance(false)?;
            left = self.infix(left, token)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// What `token` is at the start of an expression.
    fn prefix(&mut self, token: Token) -> Result<SyntaxId, Error> {
        let TokenKind::Operator(operator) = token.kind else { return Ok(self.tree.add(Form::Terminal, token)) };
        let form = match operator {
            "and" | "or" | "in" => Form::Terminal,
            "*" => Form::Wildcard,
            "**" => Form::Descendant,
            "%" => Form::Parent,
            "-" => Form::Minus(self.expression(70)?),
            "(" => self.block()?,
            "[" => self.array()?,
            "{" => Form::Object(self.pairs()?),
            "|" => self.transform()?,
            _ => return Err(about(Error::of("S0211"), &token)),
        };
        Ok(self.tree.add(form, token))
    }

    /// What `token` makes of the expression before it.
    fn infix(&mut self, left: SyntaxId, token: Token) -> Result<SyntaxId, Error> {
        let TokenKind::Operator(operator) = token.kind else { return Ok(left) };
        let form = match operator {
            "(" => return self.call(left, token),
            "[" => return self.filter(left, token),
            "^" => self.sort(left)?,
            "{" => Form::Group(left, self.pairs()?),
            ":=" => {
                self.variable("S0212", left, None)?;
                Form::Bind(left, self.expression(9)?)
            }
            "@" => {
                let right = self.expression(80)?;
                self.variable("S0214", right, Some("@"))?;
                Form::Focus(left, right)
            }
            "#" => {
                let right = self.expression(80)?;
                self.variable("S0214", right, Some("#"))?;
                Form::Index(left, right)
            }
            "?" => self.condition(left)?,
            "?:" => Form::Default(left, self.expression(0)?),
            "??" => Form::Coalesce(left, self.expression(0)?),
            _ => Form::Binary(left, self.expression(binding(&token))?),
        };
        Ok(self.tree.add(form, token))
    }

    /// Refuses what is no variable where one has to stand; the error is about `token`, else about what does stand there.
    fn variable(&self, code: &'static str, id: SyntaxId, token: Option<&str>) -> Result<(), Error> {
        let found = self.tree.get(id);
        if matches!((&found.form, &found.token.kind), (Form::Terminal, TokenKind::Variable(_))) {
            return Ok(());
        }
        let error = Error::of(code).at(found.token.end as u32);
        Err(match token {
            Some(token) => error.about(token),
            None => about(error, &found.token),
        })
    }

    fn block(&mut self) -> Result<Form, Error> {
        let mut parts = Vec::new();
        while !self.token.is(")") {
            parts.push(self.expression(0)?);
            if !self.accept(";")? {
                break;
            }
        }
        self.expect(")", true)?;
        Ok(Form::Block(parts))
    }

    fn array(&mut self) -> Result<Form, Error> {
        let mut items = Vec::new();
        if !self.token.is("]") {
            loop {
                items.push(self.array_item()?);
                if !self.accept(",")? {
                    break;
                }
            }
        }
        self.expect("]", true)?;
        Ok(Form::Array(items))
    }

    fn array_item(&mut self) -> Result<SyntaxId, Error> {
        let first = self.expression(0)?;
        if !self.token.is("..") {
            return Ok(first);
        }
        let token = self.advance(false)?;
        let last = self.expression(0)?;
        Ok(self.tree.add(Form::Binary(first, last), token))
    }

    fn pairs(&mut self) -> Result<Vec<(SyntaxId, SyntaxId)>, Error> {
        let mut pairs = Vec::new();
        if !self.token.is("}") {
            loop {
                let name = self.expression(0)?;
                self.expect(":", false)?;
                pairs.push((name, self.expression(0)?));
                if !self.accept(",")? {
                    break;
                }
            }
        }
        self.expect("}", true)?;
        Ok(pairs)
    }

    fn filter(&mut self, left: SyntaxId, token: Token) -> Result<SyntaxId, Error> {
        if self.token.is("]") {
            self.tree.keep_array(left);
            // As in the reference, a regular expression may follow here; a division may not.
            self.expect("]", false)?;
            return Ok(left);
        }
        let predicate = self.expression(0)?;
        self.expect("]", true)?;
        Ok(self.tree.add(Form::Filter(left, predicate), token))
    }

    fn sort(&mut self, left: SyntaxId) -> Result<Form, Error> {
        self.expect("(", false)?;
        let mut terms = Vec::new();
        loop {
            let descending = self.token.is(">");
            if descending || self.token.is("<") {
                self.advance(false)?;
            }
            terms.push(SortTerm { descending, expression: self.expression(0)? });
            if !self.accept(",")? {
                break;
            }
        }
        self.expect(")", false)?;
        Ok(Form::Sort(left, terms))
    }

    fn condition(&mut self, left: SyntaxId) -> Result<Form, Error> {
        let then = self.expression(0)?;
        let other = if self.accept(":")? { Some(self.expression(0)?) } else { None };
        Ok(Form::Condition(left, then, other))
    }

    fn transform(&mut self) -> Result<Form, Error> {
        let pattern = self.expression(0)?;
        self.expect("|", false)?;
        let update = self.expression(0)?;
        let delete = if self.accept(",")? { Some(self.expression(0)?) } else { None };
        self.expect("|", false)?;
        Ok(Form::Transform { pattern, update, delete })
    }

    fn call(&mut self, left: SyntaxId, token: Token) -> Result<SyntaxId, Error> {
        let mut arguments = Vec::new();
        let mut partial = false;
        if !self.token.is(")") {
            loop {
                if self.token.is("?") {
                    partial = true;
                    let placeholder = self.advance(false)?;
                    arguments.push(self.tree.add(Form::Placeholder, placeholder));
                } else {
                    arguments.push(self.expression(0)?);
                }
                if !self.accept(",")? {
                    break;
                }
            }
        }
        self.expect(")", true)?;
        let form = match &self.tree.get(left).token.kind {
            TokenKind::Name(name) if matches!(&**name, "function" | "λ") && self.is_terminal(left) => {
                self.lambda(arguments)?
            }
            _ if partial => Form::Partial(left, arguments),
            _ => Form::Call(left, arguments),
        };
        Ok(self.tree.add(form, token))
    }

    fn is_terminal(&self, id: SyntaxId) -> bool {
        matches!(self.tree.get(id).form, Form::Terminal)
    }

    fn lambda(&mut self, parameters: Vec<SyntaxId>) -> Result<Form, Error> {
        for (at, &parameter) in parameters.iter().enumerate() {
            let index = (at + 1).to_string();
            self.variable("S0208", parameter, None).map_err(|error| error.with("value", &index))?;
        }
        let signature = if self.token.is("<") { Some(self.signature()?) } else { None };
        self.expect("{", false)?;
        let body = self.expression(0)?;
        self.expect("}", false)?;
        Ok(Form::Lambda { parameters, signature, body })
    }

    /// A signature is put together from tokens, as the reference does: blanks do not count.
    fn signature(&mut self) -> Result<Signature, Error> {
        let start = self.token.end;
        let mut text = String::from("<");
        let mut depth = 1;
        while depth > 0 && !self.token.is("{") && self.token.kind != TokenKind::End {
            self.advance(false)?;
            match self.token.kind {
                TokenKind::Operator(">") => depth -= 1,
                TokenKind::Operator("<") => depth += 1,
                _ => {}
            }
            text.push_str(&self.token.text());
        }
        self.expect(">", false)?;
        Signature::parse(&text).map_err(|error| {
            let offset = error.offset.map(|offset| start + offset);
            Error { offset, ..error }
        })
    }
}
