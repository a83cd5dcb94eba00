//! `--env-file`: lines of `NAME=VALUE`.
//!
//! The variables may be secrets, so no execution keeps them: it keeps the file's path, and whoever goes on with it reads
//! the file again.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, anyhow};

use super::invoke::Environment;

/// Reads the file.
pub fn read(path: &Path) -> anyhow::Result<Environment> {
    let shown = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the environment file {shown}"))?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow!("{shown}: not UTF-8"))?;
    let file = parse(&text)
        .map_err(|line| anyhow!("{shown}:{line}: a line must be NAME=VALUE, empty, or a comment after #"))?;
    Ok(Environment { path: Some(std::path::absolute(path)?), file })
}

/// The variables, or the number of the first line that is none.
fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut variables = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(at + 1)?;
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(at + 1);
        }
        variables.insert(name.to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(variables)
}

/// The text within quotes, where both ends have the same.
fn unquoted(value: &str) -> &str {
    let within = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_variables() {
        let variables = parse("# secrets\nexport A=1\n\nB = \"x y\"\nC='#'\nD=a=b\n").unwrap();
        let pairs: Vec<_> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(pairs, [("A", "1"), ("B", "x y"), ("C", "#"), ("D", "a=b")]);
    }

    #[test]
    fn other_lines_are_refused_by_number() {
        assert_eq!(parse("A=1\nnonsense"), Err(2));
        assert_eq!(parse("=x"), Err(1));
    }
}
