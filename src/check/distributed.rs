//! What the fields of a distributed Map ask of each other.

use hashbrown::HashMap;

use super::Subject;
use crate::definition::{Amount, InputType, Map, StateId, StateKind, Transformation};
use crate::diagnostic::{Findings, rule};
use crate::source::{Kind, Node, Span};
use crate::value::Str;

/// Longest `Label`, in characters.
const LONGEST_LABEL: usize = 40;

/// What cannot stand in a `Label`, beside blanks and control characters (developer guide, "Map state fields").
const NOT_IN_LABELS: &str = "?*<>{}[]:;,\\|^~$#%&`\"/";

/// The fields that only rows of CSV have a use for.
const OF_CSV: [&str; 3] = ["CSVHeaderLocation", "CSVHeaders", "CSVDelimiter"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut labels: HashMap<&Str, StateId> = HashMap::new();
    for (id, state) in subject.definition.all_states() {
        let StateKind::Map(map) = &state.kind else { continue };
        if let Some(label) = &map.distributed.label {
            label_name(subject, id, &label.value, label.span, findings);
            if labels.insert(&label.value, id).is_some() {
                let found = rule::DUPLICATE_LABEL_NAME.found(format!("Duplicate Label name: {}", label.value));
                findings.add(found.at(label.span).location(subject.location(id, "Label")));
            }
        }
        let mut fields = Fields { subject, id, findings };
        fields.reader(map);
        fields.batcher(map);
        fields.writer(map);
    }
}

fn label_name(subject: &Subject<'_>, id: StateId, label: &Str, span: Span, findings: &mut Findings) {
    let bad = |c: &char| c.is_whitespace() || c.is_control() || NOT_IN_LABELS.contains(*c);
    let length = label.chars().count();
    let found = if length > LONGEST_LABEL {
        let message = "Invalid Label name: ... exceeds the 40-character limit allowed by the service";
        rule::INVALID_LABEL_NAME.found(message).label(format!("{length} characters"))
    } else if let Some(bad) = label.chars().find(bad) {
        let message = format!("Invalid Label name: {label}");
        rule::INVALID_LABEL_NAME.found(message).label(format!("`{}` cannot stand in it", bad.escape_debug()))
    } else {
        return;
    };
    findings.add(found.at(span).location(subject.location(id, "Label")));
}

struct Fields<'s, 'f> {
    subject: &'s Subject<'s>,
    id: StateId,
    findings: &'f mut Findings,
}

impl<'s> Fields<'s, '_> {
    fn field(&self, way: &[&str]) -> Option<(&'s Node, Span)> {
        let mut at = (self.subject.node(self.id), Span::default());
        for name in way {
            let member = at.0.member(name)?;
            at = (&member.value, member.name_span);
        }
        Some(at)
    }

    fn missing(&mut self, message: impl Into<String>, way: &[&str]) {
        let span = self.field(way).map_or(self.subject.node(self.id).span, |(_, span)| span);
        let found = rule::MISSING_FIELD.found(message).at(span);
        self.findings.add(found.location(self.subject.location(self.id, way.join("/"))));
    }

    fn reader(&mut self, map: &Map) {
        let Some(reader) = map.distributed.item_reader.as_ref().map(|reader| &reader.value) else { return };
        let way = ["ItemReader", "ReaderConfig"];
        let input_type = reader.config.input_type.as_ref().map(|given| given.value);
        let flattens =
            reader.config.transformation.as_ref().is_some_and(|given| given.value == Transformation::LoadAndFlatten);
        match input_type {
            Some(InputType::Csv) if self.field(&["ItemReader", "ReaderConfig", OF_CSV[0]]).is_none() => {
                self.missing("The field 'CSVHeaderLocation' is required", &way);
            }
            Some(InputType::Json | InputType::Jsonl | InputType::Parquet) => self.no_csv(),
            None if flattens => self.missing("These fields are required: [InputType]", &way),
            _ => {}
        }
        self.needs("ItemReader", &["Bucket"]);
    }

    fn no_csv(&mut self) {
        for name in OF_CSV {
            if let Some((_, span)) = self.field(&["ItemReader", "ReaderConfig", name]) {
                let found = rule::UNSUPPORTED_FIELD.found(format!("Field '{name}' is not supported")).at(span);
                let found = found.location(self.subject.location(self.id, "ItemReader/ReaderConfig"));
                self.findings.add(found.help("only `InputType` CSV has rows"));
            }
        }
    }

    fn batcher(&mut self, map: &Map) {
        let Some(batcher) = map.distributed.item_batcher.as_ref().map(|batcher| &batcher.value) else { return };
        if matches!((&batcher.max_items, &batcher.max_bytes), (Amount::Unset, Amount::Unset)) {
            let message = "`ItemBatcher` needs `MaxItemsPerBatch` or `MaxInputBytesPerBatch`";
            self.missing(message, &["ItemBatcher"]);
        }
    }

    fn writer(&mut self, map: &Map) {
        if map.distributed.result_writer.as_ref().is_some_and(|writer| writer.value.writes) {
            self.needs("ResultWriter", &["Bucket"]);
        }
    }

    /// Says which parameters a call of S3 lacks, as far as they are written out.
    fn needs(&mut self, holder: &str, names: &[&str]) {
        for field in ["Parameters", "Arguments"] {
            let Some((node, _)) = self.field(&[holder, field]) else { continue };
            let Kind::Object(members) = &node.kind else { continue };
            let is_named = |name: &str| {
                members.iter().any(|member| member.name.strip_suffix(".$").unwrap_or(&member.name) == name)
            };
            for name in names.iter().filter(|name| !is_named(name)) {
                self.missing(format!("The field '{name}' is required but was missing"), &[holder, field]);
            }
        }
    }
}
