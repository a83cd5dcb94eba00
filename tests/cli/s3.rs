//! Buckets in S3: against a server of our own, which speaks as much of its protocol as is needed and checks no signature.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::Sfn;
use super::map_runs::map;

/// Objects by `/BUCKET/KEY`.
type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Beside an object that is given and not told about.
const UNASKED: &str = ".unasked";

/// A server, until the test ends.
struct Server {
    address: String,
    objects: Objects,
}

impl Server {
    fn new(objects: &[(&str, &[u8])]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let objects: BTreeMap<String, Vec<u8>> =
            objects.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        let objects = Objects::new(Mutex::new(objects));
        let shared = objects.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let objects = shared.clone();
                // A connection that breaks is the client's to complain of.
                std::thread::spawn(move || while answer(&connection, &objects).is_ok_and(|goes_on| goes_on) {});
            }
        });
        Server { address, objects }
    }

    fn object(&self, ending: &str) -> (String, String) {
        let objects = self.objects.lock().unwrap();
        let found = objects.iter().find(|(path, _)| path.ends_with(ending)).expect("an object");
        (found.0.clone(), String::from_utf8(found.1.clone()).unwrap())
    }

    /// A folder whose buckets are here.
    fn sfn(&self, definition: &str) -> Sfn {
        let env = format!(
            "AWS_ENDPOINT_URL={}\nAWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY=secret\nAWS_REGION=eu-west-1\n",
            self.address
        );
        Sfn::of(definition)
            .file("aws.env", env)
            .file("sfn.toml", "[buckets]\ndata = 's3://real'\nout = 's3://results'\n")
    }
}

/// One request; whether there may be another.
fn answer(connection: &TcpStream, objects: &Objects) -> std::io::Result<bool> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(false);
    }
    let (mut length, mut range) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let lower = line.trim_end().to_ascii_lowercase();
        if lower.is_empty() {
            break;
        }
        if let Some(value) = lower.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if let Some(value) = lower.strip_prefix("range: bytes=") {
            let (from, to) = value.split_once('-').unwrap();
            range = Some(from.parse::<usize>().unwrap()..to.parse::<usize>().unwrap() + 1);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut parts = first.split(' ');
    let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut objects = objects.lock().unwrap();
    let (status, headers, body) = match method {
        "POST" | "PUT" | "DELETE" if query.contains("upload") => {
            let (status, answer) = upload(method, path, query, body, &mut objects);
            (status, "ETag: \"part\"\r\n".to_owned(), answer.into_bytes())
        }
        "PUT" => {
            objects.insert(path.to_owned(), body);
            ("200 OK", "ETag: \"new\"\r\n".to_owned(), Vec::new())
        }
        _ if query.contains("list-type=2") => ("200 OK", String::new(), listing(path, query, &objects).into_bytes()),
        "HEAD" if objects.contains_key(&format!("{path}{UNASKED}")) => ("403 Forbidden", String::new(), Vec::new()),
        _ => match (objects.get(path), range) {
            (None, _) => ("404 Not Found", String::new(), Vec::new()),
            (Some(found), Some(range)) => {
                let part = range.start..range.end.min(found.len());
                let header = format!("Content-Range: bytes {}-{}/{}\r\n", part.start, part.end - 1, found.len());
                ("206 Partial Content", header, found[part].to_vec())
            }
            (Some(found), None) => ("200 OK", String::new(), found.clone()),
        },
    };
    drop(objects);
    let mut out = connection;
    let known = "ETag: \"tag\"\r\nLast-Modified: Wed, 01 Jan 2025 00:00:00 GMT\r\n";
    write!(out, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{known}{headers}\r\n", body.len())?;
    if method != "HEAD" {
        out.write_all(&body)?;
    }
    out.flush()?;
    Ok(true)
}

/// A part of an object, or its beginning or end. Parts are objects under names that no bucket has. A bucket `busy` takes
/// a part at the second attempt, and one called `full` takes none.
fn upload(
    method: &str,
    path: &str,
    query: &str,
    body: Vec<u8>,
    objects: &mut BTreeMap<String, Vec<u8>>,
) -> (&'static str, String) {
    let part = |name: &str| format!("upload {path} {name}");
    let number = query.split('&').find_map(|pair| pair.strip_prefix("partNumber="));
    match (method, number) {
        ("POST", None) if query.starts_with("uploads") => (
            "200 OK",
            "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>".to_owned(),
        ),
        ("PUT", Some(_)) if path.starts_with("/full/") => ("403 Forbidden", String::new()),
        ("PUT", Some(number)) if path.starts_with("/busy/") && objects.insert(part("asked"), Vec::new()).is_none() => {
            let _ = number;
            ("503 Slow Down", String::new())
        }
        ("PUT", Some(number)) => {
            objects.insert(part(&format!("{number:0>4}")), body);
            ("200 OK", String::new())
        }
        ("DELETE", _) => {
            objects.insert(part("aborted"), Vec::new());
            ("204 No Content", String::new())
        }
        _ => {
            let numbers = String::from_utf8(body).unwrap().matches("<PartNumber>").count();
            let parts: Vec<Vec<u8>> =
                (1..=numbers).map(|number| objects[&part(&format!("{number:0>4}"))].clone()).collect();
            objects.insert(path.to_owned(), parts.concat());
            ("200 OK", "<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>".to_owned())
        }
    }
}

fn listing(bucket: &str, query: &str, objects: &BTreeMap<String, Vec<u8>>) -> String {
    let prefix = query.split('&').find_map(|pair| pair.strip_prefix("prefix=")).unwrap_or("").replace("%2F", "/");
    let within = format!("{}/{prefix}", bucket.trim_end_matches('/'));
    let entry = |(path, bytes): (&String, &Vec<u8>)| {
        let key = path.trim_start_matches('/').split_once('/').unwrap().1;
        format!(
            "<Contents><Key>{key}</Key><LastModified>2025-01-01T00:00:00.000Z</LastModified><ETag>&quot;tag&quot;</ETag>\
             <Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
            bytes.len()
        )
    };
    let found: String = objects.iter().filter(|(path, _)| path.starts_with(&within)).map(entry).collect();
    format!("<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")
}

const PASS: &str = r#"{"A":{"Type":"Pass","End":true}}"#;

#[test]
fn items_are_read_from_there() {
    let rows: String = (0..20_000).map(|number| format!("{number}\n")).collect();
    let server = Server::new(&[("/real/rows.jsonl", rows.as_bytes())]);
    let sfn = server.sfn(&map("EXPRESS", "", PASS));
    let all = (0..20_000).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    sfn.run(["--env-file", "aws.env", "--quotas", "off"]).exit(0).stdout(&format!("[{all}]"));
    let plan = sfn.call(["run", "machine.asl.json", "--dry-run"]).exit(0).stdout;
    assert!(plan.contains("s3://real"), "{plan}");
}

#[test]
fn objects_are_listed_and_read_one_after_the_other() {
    let server =
        Server::new(&[("/real/in/a", b"1\n2\n"), ("/real/in/b", b"3\n"), ("/real/inner", b"4\n"), ("/real/x", b"")]);
    let listed = map("EXPRESS", "", PASS)
        .replace("s3:getObject", "s3:listObjectsV2")
        .replace(r#""Key":"rows.jsonl""#, r#""Prefix":"in""#)
        .replace(r#""ReaderConfig":{"InputType":"JSONL"},"#, "");
    let sfn = server.sfn(&listed);
    let output = sfn.run(["--env-file", "aws.env"]).exit(0).stdout;
    let items: serde_json::Value = serde_json::from_str(&output).unwrap();
    let keys: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["Key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["in/a", "in/b", "inner"]);
    let expected = serde_json::json!({"Etag": "\"tag\"", "Key": "in/a", "LastModified": 1_735_689_600, "Size": 4,
        "StorageClass": "STANDARD"});
    assert_eq!(items[0], expected);
    let flat = map("EXPRESS", "", PASS)
        .replace("s3:getObject", "s3:listObjectsV2")
        .replace(r#""Key":"rows.jsonl""#, r#""Prefix":"in/""#)
        .replace(r#""InputType":"JSONL""#, r#""InputType":"JSONL","Transformation":"LOAD_AND_FLATTEN""#);
    server.sfn(&flat).run(["--env-file", "aws.env"]).exit(0).stdout("[1,2,3]");
}

#[test]
fn results_are_written_there() {
    let server = Server::new(&[("/real/rows.jsonl", b"1\n2\n")]);
    let writer = r#","ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
        "Parameters":{"Bucket":"out","Prefix":"done"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSONL"}}"#;
    let sfn = server.sfn(&map("EXPRESS", writer, PASS));
    let output = sfn.run(["--env-file", "aws.env"]).exit(0).stdout;
    let (path, manifest) = server.object("/manifest.json");
    assert!(path.starts_with("/results/done/") && output.contains(path.trim_start_matches("/results/")), "{path}");
    assert!(manifest.contains(r#"SUCCEEDED_0.jsonl","Size":4"#), "{manifest}");
    assert_eq!(server.object("/SUCCEEDED_0.jsonl").1, "1\n2\n");
}

/// Results of so many bytes that they go in parts.
fn large_results(bucket: &str) -> (Server, Sfn, String) {
    let row = format!("\"{}\"\n", "x".repeat(100_000));
    let server = Server::new(&[("/real/rows.jsonl", row.repeat(200).as_bytes())]);
    let writer = r#","ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
        "Parameters":{"Bucket":"out"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSONL"}}"#;
    let sfn = server.sfn(&map("EXPRESS", writer, PASS));
    let sfn = sfn.file("sfn.toml", format!("[buckets]\ndata = 's3://real'\nout = 's3://{bucket}'\n"));
    (server, sfn, row.repeat(200))
}

#[test]
fn large_results_are_written_in_parts() {
    for bucket in ["results", "busy"] {
        let (server, sfn, rows) = large_results(bucket);
        sfn.run(["--env-file", "aws.env", "--quotas", "off"]).exit(0);
        assert!(server.object("/SUCCEEDED_0.jsonl").1 == rows, "the parts make no whole");
        let names: Vec<String> = server.objects.lock().unwrap().keys().cloned().collect();
        assert!(names.iter().any(|name| name.ends_with(" 0002")), "{names:?}");
        assert!(!names.iter().any(|name| name.ends_with("aborted")), "{names:?}");
    }
}

#[test]
fn results_that_cannot_be_written_leave_no_parts() {
    let (server, sfn, _) = large_results("full");
    sfn.run(["--env-file", "aws.env", "--quotas", "off"])
        .exit(3)
        .says("States.ResultWriterFailed")
        .says("access is denied");
    let objects = server.objects.lock().unwrap();
    assert!(objects.keys().any(|name| name.ends_with("aborted")), "{:?}", objects.keys());
    assert!(!objects.keys().any(|name| name.ends_with("manifest.json")), "{:?}", objects.keys());
}

#[test]
fn a_key_that_the_library_cannot_ask_for_is_told_so() {
    let server = Server::new(&[("/real/a//b", b"1\n"), ("/real/a/b", b"2\n")]);
    for key in ["a//b", "/a/b", "a/b/"] {
        let sfn = server.sfn(&map("EXPRESS", "", PASS).replace("rows.jsonl", key));
        let ended = sfn.run(["--env-file", "aws.env"]).exit(3).says("States.ItemReaderFailed");
        ended.says(&format!("the key `{key}` has an empty part beside a slash")).says("copy the object to another key");
    }
}

#[test]
fn what_stands_for_a_folder_keeps_its_slash_and_holds_no_items() {
    let server =
        Server::new(&[("/real/in/", b""), ("/real/in/a", b"1\n"), ("/real/in/empty", b""), ("/real/in/sub/", b"")]);
    let listed = map("EXPRESS", "", PASS)
        .replace("s3:getObject", "s3:listObjectsV2")
        .replace(r#""Key":"rows.jsonl""#, r#""Prefix":"in/""#);
    let plain = listed.replace(r#""ReaderConfig":{"InputType":"JSONL"},"#, "");
    let output = server.sfn(&plain).run(["--env-file", "aws.env"]).exit(0).stdout;
    let items: serde_json::Value = serde_json::from_str(&output).unwrap();
    let keys: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["Key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["in/", "in/a", "in/empty", "in/sub/"]);
    let flat = listed.replace(r#""InputType":"JSONL""#, r#""InputType":"JSONL","Transformation":"LOAD_AND_FLATTEN""#);
    server.sfn(&flat).run(["--env-file", "aws.env"]).exit(0).stdout("[1]");
}

/// Killed while the child of the second of two rows runs.
fn killed(server: &Server) -> Sfn {
    let states = r#"{"A":{"Type":"Task","Resource":"sh:n","End":true}}"#;
    let line = "n=$(cat); [ $n != 1 ] || [ -e stayed ] || { touch stayed; exec sleep 600; }; echo $n";
    let sfn = server.sfn(&map("EXPRESS", r#","MaxConcurrency":1"#, states));
    let sfn = sfn.file("sfn.toml", format!("[buckets]\ndata = 's3://real'\n[tasks.A]\nshell = '{line}'\n"));
    let run = ["run", "machine.asl.json", "--name", "it", "--env-file", "aws.env"];
    let mut run = sfn.command(run).stderr(std::process::Stdio::null()).spawn().unwrap();
    super::patience::until_made("stayed", &mut run, &sfn);
    run.kill().unwrap();
    run.wait().unwrap();
    sfn
}

#[test]
fn an_object_that_could_not_be_asked_for_at_first_is_no_other_one_later() {
    let unasked = format!("/real/rows.jsonl{UNASKED}");
    let server = Server::new(&[("/real/rows.jsonl", b"0\n1\n"), (&unasked, b"")]);
    let sfn = killed(&server);
    server.objects.lock().unwrap().remove(&unasked);
    sfn.call(["resume", "it"]).exit(0).stdout("[0,1]");
}

#[test]
fn an_object_that_was_replaced_since_a_kill_is_refused() {
    let server = Server::new(&[("/real/rows.jsonl", b"0\n1\n")]);
    let sfn = killed(&server);
    let rows = server.objects.lock().unwrap().remove("/real/rows.jsonl").unwrap();
    sfn.call(["resume", "it"])
        .exit(2)
        .says("s3://data/rows.jsonl (s3://real/rows.jsonl): the specified key does not exist");
    server.objects.lock().unwrap().insert("/real/rows.jsonl".to_owned(), b"0\n1\n2\n".to_vec());
    sfn.call(["resume", "it"]).exit(2).says("s3://data/rows.jsonl (s3://real/rows.jsonl): has changed");
    server.objects.lock().unwrap().insert("/real/rows.jsonl".to_owned(), rows);
    sfn.call(["resume", "it"]).exit(0).stdout("[0,1]");
}

#[test]
fn what_is_not_there_or_not_to_be_reached_is_said() {
    let server = Server::new(&[]);
    let sfn = server.sfn(&map("EXPRESS", "", PASS));
    let ended = sfn.run(["--env-file", "aws.env"]).exit(3).says("States.ItemReaderFailed");
    ended.says("s3://data/rows.jsonl (s3://real/rows.jsonl): the specified key does not exist");
    let mut command = sfn.command(["run", "machine.asl.json"]);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SKIP_SIGNATURE"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("there are no credentials: set AWS_ACCESS_KEY_ID"), "{told}");
}

#[cfg(feature = "parquet")]
#[test]
fn parts_of_objects_are_read_where_the_whole_is_not_wanted() {
    let server = Server::new(&[("/real/rows.jsonl", &super::parquet::rows(3_000))]);
    let sfn = server.sfn(&map("EXPRESS", "", PASS).replace("JSONL", "PARQUET"));
    let output = sfn.run(["--env-file", "aws.env", "--quotas", "off"]).exit(0).stdout;
    assert!(output.ends_with("{\"n\":2999,\"text\":\"row 2999\"}]\n"), "{}", &output[output.len() - 100..]);
}
