use chrono::{DateTime, NaiveDate, Utc};
use twilio_webhook::{AccountSid, CallSid, ConferenceEnded, ConferenceSid};

use crate::form::{Form, form};
use crate::wire::resource;
use crate::words::open_words;

resource! {
    /// A conference.
    pub struct Conference {
        /// Its SID.
        pub sid: ConferenceSid,
        /// How far it is.
        pub status: ConferenceStatus,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// Its name, as `<Conference>` says it.
        pub friendly_name: Option<String>,
        /// Where it is mixed, as in `us1`.
        pub region: Option<String>,
        /// Why it ended.
        pub reason_conference_ended: Option<ConferenceEnded>,
        /// Who ended it by leaving.
        pub call_sid_ending_conference: Option<CallSid>,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

open_words! {
    /// How far a conference is.
    pub enum ConferenceStatus {
        /// Waiting to begin.
        Init = "init",
        /// Going on.
        InProgress = "in-progress",
        /// Over.
        Completed = "completed",
    }
}

form! {
    /// Which conferences to list: those that match all that is given.
    #[derive(Default)]
    pub struct ListConferences {
        /// Its name.
        friendly_name(text) = "FriendlyName",
        /// How far it is.
        status(ConferenceStatus) = "Status",
        /// Created on this day (UTC) or later.
        created_after(NaiveDate) = "DateCreated>",
        /// Created on this day (UTC) or earlier.
        created_before(NaiveDate) = "DateCreated<",
        /// Changed on this day (UTC) or later.
        updated_after(NaiveDate) = "DateUpdated>",
        /// Changed on this day (UTC) or earlier.
        updated_before(NaiveDate) = "DateUpdated<",
        /// How many come in one request: 1 to 1,000, 50 by default.
        page_size(u32) = "PageSize",
    }
}

impl ListConferences {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
