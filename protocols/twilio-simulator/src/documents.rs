//! A host made of documents, without any server.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use twilio_webhook::Params;

use crate::transport::{Took, Transport, TransportError};

/// An answer that [`Documents`] gives: a body, and for which requests it is.
#[derive(Clone, Debug)]
pub struct Document {
    url: String,
    body: Bytes,
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    content_type: Option<String>,
    takes: Duration,
    nth: Option<RangeInclusive<u32>>,
    when: Vec<(String, String)>,
    fails: Option<TransportError>,
}

impl Document {
    /// Served as `text/xml` with status 200 for every request to this URL, whose query counts.
    #[must_use]
    pub fn new(url: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            body: Bytes::from(body.into()),
            status: StatusCode::OK,
            headers: Vec::new(),
            content_type: Some("text/xml".to_owned()),
            takes: Duration::ZERO,
            nth: None,
            when: Vec::new(),
            fails: None,
        }
    }

    /// Served with this status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Served with this content type; empty for none.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into()).filter(|given| !given.is_empty());
        self
    }

    /// Served with this header as well.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer takes so much virtual time.
    #[must_use]
    pub fn takes(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    /// Only for these requests to the URL, counted from 1.
    #[must_use]
    pub fn nth(mut self, requests: RangeInclusive<u32>) -> Self {
        self.nth = Some(requests);
        self
    }

    /// Only for requests with this parameter; `>=60` as value compares whole numbers.
    #[must_use]
    pub fn when(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.when.push((name.into(), value.into()));
        self
    }

    /// No answer comes, for this reason.
    #[must_use]
    pub fn fails(mut self, error: TransportError) -> Self {
        self.fails = Some(error);
        self
    }

    fn suits<'a>(&self, url: &str, count: u32, params: impl Fn() -> &'a Params) -> bool {
        self.url == url
            && self.nth.as_ref().is_none_or(|nth| nth.contains(&count))
            && self
                .when
                .iter()
                .all(|(name, wanted)| matches(params().get(name), wanted))
    }
}

fn matches(given: Option<&str>, wanted: &str) -> bool {
    let Some(given) = given else {
        return false;
    };
    match wanted.strip_prefix(">=") {
        Some(least) => match (given.parse::<i64>(), least.parse::<i64>()) {
            (Ok(given), Ok(least)) => given >= least,
            _ => false,
        },
        None => given == wanted,
    }
}

/// A host in memory: URLs and what they answer. Everything else is 404.
///
/// ```
/// use std::sync::Arc;
/// use twilio_simulator::{Document, Documents, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// let host = Documents::new()
///     .with(Document::new("http://app.test/voice", "<Response><Say>Hello</Say></Response>"));
/// let sim = Simulator::builder("AC00000000000000000000000000000000", "secret")
///     .transport(Arc::new(host))
///     .build()
///     .await?;
/// # let _ = sim;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Documents {
    documents: Vec<Document>,
    counts: Mutex<HashMap<String, u32>>,
}

impl Documents {
    /// A host that has nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document. Of those that suit a request, the first added is served.
    #[must_use]
    pub fn with(mut self, document: Document) -> Self {
        self.documents.push(document);
        self
    }
}

#[async_trait]
impl Transport for Documents {
    async fn send(&self, request: http::Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let full = request.uri().to_string();
        let (bare, query) = full.split_once('?').unwrap_or((&full, ""));
        // A GET carries the parameters after the query that the URL has of its own.
        let own_query = own_query(query);
        let url = if own_query.is_empty() {
            bare.to_owned()
        } else {
            format!("{bare}?{own_query}")
        };
        // Most documents are served whatever the parameters are.
        let params = OnceCell::new();
        let params = || params.get_or_init(|| all_params(query, request.body()));
        let count = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(url.clone()).or_default();
            *count += 1;
            *count
        };
        let suits = |document: &&Document| document.suits(&url, count, params);
        let Some(document) = self.documents.iter().find(suits) else {
            return Ok(answer(StatusCode::NOT_FOUND, Bytes::new()));
        };
        if let Some(error) = &document.fails {
            return Err(error.clone());
        }
        let mut response = answer(document.status, document.body.clone());
        if let Some(content_type) = &document.content_type
            && let Ok(value) = HeaderValue::from_str(content_type)
        {
            response.headers_mut().insert(CONTENT_TYPE, value);
        }
        for (name, value) in &document.headers {
            response.headers_mut().append(name, value.clone());
        }
        response.extensions_mut().insert(Took(document.takes));
        Ok(response)
    }
}

fn all_params(query: &str, form: &[u8]) -> Params {
    let mut params = Params::from_query(query).unwrap_or_default();
    if let Ok(form) = Params::from_form(form) {
        params.extend(form);
    }
    params
}

/// What stands in a query before the parameters that Twilio appends, the first of which is a SID.
fn own_query(query: &str) -> &str {
    ["CallSid=", "MessageSid=", "AccountSid="]
        .iter()
        .filter_map(|first| query.find(first))
        .filter(|at| *at == 0 || query.as_bytes()[at - 1] == b'&')
        .min()
        .map_or(query, |at| query[..at].trim_end_matches('&'))
}

fn answer(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
