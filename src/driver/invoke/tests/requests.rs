use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use super::*;

/// A server that gives one answer to one request, and that request as it came: its head in lower case, and its body.
struct Server {
    address: String,
    request: JoinHandle<(String, String)>,
}

impl Server {
    fn answering(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Server {
        let body = body.as_ref();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let answer = [head.as_bytes(), body].concat();
        let request = std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).expect("a line");
            }
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).expect("a body");
            reader.get_mut().write_all(&answer).expect("an answer");
            (head, String::from_utf8(body).expect("text"))
        });
        Server { address, request }
    }

    fn request(self) -> (String, String) {
        self.request.join().expect("a request")
    }
}

fn ask(target: Target, input: &str) -> Outcome {
    let input = crate::value::json::read(input).expect("JSON");
    Bench::new().invoke(&invocation(target, input)).0
}

fn post(address: &str) -> Http {
    Http::post(Text::new(address))
}

fn http_task(address: &str, connection: Option<Connection>) -> Outcome {
    let parameters = format!(r#"{{"ApiEndpoint": "{address}/x", "Method": "POST", "RequestBody": {{"a": 1}}}}"#);
    ask(Target::HttpTask(connection.map(Arc::new)), &parameters)
}

#[test]
fn an_address_gets_the_input_and_gives_the_result() {
    let server = Server::answering("200 OK", "", r#"{"b": 2}"#);
    let headers = vec![("X-Key".to_owned(), Text::new("${env:FROM_FILE}"))];
    let http = Http { headers, ..post(&server.address) };
    assert_eq!(ask(Target::Http(Arc::new(http)), r#"{"a":1}"#), Ok(Value::from([("b", Value::Int(2))])));
    let (head, body) = server.request();
    assert!(head.starts_with("post / http/1.1") && head.contains("\r\nx-key: filed\r\n"), "{head}");
    assert!(head.contains("content-type: application/json") && body == r#"{"a":1}"#);
}

#[test]
fn a_get_sends_no_input() {
    let server = Server::answering("200 OK", "", "plain");
    let http = Http { method: "GET".into(), ..post(&server.address) };
    assert_eq!(ask(Target::Http(Arc::new(http)), "7"), Ok(Value::from("plain")));
    assert!(server.request().1.is_empty());
}

#[test]
fn a_status_beyond_success_fails_with_the_body() {
    let server = Server::answering("404 Not Found", "Location: http://127.0.0.1:1/\r\n", "gone");
    let failure = ask(Target::Http(Arc::new(post(&server.address))), "1").expect_err("a failure");
    assert_eq!(parts(failure), ("States.Http.StatusCode.404".into(), "gone".into()));
}

#[test]
fn a_redirection_fails_with_the_address_it_names_but_without_its_query() {
    let server = Server::answering("302 Found", "Location: http://127.0.0.1:1/new?key=secret\r\n", "<html>");
    let (error, cause) = parts(ask(Target::Http(Arc::new(post(&server.address))), "1").expect_err("a failure"));
    assert_eq!(error, "States.Http.StatusCode.302");
    assert_eq!(cause, "the server redirects to http://127.0.0.1:1/new; redirections are not followed");
}

#[test]
fn an_answer_that_is_no_plain_text_fails_rather_than_being_falsified() {
    let server = Server::answering("200 OK", "Content-Encoding: gzip\r\n", "zipped");
    let (error, cause) = parts(ask(Target::Http(Arc::new(post(&server.address))), "1").expect_err("a failure"));
    assert_eq!(error, "States.TaskFailed");
    assert!(cause.contains("Content-Encoding: gzip"), "{cause}");
    let server = Server::answering("200 OK", "Content-Encoding: identity\r\n", "1");
    assert_eq!(ask(Target::Http(Arc::new(post(&server.address))), "1"), Ok(Value::Int(1)));
}

#[test]
fn a_connection_that_fails_is_a_socket_error() {
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address");
    let (error, cause) =
        parts(ask(Target::Http(Arc::new(post(&format!("http://{nobody}")))), "1").expect_err("a failure"));
    assert_eq!(error, "States.Http.Socket");
    assert!(cause.starts_with("the connection failed: "), "{cause}");
    let function = Function::parse("f");
    let lambda = Target::Lambda(Text::new(format!("http://{nobody}")), function);
    assert_eq!(parts(ask(lambda, "1").expect_err("a failure")).0, "Lambda.SdkClientException");
}

#[test]
fn a_bad_address_is_told_without_showing_it() {
    let (_, cause) = parts(ask(Target::Http(Arc::new(post("ftp://secret"))), "1").expect_err("a failure"));
    assert_eq!(cause, "an address begins with http:// or https://, not with ftp:");
}

#[test]
fn a_function_is_called_through_the_invoke_api() {
    let server = Server::answering("200 OK", "", r#"{"ok": true}"#);
    let lambda = Target::Lambda(Text::new(&*server.address), Function::parse("pay:live"));
    assert_eq!(ask(lambda, r#"{"a":1}"#), Ok(Value::from([("ok", Value::Bool(true))])));
    let (head, body) = server.request();
    assert!(head.starts_with("post /2015-03-31/functions/pay/invocations?qualifier=live "), "{head}");
    assert_eq!(body, r#"{"a":1}"#);
}

#[test]
fn a_functions_error_is_its_type_and_its_text() {
    let text = r#"{"errorMessage":"m","errorType":"Boom"}"#;
    let server = Server::answering("200 OK", "X-Amz-Function-Error: Unhandled\r\n", text);
    let lambda = Target::Lambda(Text::new(&*server.address), Function::parse("f"));
    assert_eq!(parts(ask(lambda, "1").expect_err("a failure")), ("Boom".into(), text.into()));
    let server = Server::answering(
        "429 Too Many",
        "x-amzn-ErrorType: TooManyRequestsException\r\n",
        r#"{"Message":"slow down"}"#,
    );
    let lambda = Target::Lambda(Text::new(&*server.address), Function::parse("f"));
    let (error, cause) = parts(ask(lambda, "1").expect_err("a failure"));
    assert_eq!(error, "Lambda.TooManyRequestsException");
    assert!(cause.starts_with("slow down (Service: AWSLambda; Status Code: 429;"), "{cause}");
}

#[test]
fn a_functions_result_is_json() {
    let server = Server::answering("200 OK", "", "not json");
    let lambda = Target::Lambda(Text::new(&*server.address), Function::parse("f"));
    assert!(parts(ask(lambda, "1").expect_err("a failure")).1.starts_with("the function's result is not JSON"));
}

#[test]
fn a_functions_result_is_never_falsified() {
    let lambda = |server: &Server| ask(Target::Lambda(Text::new(&*server.address), Function::parse("f")), "1");
    let server = Server::answering("200 OK", "", b"\"caf\xe9\"");
    let (error, cause) = parts(lambda(&server).expect_err("a failure"));
    assert_eq!(error, "States.TaskFailed");
    assert!(cause.contains("is not UTF-8: byte 5 of 6 is 0xe9"), "{cause}");
    let server = Server::answering("200 OK", "Content-Encoding: gzip\r\n", "1");
    let (_, cause) = parts(lambda(&server).expect_err("a failure"));
    assert!(cause.contains("Content-Encoding: gzip"), "{cause}");
}

#[test]
fn the_http_task_gives_what_the_service_gives() {
    let server = Server::answering("201 Created", "X-Two: a\r\nX-Two: b\r\n", r#"{"id": 1}"#);
    let key = ApiKey { name: "X-Key".into(), value: Text::new("${env:FROM_FILE}") };
    let connection = Connection { api_key: Some(key), ..Connection::default() };
    let result = http_task(&server.address, Some(connection)).expect("a result");
    assert_eq!(result.get("StatusCode"), Some(&Value::Int(201)));
    assert_eq!(result.get("StatusText"), Some(&Value::from("Created")));
    assert_eq!(result.get("ResponseBody"), Some(&Value::from([("id", Value::Int(1))])));
    let two = result.get("Headers").and_then(|headers| headers.get("x-two"));
    assert_eq!(two, Some(&Value::from(vec![Value::from("a"), Value::from("b")])));
    let (head, body) = server.request();
    assert!(head.contains("user-agent: amazon|stepfunctions|httpinvoke|us-east-1"), "{head}");
    assert!(head.contains("range: bytes=0-262144") && head.contains("x-key: filed"), "{head}");
    assert_eq!(body, r#"{"a":1}"#);
}

#[test]
fn the_http_task_fails_as_the_service_does() {
    let server = Server::answering("503 Service Unavailable", "", "later");
    let failure = http_task(&server.address, None).expect_err("a failure");
    assert_eq!(parts(failure), ("States.Http.StatusCode.503".into(), "later".into()));
    let server = Server::answering("200 OK", "Content-Type: image/png\r\n", "png");
    assert_eq!(parts(http_task(&server.address, None).expect_err("a failure")).0, "States.Runtime");
    let invalid = ask(Target::HttpTask(None), r#"{"ApiEndpoint":"http://h","Method":"GET","Headers":[]}"#);
    let cause = "The Parameters '{\"ApiEndpoint\":\"http://h\",\"Method\":\"GET\",\"Headers\":[]}' could not be used to start \
                 the Task: [The value of the field 'Headers' has an invalid format]";
    assert_eq!(parts(invalid.expect_err("a failure")), ("States.Runtime".into(), cause.into()));
}
