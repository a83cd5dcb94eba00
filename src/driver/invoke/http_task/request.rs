//! The request that `http:invoke`'s parameters and its connection describe.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RANGE, USER_AGENT};
use reqwest::{Method, Url};

use super::Connection;
use super::encode::{ArrayFormat, form};
use crate::driver::invoke::answer::as_text;
use crate::driver::invoke::environment::Environment;
use crate::driver::invoke::failure;
use crate::driver::invoke::http::{Request, address, header};
use crate::history::Failure;
use crate::value::{Object, Value};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];

/// Headers that a task may not set (developer guide, "HTTP Task").
const FORBIDDEN: &[&str] = &[
    "a-im",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-md5",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "referer",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
];

/// Beginnings of such headers.
const FORBIDDEN_FAMILIES: &[&str] = &["if-", "x-forwarded-", "x-amz-", "x-amzn-"];

/// The most that the service reads of an answer.
const FIRST_BYTES: &str = "bytes=0-262144";

/// What a task asks of `http:invoke`.
#[derive(Clone, Debug)]
pub struct Parameters {
    url: Url,
    method: Method,
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Vec<(String, String)>,
    body: Value,
    form: Option<ArrayFormat>,
}

/// The names of the fields of `parameters` that the service would not take.
pub fn invalid_fields(parameters: &Value) -> Vec<&'static str> {
    Parameters::read(parameters).err().unwrap_or_default()
}

impl Parameters {
    /// Reads them; the names of all fields that cannot be used, if there are any.
    pub fn read(parameters: &Value) -> Result<Parameters, Vec<&'static str>> {
        let fields = (
            url(parameters.get("ApiEndpoint")),
            method(parameters.get("Method")),
            headers(parameters.get("Headers")),
            query(parameters.get("QueryParameters")),
            transform(parameters.get("Transform")),
        );
        match fields {
            (Some(url), Some(method), Some(headers), Some(query), Some(form)) => {
                let body = parameters.get("RequestBody").cloned().unwrap_or_default();
                Ok(Parameters { url, method, headers, query, body, form })
            }
            (url, method, headers, query, form) => {
                let read = [
                    ("ApiEndpoint", url.is_some()),
                    ("Method", method.is_some()),
                    ("Headers", headers.is_some()),
                    ("QueryParameters", query.is_some()),
                    ("Transform", form.is_some()),
                ];
                Err(read.into_iter().filter(|(_, is_read)| !is_read).map(|(field, _)| field).collect())
            }
        }
    }

    pub(super) fn request(
        self,
        environment: &Environment,
        connection: Option<&Connection>,
        region: &str,
    ) -> Result<Request, Failure> {
        let default = Connection::default();
        let connection = connection.unwrap_or(&default);
        let body = self.body(environment, connection)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        if body.is_some() && !headers.contains_key(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        }
        connection.add_headers(environment, &mut headers)?;
        headers.insert(RANGE, HeaderValue::from_static(FIRST_BYTES));
        let agent = format!("Amazon|StepFunctions|HttpInvoke|{region}");
        headers.extend(HeaderValue::from_str(&agent).map(|agent| (USER_AGENT, agent)));
        let url = self.address(environment, connection)?;
        Ok(Request { method: self.method, url, headers, body })
    }

    fn content_type(&self) -> &'static str {
        if self.form.is_some() { "application/x-www-form-urlencoded" } else { "application/json" }
    }

    fn address(&self, environment: &Environment, connection: &Connection) -> Result<Url, Failure> {
        let mut url = self.url.clone();
        let is_stronger = |name: &str| connection.query.iter().any(|(other, _)| other == name);
        for (name, value) in self.query.iter().filter(|(name, _)| !is_stronger(name)) {
            url.query_pairs_mut().append_pair(name, value);
        }
        for (name, value) in &connection.query {
            url.query_pairs_mut().append_pair(name, &value.fill(environment)?);
        }
        Ok(url)
    }

    fn body(&self, environment: &Environment, connection: &Connection) -> Result<Option<String>, Failure> {
        let body = match (&self.body, environment.fill(&connection.body)?) {
            (Value::Null, Value::Null) => return Ok(None),
            (own, Value::Null) => own.clone(),
            (Value::Object(own), Value::Object(added)) => Value::from(merged(own, &added)),
            (Value::Null, added) => added,
            (own, _) => own.clone(),
        };
        Ok(Some(self.form.map_or_else(|| body.to_json(), |format| form(&body, format))))
    }
}

impl Connection {
    fn add_headers(&self, environment: &Environment, headers: &mut HeaderMap) -> Result<(), Failure> {
        let mut add = |name: &str, value: &str| {
            let (name, value) = header(name, value).map_err(|cause| failure("States.Runtime", cause))?;
            headers.insert(name, value);
            Ok::<_, Failure>(())
        };
        for (name, value) in &self.headers {
            add(name, &value.fill(environment)?)?;
        }
        if let Some(key) = &self.api_key {
            add(&key.name, &key.value.fill(environment)?)?;
        }
        if let Some(basic) = &self.basic {
            let both = format!("{}:{}", basic.username.fill(environment)?, basic.password.fill(environment)?);
            add(AUTHORIZATION.as_str(), &format!("Basic {}", BASE64_STANDARD.encode(both)))?;
        }
        Ok(())
    }
}

fn merged(own: &Object, added: &Object) -> Object {
    let mut merged = own.clone();
    added.iter().for_each(|(name, value)| merged.insert(name.clone(), value.clone()));
    merged
}

fn url(field: Option<&Value>) -> Option<Url> {
    address(field?.as_str()?).ok()
}

fn method(field: Option<&Value>) -> Option<Method> {
    let name = field?.as_str().filter(|name| METHODS.contains(name))?;
    Method::from_bytes(name.as_bytes()).ok()
}

fn headers(field: Option<&Value>) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let read = |(name, value): (String, String)| Some(header(&name, &value).ok()?).filter(|(name, _)| is_allowed(name));
    pairs(field)?.into_iter().map(read).collect()
}

fn query(field: Option<&Value>) -> Option<Vec<(String, String)>> {
    pairs(field)
}

/// The members of an object, one pair for each item of a list; none when it is no object or holds more than texts,
/// numbers and truth values.
fn pairs(field: Option<&Value>) -> Option<Vec<(String, String)>> {
    let object = match field {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(value) => value.as_object()?,
    };
    let mut pairs = Vec::new();
    for (name, value) in object.iter() {
        let values = value.as_array().map_or(std::slice::from_ref(value), |items| items);
        for value in values {
            if matches!(value, Value::Null | Value::Array(_) | Value::Object(_)) {
                return None;
            }
            pairs.push((name.to_string(), as_text(value).to_string()));
        }
    }
    Some(pairs)
}

/// The outer `Option` says whether it can be read, the inner one whether the body is a form.
#[expect(clippy::option_option, reason = "unreadable and absent are two things")]
fn transform(field: Option<&Value>) -> Option<Option<ArrayFormat>> {
    let Some(transform) = field else { return Some(None) };
    let format = transform.get("RequestEncodingOptions").and_then(|options| options.get("ArrayFormat"));
    let format = match format {
        Some(name) => ArrayFormat::read(name.as_str()?)?,
        None => ArrayFormat::default(),
    };
    match transform.get("RequestBodyEncoding").map(Value::as_str) {
        Some(Some("URL_ENCODED")) => Some(Some(format)),
        None | Some(Some("NONE")) => Some(None),
        Some(_) => None,
    }
}

fn is_allowed(name: &HeaderName) -> bool {
    let name = name.as_str();
    !FORBIDDEN.contains(&name) && !FORBIDDEN_FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::invoke::environment::Text;
    use crate::driver::invoke::http_task::Basic;
    use crate::value::json;

    fn built(parameters: &str, connection: Option<&Connection>) -> Request {
        let parameters = Parameters::read(&json::read(parameters).expect("JSON")).expect("parameters");
        parameters.request(&Environment::default(), connection, "eu-west-1").expect("a request")
    }

    fn invalid(parameters: &str) -> Vec<&'static str> {
        invalid_fields(&json::read(parameters).expect("JSON"))
    }

    #[test]
    fn a_connection_is_stronger_than_the_task() {
        let connection = Connection {
            headers: vec![("X-Kind".into(), Text::new("theirs"))],
            query: vec![("key".into(), Text::new("k 1"))],
            body: Value::from([("tenant", Value::from("t"))]),
            basic: Some(Basic { username: Text::new("me"), password: Text::new("pw") }),
            api_key: None,
        };
        let request = built(
            r#"{"ApiEndpoint": "http://h/p", "Method": "PUT", "Headers": {"X-Kind": "mine", "Accept": ["a", "b"]},
                "QueryParameters": {"key": "mine", "n": [1, 2]}, "RequestBody": {"tenant": 0, "a": 1}}"#,
            Some(&connection),
        );
        assert_eq!(request.url.as_str(), "http://h/p?n=1&n=2&key=k+1");
        assert_eq!(request.body.as_deref(), Some(r#"{"tenant":"t","a":1}"#));
        assert_eq!(request.headers["x-kind"], "theirs");
        assert_eq!(request.headers["authorization"], "Basic bWU6cHc=");
        assert_eq!(request.headers.get_all("accept").iter().count(), 2);
        assert_eq!(request.headers["content-type"], "application/json");
        assert_eq!(request.headers["user-agent"], "Amazon|StepFunctions|HttpInvoke|eu-west-1");
    }

    #[test]
    fn a_form_is_encoded_when_asked_for() {
        let request = built(
            r#"{"ApiEndpoint": "https://h", "Method": "POST", "RequestBody": {"a": [1, 2]}, "Transform":
                {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "REPEAT"}}}"#,
            None,
        );
        assert_eq!(request.body.as_deref(), Some("a=1&a=2"));
        assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    }

    #[test]
    fn what_the_service_would_not_take_is_named() {
        assert_eq!(
            invalid(r#"{"ApiEndpoint": "ftp://h", "Method": "FETCH", "Headers": []}"#),
            ["ApiEndpoint", "Method", "Headers"]
        );
        for name in ["Authorization", "X-Amz-Date", "If-Match", "host"] {
            let parameters = format!(r#"{{"ApiEndpoint": "http://h", "Method": "GET", "Headers": {{"{name}": "x"}}}}"#);
            assert_eq!(invalid(&parameters), ["Headers"], "{name}");
        }
        assert_eq!(
            invalid(r#"{"ApiEndpoint": "http://h", "Method": "GET", "Transform": {"RequestBodyEncoding": "X"}}"#),
            ["Transform"]
        );
    }
}
