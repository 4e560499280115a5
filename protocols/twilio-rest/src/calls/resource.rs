use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value};
use twilio_webhook::{AccountSid, Address, AnsweredBy, CallSid, CallStatus, Direction};

use crate::wire::{Fields, WrongField};

/// A call, as the REST API shows it.
///
/// Only SID and status must be there. A field that is null, or empty, is none here; one that cannot
/// be read stays in `extra` as it was sent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// Its SID.
    pub sid: CallSid,
    /// How far it is.
    pub status: CallStatus,
    /// The account it belongs to.
    pub account_sid: Option<AccountSid>,
    /// The leg that dialled this one.
    pub parent_call_sid: Option<CallSid>,
    /// Who was called.
    pub to: Option<Address>,
    /// Who called.
    pub from: Option<Address>,
    /// Who started it.
    pub direction: Option<Direction>,
    /// When it was dialled.
    pub start_time: Option<DateTime<Utc>>,
    /// When it ended.
    pub end_time: Option<DateTime<Utc>>,
    /// How long it lasted; none for one that goes on or was never answered.
    pub duration: Option<Duration>,
    /// How long it waited to be placed.
    pub queue_time: Option<Duration>,
    /// Who answered, if machine detection was asked for.
    pub answered_by: Option<AnsweredBy>,
    /// Who forwarded it, if the carrier said so.
    pub forwarded_from: Option<Address>,
    /// The caller's name from a look-up.
    pub caller_name: Option<String>,
    /// What it cost, negative, as a decimal number; comes some time after the end.
    pub price: Option<String>,
    /// The currency of the price, as in `USD`.
    pub price_unit: Option<String>,
    /// When it was created.
    pub date_created: Option<DateTime<Utc>>,
    /// When it last changed.
    pub date_updated: Option<DateTime<Utc>>,
    /// All other fields, as they were sent.
    pub extra: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Fields::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Call {
    fn read(mut fields: Fields) -> Result<Self, WrongField> {
        Ok(Self {
            sid: fields.required("sid")?,
            status: fields
                .required::<String>("status")
                .map(|word| CallStatus::from(&*word))?,
            account_sid: fields.parsed("account_sid"),
            parent_call_sid: fields.parsed("parent_call_sid"),
            to: fields.text("to"),
            from: fields.text("from"),
            direction: fields.text("direction"),
            start_time: fields.time("start_time"),
            end_time: fields.time("end_time"),
            duration: fields.seconds("duration"),
            queue_time: fields.milliseconds("queue_time"),
            answered_by: fields.text("answered_by"),
            forwarded_from: fields.text("forwarded_from"),
            caller_name: fields.text("caller_name"),
            price: fields.text("price"),
            price_unit: fields.text("price_unit"),
            date_created: fields.time("date_created"),
            date_updated: fields.time("date_updated"),
            extra: fields.rest(),
        })
    }
}
