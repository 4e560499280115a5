use twilio_webhook::CallSid;

use super::{CreateParticipant, Participant, UpdateParticipant};
use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// Who is in a conference; see [`Conferences::participants`](super::Conferences::participants).
#[derive(Debug, Clone)]
pub struct Participants<'a> {
    client: &'a Client,
    path: Path,
}

impl<'a> Participants<'a> {
    pub(crate) const fn new(client: &'a Client, path: Path) -> Self {
        Self { client, path }
    }

    /// Calls somebody into the conference.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if a phone may ring: [`list`](Self::list) shows who is in, or on the
    /// way; a [`label`](CreateParticipant::label) tells which is yours.
    pub async fn create(&self, participant: CreateParticipant) -> Result<Participant, Error> {
        let operation = Operation::create(self.path.clone(), participant.into_form());
        self.client.read(&operation).await
    }

    /// Looks at a participant.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if that call is not in the conference.
    pub async fn fetch(&self, call: &CallSid) -> Result<Participant, Error> {
        let operation = Operation::fetch(self.path.clone().join(call));
        self.client.read(&operation).await
    }

    /// Lists who is in the conference, 1,000 to a page.
    pub fn list(&self) -> Pages<Participant> {
        let first = Operation::list_all(self.path.clone());
        Pages::new(self.client, first, "participants")
    }

    /// Mutes, holds, coaches, speaks to a participant.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if that call is not in the conference;
    /// [`Error::Ambiguous`] if an announcement may be playing: it is not played twice.
    pub async fn update(
        &self,
        call: &CallSid,
        change: UpdateParticipant,
    ) -> Result<Participant, Error> {
        let operation = change.into_operation(self.path.clone().join(call));
        self.client.read(&operation).await
    }

    /// Hangs up on a participant.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if that call is not in the conference.
    pub async fn remove(&self, call: &CallSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path.clone().join(call));
        self.client.done(&operation).await
    }
}
