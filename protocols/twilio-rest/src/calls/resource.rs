use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{AccountSid, Address, AnsweredBy, CallSid, CallStatus, Direction};

use crate::wire::resource;

resource! {
    /// A call, as the REST API shows it.
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
        pub queue_time: Option<Duration> as milliseconds,
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
    }
}
