use chrono::{DateTime, Utc};
use twilio_webhook::{Address, CallSid, CallStatus};

use crate::form::{Form, form};

form! {
    /// Which calls to list: those that match all that is given.
    ///
    /// ```
    /// use twilio_rest::{CallStatus, ListCalls};
    ///
    /// let ringing = ListCalls::default().to("+441134960000").status(CallStatus::Ringing);
    /// # let _ = ringing;
    /// ```
    #[derive(Default)]
    pub struct ListCalls {
        /// Who was called.
        to(into Address) = "To",
        /// Who called.
        from(into Address) = "From",
        /// How far it is.
        status(CallStatus) = "Status",
        /// The leg that dialled it.
        parent_call(CallSid) = "ParentCallSid",
        /// Started at or after this time. Queued calls have not started, so they are not among
        /// these.
        started_after(DateTime<Utc>) = "StartTime>",
        /// Started at or before this time.
        started_before(DateTime<Utc>) = "StartTime<",
        /// Ended at or after this time.
        ended_after(DateTime<Utc>) = "EndTime>",
        /// Ended at or before this time.
        ended_before(DateTime<Utc>) = "EndTime<",
        /// How many come in one request: 1 to 1,000, 50 by default.
        page_size(u32) = "PageSize",
    }
}

impl ListCalls {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
