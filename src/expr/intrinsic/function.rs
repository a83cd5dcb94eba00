//! The table of functions.

use std::fmt;

use super::arguments::Arguments;
use super::{array, encoding, json, math, text};
use crate::expr::Ambient;
use crate::value::Value;

/// How alike two names are, from 0 to 1, for one to be suggested in place of the other. `States.` alone is a good half.
const SIMILAR: f64 = 0.8;

/// What a function does with its arguments; the error says what it objects to.
type Run = fn(&Arguments<'_>, &mut dyn Ambient) -> Result<Value, String>;

/// A function: what it is called, what it takes, what it does.
pub(super) struct Function {
    pub name: &'static str,
    pub parameters: &'static [Kind],
    pub more: More,
    pub gives_text: bool,
    pub run: Run,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Number,
    Bool,
    Array,
    Object,
}

/// Which calls may have another number of arguments than there are parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// None.
    Exactly,
    /// The last parameter may be left out.
    LastOptional,
    /// Any number of arguments of any kind may follow.
    Repeated,
}

/// All eighteen (ASL, Intrinsic Functions).
pub(super) static FUNCTIONS: [Function; 18] = [
    text("States.Format", &[Kind::Text], text::format).repeated(),
    other("States.StringToJson", &[Kind::Text], json::string_to_json),
    text("States.JsonToString", &[Kind::Any], json::json_to_string),
    other("States.Array", &[], array::array).repeated(),
    other("States.ArrayPartition", &[Kind::Array, Kind::Number], array::partition),
    other("States.ArrayContains", &[Kind::Array, Kind::Any], array::contains),
    other("States.ArrayRange", &[Kind::Number, Kind::Number, Kind::Number], array::range),
    text("States.ArrayGetItem", &[Kind::Array, Kind::Number], array::get_item),
    other("States.ArrayLength", &[Kind::Array], array::length),
    other("States.ArrayUnique", &[Kind::Array], array::unique),
    text("States.Base64Encode", &[Kind::Text], encoding::base64_encode),
    text("States.Base64Decode", &[Kind::Text], encoding::base64_decode),
    text("States.Hash", &[Kind::Any, Kind::Text], encoding::hash),
    other("States.JsonMerge", &[Kind::Object, Kind::Object, Kind::Bool], json::merge),
    other("States.MathRandom", &[Kind::Number, Kind::Number, Kind::Number], math::random).last_optional(),
    other("States.MathAdd", &[Kind::Number, Kind::Number], math::add),
    other("States.StringSplit", &[Kind::Text, Kind::Text], text::split),
    text("States.UUID", &[], text::uuid),
];

/// A function that gives a string.
const fn text(name: &'static str, parameters: &'static [Kind], run: Run) -> Function {
    Function { name, parameters, more: More::Exactly, gives_text: true, run }
}

/// A function that gives something else.
const fn other(name: &'static str, parameters: &'static [Kind], run: Run) -> Function {
    Function { name, parameters, more: More::Exactly, gives_text: false, run }
}

impl Function {
    const fn repeated(mut self) -> Function {
        self.more = More::Repeated;
        self
    }

    const fn last_optional(mut self) -> Function {
        self.more = More::LastOptional;
        self
    }

    /// The function of that name; else what is wrong with the name.
    pub fn named(name: &str) -> Result<&'static Function, String> {
        FUNCTIONS.iter().find(|function| function.name == name).ok_or_else(|| {
            let similarity = |function: &&Function| {
                strsim::normalized_damerau_levenshtein(&name.to_ascii_lowercase(), &function.name.to_ascii_lowercase())
            };
            let nearest = FUNCTIONS.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
            match nearest.filter(|function| similarity(function) > SIMILAR) {
                Some(function) => format!("no intrinsic function `{name}`; did you mean `{}`?", function.name),
                None => format!("no intrinsic function `{name}`"),
            }
        })
    }

    /// What is wrong with a number of arguments.
    pub fn objection_to_count(&self, count: usize) -> Option<String> {
        let most = self.parameters.len();
        let (fits, takes) = match self.more {
            More::Exactly => (count == most, arguments(most)),
            More::LastOptional => (count == most || count + 1 == most, format!("{} or {}", most - 1, arguments(most))),
            More::Repeated => (count >= most, format!("at least {}", arguments(most))),
        };
        (!fits).then(|| format!("`{}` takes {takes}, not {count}", self.name))
    }

    /// The kind of the argument at `index`.
    pub fn kind(&self, index: usize) -> Kind {
        self.parameters.get(index).copied().unwrap_or(Kind::Any)
    }
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".into(),
        1 => "1 argument".into(),
        _ => format!("{count} arguments"),
    }
}

impl Kind {
    /// Whether a value is of this kind.
    pub fn admits(self, value: &Value) -> bool {
        match self {
            Kind::Any => true,
            Kind::Text => value.as_str().is_some(),
            Kind::Number => value.as_number().is_some(),
            Kind::Bool => value.as_bool().is_some(),
            Kind::Array => value.as_array().is_some(),
            Kind::Object => value.as_object().is_some(),
        }
    }

    /// What is wrong with the argument at `index`, counted from 0.
    pub fn objection_to(self, index: usize, value: &Value) -> Option<String> {
        let wanted = match self {
            Kind::Any => "a value",
            Kind::Text => "a string",
            Kind::Number => "a number",
            Kind::Bool => "true or false",
            Kind::Array => "an array",
            Kind::Object => "an object",
        };
        let given = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Float(_) | Value::Exact(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        (!self.admits(value)).then(|| format!("argument {} must be {wanted}, but is {given}", index + 1))
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
