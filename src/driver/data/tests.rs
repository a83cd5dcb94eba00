use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

use super::open::Format;
use super::*;
use crate::definition::{Delimiter, Headers, ItemsPointer, ManifestType};
use crate::driver::invoke::Environment;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, key: &str, bytes: &[u8]) {
        let path = self.0.path().join(key);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    fn buckets(&self) -> Buckets {
        let holder = Holder::Folder(self.0.path().to_owned());
        Buckets::new(BTreeMap::from([("b".to_owned(), holder)]), Arc::new(Environment::default()))
    }

    fn bucket(&self) -> Bucket {
        self.buckets().get("b").expect("bound")
    }

    /// All items of an object as one JSON array, or the error without the folder's name.
    fn read(&self, key: &str, format: &Format) -> String {
        self.told(open::rows(&self.bucket(), key, format).and_then(|mut source| all(&mut *source)))
    }

    fn told(&self, read: Result<Vec<Value>, ReadError>) -> String {
        match read {
            Ok(items) => Value::from(items).to_json(),
            Err(error) => error.0.replace(&format!(" ({}/", self.0.path().display()), " ("),
        }
    }
}

fn all(source: &mut dyn Source) -> Result<Vec<Value>, ReadError> {
    let (mut items, mut names) = (Vec::new(), Values::default());
    while let Some(block) = source.next()? {
        assert!(block.count() > 0);
        for index in 0..block.count() {
            items.push(block.item(index, &mut names)?.into_owned());
        }
    }
    Ok(items)
}

fn keys(bucket: &Bucket, prefix: &str) -> Vec<String> {
    let mut keys = bucket.keys(prefix).expect("listed");
    std::iter::from_fn(|| keys.next().expect("listed")).map(|object| object.key).collect()
}

fn table(delimiter: Delimiter, headers: Headers) -> Format {
    Format::Table { delimiter, headers }
}

fn array(pointer: &str) -> Format {
    Format::Array(ItemsPointer::parse(pointer).expect("a pointer"))
}

#[test]
fn lines_are_values_and_faults_have_a_row_and_a_column() {
    let folder = Folder::new();
    for (text, found) in [
        (&b"1\n{\"a\":2}\r\n\n  \n[3]"[..], r#"[1,{"a":2},[3]]"#),
        (b"", "[]"),
        (b"\xEF\xBB\xBF1\n2\n", "[1,2]"),
        (b"1\n{\"a\": x}\n", "s3://b/rows.jsonl (rows.jsonl), row 2, column 7: expected a value, found `x`"),
        (
            b"{\"a\":1}\n{\"a\":\n",
            "s3://b/rows.jsonl (rows.jsonl), row 2, column 6: expected a value, but the text ends",
        ),
        (b"{\"a\":\r\n1}\n", "s3://b/rows.jsonl (rows.jsonl), row 1, column 6: expected a value, but the text ends"),
        (b"1\n\"\xC3\xA4\xFF\"", "s3://b/rows.jsonl (rows.jsonl), row 2, column 3: a byte that is not UTF-8"),
    ] {
        folder.write("rows.jsonl", text);
        assert_eq!(folder.read("rows.jsonl", &Format::Lines), found);
    }
    let long = format!("\"{}\"\n7\n", "x".repeat(3 * BLOCK));
    folder.write("long.jsonl", long.as_bytes());
    assert!(folder.read("long.jsonl", &Format::Lines).ends_with("x\",7]"));
}

#[test]
fn an_array_is_the_text_or_lies_where_a_pointer_leads() {
    let folder = Folder::new();
    let text = br#" {"no": [1, {"a":"]\"}"}], "a/b": {"rows": [ {"x": "1\\"} , 2,"three", -4.5e1,true ] }, "bad" } "#;
    folder.write("f.json", text);
    for (pointer, found) in [
        ("/a~1b/rows", r#"[{"x":"1\\"},2,"three",-45.0,true]"#),
        ("/no", r#"[1,{"a":"]\"}"}]"#),
        ("", "Attempting to map over non-iterable node."),
        ("/no/0", "Attempting to map over non-iterable node."),
        ("/no/7", "s3://b/f.json (f.json): `ItemsPointer` leads nowhere: there is no `/no/7`"),
        ("/a~1b/x", "s3://b/f.json (f.json): `ItemsPointer` leads nowhere: there is no `/a/b/x`"),
    ] {
        assert_eq!(folder.read("f.json", &array(pointer)), found, "{pointer}");
    }
    for (text, found) in [
        ("[]", "[]"),
        ("[1,\n 2,\n x]", "s3://b/f.json (f.json), row 3, column 2: expected a value, found `x`"),
        ("[1 2]", "s3://b/f.json (f.json), row 1, column 4: expected `,` or `]`"),
        ("[1] 2", "s3://b/f.json (f.json), row 1, column 5: expected the end of the text"),
        ("[[1,", "s3://b/f.json (f.json), row 1, column 5: the text ends within a value"),
        ("", "s3://b/f.json (f.json), row 1, column 1: expected a value"),
    ] {
        folder.write("f.json", text.as_bytes());
        assert_eq!(folder.read("f.json", &array("")), found, "{text}");
    }
}

#[test]
fn tables_follow_their_delimiter_their_headers_and_their_quotes() {
    let folder = Folder::new();
    let given = |names: &[&str]| Headers::Given(names.iter().map(|name| Str::from(*name)).collect());
    for (text, format, found) in [
        (
            &b"\xEF\xBB\xBFa,b\n1,\"x, \"\"y\"\"\nz\"\n\n2\n3,4,5\n"[..],
            table(Delimiter::Comma, Headers::FirstRow),
            r#"[{"a":"1","b":"x, \"y\"\nz"},{"a":"2","b":""},{"a":"3","b":"4"}]"#,
        ),
        (b"1;2\n", table(Delimiter::Semicolon, given(&["x", "y"])), r#"[{"x":"1","y":"2"}]"#),
        (b"1\t2\n", table(Delimiter::Tab, given(&["x", "y"])), r#"[{"x":"1","y":"2"}]"#),
        (b"1|2\n", table(Delimiter::Pipe, given(&["x"])), r#"[{"x":"1"}]"#),
        (b"a,a\n", table(Delimiter::Comma, Headers::FirstRow), "CSV headers cannot contain duplicates."),
        (
            b"",
            table(Delimiter::Comma, Headers::FirstRow),
            "s3://b/t.csv (t.csv): there is no first row to name the fields",
        ),
        (b"x\nx\r\n\"y\nx\"", table(Delimiter::Comma, Headers::FirstRow), r#"[{"x":"x"},{"x":"y\nx"}]"#),
        (
            b"a,b\n1,x\"\n\"\",\"x\n\"\r\n\n\n",
            table(Delimiter::Comma, Headers::FirstRow),
            r#"[{"a":"1","b":"x\""},{"a":"","b":"x\n"}]"#,
        ),
        (
            b"a,b\n1,2\n3,\"4\n5,6\n",
            table(Delimiter::Comma, Headers::FirstRow),
            "s3://b/t.csv (t.csv), row 3, column 2: the quote is never closed",
        ),
        (
            b"\"",
            table(Delimiter::Comma, Headers::FirstRow),
            "s3://b/t.csv (t.csv), row 1, column 1: the quote is never closed",
        ),
        (
            b"a,b\n1,2\n3,\xFF\n",
            table(Delimiter::Comma, Headers::FirstRow),
            "s3://b/t.csv (t.csv), row 3, column 2: a byte that is not UTF-8",
        ),
    ] {
        folder.write("t.csv", text);
        assert_eq!(folder.read("t.csv", &format), found);
    }
}

#[test]
fn compressed_files_are_known_by_their_names() {
    let folder = Folder::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"1\n2\n").expect("packed");
    let packed = packed.finish().expect("packed");
    folder.write("rows.jsonl.gz", &[packed.clone(), packed.clone()].concat());
    assert_eq!(folder.read("rows.jsonl.gz", &Format::Lines), "[1,2,1,2]");
    folder.write("cut.jsonl.gz", &packed[..packed.len() - 6]);
    let told = folder.read("cut.jsonl.gz", &Format::Lines);
    assert!(told.starts_with("s3://b/cut.jsonl.gz (cut.jsonl.gz), row "), "{told}");
    assert!(told.ends_with("the gzip file ends too early: it was cut off, or is still being written"), "{told}");
    for (key, bytes, expected) in [
        ("no.jsonl.gz", &b"{}\n"[..], ": the file is not compressed with gzip, as its name says"),
        ("no.jsonl.zst", b"{}\n", ": the file is not compressed with zstd, as its name says"),
        ("wide.jsonl", b"\xFF\xFE1\0", ", row 1, column 1: the text is UTF-16; write it as UTF-8"),
    ] {
        folder.write(key, bytes);
        assert_eq!(folder.read(key, &Format::Lines), format!("s3://b/{key} ({key}){expected}"));
    }
    folder.write("marked.json", b"\xEF\xBB\xBF[1,2]");
    assert_eq!(folder.read("marked.json", &array("")), "[1,2]");
    let bytes = ruzstd::encoding::compress_to_vec(&b"1\n2\n"[..], ruzstd::encoding::CompressionLevel::Fastest);
    folder.write("rows.jsonl.zst", &bytes);
    assert_eq!(folder.read("rows.jsonl.zst", &Format::Lines), "[1,2]");
    folder.write("cut.jsonl.zst", &bytes[..bytes.len() - 3]);
    let told = folder.read("cut.jsonl.zst", &Format::Lines);
    assert!(told.ends_with("the zstd file ends too early: it was cut off, or is still being written"), "{told}");
    assert!(folder.read("none.jsonl", &Format::Lines).ends_with("the specified key does not exist"));
}

#[test]
fn no_key_leads_out_of_its_bucket() {
    let folder = Folder::new();
    folder.write("in/a", b"1");
    std::os::unix::fs::symlink("/etc", folder.0.path().join("in/etc")).expect("a link");
    let holder = Holder::Folder(folder.0.path().join("in"));
    let buckets = Buckets::new(BTreeMap::from([("b".to_owned(), holder)]), Arc::new(Environment::default()));
    let bucket = buckets.get("b").expect("bound");
    assert!(bucket.open("a").is_ok() && bucket.check_key("new/deep").is_ok());
    for key in ["../secret", "/etc/hosts", "x/../../y", "", "etc/hosts", "etc/new", ".."] {
        assert!(bucket.check_key(key).is_err(), "{key}");
    }
    assert_eq!(keys(&bucket, ""), ["a"]);
    assert!(bucket.keys("../").is_err());
}

#[test]
fn keys_come_in_the_order_of_their_bytes() {
    let folder = Folder::new();
    let all_keys = ["a.txt", "a/1", "a/b/2", "a0", "b/x"];
    all_keys.iter().rev().for_each(|key| folder.write(key, b"[7]"));
    let listed = |prefix: &str| keys(&folder.bucket(), prefix);
    assert_eq!(listed(""), all_keys);
    assert_eq!(listed("a/"), ["a/1", "a/b/2"]);
    assert_eq!(listed("a/b/2"), ["a/b/2"]);
    assert_eq!(listed("c"), [""; 0]);
    let items = all(&mut listing::Listing::new(folder.bucket(), "b").expect("listed")).expect("items");
    assert_eq!(items[0].get("Etag"), Some(&Value::from("\"9b264f7a3d69a4d3335fb7b43eb133e4\"")));
    assert_eq!(items[0].get("Size"), Some(&Value::Int(3)));
    let keys = folder.bucket().keys("a").expect("listed");
    let mut chain = manifest::Chain::new(manifest::Listed { bucket: folder.bucket(), keys }, array(""));
    assert_eq!(all(&mut chain).map(|items| items.len()), Ok(4));
}

#[test]
fn manifests_name_objects_and_their_fields() {
    let folder = Folder::new();
    let opened = |kind, key: &str| manifest::open(kind, Format::Lines, &folder.buckets(), &folder.bucket(), key);
    folder.write("inv/1.csv", b"\"src\",\"k1\",\"5\"\n");
    let text = br#"{"sourceBucket":"src","destinationBucket":"arn:aws:s3:::b","fileFormat":"CSV",
        "fileSchema":"Bucket, Key, Size","files":[{"key":"inv/1.csv","size":1}]}"#;
    folder.write("inv/manifest.json", text);
    let read = opened(ManifestType::S3Inventory, "inv/manifest.json");
    assert_eq!(
        folder.told(read.and_then(|mut source| all(&mut *source))),
        r#"[{"Bucket":"src","Key":"k1","Size":"5"}]"#
    );
    folder.write("out/1.jsonl", b"1\n2\n");
    folder.write("out/manifest.csv", b"s3://b/out/1.jsonl\ns3://b/out/1.jsonl\n");
    let read = opened(ManifestType::AthenaData, "out/manifest.csv");
    assert_eq!(folder.told(read.and_then(|mut source| all(&mut *source))), "[1,2,1,2]");
    folder.write("out/manifest.csv", b"nonsense\n");
    let read = opened(ManifestType::AthenaData, "out/manifest.csv");
    assert_eq!(
        read.err().map(|error| folder.told(Err(error))).as_deref(),
        Some("s3://b/out/manifest.csv (out/manifest.csv), row 1, column 1: expected an address: s3://BUCKET/KEY")
    );
}
