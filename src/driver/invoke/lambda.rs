//! Lambda: function names, the Invoke API of a local endpoint, and what `lambda:invoke` makes of a function's result.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::answer::{as_text, utf8};
use super::http::{Clients, Request, Response, address};
use super::{Outcome, failure};
use crate::driver::clock;
use crate::history::Failure;
use crate::value::{Object, Str, Value, json};

/// The path of the Invoke API's version.
const API: &str = "/2015-03-31/functions/";

/// The version that runs where nobody asks for another.
const LATEST: &str = "$LATEST";

/// A function as a definition names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name alone.
    pub name: Str,
    /// Its ARN without a version, where the ARN was given.
    pub arn: Option<Str>,
    /// The version or alias that was asked for.
    pub qualifier: Option<Str>,
}

/// What `lambda:invoke` puts a function's result in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The version that ran.
    pub version: Str,
    /// Whether the end of the function's log was asked for (`LogType: Tail`).
    pub shows_log: bool,
}

impl Function {
    /// Reads `name`, `account:function:name` or an ARN, each with or without a version or alias; any other text is
    /// taken for a name.
    pub fn parse(text: &str) -> Function {
        let parts: Vec<&str> = text.split(':').collect();
        let marker = parts.iter().rposition(|part| *part == "function").filter(|at| at + 1 < parts.len());
        let is_arn = text.starts_with("arn:");
        if is_arn && marker.is_none() {
            return Function { name: text.into(), arn: Some(text.into()), qualifier: None };
        }
        let (head, tail) = parts.split_at(marker.map_or(0, |at| at + 1));
        let arn = is_arn.then(|| format!("{}:{}", head.join(":"), tail[0]).into());
        Function { name: tail[0].into(), arn, qualifier: tail.get(1).map(|&part| part.into()) }
    }

    /// Its ARN; one that was named only is taken to live in this region and account.
    pub fn arn_in(&self, region: &str, account: &str) -> Str {
        let composed = || format!("arn:aws:lambda:{region}:{account}:function:{}", self.name).into();
        self.arn.clone().unwrap_or_else(composed)
    }

    /// The service's answer to a call of a function that does not exist.
    pub fn not_found(&self, region: &str, account: &str, request_id: &str) -> Failure {
        let qualifier = self.qualifier.as_deref().unwrap_or(LATEST);
        let message = format!("Function not found: {}:{qualifier}", self.arn_in(region, account));
        refused("ResourceNotFoundException", &message, 404, request_id)
    }
}

/// What a function gets of `lambda:invoke`'s `Payload`: nothing is `{}`, and a text is the raw body of the request.
pub fn payload(parameters: &Value, request_id: &str) -> Outcome {
    match parameters.get("Payload") {
        None | Some(Value::Null) => Ok(Value::empty_object()),
        Some(Value::String(body)) => json::read(body).map_err(|error| {
            let message = format!("Could not parse request body into json: {error}");
            refused("InvalidRequestContentException", &message, 400, request_id)
        }),
        Some(value) => Ok(value.clone()),
    }
}

/// Calls a function through the Invoke API.
pub(super) async fn invoke(
    clients: &Clients,
    endpoint: &str,
    function: &Function,
    input: &Value,
    request_id: &str,
) -> Outcome {
    let url = invoke_address(endpoint, function).map_err(|cause| failure("States.TaskFailed", cause))?;
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let request = Request { method: Method::POST, url, headers, body: Some(input.to_json()) };
    let response = clients.exchange(request).await;
    let response = response
        .map_err(|cause| failure("Lambda.SdkClientException", format!("Unable to execute HTTP request: {cause}")))?;
    result(&response, request_id)
}

/// `endpoint` is where the API lives; a whole path of the API is taken as it is.
fn invoke_address(endpoint: &str, function: &Function) -> Result<reqwest::Url, String> {
    let mut url = address(endpoint)?;
    if !url.path().contains(API) {
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{API}{}/invocations", function.name));
    }
    if let Some(qualifier) = &function.qualifier {
        url.query_pairs_mut().append_pair("Qualifier", qualifier);
    }
    Ok(url)
}

fn result(response: &Response, request_id: &str) -> Outcome {
    if response.headers.contains_key("X-Amz-Function-Error") {
        let text = response.shown();
        let answer = json::read(&text).ok();
        let error = answer.as_ref().and_then(|answer| answer.get("errorType")).and_then(Value::as_str);
        return Err(failure(error.unwrap_or("Lambda.Unknown"), text.clone()));
    }
    if !response.status.is_success() {
        return Err(service_error(response, json::read(&response.shown()).ok().as_ref(), request_id));
    }
    let text = utf8(response.plain()?)?;
    match json::read(text) {
        Ok(value) => Ok(value),
        Err(_) if text.trim().is_empty() => Ok(Value::Null),
        Err(error) => Err(failure("Lambda.Unknown", format!("the function's result is not JSON: {error}"))),
    }
}

/// What the API itself objects to: `Lambda.TooManyRequestsException` and so on.
fn service_error(response: &Response, answer: Option<&Value>, request_id: &str) -> Failure {
    let header = response.headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = header.map(|text| text.split(':').next().unwrap_or(text)).unwrap_or("Unknown");
    let field = |name| answer.and_then(|answer| answer.get(name)).map(as_text);
    let message = field("Message").or_else(|| field("message")).unwrap_or_else(|| response.shown().into());
    refused(code, &message, response.status.as_u16(), request_id)
}

/// An error of the Lambda service in the words of the service's client (recorded).
fn refused(code: &str, message: &str, status: u16, request_id: &str) -> Failure {
    let cause = format!(
        "{message} (Service: AWSLambda; Status Code: {status}; Error Code: {code}; Request ID: {request_id}; Proxy: null)"
    );
    failure(&format!("Lambda.{code}"), cause)
}

impl Envelope {
    /// For a call of this function: an alias or version is what ran, as far as anybody knows here.
    pub fn of(function: &Function) -> Envelope {
        Envelope { version: function.qualifier.clone().unwrap_or_else(|| LATEST.into()), shows_log: false }
    }

    /// As `LogType` of the task's parameters asks for it.
    pub fn with_log_type(self, parameters: &Value) -> Envelope {
        let shows_log = parameters.get("LogType").and_then(Value::as_str) == Some("Tail");
        Envelope { shows_log, ..self }
    }

    /// `lambda:invoke`'s result, its fields in the recorded order.
    pub(super) fn wrap(&self, payload: Value, log: &str, request_id: &Str) -> Value {
        let version = &self.version;
        let log = format!("START RequestId: {request_id} Version: {version}\n{log}END RequestId: {request_id}\n");
        let log = self.shows_log.then(|| Value::from(BASE64.encode(log)));
        let headers = self.headers(&payload, log.as_ref(), request_id);
        let lists = headers.iter().map(|(name, value)| (Str::from(*name), Value::from(vec![value.clone()])));
        let metadata = Value::from([
            ("AllHttpHeaders", Value::from(lists.collect::<Object>())),
            ("HttpHeaders", Value::from(headers.clone().into_iter().map(named).collect::<Object>())),
            ("HttpStatusCode", Value::Int(200)),
        ]);
        let fields = [
            Some(("ExecutedVersion", Value::from(self.version.clone()))),
            log.map(|log| ("LogResult", log)),
            Some(("Payload", payload)),
            Some(("SdkHttpMetadata", metadata)),
            Some(("SdkResponseMetadata", Value::from([("RequestId", Value::from(request_id.clone()))]))),
            Some(("StatusCode", Value::Int(200))),
        ];
        Value::from(fields.into_iter().flatten().map(named).collect::<Object>())
    }

    fn headers(&self, payload: &Value, log: Option<&Value>, request_id: &Str) -> Vec<(&'static str, Value)> {
        let mut headers = vec![
            ("Connection", Value::from("keep-alive")),
            ("Content-Length", Value::from(payload.text_size(usize::MAX).to_string())),
            ("Content-Type", Value::from("application/json")),
            ("Date", Value::from(http_date(clock::now().as_millis() / 1_000))),
            ("X-Amz-Executed-Version", Value::from(self.version.clone())),
            ("x-amzn-Remapped-Content-Length", Value::from("0")),
            ("x-amzn-RequestId", Value::from(request_id.clone())),
        ];
        headers.extend(log.map(|log| ("X-Amz-Log-Result", log.clone())));
        headers
    }
}

fn named((name, value): (&str, Value)) -> (Str, Value) {
    (name.into(), value)
}

/// Seconds since 1970 as HTTP writes dates: `Thu, 06 Nov 2025 12:31:47 GMT`.
fn http_date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let civil = crate::value::Timestamp::from_millis(seconds.saturating_mul(1_000)).to_millis_text();
    let weekday = DAYS[seconds.div_euclid(86_400).rem_euclid(7) as usize];
    let month = civil.get(5..7).and_then(|month| month.parse::<usize>().ok()).unwrap_or(1);
    let (year, day, time) = (&civil[..4], &civil[8..10], &civil[11..19]);
    format!("{weekday}, {day} {} {year} {time} GMT", MONTHS[(month - 1) % 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_in_many_ways() {
        let arn = "arn:aws:lambda:eu-west-1:42:function:pay";
        let full = |qualifier: Option<&str>| Function {
            name: "pay".into(),
            arn: Some(arn.into()),
            qualifier: qualifier.map(Str::from),
        };
        assert_eq!(Function::parse(arn), full(None));
        assert_eq!(Function::parse(&format!("{arn}:$LATEST")), full(Some("$LATEST")));
        let named = |qualifier: Option<&str>| Function { arn: None, ..full(qualifier) };
        assert_eq!(Function::parse("pay"), named(None));
        assert_eq!(Function::parse("pay:live"), named(Some("live")));
        assert_eq!(Function::parse("42:function:pay:live"), named(Some("live")));
        assert_eq!(&*Function::parse("function").name, "function");
        assert_eq!(&*Function::parse("arn:aws:sqs:r:1:queue").name, "arn:aws:sqs:r:1:queue");
    }

    #[test]
    fn a_payload_is_nothing_a_body_or_a_value() {
        let of = |payload: Value| super::payload(&Value::from([("Payload", payload)]), "id");
        assert_eq!(super::payload(&Value::empty_object(), "id"), Ok(Value::empty_object()));
        assert_eq!(of(Value::Null), Ok(Value::empty_object()));
        assert_eq!(of(Value::from("\"text\"")), Ok(Value::from("text")));
        assert_eq!(of(Value::from("true")), Ok(Value::Bool(true)));
        assert_eq!(of(Value::Int(0)), Ok(Value::Int(0)));
        let failure = of(Value::from("no json")).expect_err("a refusal");
        assert_eq!(failure.error.as_deref(), Some("Lambda.InvalidRequestContentException"));
    }

    #[test]
    fn a_missing_function_is_refused_in_the_services_words() {
        let failure = Function::parse("no_such").not_found("us-east-1", "111111111111", "R");
        assert_eq!(failure.error.as_deref(), Some("Lambda.ResourceNotFoundException"));
        let cause = "Function not found: arn:aws:lambda:us-east-1:111111111111:function:no_such:$LATEST \
                     (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: R; Proxy: null)";
        assert_eq!(failure.cause.as_deref(), Some(cause));
    }

    #[test]
    fn a_result_is_wrapped_as_the_service_wraps_it() {
        let wrapped = Envelope::of(&Function::parse("f")).wrap(Value::from("ok"), "", &"R".into());
        let names: Vec<_> = wrapped.as_object().expect("an object").keys().map(|name| name.to_string()).collect();
        assert_eq!(names, ["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]);
        assert_eq!(wrapped.get("ExecutedVersion"), Some(&Value::from("$LATEST")));
        let length = wrapped.get("SdkHttpMetadata").and_then(|m| m.get("HttpHeaders")?.get("Content-Length"));
        assert_eq!(length, Some(&Value::from("4")));
    }

    #[test]
    fn the_log_is_shown_to_who_asks_for_it() {
        let asked = Envelope::of(&Function::parse("f")).with_log_type(&Value::from([("LogType", Value::from("Tail"))]));
        let wrapped = asked.wrap(Value::Null, "hello\n", &"R".into());
        let log = BASE64.encode("START RequestId: R Version: $LATEST\nhello\nEND RequestId: R\n");
        assert_eq!(wrapped.get("LogResult"), Some(&Value::from(log)));
        let unasked = Envelope::of(&Function::parse("f")).with_log_type(&Value::empty_object());
        assert_eq!(unasked.wrap(Value::Null, "hello\n", &"R".into()).get("LogResult"), None);
    }

    #[test]
    fn dates_are_written_as_http_does() {
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(1_762_432_307), "Thu, 06 Nov 2025 12:31:47 GMT");
    }

    #[test]
    fn an_endpoint_is_a_base_or_a_whole_path() {
        let function = Function::parse("pay:live");
        let of = |endpoint| invoke_address(endpoint, &function).expect("an address").to_string();
        assert_eq!(of("http://h:1"), "http://h:1/2015-03-31/functions/pay/invocations?Qualifier=live");
        let whole = "http://h:1/2015-03-31/functions/function/invocations";
        assert_eq!(of(whole), format!("{whole}?Qualifier=live"));
    }
}
