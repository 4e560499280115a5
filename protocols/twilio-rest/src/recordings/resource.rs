use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{AccountSid, CallSid, ConferenceSid, RecordingSid, RecordingSource};

use crate::form::{Form, form};
use crate::wire::resource;
use crate::words::{open_words, words};

resource! {
    /// A recording.
    pub struct Recording {
        /// Its SID.
        pub sid: RecordingSid,
        /// How far it is.
        pub status: Option<RecordingStatus>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// The call that was recorded.
        pub call_sid: Option<CallSid>,
        /// The conference that was recorded.
        pub conference_sid: Option<ConferenceSid>,
        /// What made it.
        pub source: Option<RecordingSource>,
        /// How long it is; none while it goes on.
        pub duration: Option<Duration>,
        /// 1, or 2 with each side in a channel of its own.
        pub channels: Option<u32>,
        /// When it began.
        pub start_time: Option<DateTime<Utc>>,
        /// Where the sound is, as in [`Recordings::media_url`](super::Recordings::media_url).
        pub media_url: Option<String>,
        /// Why it could not be made.
        pub error_code: Option<u32>,
        /// What it cost, negative, as a decimal number.
        pub price: Option<String>,
        /// The currency of the price, as in `USD`.
        pub price_unit: Option<String>,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

open_words! {
    /// How far a recording is.
    pub enum RecordingStatus {
        /// Going on.
        InProgress = "in-progress",
        /// To be gone on with.
        Paused = "paused",
        /// Ended, by request.
        Stopped = "stopped",
        /// Being made ready.
        Processing = "processing",
        /// To be had.
        Completed = "completed",
        /// Nothing was recorded.
        Absent = "absent",
        /// Taken away.
        Deleted = "deleted",
    }
}

words! {
    /// How sound is written.
    pub enum MediaFormat {
        /// MPEG layer 3.
        Mp3 = "mp3",
        /// 16-bit PCM, 8 kHz.
        Wav = "wav",
    }
}

form! {
    /// Which recordings to list: those that match all that is given.
    #[derive(Default)]
    pub struct ListRecordings {
        /// Of this call.
        call(CallSid) = "CallSid",
        /// Of this conference.
        conference(ConferenceSid) = "ConferenceSid",
        /// Created at or after this time.
        created_after(DateTime<Utc>) = "DateCreated>",
        /// Created at or before this time.
        created_before(DateTime<Utc>) = "DateCreated<",
        /// Those too that were taken away within the last 40 days.
        include_soft_deleted(bool) = "IncludeSoftDeleted",
        /// How many come in one request: 1 to 1,000, 50 by default.
        page_size(u32) = "PageSize",
    }
}

impl ListRecordings {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
