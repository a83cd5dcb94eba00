//! `ResultWriter`, as written. It may have a `WriterConfig` and no `Resource`: then nothing is written, and only the shape of
//! the Map's result is another.

use crate::definition::fields::Fields;
use crate::definition::reader::{At, Reader};
use crate::diagnostic::rule;
use crate::expr::template::Template;
use crate::source::Spanned;

/// `ResultWriter`
#[derive(Clone, Debug)]
pub struct ResultWriter {
    /// Whether there is a `Resource`: the results are written, and not the state's result.
    pub writes: bool,
    /// `Parameters` or `Arguments`: `Bucket`, `Prefix`.
    pub parameters: Option<Template>,
    /// `WriterConfig`
    pub config: Option<Spanned<WriterConfig>>,
}

/// `WriterConfig`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct WriterConfig {
    /// `Transformation`
    pub transformation: OutputTransformation,
    /// `OutputType`
    pub output_type: OutputType,
}

/// What is kept of each child execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum OutputTransformation {
    /// `NONE`: its output, and what the service knows of the execution beside it.
    #[default]
    None,
    /// `COMPACT`: its output.
    Compact,
    /// `FLATTEN`: its output; where that is an array, its items.
    Flatten,
}

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum OutputType {
    /// `JSON`: one array a file.
    #[default]
    Json,
    /// `JSONL`: one value a line.
    Jsonl,
}

impl Reader<'_> {
    pub(super) fn result_writer(&mut self, at: &At<'_>) -> Option<ResultWriter> {
        let mut fields = Fields::of(self, at)?;
        if at.node.members().is_empty() {
            let found = at.wrong(&rule::EMPTY_VALUE, "Value cannot be empty");
            self.report(found.help("give it a `Resource` and `Parameters`, a `WriterConfig`, or both"));
        }
        let resource = fields.take("Resource");
        let writes = self.optional(resource, Reader::writer_resource).map(|resource| resource.is_some());
        let parameters = self.request(&mut fields);
        let config = fields.take("WriterConfig");
        let config = self.optional(config, Reader::writer_config);
        fields.finish(self);
        Some(ResultWriter { writes: writes?, parameters: parameters?, config: config? })
    }

    fn writer_resource(&mut self, at: &At<'_>) -> Option<()> {
        let text = self.text(at)?;
        let is_put = text.split_once(":states:::s3:").is_some_and(|(_, action)| action == "putObject");
        if !is_put {
            let found =
                at.wrong(&rule::INVALID_RESOURCE, "The field 'Resource' does not match any of the allowed values");
            self.report(found.help("a result writer's is `arn:aws:states:::s3:putObject`"));
        }
        is_put.then_some(())
    }

    fn writer_config(&mut self, at: &At<'_>) -> Option<Spanned<WriterConfig>> {
        let mut fields = Fields::of(self, at)?;
        let transformation = self.one_of(
            &mut fields,
            "Transformation",
            &[
                ("NONE", OutputTransformation::None),
                ("COMPACT", OutputTransformation::Compact),
                ("FLATTEN", OutputTransformation::Flatten),
            ],
        );
        let output_type = fields
            .require("OutputType")
            .and_then(|at| self.word(&at, &[("JSON", OutputType::Json), ("JSONL", OutputType::Jsonl)]));
        fields.finish(self);
        let transformation = transformation?.map(|given| given.value).unwrap_or_default();
        let value = WriterConfig { transformation, output_type: output_type? };
        Some(Spanned { value, span: at.node.span })
    }
}
