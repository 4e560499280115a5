//! Recordings: the resource `/2010-04-01/Accounts/{AccountSid}/Recordings`, and those of one call or
//! conference that may still be going on.

mod of;
mod resource;
mod start;

pub use of::RecordingsOf;
pub use resource::{ListRecordings, MediaFormat, Recording, RecordingStatus};
pub use start::StartRecording;
pub use twilio_webhook::{RecordingSid, RecordingSource};

use bytes::Bytes;

use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// What can be done with the account's recordings; see [`Client::recordings`].
#[derive(Debug, Clone, Copy)]
pub struct Recordings<'a> {
    client: &'a Client,
}

impl<'a> Recordings<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Looks at a recording.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn fetch(&self, sid: &RecordingSid) -> Result<Recording, Error> {
        let operation = Operation::fetch(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Lists recordings, the latest first.
    pub fn list(&self, which: ListRecordings) -> Pages<Recording> {
        let first = Operation::list(self.path(), &which.into_form());
        Pages::new(self.client, first, "recordings")
    }

    /// Takes a recording away, sound and all.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn delete(&self, sid: &RecordingSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path().join(sid));
        self.client.done(&operation).await
    }

    /// Where the sound is. Who fetches it needs the account's credentials, unless the account is
    /// set to let anybody.
    #[must_use]
    pub fn media_url(&self, sid: &RecordingSid, format: MediaFormat) -> String {
        let path = self.path().join(sid);
        path.media_url(self.client.endpoint(), format.as_str())
    }

    /// The sound, all of it: about 1 MB a minute as WAV, a quarter of that as MP3. What is longer than the
    /// client's [`body_limit`](crate::ClientBuilder::body_limit) is not fetched.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's, or not ready yet.
    pub async fn sound(&self, sid: &RecordingSid, format: MediaFormat) -> Result<Bytes, Error> {
        let operation = Operation::fetch_media(self.path().join(sid), format.as_str());
        self.client.bytes(&operation).await
    }

    fn path(&self) -> Path {
        self.client.path("Recordings")
    }
}
