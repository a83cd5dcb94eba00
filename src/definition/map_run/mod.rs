//! What only a distributed Map has: where its items come from, how they are put together, where its results go.
//!
//! Read for every Map, whatever its mode: the fields are the same ones, and an inline Map is told that they are of no
//! use to it. Nothing here knows how items are read; that is a driver's work.

mod item_batcher;
mod item_reader;
mod result_writer;

pub use item_batcher::ItemBatcher;
pub use item_reader::{
    Delimiter, Headers, InputType, ItemReader, ItemsPointer, ManifestType, ReaderAction, ReaderConfig, Transformation,
};
pub use result_writer::{OutputTransformation, OutputType, ResultWriter, WriterConfig};

use super::QueryLanguage;
use super::fields::Fields;
use super::map::Mode;
use super::reader::{At, Reader};
use crate::diagnostic::rule;
use crate::expr::template::Template;
use crate::source::Spanned;
use crate::value::Str;

/// The fields of a Map that only mode DISTRIBUTED makes use of.
#[derive(Clone, Debug, Default)]
pub struct Distributed {
    /// `Label`: what names its Map Runs.
    pub label: Option<Spanned<Str>>,
    /// `ItemReader`: where the items come from; the state's input where there is none.
    pub item_reader: Option<Spanned<ItemReader>>,
    /// `ItemBatcher`: how many items a child execution gets.
    pub item_batcher: Option<Spanned<ItemBatcher>>,
    /// `ResultWriter`: where the results go; the state's result where there is none.
    pub result_writer: Option<Spanned<ResultWriter>>,
}

impl Reader<'_> {
    /// `Label`, `ItemReader`, `ItemBatcher`, `ResultWriter`.
    pub(in crate::definition) fn distributed(&mut self, fields: &mut Fields<'_>, mode: Mode) -> Option<Distributed> {
        let label = fields.take("Label");
        let label = self.optional(label, |reader, at| spanned(at, reader.text(at)));
        let [item_reader, item_batcher, result_writer] = ["ItemReader", "ItemBatcher", "ResultWriter"].map(|name| {
            let field = fields.take(name);
            if let Some(at) = field.filter(|_| mode == Mode::Inline) {
                self.report(unused(name, &at));
            }
            field
        });
        let item_reader = self.optional(item_reader, |reader, at| spanned(at, reader.item_reader(at)));
        let item_batcher = self.optional(item_batcher, |reader, at| spanned(at, reader.item_batcher(at)));
        let result_writer = self.optional(result_writer, |reader, at| spanned(at, reader.result_writer(at)));
        Some(Distributed {
            label: label?,
            item_reader: item_reader?,
            item_batcher: item_batcher?,
            result_writer: result_writer?,
        })
    }

    /// `Parameters` of an item reader or a result writer: `Arguments` where the language is JSONata.
    fn request(&mut self, fields: &mut Fields<'_>) -> Option<Option<Template>> {
        let parameters = fields.take_in(self, QueryLanguage::JsonPath, "Parameters");
        let arguments = fields.take_in(self, QueryLanguage::Jsonata, "Arguments");
        self.optional(parameters.or(arguments), Reader::template)
    }
}

fn spanned<T>(at: &At<'_>, value: Option<T>) -> Option<Spanned<T>> {
    value.map(|value| Spanned { value, span: at.node.span })
}

fn unused(name: &str, at: &At<'_>) -> crate::diagnostic::Diagnostic {
    let message = format!("`{name}` has no effect in an inline Map");
    at.lacking(&rule::UNUSED_FIELD, message).help("give `ProcessorConfig` the `Mode` DISTRIBUTED")
}
