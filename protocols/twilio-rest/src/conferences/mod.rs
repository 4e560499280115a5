//! Conferences: the resource `/2010-04-01/Accounts/{AccountSid}/Conferences`, and who is in them.

mod participant;
mod participants;
mod resource;

pub use participant::{CreateParticipant, Participant, ParticipantStatus, UpdateParticipant};
pub use participants::Participants;
pub use resource::{Conference, ConferenceStatus, ListConferences};
pub use twilio_webhook::{ConferenceEnded, ConferenceSid};

use crate::form::Form;
use crate::operation::{Operation, Path};
use crate::recordings::RecordingsOf;
use crate::{CallbackMethod, Client, Error, Pages};

/// What can be done with conferences; see [`Client::conferences`]. They are made by `<Conference>`,
/// or by adding the [first participant](Participants::create).
#[derive(Debug, Clone, Copy)]
pub struct Conferences<'a> {
    client: &'a Client,
}

impl<'a> Conferences<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Looks at a conference as it is now.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn fetch(&self, sid: &ConferenceSid) -> Result<Conference, Error> {
        let operation = Operation::fetch(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Lists conferences, the latest first. `<Conference>` goes by names, REST by SIDs: the one
    /// going on under a name is found here.
    pub fn list(&self, which: ListConferences) -> Pages<Conference> {
        let first = Operation::list(self.path(), &which.into_form());
        Pages::new(self.client, first, "conferences")
    }

    /// Ends a conference for everybody in it.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if it has ended.
    pub async fn end(&self, sid: &ConferenceSid) -> Result<Conference, Error> {
        let mut form = Form::default();
        form.set("Status", "completed");
        let operation = Operation::set(self.path().join(sid), form);
        self.client.read(&operation).await
    }

    /// Plays or says something to everybody: TwiML of `<Say>`, `<Play>` and `<Pause>`, or an audio
    /// file.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Ambiguous`] if it may be playing: it is not played twice.
    pub async fn announce(
        &self,
        sid: &ConferenceSid,
        url: impl Into<String>,
        method: CallbackMethod,
    ) -> Result<Conference, Error> {
        let mut form = Form::default();
        form.set("AnnounceUrl", url.into());
        form.set("AnnounceMethod", method);
        let operation = Operation::create(self.path().join(sid), form);
        self.client.read(&operation).await
    }

    /// Who is in a conference: its SID, or, to add the first participant, a name of your choice.
    #[must_use]
    pub fn participants(&self, conference: impl AsRef<str>) -> Participants<'a> {
        let path = self.path().join_name(conference.as_ref());
        Participants::new(self.client, path.join("Participants"))
    }

    /// The recordings of a conference.
    #[must_use]
    pub fn recordings(&self, sid: &ConferenceSid) -> RecordingsOf<'a> {
        RecordingsOf::new(self.client, self.path().join(sid).join("Recordings"))
    }

    fn path(&self) -> Path {
        self.client.path("Conferences")
    }
}
