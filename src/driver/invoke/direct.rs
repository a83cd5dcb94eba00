//! Plain `http://` to a server that no proxy stands before: hyper's client, which reqwest is made of.
//!
//! An exchange through reqwest reads the address twice more and goes through layers for redirections, retries and
//! proxies, none of which is wanted here: with a server on the same machine they take half of the time.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use reqwest::Url;
use reqwest::header::{ACCEPT, HeaderValue};

use super::http::{Request, Response, add, chain};

/// How long a connection stays open that nobody uses, and after how long it is seen that the other end is gone.
const IDLE: Duration = Duration::from_secs(90);
const KEEPALIVE: Duration = Duration::from_secs(15);

/// The variables that name a proxy for `http://`.
const PROXIES: &[&str] = &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The client, with its open connections.
#[derive(Debug)]
pub(super) struct Direct(Client<HttpConnector, String>);

impl Direct {
    /// None where a proxy is to be used.
    pub fn unless_proxied() -> Option<Direct> {
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        (!PROXIES.iter().any(is_set)).then(Direct::new)
    }

    fn new() -> Direct {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_keepalive(Some(KEEPALIVE));
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        Direct(builder.build(connector))
    }

    /// Whether it can go there. Of a user's name in the address reqwest makes a header.
    pub fn reaches(url: &Url) -> bool {
        url.scheme() == "http" && url.username().is_empty() && url.password().is_none()
    }

    /// Sends a request and reads all of the answer; a text for people when that does not work.
    pub async fn exchange(&self, request: Request) -> Result<Response, String> {
        let Request { method, url, mut headers, body } = request;
        let mut outgoing = http::Request::new(body.unwrap_or_default());
        *outgoing.method_mut() = method;
        *outgoing.uri_mut() = url.as_str().parse().map_err(|error| format!("the address cannot be used: {error}"))?;
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        *outgoing.headers_mut() = headers;
        let (head, mut incoming) = self.0.request(outgoing).await.map_err(|error| unsent(&error))?.into_parts();
        let mut body = Vec::new();
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(|error| chain("the exchange failed".to_owned(), Some(&error)))?;
            if let Some(data) = frame.data_ref() {
                add(data, &mut body)?;
            }
        }
        Ok(Response { status: head.status, headers: head.headers, body })
    }
}

fn unsent(error: &hyper_util::client::legacy::Error) -> String {
    let what = if error.is_connect() { "the connection failed" } else { "the exchange failed" };
    chain(what.to_owned(), Some(error))
}
