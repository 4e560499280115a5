//! What our URLs carry of a caller who waits.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use queue_dispatch::{CallId, ClassId};
use serde::{Deserialize, Deserializer, Serialize, de};
use twiml::voice::Enqueue;

use super::twilio_queue;

/// How often a caller who was thrown out of Twilio's queue by an error is put back.
const PUT_BACK: u8 = 6;

/// What we know of a caller who waits. Carried in the URLs of their wait, so that it survives a restart of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Carried {
    pub(crate) class: Class,
    pub(crate) topic: Topic,
    #[serde(
        serialize_with = "chrono::serde::ts_seconds::serialize",
        deserialize_with = "instant"
    )]
    pub(crate) since: DateTime<Utc>,
    #[serde(deserialize_with = "text")]
    pub(crate) put_back: u8,
}

/// Which line they wait in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    Premium,
    Regular,
}

impl Class {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Premium => "premium",
            Self::Regular => "regular",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Premium, Self::Regular]
            .into_iter()
            .find(|class| class.name() == name)
    }

    /// As the queue numbers it.
    pub(crate) const fn id(self) -> ClassId {
        match self {
            Self::Premium => ClassId::PREMIUM,
            Self::Regular => ClassId::REGULAR,
        }
    }
}

/// What they want to talk about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Topic {
    Sales,
    Support,
    Any,
}

impl Topic {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Support => "support",
            Self::Any => "any",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Sales, Self::Support, Self::Any]
            .into_iter()
            .find(|topic| topic.name() == name)
    }
}

impl Carried {
    /// A caller of whom no more is known.
    pub(crate) fn of(class: ClassId, since: DateTime<Utc>) -> Self {
        Self {
            class: match class {
                ClassId::PREMIUM => Class::Premium,
                _ => Class::Regular,
            },
            topic: Topic::Any,
            since,
            put_back: 0,
        }
    }

    /// The same caller, put back in line after an error; `None` when that was tried often enough.
    pub(crate) fn after_error(self) -> Option<Self> {
        (self.put_back < PUT_BACK).then_some(Self {
            put_back: self.put_back + 1,
            ..self
        })
    }

    /// As the query of a URL.
    pub(crate) fn query(self) -> String {
        let (class, topic) = (self.class.name(), self.topic.name());
        let (since, put_back) = (self.since.timestamp(), self.put_back);
        format!("class={class}&topic={topic}&since={since}&put_back={put_back}")
    }

    /// The verb that puts the caller into their Twilio queue.
    pub(crate) fn enqueue(self, call: CallId) -> Enqueue {
        self.enqueue_to(call, "wait")
    }

    /// The verb that puts the caller into their Twilio queue, to hear this page meanwhile.
    pub(crate) fn enqueue_to(self, call: CallId, page: &str) -> Enqueue {
        let carried = self.query();
        Enqueue::new(twilio_queue(call))
            .wait_url(format!("{page}?{carried}"))
            .action(format!("left?{carried}"))
    }
}

/// In a query everything is text, and beside flattened fields serde does not read numbers from it.
fn text<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(i64),
    }
    let text = match Either::deserialize(from)? {
        Either::Text(text) => text,
        Either::Number(number) => number.to_string(),
    };
    text.parse().map_err(de::Error::custom)
}

fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let seconds = text(from)?;
    DateTime::from_timestamp(seconds, 0)
        .ok_or_else(|| de::Error::custom(format_args!("{seconds} s is beyond the calendar")))
}
