//! HTTP: one exchange over a shared client, and the plain `http` binding on top of it.

use std::borrow::Cow;
use std::error::Error as _;
use std::sync::OnceLock;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Method, StatusCode, Url};

use super::answer::Output;
use super::command::LARGEST_OUTPUT;
use super::direct::Direct;
use super::environment::{Environment, Text, Unset};
use super::{Outcome, failure};
use crate::history::Failure;
use crate::value::Value;

/// The error of a connection that could not be made or broke.
pub(super) const SOCKET: &str = "States.Http.Socket";

/// The clients, each made when it is first needed: one with certificates, one without for `http://`, which works on a
/// machine that has none, and the one that goes to servers directly.
#[derive(Debug, Default)]
pub(super) struct Clients {
    secure: OnceLock<Client>,
    plain: OnceLock<Client>,
    direct: OnceLock<Option<Direct>>,
}

/// A request to be sent.
pub(super) struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<String>,
}

/// What came back.
pub(super) struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Where a request goes. An address without variables is read once.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    written: Text,
    read: Option<Url>,
}

/// An address that takes a task's input and answers with its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Http {
    /// Where.
    pub url: Address,
    /// `POST` unless said otherwise. `GET` and `HEAD` send no input.
    pub method: String,
    /// Headers of the request.
    pub headers: Vec<(String, Text)>,
    /// How the answer becomes the result.
    pub output: Output,
}

impl Clients {
    /// Sends a request and reads all of the answer; a text for people when that does not work. Follows no redirection.
    pub(super) async fn exchange(&self, request: Request) -> Result<Response, String> {
        if let Some(direct) =
            self.direct.get_or_init(Direct::unless_proxied).as_ref().filter(|_| Direct::reaches(&request.url))
        {
            return direct.exchange(request).await;
        }
        let client = self.client(request.url.scheme() == "https")?;
        let mut building = client.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            building = building.body(body);
        }
        let mut response = building.send().await.map_err(|error| explained(&error))?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| explained(&error))? {
            add(&chunk, &mut body)?;
        }
        Ok(Response { status, headers, body })
    }

    fn client(&self, secure: bool) -> Result<&Client, String> {
        let slot = if secure { &self.secure } else { &self.plain };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        // An error says that there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
        let builder = if secure { builder } else { builder.tls_certs_only([]) };
        let client = builder.build().map_err(|error| explained(&error))?;
        Ok(slot.get_or_init(|| client))
    }
}

impl Response {
    /// The body as far as it is a text, for causes.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body, as a result is read from it.
    ///
    /// # Errors
    /// `States.TaskFailed` where the server compressed it, which it was not asked to do.
    pub(super) fn plain(&self) -> Result<&[u8], Failure> {
        let coding = self.headers.get(CONTENT_ENCODING).map_or(Cow::Borrowed("identity"), shown);
        if coding.eq_ignore_ascii_case("identity") {
            return Ok(&self.body);
        }
        let cause =
            format!("the answer is compressed (Content-Encoding: {coding}); sfn accepts only answers that are not");
        Err(failure("States.TaskFailed", cause))
    }

    /// `States.Http.StatusCode.NNN` with the body as its cause, unless the status is one of success. A redirection
    /// mostly has no body that helps: its cause is the address it names, without the query, which may hold secrets.
    pub(super) fn succeeded(&self) -> Result<(), Failure> {
        if self.status.is_success() {
            return Ok(());
        }
        let cause = match self.headers.get(LOCATION).filter(|_| self.status.is_redirection()) {
            Some(address) => {
                let address = shown(address);
                let place = address.split(['?', '#']).next().unwrap_or_default();
                format!("the server redirects to {place}; redirections are not followed").into()
            }
            None => self.shown(),
        };
        Err(failure(&format!("States.Http.StatusCode.{}", self.status.as_u16()), cause))
    }
}

impl Address {
    fn new(written: Text) -> Address {
        let read = if written.variables().next().is_none() { address(written.written()).ok() } else { None };
        Address { written, read }
    }

    /// As it was written.
    pub fn text(&self) -> &Text {
        &self.written
    }

    /// With the variables' values in place; why not, where that is no address.
    fn fill(&self, environment: &Environment) -> Result<Result<Url, String>, Unset> {
        Ok(match &self.read {
            Some(url) => Ok(url.clone()),
            None => address(&self.written.fill(environment)?),
        })
    }
}

impl Http {
    /// A POST of the input to `url`.
    pub fn post(url: Text) -> Http {
        Http { url: Address::new(url), method: "POST".into(), headers: Vec::new(), output: Output::Either }
    }

    pub(super) async fn send(&self, clients: &Clients, environment: &Environment, input: &Value) -> Outcome {
        let request = self.request(environment, input)?;
        let response = clients.exchange(request).await.map_err(|cause| failure(SOCKET, cause))?;
        response.succeeded()?;
        self.output.read(response.plain()?)
    }

    fn request(&self, environment: &Environment, input: &Value) -> Result<Request, Failure> {
        let invalid = |cause: String| failure("States.TaskFailed", cause);
        let method = Method::from_bytes(self.method.as_bytes())
            .map_err(|_| invalid(format!("`{}` is no HTTP method", self.method)))?;
        let url = self.url.fill(environment)?.map_err(invalid)?;
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        for (name, value) in &self.headers {
            let (name, value) = header(name, &value.fill(environment)?).map_err(invalid)?;
            headers.insert(name, value);
        }
        let bodiless = method == Method::GET || method == Method::HEAD;
        Ok(Request { method, url, headers, body: (!bodiless).then(|| input.to_json()) })
    }
}

/// Reads an address. What it says of a bad one does not show it: it may hold a secret.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the address cannot be read: {error}"))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        scheme => Err(format!("an address begins with http:// or https://, not with {scheme}:")),
    }
}

/// Reads a header, which may be secret as well.
pub(super) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` cannot be a header's name"))?;
    let value = HeaderValue::from_str(value).map_err(|_| format!("the value of header `{name}` cannot be sent"))?;
    Ok((key, value))
}

fn shown(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}

/// Takes a part of an answer, unless it becomes too large.
pub(super) fn add(part: &[u8], body: &mut Vec<u8>) -> Result<(), String> {
    body.extend_from_slice(part);
    if body.len() > LARGEST_OUTPUT {
        return Err(format!("the answer is larger than {LARGEST_OUTPUT} bytes"));
    }
    Ok(())
}

/// An error with all that led to it; addresses are left out, since they may hold secrets.
fn explained(error: &reqwest::Error) -> String {
    let what = match error {
        error if error.is_connect() => "the connection failed",
        error if error.is_timeout() => "the server did not answer in time",
        _ => "the exchange failed",
    };
    chain(what.to_owned(), error.source())
}

/// What happened, and each of the errors that led to it.
pub(super) fn chain(mut text: String, mut source: Option<&(dyn std::error::Error + 'static)>) -> String {
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}
