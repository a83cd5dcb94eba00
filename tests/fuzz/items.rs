//! Items of Map Runs: any bytes as a file of each kind that an item reader reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use sfn::definition::{
    Delimiter, Headers, InputType, ItemReader, ItemsPointer, ManifestType, ReaderAction, ReaderConfig,
};
use sfn::driver::data::{Buckets, Holder, ReadError, Request, Source, open};
use sfn::source::{Span, Spanned};
use sfn::value::Value;
use sfn::value::json::Values;

use super::scratch::with_folder;

/// A byte for the kind of the file, and the file.
pub fn run(data: &[u8]) {
    let Some((&kind, bytes)) = data.split_first() else { return };
    let (ending, config) = config(kind);
    let reader = ItemReader { action: set(ReaderAction::GetObject), parameters: None, config };
    let key = format!("data{ending}");
    let parameters = Value::from([("Bucket", Value::from("b")), ("Key", Value::from(&*key))]);
    with_folder(|folder| {
        std::fs::write(folder.join(&key), bytes).expect("written");
        let holders = BTreeMap::from([("b".to_owned(), Holder::Folder(folder.to_owned()))]);
        let buckets = Buckets::new(holders, Arc::default());
        let opened = open(&buckets, Request { reader: &reader, parameters: &parameters, max_items: None });
        if let Err(error) = opened.and_then(|mut source| read(&mut *source)) {
            assert!(!error.0.is_empty());
        }
    });
}

fn read(source: &mut dyn Source) -> Result<(), ReadError> {
    let mut names = Values::default();
    while let Some(block) = source.next()? {
        assert!(block.count() > 0);
        for index in 0..block.count() {
            block.item(index, &mut names)?;
        }
    }
    Ok(())
}

fn config(kind: u8) -> (&'static str, ReaderConfig) {
    let of = |input_type| ReaderConfig { input_type: Some(set(input_type)), ..ReaderConfig::default() };
    let table = |delimiter, headers| ReaderConfig {
        delimiter: Some(set(delimiter)),
        headers: Some(set(headers)),
        ..of(InputType::Csv)
    };
    match kind {
        b'c' => ("", table(Delimiter::Comma, Headers::FirstRow)),
        b'h' => ("", table(Delimiter::Semicolon, Headers::Given(vec!["a".into(), "b".into()]))),
        b'l' => ("", of(InputType::Jsonl)),
        b'p' => {
            let pointer = ItemsPointer::parse("/a/b~1c").expect("a pointer");
            ("", ReaderConfig { items_pointer: Some(set(pointer)), ..of(InputType::Json) })
        }
        b'i' => ("", ReaderConfig { manifest_type: Some(set(ManifestType::S3Inventory)), ..of(InputType::Manifest) }),
        b'a' => ("", ReaderConfig { manifest_type: Some(set(ManifestType::AthenaData)), ..of(InputType::Csv) }),
        b'g' => (".gz", of(InputType::Jsonl)),
        b'z' => (".zst", of(InputType::Jsonl)),
        _ => ("", of(InputType::Json)),
    }
}

fn set<T>(value: T) -> Spanned<T> {
    Spanned { value, span: Span::default() }
}
