//! Text into syntax.

mod lexer;
mod parser;
mod syntax;
mod token;

pub(super) use parser::parse;
pub(super) use syntax::{Form, SortTerm, Syntax, SyntaxId, SyntaxTree};
pub(super) use token::TokenKind;
