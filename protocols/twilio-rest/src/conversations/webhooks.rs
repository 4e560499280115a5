use chrono::{DateTime, Utc};
use serde_json::Value;
use twilio_webhook::conversations::EventType;
use twilio_webhook::{AccountSid, ConversationSid};

use super::Scope;
use crate::form::{Form, form};
use crate::operation::{Operation, Path};
use crate::sid::WebhookSid;
use crate::wire::resource;
use crate::{CallbackMethod, Error, Pages};

/// The webhooks of one conversation, at most 5; see
/// [`Conversations::webhooks`](super::Conversations::webhooks). They hear of what has happened and
/// cannot refuse it.
#[derive(Debug, Clone)]
pub struct Webhooks<'a> {
    scope: Scope<'a>,
    path: Path,
}

impl<'a> Webhooks<'a> {
    pub(super) const fn new(scope: Scope<'a>, path: Path) -> Self {
        Self { scope, path }
    }

    /// Adds one.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if it may be there: the [`list`](Self::list) tells, or everything is
    /// reported twice.
    pub async fn create(&self, webhook: NewWebhook) -> Result<Webhook, Error> {
        let operation = Operation::create(self.path.clone(), webhook.into_form());
        self.scope.read(operation).await
    }

    /// Looks at one.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn fetch(&self, sid: &WebhookSid) -> Result<Webhook, Error> {
        let operation = Operation::fetch(self.path.clone().join(sid));
        self.scope.read(operation).await
    }

    /// Lists them.
    pub fn list(&self) -> Pages<Webhook> {
        let first = Operation::list_by(self.path.clone(), 5);
        self.scope.pages(first, "webhooks")
    }

    /// Changes one.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn update(
        &self,
        sid: &WebhookSid,
        settings: WebhookSettings,
    ) -> Result<Webhook, Error> {
        let operation = Operation::set(self.path.clone().join(sid), settings.into_form());
        self.scope.read(operation).await
    }

    /// Takes one away.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn delete(&self, sid: &WebhookSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path.clone().join(sid));
        self.scope.done(operation).await
    }
}

resource! {
    /// A webhook of one conversation.
    pub struct Webhook {
        /// Its SID.
        pub sid: WebhookSid,
        /// The conversation.
        pub conversation_sid: Option<ConversationSid>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// `webhook`, `trigger` or `studio`.
        pub target: Option<String>,
        /// What it does: URL, method, filters, triggers, flow.
        pub configuration: Option<Value>,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

form! {
    /// A webhook to be added.
    pub struct NewWebhook {
        /// Also reports the messages that were said after this one, by their index.
        replay_after(u32) = "Configuration.ReplayAfter",
    }
}

impl NewWebhook {
    /// Reports these events to `url`, by `POST` unless [`method`](Self::method) says otherwise.
    pub fn events(url: impl Into<String>, events: impl IntoIterator<Item = EventType>) -> Self {
        let mut webhook = Self::target("webhook", "Configuration.Url", url.into());
        webhook.form.set_all("Configuration.Filters", events);
        webhook
    }

    /// Reports messages with one of these words to `url`.
    pub fn words(
        url: impl Into<String>,
        words: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let mut webhook = Self::target("trigger", "Configuration.Url", url.into());
        let words = words.into_iter().map(Into::into);
        webhook
            .form
            .set_all::<String>("Configuration.Triggers", words);
        webhook
    }

    /// Starts a flow of Studio, `FW…`.
    pub fn studio(flow: impl Into<String>) -> Self {
        Self::target("studio", "Configuration.FlowSid", flow.into())
    }

    /// How it is reported.
    pub fn method(mut self, method: CallbackMethod) -> Self {
        self.form.set("Configuration.Method", lower_case(method));
        self
    }

    fn target(target: &'static str, name: &'static str, value: String) -> Self {
        let mut form = Form::default();
        form.set("Target", target);
        form.set(name, value);
        Self { form }
    }

    fn into_form(self) -> Form {
        self.form
    }
}

form! {
    /// What a webhook is to do.
    #[derive(Default)]
    pub struct WebhookSettings {
        /// Where it reports.
        url(text) = "Configuration.Url",
        /// What it reports.
        events(each EventType) = "Configuration.Filters",
        /// Which words it reports.
        words(texts) = "Configuration.Triggers",
        /// Which flow of Studio it starts.
        flow(text) = "Configuration.FlowSid",
    }
}

impl WebhookSettings {
    /// How it is reported.
    pub fn method(mut self, method: CallbackMethod) -> Self {
        self.form.set("Configuration.Method", lower_case(method));
        self
    }

    fn into_form(self) -> Form {
        self.form
    }
}

/// In this one place Twilio writes methods in lower case.
const fn lower_case(method: CallbackMethod) -> &'static str {
    match method {
        CallbackMethod::Post => "post",
        CallbackMethod::Get => "get",
    }
}
