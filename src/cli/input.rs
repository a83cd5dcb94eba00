//! Values that a user hands in: from a file, from stdin, or as JSON on the command line.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::vec::Drain;

use hashbrown::HashSet;

use super::exit::Error;
use crate::driver::unix::files;
use crate::source::{Kind, Node, Source, Span, read_json};
use crate::value::json::{Build, Range, Scalar, Values, read_with};
use crate::value::{Str, Value, write_string};

/// What no file may exceed, in bytes: an endless one would fill the memory.
const LARGEST: u64 = 1 << 30;

/// A value as it was handed in.
#[derive(Debug)]
pub struct Given {
    /// The value.
    pub value: Value,
    /// Its text, where that is not its compact text.
    pub text: Option<Str>,
    /// Names that an object has twice.
    pub warnings: Vec<String>,
}

/// Why a value cannot be read.
#[derive(Debug)]
pub enum Wrong {
    /// It is no JSON; where, and why.
    NotJson(String),
    /// The file cannot be read.
    Unreadable(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        Wrong::Unreadable(error)
    }
}

impl From<Wrong> for Error {
    fn from(wrong: Wrong) -> Error {
        match wrong {
            Wrong::NotJson(message) => Error::usage(message),
            Wrong::Unreadable(error) => error,
        }
    }
}

/// Reads `FILE`, `-` or JSON: a file of this name wins, so that a file may have any name.
pub fn read(given: &OsStr, option: &str) -> Result<Given, Wrong> {
    if given == "-" {
        return parse("<stdin>", bytes(given)?);
    }
    match (given.to_str(), Path::new(given).exists()) {
        (Some(text), false) if looks_like_json(text) => parse(option, text.as_bytes().to_vec()),
        (Some(text), false) => Err(Wrong::NotJson(format!("{option}: `{text}` is neither a file nor JSON"))),
        _ => parse(&given.to_string_lossy(), bytes(given)?),
    }
}

/// The bytes of a file, or of stdin where its name is `-`.
pub fn bytes(file: &OsStr) -> Result<Vec<u8>, Error> {
    try_bytes(file).map_err(|error| Error::usage(format!("cannot read {}: {}", name(file), files::reason(&error))))
}

/// [`bytes`], and why there are none.
pub fn try_bytes(file: &OsStr) -> io::Result<Vec<u8>> {
    if file == "-" {
        return bounded(io::stdin().lock(), 0);
    }
    let file = File::open(file)?;
    let size = file.metadata()?.len().min(LARGEST);
    bounded(file, size as usize)
}

/// A file's name for people.
pub fn name(file: &OsStr) -> Cow<'_, str> {
    if file == "-" { "<stdin>".into() } else { file.to_string_lossy() }
}

/// Reads to the end, which is expected after `size` bytes.
fn bounded(file: impl Read, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 GiB"));
    }
    Ok(bytes)
}

/// Whether somebody who wrote this meant JSON rather than a file's name.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['{', '[', '"']) || crate::value::json::read(text).is_ok()
}

fn parse(name: &str, bytes: Vec<u8>) -> Result<Given, Wrong> {
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).trim_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(Wrong::NotJson(format!("{name} is empty; it must hold JSON")));
    }
    let mut reader =
        Reader { text, values: Values::default(), printed: 0, has_repeated: false, printed_float: String::new() };
    let value = read_with(text, &mut reader).map_err(|error| not_json(name, text, &error))?;
    let warnings = if reader.has_repeated { repeated_names(name, text) } else { Vec::new() };
    Ok(Given { value, text: (!reader.is_compact()).then(|| text.into()), warnings })
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Wrong {
    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let text = String::from_utf8_lossy(valid);
    Wrong::NotJson(format!("{}: this is not UTF-8", place(name, &text, text.len())))
}

fn not_json(name: &str, text: &str, error: &crate::value::json::Error) -> Wrong {
    Wrong::NotJson(format!("{}: {}", place(name, text, error.offset), error.message))
}

fn place(name: &str, text: &str, offset: usize) -> String {
    let position = Source::new(name, text).position(offset as u32);
    format!("{name}:{}:{}", position.line, position.column)
}

/// Makes plain values, and sees two things about the text on the way: whether it is the compact one, and whether a name
/// stands twice in an object.
struct Reader<'t> {
    text: &'t str,
    values: Values,
    /// Bytes of the text that stand as they will be printed, counted part by part: white space is not among them.
    printed: usize,
    has_repeated: bool,
    printed_float: String,
}

impl Reader<'_> {
    fn is_compact(&self) -> bool {
        self.printed == self.text.len() && !self.has_repeated
    }

    /// Counts a scalar if it is printed as it stands; those that can be spelled in other ways are printed to see.
    fn count(&mut self, scalar: &Scalar<'_>, at: Range) {
        let given = &self.text[at.clone()];
        let as_given = match scalar {
            Scalar::String(text) => return self.count_string(text, at),
            Scalar::Null | Scalar::Bool(_) | Scalar::Exact(_) => true,
            Scalar::Int(value) => *value != 0 || given == "0",
            Scalar::Float(value) => {
                self.printed_float.clear();
                Value::Float(*value).write_json(&mut self.printed_float);
                self.printed_float == given
            }
        };
        self.printed += if as_given { given.len() } else { 0 };
    }

    /// A string without escapes, which is as long as what it says, is printed as it stands.
    fn count_string(&mut self, text: &str, at: Range) {
        let as_given = at.len() == text.len() + 2 || {
            let mut printed = String::new();
            write_string(text, &mut printed);
            printed == self.text[at.clone()]
        };
        self.printed += if as_given { at.len() } else { 0 };
    }

    /// Counts the brackets of a container, and the commas between its parts.
    fn count_container(&mut self, parts: usize) {
        self.printed += "[]".len() + parts.saturating_sub(1);
    }
}

impl Build for Reader<'_> {
    type Node = Value;
    type Key = Str;

    fn scalar(&mut self, value: Scalar<'_>, at: Range) -> Value {
        self.count(&value, at.clone());
        self.values.scalar(value, at)
    }

    fn key(&mut self, name: Cow<'_, str>, at: Range) -> Str {
        self.printed += ":".len();
        self.count_string(&name, at.clone());
        self.values.key(name, at)
    }

    fn array(&mut self, items: Drain<'_, Value>, at: Range) -> Value {
        self.count_container(items.len());
        self.values.array(items, at)
    }

    fn object(&mut self, members: Drain<'_, (Str, Value)>, at: Range) -> Value {
        let given = members.len();
        self.count_container(given);
        let object = self.values.object(members, at);
        self.has_repeated |= object.as_object().is_some_and(|object| object.len() < given);
        object
    }
}

/// Warnings that are told.
const REPEATED_TOLD: usize = 10;

fn repeated_names(name: &str, text: &str) -> Vec<String> {
    let source = Source::new(name, text);
    let mut found = Vec::new();
    if let Ok(root) = read_json(text) {
        find_repeated(&root, &mut found);
    }
    let told = found.into_iter().take(REPEATED_TOLD).map(|(repeated, span)| {
        let at = source.position(span.start);
        format!("{name}:{}:{}: `{repeated}` is given twice; the last one counts", at.line, at.column)
    });
    told.collect()
}

fn find_repeated(node: &Node, found: &mut Vec<(Str, Span)>) {
    match &node.kind {
        Kind::Array(items) => items.iter().for_each(|item| find_repeated(item, found)),
        Kind::Object(members) => {
            let mut seen = HashSet::new();
            for member in members {
                if !seen.insert(&member.name) {
                    found.push((member.name.clone(), member.name_span));
                }
                find_repeated(&member.value, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Given {
        read(OsStr::new(text), "--input").unwrap()
    }

    fn message(bytes: &[u8]) -> String {
        Error::from(parse("in.json", bytes.to_vec()).unwrap_err()).to_string()
    }

    #[test]
    fn json_may_stand_on_the_command_line() {
        assert_eq!(given("{\"a\": 1}").value.to_json(), "{\"a\":1}");
        assert_eq!(given("{\"a\": 1}").text.as_deref(), Some("{\"a\": 1}"));
        assert_eq!(given("-3").value, Value::Int(-3));
        assert_eq!(given("[1]").text, None);
    }

    #[test]
    fn a_file_may_have_a_name_that_looks_like_json() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("[1].json");
        std::fs::write(&file, "{\"from\":\"file\"}\n").unwrap();
        let read = read(file.as_os_str(), "--input").unwrap();
        assert_eq!((read.value.to_json().as_str(), read.text), (r#"{"from":"file"}"#, None));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(message(b""), "in.json is empty; it must hold JSON");
        assert_eq!(message(b"{\n  \"a\": NaN}"), "in.json:2:8: expected a value, found `NaN`");
        assert_eq!(message(b"{\"a\":\n\"\xff\"}"), "in.json:2:2: this is not UTF-8");
        let error = Error::from(read(OsStr::new("no-such-file.json"), "--input").unwrap_err());
        assert_eq!(error.to_string(), "--input: `no-such-file.json` is neither a file nor JSON");
        let error = Error::from(read(OsStr::new("{\"a\""), "--input").unwrap_err());
        assert_eq!(error.to_string(), "--input:1:5: expected `:`, but the text ends");
        let error = bytes(OsStr::new("no-such-file.json")).unwrap_err();
        assert_eq!(error.to_string(), "cannot read no-such-file.json: no such file");
    }

    #[test]
    fn a_text_is_kept_where_it_is_not_the_compact_one() {
        for compact in [r#"{"a":[1,-2.5,"x\n",null,true,{}],"b":12345678901234567890}"#, "0", "0.0", r#""é\"""#] {
            assert_eq!(given(compact).text, None, "{compact}");
        }
        for other in
            [r#"{"a" :1}"#, "[1, 2]", "-0", "1.50", "1e2", r#""\u0041""#, r#""\/""#, r#"{"a":1,"a":2}"#, "[[] ]"]
        {
            assert_eq!(given(other).text.as_deref(), Some(other), "{other}");
        }
    }

    #[test]
    fn repeated_names_are_warned_of() {
        let given = given(r#"{"a":1,"b":{"c":1,"c":2}}"#);
        assert_eq!(given.warnings, ["--input:1:19: `c` is given twice; the last one counts"]);
        assert_eq!(given.value.to_json(), r#"{"a":1,"b":{"c":2}}"#);
    }
}
