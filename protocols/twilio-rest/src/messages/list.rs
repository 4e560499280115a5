use chrono::{DateTime, Utc};
use twilio_webhook::Address;

use crate::form::{Form, form};

form! {
    /// Which messages to list: those that match all that is given.
    #[derive(Default)]
    pub struct ListMessages {
        /// Who gets it.
        to(into Address) = "To",
        /// Who sends it.
        from(into Address) = "From",
        /// Sent at or after this time. A message that waits has not been sent, so it is not among
        /// these.
        sent_after(DateTime<Utc>) = "DateSent>",
        /// Sent at or before this time.
        sent_before(DateTime<Utc>) = "DateSent<",
        /// How many come in one request: 1 to 1,000, 50 by default.
        page_size(u32) = "PageSize",
    }
}

impl ListMessages {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
