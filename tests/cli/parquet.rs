//! Distributed Maps over PARQUET files.

use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::Sfn;
use super::map_runs::{BUCKETS, map};

const PASS: &str = r#"{"A":{"Type":"Pass","End":true}}"#;

/// A file of so many rows in row groups of a thousand: `{"n": 7, "text": "row 7"}`, and no text where 10 divides `n`.
pub fn rows(count: i64) -> Vec<u8> {
    written(count, Compression::SNAPPY)
}

fn written(count: i64, compression: Compression) -> Vec<u8> {
    let schema = "message rows { required int64 n; optional binary text (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, schema, properties).unwrap();
    let numbers: Vec<i64> = (0..count).collect();
    for group in numbers.chunks(1_000) {
        let mut columns = writer.next_row_group().unwrap();
        let mut column = columns.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(group, None, None).unwrap();
        column.close().unwrap();
        let levels: Vec<i16> = group.iter().map(|n| i16::from(n % 10 != 0)).collect();
        let texts: Vec<ByteArray> =
            group.iter().filter(|n| *n % 10 != 0).map(|n| format!("row {n}").as_str().into()).collect();
        let mut column = columns.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
        column.close().unwrap();
        columns.close().unwrap();
    }
    writer.close().unwrap();
    file
}

fn over(bytes: &[u8]) -> Sfn {
    let definition = map("EXPRESS", "", PASS).replace("JSONL", "PARQUET");
    Sfn::of(&definition).file("sfn.toml", BUCKETS).file("data/rows.jsonl", bytes).file("out/.keep", "")
}

#[test]
fn rows_become_items_whatever_they_are_packed_with() {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let gzip = Compression::GZIP(Default::default());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW, zstd, gzip] {
        let output = over(&written(2_500, compression)).run(["--quotas", "off"]).exit(0).stdout;
        let items: Vec<serde_json::Value> = serde_json::from_str(&output).unwrap();
        assert_eq!(items.len(), 2_500, "{compression:?}");
        assert_eq!(items[2_499], serde_json::json!({"n": 2499, "text": "row 2499"}));
        assert_eq!(items[10], serde_json::json!({"n": 10, "text": null}));
    }
}

#[test]
fn what_is_no_parquet_file_or_is_cut_off_is_said() {
    let ended = over(b"n,text\n1,a\n").run([]).exit(3).says("States.ItemReaderFailed");
    ended.says("s3://data/rows.jsonl").says("Invalid Parquet file");
    let mut whole = rows(2_500);
    // A page of the second row group.
    let at = whole.len() / 2;
    whole[at..at + 200].fill(0xAA);
    over(&whole).run(["--quotas", "off"]).exit(3).says("States.ItemReaderFailed").says("row ");
}
