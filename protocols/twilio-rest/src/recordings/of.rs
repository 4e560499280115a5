use twilio_webhook::RecordingSid;

use super::{Recording, RecordingStatus};
use crate::form::Form;
use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// The recordings of one call or conference; see
/// [`Calls::recordings`](crate::Calls::recordings) and
/// [`Conferences::recordings`](crate::conferences::Conferences::recordings).
#[derive(Debug, Clone)]
pub struct RecordingsOf<'a> {
    client: &'a Client,
    path: Path,
}

impl<'a> RecordingsOf<'a> {
    pub(crate) const fn new(client: &'a Client, path: Path) -> Self {
        Self { client, path }
    }

    /// Lists them, the latest first, 1,000 to a page.
    pub fn list(&self) -> Pages<Recording> {
        let first = Operation::list_all(self.path.clone());
        Pages::new(self.client, first, "recordings")
    }

    /// Pauses a recording: what is said meanwhile is silence in it.
    ///
    /// # Errors
    /// [`Error`], if it is not going on, among others.
    pub async fn pause(&self, sid: &RecordingSid) -> Result<Recording, Error> {
        self.set_status(sid, RecordingStatus::Paused).await
    }

    /// Goes on with a paused recording.
    ///
    /// # Errors
    /// [`Error`], if it is not paused, among others.
    pub async fn resume(&self, sid: &RecordingSid) -> Result<Recording, Error> {
        self.set_status(sid, RecordingStatus::InProgress).await
    }

    /// Ends a recording.
    ///
    /// # Errors
    /// [`Error`], if it has ended, among others.
    pub async fn stop(&self, sid: &RecordingSid) -> Result<Recording, Error> {
        self.set_status(sid, RecordingStatus::Stopped).await
    }

    async fn set_status(
        &self,
        sid: &RecordingSid,
        status: RecordingStatus,
    ) -> Result<Recording, Error> {
        let mut form = Form::default();
        form.set("Status", status);
        let operation = Operation::set(self.path.clone().join(sid), form);
        self.client.read(&operation).await
    }
}
