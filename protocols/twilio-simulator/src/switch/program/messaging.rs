//! Messages, as documents ask for them.

use super::Link;

/// The answer to a message, ready to be done.
#[derive(Debug, Default)]
pub(crate) struct Replies {
    pub(crate) verbs: Vec<Reply>,
    /// The document in one line, for the transcript.
    pub(crate) summary: String,
    /// What Twilio would warn of in the account's log.
    pub(crate) warnings: Vec<(u32, String)>,
}

/// One verb of such an answer.
#[derive(Debug)]
pub(crate) enum Reply {
    Message {
        from: Option<String>,
        to: Option<String>,
        body: String,
        media: Vec<String>,
        callbacks: Vec<Link>,
    },
    Redirect(Link),
}

/// `<Sms>`.
#[derive(Debug)]
pub(crate) struct Sms {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) body: String,
    pub(crate) action: Option<Link>,
    pub(crate) status_callback: Option<Link>,
}
