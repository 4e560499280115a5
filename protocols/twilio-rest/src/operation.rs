//! One request as it will be sent, and where it goes.

use std::fmt;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use twilio_webhook::{AccountSid, Sid};

use crate::endpoint::Endpoint;
use crate::form::Form;
use crate::retry::Repeat;

/// Which of Twilio's APIs: each has a host of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    /// `api`: the 2010 API. Its paths end in `.json`, or it answers in XML.
    Api,
    /// `conversations`: version 1. Its paths must not end in `.json`.
    Conversations,
}

impl Product {
    /// The first part of the host's name.
    pub(crate) const fn host(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Conversations => "conversations",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Api => ".json",
            Self::Conversations => "",
        }
    }
}

/// Where a resource is.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    product: Product,
    text: String,
    /// How much of the text may be shown in logs.
    shown: usize,
}

/// What stands for itself in a part of a path (RFC 3986, "unreserved").
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Path {
    /// A collection of an account, in the 2010 API.
    pub(crate) fn of_account(account: &AccountSid, collection: &str) -> Self {
        let text = format!("/2010-04-01/Accounts/{account}/{collection}");
        Self::new(Product::Api, text)
    }

    /// A collection of the Conversations API.
    pub(crate) fn of_conversations(collection: &str) -> Self {
        Self::new(Product::Conversations, format!("/v1/{collection}"))
    }

    fn new(product: Product, text: String) -> Self {
        let shown = text.len();
        Self {
            product,
            text,
            shown,
        }
    }

    /// Below it: a SID, or the name of a collection.
    pub(crate) fn join(mut self, part: impl AsRef<str>) -> Self {
        let all_shown = self.shown == self.text.len();
        self.text.push('/');
        self.text.push_str(part.as_ref());
        if all_shown {
            self.shown = self.text.len();
        }
        self
    }

    /// The URL of what is not JSON, such as sound.
    pub(crate) fn media_url(&self, endpoint: &Endpoint, extension: &str) -> String {
        format!("{}{}.{extension}", endpoint.origin(self.product), self.text)
    }

    /// Below it: a SID, or a name that somebody chose, which may have any characters and is nobody's
    /// business in a log.
    pub(crate) fn join_name(mut self, name: &str) -> Self {
        if let Ok(sid) = Sid::parse(name) {
            return self.join(sid);
        }
        self.text.push('/');
        self.text.extend(utf8_percent_encode(name, PART));
        self
    }
}

/// One request, before it is sent.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) product: Product,
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) form: Option<Form>,
    pub(crate) repeat: Repeat,
    /// Sent as `X-Twilio-Webhook-Enabled: true`.
    pub(crate) fires_webhooks: bool,
    /// What kind of answer will do.
    pub(crate) accept: &'static str,
    shown: usize,
}

impl Operation {
    /// Looks at one resource.
    pub(crate) fn fetch(path: Path) -> Self {
        Self::new(Method::GET, path, None, Repeat::Harmless)
    }

    /// Fetches what is not JSON, such as sound.
    pub(crate) fn fetch_media(path: Path, extension: &str) -> Self {
        let target = format!("{}.{extension}", path.text);
        Self {
            target,
            accept: "*/*",
            ..Self::fetch(path)
        }
    }

    /// Looks at the first page of a collection.
    pub(crate) fn list(path: Path, query: &Form) -> Self {
        let mut operation = Self::fetch(path);
        if !query.is_empty() {
            // This also writes `StartTime>` as `StartTime%3E`.
            operation.target.push('?');
            operation.target.push_str(&query.encode());
        }
        operation
    }

    /// Looks at the first page of all, as few pages as may be: 1,000 is the most of the 2010 API.
    pub(crate) fn list_all(path: Path) -> Self {
        Self::list_by(path, 1_000)
    }

    /// Looks at the first page of all, of so many each.
    pub(crate) fn list_by(path: Path, page_size: u32) -> Self {
        let mut query = Form::default();
        query.set("PageSize", page_size);
        Self::list(path, &query)
    }

    /// Looks at what comes after `self`, at `target`.
    pub(crate) fn following(&self, target: &str) -> Self {
        let shown = self.shown();
        Self {
            target: target.to_owned(),
            shown: if target.starts_with(shown) {
                shown.len()
            } else {
                0
            },
            ..self.clone()
        }
    }

    /// Makes something, or lets something happen: doing it twice is not doing it once.
    pub(crate) fn create(path: Path, form: Form) -> Self {
        Self::new(Method::POST, path, Some(form), Repeat::Doubles)
    }

    /// Sets values, or asks for an end: doing it twice is doing it once.
    pub(crate) fn set(path: Path, form: Form) -> Self {
        Self::new(Method::POST, path, Some(form), Repeat::Harmless)
    }

    /// Takes a resource away.
    pub(crate) fn delete(path: Path) -> Self {
        Self::new(Method::DELETE, path, None, Repeat::Deletes)
    }

    /// Lets what it changes be reported to webhooks.
    pub(crate) fn firing_webhooks(mut self, fires: bool) -> Self {
        self.fires_webhooks = fires && self.method != Method::GET;
        self
    }

    /// What may be shown of the target: no names, no query.
    pub(crate) fn shown(&self) -> &str {
        &self.target[..self.shown]
    }

    fn new(method: Method, path: Path, form: Option<Form>, repeat: Repeat) -> Self {
        let Path {
            product,
            text: mut target,
            shown,
        } = path;
        target.push_str(product.suffix());
        Self {
            product,
            method,
            target,
            form,
            repeat,
            fires_webhooks: false,
            accept: "application/json",
            shown,
        }
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.shown())
    }
}
