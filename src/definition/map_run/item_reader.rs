//! `ItemReader`, as written: its parameters stay templates, since a bucket or a key may be known only while running. What is
//! known here, formats and delimiters, becomes types, so that nobody who reads items meets an unknown word.

use crate::definition::Amount;
use crate::definition::fields::Fields;
use crate::definition::reader::{At, Reader};
use crate::diagnostic::rule;
use crate::expr::template::Template;
use crate::source::Spanned;
use crate::value::Str;

/// The most items that the service reads.
const MOST_ITEMS: u64 = 100_000_000;

/// `ItemReader`
#[derive(Clone, Debug)]
pub struct ItemReader {
    /// `Resource`: what is asked of the storage.
    pub action: Spanned<ReaderAction>,
    /// `Parameters` or `Arguments`: `Bucket`, `Key`, `Prefix`, …
    pub parameters: Option<Template>,
    /// `ReaderConfig`
    pub config: ReaderConfig,
}

/// The `Resource` of an item reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderAction {
    /// `s3:getObject`: the items are in an object.
    GetObject,
    /// `s3:listObjectsV2`: the items are the objects.
    ListObjects,
}

/// `ReaderConfig`
#[derive(Clone, Debug, Default)]
pub struct ReaderConfig {
    /// `InputType`
    pub input_type: Option<Spanned<InputType>>,
    /// `Transformation`
    pub transformation: Option<Spanned<Transformation>>,
    /// `ManifestType`
    pub manifest_type: Option<Spanned<ManifestType>>,
    /// `CSVDelimiter`
    pub delimiter: Option<Spanned<Delimiter>>,
    /// `CSVHeaderLocation` and `CSVHeaders`
    pub headers: Option<Spanned<Headers>>,
    /// `ItemsPointer`
    pub items_pointer: Option<Spanned<ItemsPointer>>,
    /// `MaxItems` or its path: 0 and unset are without end. What a path finds may be negative.
    pub max_items: Amount<i64>,
}

/// What an object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum InputType {
    /// `CSV`: rows of texts.
    Csv,
    /// `JSON`: one array, or one somewhere within.
    Json,
    /// `JSONL`: a JSON value a line.
    Jsonl,
    /// `PARQUET`
    Parquet,
    /// `MANIFEST`: a list of objects, each a row.
    Manifest,
}

/// What becomes of the objects listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Transformation {
    /// `NONE`: each object is an item.
    #[default]
    None,
    /// `LOAD_AND_FLATTEN`: the items within all of them are the items.
    LoadAndFlatten,
}

/// Whose manifest it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ManifestType {
    /// `ATHENA_DATA`: a list of objects with rows in them, as Athena's UNLOAD writes it.
    AthenaData,
    /// `S3_INVENTORY`: a list of CSV objects, as S3 Inventory writes it.
    S3Inventory,
}

/// What separates the fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Delimiter {
    /// `COMMA`
    #[default]
    Comma,
    /// `PIPE`
    Pipe,
    /// `SEMICOLON`
    Semicolon,
    /// `SPACE`
    Space,
    /// `TAB`
    Tab,
}

impl Delimiter {
    /// The character.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Pipe => b'|',
            Delimiter::Semicolon => b';',
            Delimiter::Space => b' ',
            Delimiter::Tab => b'\t',
        }
    }
}

/// Where the names of a row's fields come from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Headers {
    /// `FIRST_ROW`
    FirstRow,
    /// `GIVEN`, in `CSVHeaders`
    Given(Vec<Str>),
}

/// `ItemsPointer`: a JSON Pointer (RFC 6901), in steps.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct ItemsPointer(pub Vec<Str>);

impl ItemsPointer {
    /// Reads a pointer; none where the text is no such thing.
    pub fn parse(text: &str) -> Option<ItemsPointer> {
        if text.is_empty() {
            return Some(ItemsPointer::default());
        }
        let steps = text.strip_prefix('/')?.split('/').map(unescaped);
        steps.collect::<Option<Vec<_>>>().map(ItemsPointer)
    }
}

/// `~1` is a slash and `~0` a tilde; there is no other use of a tilde.
fn unescaped(step: &str) -> Option<Str> {
    let mut parts = step.split('~');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (head, rest) = part.split_at_checked(1)?;
        text.push(match head {
            "0" => '~',
            "1" => '/',
            _ => return None,
        });
        text.push_str(rest);
    }
    Some(text.into())
}

impl Reader<'_> {
    pub(super) fn item_reader(&mut self, at: &At<'_>) -> Option<ItemReader> {
        let mut fields = Fields::of(self, at)?;
        let action = fields.require("Resource").and_then(|at| self.reader_action(&at));
        let parameters = self.request(&mut fields);
        let config = fields.take("ReaderConfig");
        let config = self.optional(config, Reader::reader_config).map(Option::unwrap_or_default);
        fields.finish(self);
        Some(ItemReader { action: action?, parameters: parameters?, config: config? })
    }

    fn reader_action(&mut self, at: &At<'_>) -> Option<Spanned<ReaderAction>> {
        let text = self.text(at)?;
        let value = match text.split_once(":states:::s3:").map(|(_, action)| action) {
            Some("getObject") => ReaderAction::GetObject,
            Some("listObjectsV2") => ReaderAction::ListObjects,
            _ => {
                let found =
                    at.wrong(&rule::INVALID_RESOURCE, "The field 'Resource' does not match any of the allowed values");
                let help = "an item reader's is `arn:aws:states:::s3:getObject` or `arn:aws:states:::s3:listObjectsV2`";
                self.report(found.help(help));
                return None;
            }
        };
        Some(Spanned { value, span: at.node.span })
    }

    fn reader_config(&mut self, at: &At<'_>) -> Option<ReaderConfig> {
        let mut fields = Fields::of(self, at)?;
        let input_type = self.one_of(
            &mut fields,
            "InputType",
            &[
                ("CSV", InputType::Csv),
                ("JSON", InputType::Json),
                ("JSONL", InputType::Jsonl),
                ("PARQUET", InputType::Parquet),
                ("MANIFEST", InputType::Manifest),
            ],
        );
        let words = [("NONE", Transformation::None), ("LOAD_AND_FLATTEN", Transformation::LoadAndFlatten)];
        let transformation = self.one_of(&mut fields, "Transformation", &words);
        let words = [("ATHENA_DATA", ManifestType::AthenaData), ("S3_INVENTORY", ManifestType::S3Inventory)];
        let manifest_type = self.one_of(&mut fields, "ManifestType", &words);
        let delimiter = self.one_of(
            &mut fields,
            "CSVDelimiter",
            &[
                ("COMMA", Delimiter::Comma),
                ("PIPE", Delimiter::Pipe),
                ("SEMICOLON", Delimiter::Semicolon),
                ("SPACE", Delimiter::Space),
                ("TAB", Delimiter::Tab),
            ],
        );
        let headers = self.headers(&mut fields);
        let pointer = fields.take("ItemsPointer");
        let items_pointer = self.optional(pointer, Reader::items_pointer);
        let counted = |reader: &mut Self, at: &At<'_>| reader.count(at, 0..=MOST_ITEMS).map(|count| count as i64);
        let max_items = self.amount(&mut fields, &["MaxItems", "MaxItemsPath"], counted);
        fields.finish(self);
        Some(ReaderConfig {
            input_type: input_type?,
            transformation: transformation?,
            manifest_type: manifest_type?,
            delimiter: delimiter?,
            headers: headers?,
            items_pointer: items_pointer?,
            max_items: max_items?,
        })
    }

    /// `CSVHeaderLocation` and `CSVHeaders`: names without a location are read, and not used.
    fn headers(&mut self, fields: &mut Fields<'_>) -> Option<Option<Spanned<Headers>>> {
        let location = self.one_of(fields, "CSVHeaderLocation", &[("FIRST_ROW", false), ("GIVEN", true)])?;
        let is_given = location.as_ref().is_some_and(|location| location.value);
        let names = if is_given { Some(fields.require("CSVHeaders")?) } else { fields.take("CSVHeaders") };
        let names = self.optional(names, Reader::header_names)?;
        Some(location.map(|Spanned { value: given, span }| match names {
            Some(names) if given => Spanned { value: Headers::Given(names.value), span: names.span },
            _ => Spanned { value: Headers::FirstRow, span },
        }))
    }

    fn header_names(&mut self, at: &At<'_>) -> Option<Spanned<Vec<Str>>> {
        let items = self.items(at)?;
        let names = self.each(at, items, |reader, _, at| reader.text(at))?;
        Some(Spanned { value: names, span: at.node.span })
    }

    fn items_pointer(&mut self, at: &At<'_>) -> Option<Spanned<ItemsPointer>> {
        let text = self.text(at)?;
        let Some(value) = ItemsPointer::parse(&text) else {
            let found = at.wrong(&rule::INVALID_PATH, "`ItemsPointer` must be a JSON Pointer");
            self.report(found.help("begin each step with `/`; write `~1` for a slash and `~0` for a tilde in a name"));
            return None;
        };
        Some(Spanned { value, span: at.node.span })
    }

    /// A field that holds one of a few words, if it is there.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        fields: &mut Fields<'_>,
        name: &'static str,
        words: &[(&str, T)],
    ) -> Option<Option<Spanned<T>>> {
        let field = fields.take(name);
        self.optional(field, |reader, at| Some(Spanned { value: reader.word(at, words)?, span: at.node.span }))
    }
}

#[cfg(test)]
mod tests {
    use super::ItemsPointer;

    #[test]
    fn pointers_are_those_of_rfc_6901() {
        let steps = |text| ItemsPointer::parse(text).map(|pointer| pointer.0.join("|"));
        for (text, found) in [
            ("", Some("")),
            ("/", Some("")),
            ("/a/b", Some("a|b")),
            ("/a~1b/m~0n/0", Some("a/b|m~n|0")),
            ("/~01", Some("~1")),
            ("a", None),
            ("/a~", None),
            ("/a~2", None),
        ] {
            assert_eq!(steps(text).as_deref(), found, "{text}");
        }
    }
}
