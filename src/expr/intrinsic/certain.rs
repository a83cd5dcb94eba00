//! Calls that fail whatever their paths find: those of constants alone, and some of which a constant decides it.

use std::ops::Range;

use super::arguments::Arguments;
use super::function::Kind;
use super::{Argument, Call};
use crate::expr::Ambient;
use crate::value::{Object, Timestamp, Value};

/// The functions of which some arguments do not decide whether they fail, as long as they are of the right kind; and
/// which arguments these are.
const UNDECIDING: [(&str, Range<usize>); 4] = [
    ("States.Format", 1..usize::MAX),
    ("States.Hash", 0..1),
    ("States.JsonMerge", 0..2),
    ("States.ArrayPartition", 0..1),
];

impl Call {
    /// Why it fails, where no value that its paths find could keep it from failing.
    pub fn certain_failure(&self) -> Option<String> {
        let nested = self.arguments.iter().find_map(|argument| match argument {
            Argument::Call(call) => call.certain_failure(),
            _ => None,
        });
        nested.or_else(|| {
            let values = self.sampled()?;
            let failure = (self.function.run)(&Arguments::new(&values), &mut Still).err()?;
            Some(format!("`{}`: {failure}", self.function.name))
        })
    }

    /// Its arguments, with some value of the right kind for each that is no constant; none where the value would matter.
    fn sampled(&self) -> Option<Vec<Value>> {
        let undeciding = UNDECIDING.iter().find(|(name, _)| *name == self.function.name).map(|(_, which)| which);
        let value = |(index, argument): (usize, &Argument)| match argument {
            Argument::Literal(value) => Some(value.clone()),
            _ => undeciding?.contains(&index).then(|| sample(self.function.kind(index))),
        };
        self.arguments.iter().enumerate().map(value).collect()
    }
}

fn sample(kind: Kind) -> Value {
    match kind {
        Kind::Any | Kind::Text => Value::from("{}"),
        Kind::Number => Value::Int(1),
        Kind::Bool => Value::Bool(false),
        Kind::Array => Value::from(Vec::new()),
        Kind::Object => Value::from(Object::new()),
    }
}

/// No time and no chance: neither decides whether a call fails.
struct Still;

impl Ambient for Still {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn random(&mut self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_decide_what_certainly_fails() {
        for (call, reason) in [
            ("States.Format('{} {}', $.a)", "States.Format"),
            ("States.Hash($.a, 'SHA-2')", "States.Hash"),
            ("States.JsonMerge($.a, $.b, true)", "States.JsonMerge"),
            ("States.ArrayPartition($.a, 0)", "States.ArrayPartition"),
            ("States.ArrayRange(0, 5000, 1)", "States.ArrayRange"),
            ("States.Array(States.StringToJson('{'))", "States.StringToJson"),
        ] {
            let failure = Call::parse(call).unwrap().certain_failure().unwrap_or_default();
            assert!(failure.contains(reason), "{call}: {failure}");
        }
        for call in [
            "States.Format('{} {}', $.a, $.b)",
            "States.Format($.template, $.a)",
            "States.Hash($.a, $.algorithm)",
            "States.ArrayGetItem($.a, 0)",
            "States.StringToJson($.a)",
            "States.ArrayPartition($.a, 2)",
            "States.UUID()",
            "States.MathRandom(1, 9)",
            "States.Base64Decode(States.Base64Encode('x'))",
        ] {
            assert_eq!(Call::parse(call).unwrap().certain_failure(), None, "{call}");
        }
    }
}
