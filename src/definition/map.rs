//! A Map state, inline or distributed. What only a distributed one has stands in `map_run`.

use super::fields::Fields;
use super::flow::Seat;
use super::map_run::Distributed;
use super::reader::{At, Reader};
use super::{Amount, Catcher, FlowId, Next, QueryLanguage, Retrier, Selection, StateId, WorkflowType};
use crate::expr::template::Template;
use crate::source::{Kind, placeholder};
use crate::value::Str;

/// A Map state.
#[derive(Clone, Debug)]
pub struct Map {
    /// `ItemProcessor`, or the deprecated `Iterator`.
    pub processor: FlowId,
    /// `ProcessorConfig`
    pub mode: Mode,
    /// What only a distributed Map makes use of.
    pub distributed: Distributed,
    /// What to run over.
    pub items: Items,
    /// `ItemSelector`, or the deprecated `Parameters`: the input of an iteration.
    pub item_selector: Option<Template>,
    /// `MaxConcurrency` or its path; 0 and unset are unbounded.
    pub max_concurrency: Amount<u64>,
    /// `ToleratedFailureCount` or its path.
    pub tolerated_failure_count: Amount<u64>,
    /// `ToleratedFailurePercentage` or its path, 0 to 100.
    pub tolerated_failure_percentage: Amount<f64>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub next: Next,
}

/// The items of a Map: an array, or an object's members.
#[derive(Clone, Debug)]
pub enum Items {
    /// `ItemsPath`, of a JSONPath state.
    Path(Selection),
    /// `Items`, of a JSONata state; without it the state's input.
    Template(Option<Template>),
}

/// Where iterations run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// In the execution itself.
    #[default]
    Inline,
    /// Each as a child execution of a Map Run: `ExecutionType`.
    Distributed(WorkflowType),
}

/// `ExecutionType`
const EXECUTION_TYPES: [(&str, WorkflowType); 2] =
    [("STANDARD", WorkflowType::Standard), ("EXPRESS", WorkflowType::Express)];

impl Reader<'_> {
    /// The fields of a Map state.
    pub(super) fn map(&mut self, fields: &mut Fields<'_>, id: StateId) -> Option<Map> {
        let names = &["ItemProcessor", "Iterator"];
        let processor =
            fields.require_one(self, names, "add an `ItemProcessor` with the states for each item").and_then(
                |(index, at)| self.nested_flow(&at, id, if index == 0 { Seat::ItemProcessor } else { Seat::Iterator }),
            );
        let items = self.map_items(fields);
        let item_selector = self.item_selector(fields);
        let counted = |reader: &mut Self, at: &At<'_>| reader.count(at, 0..=u64::MAX);
        let max_concurrency = self.amount(fields, &["MaxConcurrency", "MaxConcurrencyPath"], counted);
        let names = &["ToleratedFailureCount", "ToleratedFailureCountPath"];
        let tolerated_failure_count = self.amount(fields, names, counted);
        let percentage = |reader: &mut Self, at: &At<'_>| reader.decimal(at, 0.0..=100.0);
        let names = &["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"];
        let tolerated_failure_percentage = self.amount(fields, names, percentage);
        let mode = mode(fields);
        let distributed = self.distributed(fields, mode);
        let (retry, catch) = self.retry_and_catch(fields);
        let next = self.next(fields);
        Some(Map {
            processor: processor?,
            mode,
            distributed: distributed?,
            items: items?,
            item_selector: item_selector?,
            max_concurrency: max_concurrency?,
            tolerated_failure_count: tolerated_failure_count?,
            tolerated_failure_percentage: tolerated_failure_percentage?,
            retry: retry?,
            catch: catch?,
            next: next?,
        })
    }

    fn map_items(&mut self, fields: &mut Fields<'_>) -> Option<Items> {
        let path = fields.take_in(self, QueryLanguage::JsonPath, "ItemsPath");
        let items = fields.take_in(self, QueryLanguage::Jsonata, "Items");
        if self.is_jsonata() {
            return self.optional(items, Reader::items_template).map(Items::Template);
        }
        self.optional(path, Reader::items_path).map(|path| Items::Path(path.unwrap_or_default()))
    }

    /// `Items`: an array, an object, or an expression that gives one.
    fn items_template(&mut self, at: &At<'_>) -> Option<Template> {
        let has_marks = |text: &Str| text.starts_with("{%") || text.ends_with("%}");
        let is_scalar = match &at.node.kind {
            Kind::Array(_) | Kind::Object(_) => false,
            Kind::String(text) => !has_marks(text) && !placeholder::is_in(text),
            _ => true,
        };
        if is_scalar {
            self.wrong_type(at, "ARRAY");
            return None;
        }
        self.template(at)
    }

    fn item_selector(&mut self, fields: &mut Fields<'_>) -> Option<Option<Template>> {
        let selector = match self.is_jsonata() {
            true => {
                fields.refuse(self, QueryLanguage::JsonPath, &["Parameters"]);
                fields.take("ItemSelector")
            }
            false => match fields.take_one(self, &["ItemSelector", "Parameters"]).ok()? {
                Some((1, parameters)) => return self.template(&parameters).map(Some),
                selector => selector.map(|(_, at)| at),
            },
        };
        self.optional(selector, Reader::structure)
    }

    /// `ProcessorConfig` of an item processor; the Map looks for what it needs of it by itself.
    pub(super) fn processor_config(&mut self, at: &At<'_>) -> Option<()> {
        let mut fields = Fields::of(self, at)?;
        let mode = fields.take("Mode");
        let mode = self.optional(mode, |reader, at| reader.word(at, &[("INLINE", false), ("DISTRIBUTED", true)]))?;
        if mode == Some(true)
            && let Some(at) = fields.require("ExecutionType")
        {
            self.word(&at, &EXECUTION_TYPES);
        }
        if mode.is_none() && fields.misspells(&["Mode"]) {
            fields.take("ExecutionType");
        }
        fields.finish(self);
        Some(())
    }
}

fn mode(fields: &Fields<'_>) -> Mode {
    let processor = ["ItemProcessor", "Iterator"].iter().find_map(|name| fields.at().node.member(name));
    let config = processor.and_then(|processor| processor.value.member("ProcessorConfig"));
    let word = |name| config.and_then(|config| config.value.member(name)?.value.as_str());
    match word("Mode") {
        Some(mode) if **mode == *"DISTRIBUTED" => {
            let named =
                word("ExecutionType").and_then(|name| EXECUTION_TYPES.iter().find(|(known, _)| *known == &**name));
            Mode::Distributed(named.map(|(_, known)| *known).unwrap_or_default())
        }
        _ => Mode::Inline,
    }
}
