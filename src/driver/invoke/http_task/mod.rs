//! The service's `http:invoke`, done from here: the request that its parameters and a connection describe, and the
//! result as the service shapes it.

mod encode;
mod request;

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

pub use request::{Parameters, invalid_fields};

use super::answer::utf8;
use super::environment::{Environment, Text};
use super::http::{Clients, Response, SOCKET};
use super::{Outcome, failure};
use crate::value::{Object, Str, Value, json};

/// The service's limit for the whole exchange.
const LIMIT: Duration = Duration::from_secs(60);

/// What stands behind a `ConnectionArn`: added to the request, and stronger than what the task says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    /// Headers.
    pub headers: Vec<(String, Text)>,
    /// Query parameters.
    pub query: Vec<(String, Text)>,
    /// Members of the request's body: an object, whose texts may name variables.
    pub body: Value,
    /// User name and password.
    pub basic: Option<Basic>,
    /// A header that holds a key.
    pub api_key: Option<ApiKey>,
}

/// User name and password.
#[derive(Clone, Debug, PartialEq)]
pub struct Basic {
    /// `username`
    pub username: Text,
    /// `password`
    pub password: Text,
}

/// A header that holds a key.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiKey {
    /// The header.
    pub name: String,
    /// The key.
    pub value: Text,
}

/// Makes the call that `parameters` ask for.
pub(super) async fn invoke(
    clients: &Clients,
    environment: &Environment,
    connection: Option<&Connection>,
    parameters: &Value,
    region: &str,
) -> Outcome {
    let request = Parameters::read(parameters)
        .map_err(|invalid| failure("States.Runtime", unusable(parameters, &invalid)))?
        .request(environment, connection, region)?;
    let exchange = tokio::time::timeout(LIMIT, clients.exchange(request)).await;
    let response = exchange
        .map_err(|_| failure(SOCKET, format!("the server did not answer within {} seconds", LIMIT.as_secs())))?
        .map_err(|cause| failure(SOCKET, cause))?;
    response.succeeded()?;
    result(&response)
}

/// The service's sentence about parameters that it cannot use (recorded).
fn unusable(parameters: &Value, invalid: &[&str]) -> String {
    let sentences: Vec<_> =
        invalid.iter().map(|field| format!("The value of the field '{field}' has an invalid format")).collect();
    let (parameters, sentences) = (parameters.to_json(), sentences.join(", "));
    format!("The Parameters '{parameters}' could not be used to start the Task: [{sentences}]")
}

fn result(response: &Response) -> Outcome {
    if let Some(binary) = binary_type(&response.headers) {
        return Err(failure("States.Runtime", format!("The response has the unsupported content type '{binary}'")));
    }
    let text = utf8(response.plain()?)?;
    let body = match text.is_empty() {
        true => Value::from(""),
        false => json::read(text).unwrap_or_else(|_| Value::from(text)),
    };
    Ok(Value::from([
        ("Headers", headers(&response.headers)),
        ("ResponseBody", body),
        ("StatusCode", Value::Int(response.status.as_u16().into())),
        ("StatusText", Value::from(reason(response.status))),
    ]))
}

fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or_default()
}

/// Each header with the list of its values.
fn headers(headers: &HeaderMap) -> Value {
    let values =
        |name| headers.get_all(name).iter().map(|value| Value::from(&*String::from_utf8_lossy(value.as_bytes())));
    let listed = headers.keys().map(|name| (Str::from(name.as_str()), Value::from(values(name).collect::<Vec<_>>())));
    Value::from(listed.collect::<Object>())
}

/// The content type, when it is one that no JSON can hold.
fn binary_type(headers: &HeaderMap) -> Option<&str> {
    let content = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let binary = ["application/octet-stream", "image/", "video/", "audio/"];
    binary.iter().any(|kind| content.starts_with(kind)).then_some(content)
}
