//! One message to one destination: what the sender asked for.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Channel;

/// One message, over one channel, at one time.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use escalation_core::{Channel, Notification};
///
/// let at = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
/// let call = Notification::at(Channel::PHONE, at)
///     .to_phone_number("+385123")
///     .until(at + TimeDelta::hours(1))
///     .with("order", 17)?;
/// assert_eq!(call.destination(), Some("+385123"));
/// assert_eq!(call.details().get("order"), Some(17));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Notification {
    channel: Channel,
    #[serde(flatten)]
    when: When,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pubnub_channel: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::seconds::option"
    )]
    deadline: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bundle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(flatten)]
    details: Details,
}

/// When a notification is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum When {
    /// At that instant; on the wire the key `at`, in seconds since 1970.
    #[serde(rename = "at", with = "crate::seconds")]
    At(DateTime<Utc>),
    /// That long after the process has started; on the wire the key `after`, in seconds.
    #[serde(rename = "after", with = "crate::seconds::delta")]
    After(TimeDelta),
}

impl When {
    /// The instant, for a process that starts at `started_at`, cut to the microsecond; `None` if
    /// it lies beyond what [`DateTime`] can hold.
    #[must_use]
    pub fn instant(self, started_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let instant = match self {
            Self::At(at) => at,
            Self::After(after) => started_at.checked_add_signed(after)?,
        };
        Some(instant.trunc_subsecs(6))
    }
}

impl Notification {
    /// A notification that is due at an instant.
    #[must_use]
    pub fn at(channel: Channel, at: DateTime<Utc>) -> Self {
        Self::new(channel, When::At(at.trunc_subsecs(6)))
    }

    /// A notification that is due some time after its process has started.
    #[must_use]
    pub fn after(channel: Channel, after: TimeDelta) -> Self {
        Self::new(channel, When::After(after))
    }

    /// A notification that is due then.
    #[must_use]
    pub fn new(channel: Channel, when: When) -> Self {
        Self {
            channel,
            when,
            phone_number: None,
            email: None,
            pubnub_channel: None,
            deadline: None,
            bundle: None,
            template: None,
            details: Details::default(),
        }
    }

    /// Sets `phone-number`.
    #[must_use]
    pub fn to_phone_number(mut self, number: impl Into<String>) -> Self {
        self.phone_number = Some(number.into());
        self
    }

    /// Sets `email`.
    #[must_use]
    pub fn to_email(mut self, address: impl Into<String>) -> Self {
        self.email = Some(address.into());
        self
    }

    /// Sets `pubnub-channel`.
    #[must_use]
    pub fn to_pubnub_channel(mut self, channel: impl Into<String>) -> Self {
        self.pubnub_channel = Some(channel.into());
        self
    }

    /// Sets the instant from which delivering is pointless: from then on it is a dead letter.
    #[must_use]
    pub fn until(mut self, deadline: DateTime<Utc>) -> Self {
        self.deadline = Some(deadline.trunc_subsecs(6));
        self
    }

    /// Names the [template](crate::EngineBuilder::template) of its message.
    #[must_use]
    pub fn saying(mut self, template: impl Into<String>) -> Self {
        self.template = Some(template.into());
        self
    }

    /// Allows it to travel with others of the same tenant, channel and destination that name the
    /// same bundle, as one delivery; how long the first one waits for others says
    /// [`ChannelPolicy::bundle`](crate::ChannelPolicy::bundle).
    #[must_use]
    pub fn bundled_as(mut self, bundle: impl Into<String>) -> Self {
        self.bundle = Some(bundle.into());
        self
    }

    /// Adds a detail for the notifier (an order number, the words to say).
    ///
    /// # Errors
    /// [`DetailError`] if the value has no JSON form or the key has a meaning of its own.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Result<Self, DetailError> {
        self.details.insert(key, value)?;
        Ok(self)
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> &Channel {
        &self.channel
    }

    /// When it is due.
    #[must_use]
    pub const fn when(&self) -> When {
        self.when
    }

    /// The number to call.
    #[must_use]
    pub fn phone_number(&self) -> Option<&str> {
        self.phone_number.as_deref()
    }

    /// The address to write to.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The PubNub channel to publish on.
    #[must_use]
    pub fn pubnub_channel(&self) -> Option<&str> {
        self.pubnub_channel.as_deref()
    }

    /// The instant from which delivering is pointless.
    #[must_use]
    pub const fn deadline(&self) -> Option<DateTime<Utc>> {
        self.deadline
    }

    /// Whether delivering it is pointless by now.
    pub(crate) fn is_past(&self, now: DateTime<Utc>) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    /// The name of its template.
    #[must_use]
    pub fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }

    /// Which others it may travel with.
    #[must_use]
    pub fn bundle(&self) -> Option<&str> {
        self.bundle.as_deref()
    }

    /// Every key that this crate gives no meaning to, as it was sent.
    #[must_use]
    pub const fn details(&self) -> &Details {
        &self.details
    }

    /// Whom it reaches: the field that belongs to the channel; for a channel of your own the
    /// detail `to`, or else the first field that is set.
    #[must_use]
    pub fn destination(&self) -> Option<&str> {
        match self.channel.as_str() {
            "phone" => self.phone_number(),
            "email" => self.email(),
            "pubnub" => self.pubnub_channel(),
            _ => self
                .details
                .text("to")
                .or(self.phone_number())
                .or(self.email())
                .or(self.pubnub_channel()),
        }
    }

    /// The same over another channel.
    #[must_use]
    pub fn over(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }

    /// Takes those details that it does not have itself.
    pub(crate) fn completed_from(mut self, details: &Details) -> Self {
        self.details.complete_from(details);
        self
    }

    pub(crate) fn with_when(&self, when: When) -> Self {
        Self {
            when,
            ..self.clone()
        }
    }
}

/// The keys with a meaning of their own, which no detail may take.
const RESERVED: [&str; 9] = [
    "channel",
    "at",
    "after",
    "phone-number",
    "email",
    "pubnub-channel",
    "deadline",
    "bundle",
    "template",
];

/// A detail that cannot be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetailError {
    /// The key has a meaning of its own.
    #[error("`{key}` is a field of the notification: set it by its own method")]
    Reserved {
        /// The refused key.
        key: String,
    },
    /// The value has no JSON form.
    #[error("the detail `{key}` cannot be written as JSON")]
    NotJson {
        /// The key of the refused value.
        key: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// JSON values by key: what the sender added for the notifier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(BTreeMap<String, Value>);

impl Details {
    /// The value under the key, if it is there and has this type.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        T::deserialize(self.0.get(key)?).ok()
    }

    /// The text under the key, if it is there and is a text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }

    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The first that has more lists and objects in one another than that.
    pub(crate) fn deeper_than(&self, levels: usize) -> Option<&str> {
        let mut details = self.0.iter();
        details
            .find(|(_, value)| deeper_than(value, levels))
            .map(|(key, _)| key.as_str())
    }

    /// Takes what is not there already.
    pub(crate) fn complete_from(&mut self, others: &Self) {
        for (key, value) in &others.0 {
            self.0.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }

    /// The keys, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, key: &str, value: impl Serialize) -> Result<(), DetailError> {
        if RESERVED.contains(&key) {
            return Err(DetailError::Reserved { key: key.into() });
        }
        let value = serde_json::to_value(value).map_err(|source| DetailError::NotJson {
            key: key.into(),
            source: source.into(),
        })?;
        self.0.insert(key.into(), value);
        Ok(())
    }
}

/// Looks no deeper than that itself.
fn deeper_than(value: &Value, levels: usize) -> bool {
    let within = |inner: &Value| deeper_than(inner, levels.saturating_sub(1));
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(within),
        Value::Object(fields) => levels == 0 || fields.values().any(within),
        _ => false,
    }
}
