//! Every JSONata expression of a state, for those who check them.

use super::{Amount, Choice, Distributed, Items, State, StateKind, Test, Text, WaitFor};
use crate::expr::template::Template;
use crate::expr::{Expression, Query};
use crate::source::Spanned;

/// A JSONata expression of a state.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// The expression.
    pub query: &'a Query,
    /// The way to it from the state: `Choices[0]/Output/v`.
    pub field: String,
    /// What `$states` shows it beside `input` and `context`.
    pub sees: Sees,
}

/// What `$states` shows beside `input` and `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// Nothing.
    Nothing,
    /// `result`: in `Output` and `Assign` of a Task, Parallel or Map.
    Result,
    /// `errorOutput`: in a catcher.
    ErrorOutput,
}

impl State {
    /// Every JSONata expression of this state, those of states within it left out.
    pub fn queries(&self) -> Vec<Placed<'_>> {
        let mut all = Queries(Vec::new());
        let works = matches!(self.kind, StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_));
        let sees = if works { Sees::Result } else { Sees::Nothing };
        all.template("Arguments", self.arguments.as_ref(), Sees::Nothing);
        all.own_fields(&self.kind);
        all.template("Output", self.output.as_ref(), sees);
        all.template("Assign", self.assign.as_ref(), sees);
        for (index, catcher) in self.catchers().iter().enumerate() {
            all.template(&format!("Catch[{index}]/Output"), catcher.output.as_ref(), Sees::ErrorOutput);
            all.template(&format!("Catch[{index}]/Assign"), catcher.assign.as_ref(), Sees::ErrorOutput);
        }
        all.0
    }
}

struct Queries<'a>(Vec<Placed<'a>>);

impl<'a> Queries<'a> {
    fn own_fields(&mut self, kind: &'a StateKind) {
        match kind {
            StateKind::Task(task) => {
                self.amount("TimeoutSeconds", &task.timeout);
                self.amount("HeartbeatSeconds", &task.heartbeat);
                self.template("Credentials", task.credentials.as_ref(), Sees::Nothing);
            }
            StateKind::Map(map) => {
                if let Items::Template(items) = &map.items {
                    self.template("Items", items.as_ref(), Sees::Nothing);
                }
                self.template("ItemSelector", map.item_selector.as_ref(), Sees::Nothing);
                self.amount("MaxConcurrency", &map.max_concurrency);
                self.amount("ToleratedFailureCount", &map.tolerated_failure_count);
                self.amount("ToleratedFailurePercentage", &map.tolerated_failure_percentage);
                self.distributed(&map.distributed);
            }
            StateKind::Wait(wait) => match &wait.until {
                WaitFor::Seconds(seconds) => self.amount("Seconds", seconds),
                WaitFor::Timestamp(at) => self.amount("Timestamp", at),
            },
            StateKind::Choice(choice) => self.choice(choice),
            StateKind::Fail(fail) => {
                self.text("Error", &fail.error);
                self.text("Cause", &fail.cause);
            }
            StateKind::Parallel(_) | StateKind::Pass(_) | StateKind::Succeed => {}
        }
    }

    fn distributed(&mut self, distributed: &'a Distributed) {
        let Distributed { item_reader, item_batcher, result_writer, .. } = distributed;
        if let Some(Spanned { value: reader, .. }) = item_reader {
            self.template("ItemReader/Arguments", reader.parameters.as_ref(), Sees::Nothing);
            self.amount("ItemReader/ReaderConfig/MaxItems", &reader.config.max_items);
        }
        if let Some(Spanned { value: batcher, .. }) = item_batcher {
            self.amount("ItemBatcher/MaxItemsPerBatch", &batcher.max_items);
            self.amount("ItemBatcher/MaxInputBytesPerBatch", &batcher.max_bytes);
            self.template("ItemBatcher/BatchInput", batcher.batch_input.as_ref(), Sees::Nothing);
        }
        if let Some(Spanned { value: writer, .. }) = result_writer {
            self.template("ResultWriter/Arguments", writer.parameters.as_ref(), Sees::Nothing);
        }
    }

    fn choice(&mut self, choice: &'a Choice) {
        for (index, rule) in choice.rules.iter().enumerate() {
            if let Test::Condition(condition) = &rule.test {
                self.amount(&format!("Choices[{index}]/Condition"), condition);
            }
            self.template(&format!("Choices[{index}]/Output"), rule.output.as_ref(), Sees::Nothing);
            self.template(&format!("Choices[{index}]/Assign"), rule.assign.as_ref(), Sees::Nothing);
        }
    }

    fn template(&mut self, field: &str, template: Option<&'a Template>, sees: Sees) {
        let Some(template) = template else { return };
        template.expressions(&mut |within, expression| {
            if let Expression::Query(query) = expression {
                self.add(format!("{field}{within}"), query, sees);
            }
        });
    }

    fn amount<T>(&mut self, field: &str, amount: &'a Amount<T>) {
        if let Amount::Query(query) = amount {
            self.add(field.to_owned(), query, Sees::Nothing);
        }
    }

    fn text(&mut self, field: &str, text: &'a Text) {
        if let Text::Expression(Expression::Query(query)) = text {
            self.add(field.to_owned(), query, Sees::Nothing);
        }
    }

    fn add(&mut self, field: String, query: &'a Query, sees: Sees) {
        self.0.push(Placed { query, field, sees });
    }
}
