use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use twilio_webhook::{AccountSid, Address, AnsweredBy, CallSid, CallStatus, Direction};

use crate::wire;

/// A call, as the REST API shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// Its SID.
    pub sid: CallSid,
    /// The account it belongs to.
    pub account_sid: Option<AccountSid>,
    /// The leg that dialled this one.
    pub parent_call_sid: Option<CallSid>,
    /// Who was called.
    #[serde(default, deserialize_with = "wire::text")]
    pub to: Option<Address>,
    /// Who called.
    #[serde(default, deserialize_with = "wire::text")]
    pub from: Option<Address>,
    /// How far it is.
    pub status: CallStatus,
    /// Who started it.
    #[serde(default, deserialize_with = "wire::text")]
    pub direction: Option<Direction>,
    /// When it was answered.
    #[serde(default, deserialize_with = "wire::time")]
    pub start_time: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(default, deserialize_with = "wire::time")]
    pub end_time: Option<DateTime<Utc>>,
    /// How long it lasted; none for one that goes on or was never answered.
    #[serde(default, deserialize_with = "wire::seconds")]
    pub duration: Option<Duration>,
    /// How long it waited to be placed.
    #[serde(default, deserialize_with = "wire::milliseconds")]
    pub queue_time: Option<Duration>,
    /// Who answered, if machine detection was asked for.
    #[serde(default, deserialize_with = "wire::text")]
    pub answered_by: Option<AnsweredBy>,
    /// Who forwarded it, if the carrier said so.
    #[serde(default, deserialize_with = "wire::text")]
    pub forwarded_from: Option<Address>,
    /// The caller's name from a look-up.
    #[serde(default, deserialize_with = "wire::text")]
    pub caller_name: Option<String>,
    /// What it cost, negative, as a decimal number; comes some time after the end.
    #[serde(default, deserialize_with = "wire::text")]
    pub price: Option<String>,
    /// The currency of the price, as in `USD`.
    #[serde(default, deserialize_with = "wire::text")]
    pub price_unit: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "wire::time")]
    pub date_created: Option<DateTime<Utc>>,
    /// When it last changed.
    #[serde(default, deserialize_with = "wire::time")]
    pub date_updated: Option<DateTime<Utc>>,
    /// All other fields, as they were sent.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
