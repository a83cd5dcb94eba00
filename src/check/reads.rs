//! Every path of a JSONPath state, where it stands, and what it is applied to.

use super::Subject;
use crate::definition::{
    Amount, Distributed, Items, Operand, Operator, Rule, Selection, State, StateId, StateKind, Test, Text, WaitFor,
};
use crate::expr::Expression;
use crate::expr::intrinsic::Call;
use crate::expr::path::Path;
use crate::expr::template::Template;
use crate::source::{Kind, Node, Span};

/// A path of a state.
#[derive(Clone, Debug)]
pub(super) struct Read<'a> {
    pub path: &'a Path,
    /// What it is a part of, as written: the path itself, or the intrinsic call around it.
    pub text: &'a str,
    /// The way to the field that it stands in: `Choices[0]/Assign`.
    pub field: String,
    /// What its `$` is.
    pub of: Of,
}

/// What a path's `$` is (specification, "Input and Output Processing").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The state's raw input.
    Input,
    /// What `InputPath` leaves of it.
    EffectiveInput,
    /// The result, before `ResultSelector`.
    Result,
    /// The result, after it.
    SelectedResult,
    /// What `ResultPath` made of input and result.
    Merged,
    /// What was caught.
    ErrorOutput,
    /// Something that whether it is there decides nothing: what `IsPresent` asks.
    Asked,
}

impl Read<'_> {
    /// Where it stands; where that cannot be told, the whole field.
    pub fn span(&self, subject: &Subject<'_>, id: StateId) -> Span {
        span_of(subject, id, &self.field, self.text)
    }
}

/// Where a text stands in a field of a state; where that cannot be told, the whole field.
pub(super) fn span_of(subject: &Subject<'_>, id: StateId, field: &str, text: &str) -> Span {
    let state = subject.node(id);
    within(state, field).map_or(state.span, |node| find(node, text).unwrap_or(node.span))
}

/// The node that a way leads to from a state: `Choices[0]/Assign`.
pub(super) fn within<'a>(state: &'a Node, way: &str) -> Option<&'a Node> {
    way.split('/').try_fold(state, step)
}

/// Into `Choices[0]`, or into `Assign`.
fn step<'a>(node: &'a Node, step: &str) -> Option<&'a Node> {
    let Some((name, index)) = step.strip_suffix(']').and_then(|step| step.split_once('[')) else {
        return Some(&node.member(step)?.value);
    };
    match &node.member(name)?.value.kind {
        Kind::Array(items) => items.get(index.parse::<usize>().ok()?),
        _ => None,
    }
}

fn find(node: &Node, text: &str) -> Option<Span> {
    match &node.kind {
        Kind::String(found) => (**found == *text).then_some(node.span),
        Kind::Array(items) => items.iter().find_map(|item| find(item, text)),
        Kind::Object(members) => members.iter().find_map(|member| find(&member.value, text)),
        _ => None,
    }
}

/// Every path of this state, those of states within it left out.
pub(super) fn of_state(state: &State) -> Vec<Read<'_>> {
    all(state).paths
}

/// Every intrinsic call of this state and the way to its field, those within other calls left out.
pub(super) fn calls(state: &State) -> Vec<(String, &Call)> {
    all(state).calls
}

fn all(state: &State) -> Reads<'_> {
    let mut reads = Reads { paths: Vec::new(), calls: Vec::new() };
    let paths = &state.paths;
    let of_assign = match state.kind {
        StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_) | StateKind::Pass(_) => Of::SelectedResult,
        _ => Of::EffectiveInput,
    };
    reads.selection("InputPath", &paths.input, Of::Input);
    reads.template("Parameters", paths.parameters.as_ref(), Of::EffectiveInput);
    reads.own_fields(&state.kind);
    reads.template("ResultSelector", paths.result_selector.as_ref(), Of::Result);
    reads.template("Assign", state.assign.as_ref(), of_assign);
    reads.selection("OutputPath", &paths.output, Of::Merged);
    for (index, catcher) in state.catchers().iter().enumerate() {
        reads.template(&format!("Catch[{index}]/Assign"), catcher.assign.as_ref(), Of::ErrorOutput);
    }
    reads
}

struct Reads<'a> {
    paths: Vec<Read<'a>>,
    calls: Vec<(String, &'a Call)>,
}

impl<'a> Reads<'a> {
    fn own_fields(&mut self, kind: &'a StateKind) {
        match kind {
            StateKind::Task(task) => {
                self.amount("TimeoutSecondsPath", &task.timeout);
                self.amount("HeartbeatSecondsPath", &task.heartbeat);
                self.template("Credentials", task.credentials.as_ref(), Of::EffectiveInput);
            }
            StateKind::Map(map) => {
                if let Items::Path(items) = &map.items {
                    self.selection("ItemsPath", items, Of::EffectiveInput);
                }
                self.template("ItemSelector", map.item_selector.as_ref(), Of::EffectiveInput);
                self.amount("MaxConcurrencyPath", &map.max_concurrency);
                self.amount("ToleratedFailureCountPath", &map.tolerated_failure_count);
                self.amount("ToleratedFailurePercentagePath", &map.tolerated_failure_percentage);
                self.distributed(&map.distributed);
            }
            StateKind::Wait(wait) => match &wait.until {
                WaitFor::Seconds(seconds) => self.amount("SecondsPath", seconds),
                WaitFor::Timestamp(at) => self.amount("TimestampPath", at),
            },
            StateKind::Choice(choice) => {
                for (index, rule) in choice.rules.iter().enumerate() {
                    if let Test::Rule(test) = &rule.test {
                        self.rule(index, test);
                    }
                    self.template(&format!("Choices[{index}]/Assign"), rule.assign.as_ref(), Of::EffectiveInput);
                }
            }
            StateKind::Fail(fail) => {
                self.text("ErrorPath", &fail.error);
                self.text("CausePath", &fail.cause);
            }
            StateKind::Parallel(_) | StateKind::Pass(_) | StateKind::Succeed => {}
        }
    }

    fn distributed(&mut self, distributed: &'a Distributed) {
        let Distributed { item_reader, item_batcher, result_writer, .. } = distributed;
        if let Some(reader) = item_reader {
            self.template("ItemReader/Parameters", reader.value.parameters.as_ref(), Of::EffectiveInput);
            self.amount("ItemReader/ReaderConfig/MaxItemsPath", &reader.value.config.max_items);
        }
        if let Some(batcher) = item_batcher {
            self.amount("ItemBatcher/MaxItemsPerBatchPath", &batcher.value.max_items);
            self.amount("ItemBatcher/MaxInputBytesPerBatchPath", &batcher.value.max_bytes);
            self.template("ItemBatcher/BatchInput", batcher.value.batch_input.as_ref(), Of::EffectiveInput);
        }
        if let Some(writer) = result_writer {
            self.template("ResultWriter/Parameters", writer.value.parameters.as_ref(), Of::EffectiveInput);
        }
    }

    fn rule(&mut self, index: usize, rule: &'a Rule) {
        match rule {
            Rule::And(parts) | Rule::Or(parts) => parts.iter().for_each(|part| self.rule(index, part)),
            Rule::Not(part) => self.rule(index, part),
            Rule::Compare(comparison) => {
                let of = if matches!(comparison.operator, Operator::Is(..)) { Of::Asked } else { Of::EffectiveInput };
                self.add(&format!("Choices[{index}]"), &comparison.variable, of);
                if let Some(path) = operand(&comparison.operator) {
                    self.add(&format!("Choices[{index}]"), path, Of::EffectiveInput);
                }
            }
        }
    }

    fn selection(&mut self, field: &str, selection: &'a Selection, of: Of) {
        if let Selection::Path(path) = selection {
            self.add(field, path, of);
        }
    }

    fn amount<T>(&mut self, field: &str, amount: &'a Amount<T>) {
        if let Amount::Path(path) = amount {
            self.add(field, path, Of::EffectiveInput);
        }
    }

    fn text(&mut self, field: &str, text: &'a Text) {
        if let Text::Expression(expression) = text {
            self.expression(field, expression, Of::EffectiveInput);
        }
    }

    fn template(&mut self, field: &str, template: Option<&'a Template>, of: Of) {
        if let Some(template) = template {
            template.expressions(&mut |_, expression| self.expression(field, expression, of));
        }
    }

    fn expression(&mut self, field: &str, expression: &'a Expression, of: Of) {
        if let Expression::Intrinsic(call) = expression {
            self.calls.push((field.to_owned(), call));
        }
        let text = expression.text();
        expression.paths(&mut |path| self.paths.push(Read { path, text, field: field.to_owned(), of }));
    }

    fn add(&mut self, field: &str, path: &'a Path, of: Of) {
        self.paths.push(Read { path, text: path.text(), field: field.to_owned(), of });
    }
}

fn operand(operator: &Operator) -> Option<&Path> {
    match operator {
        Operator::String(_, Operand::Path(path))
        | Operator::Numeric(_, Operand::Path(path))
        | Operator::Timestamp(_, Operand::Path(path))
        | Operator::Boolean(Operand::Path(path)) => Some(path),
        _ => None,
    }
}
