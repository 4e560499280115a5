//! Noticing commits.

use tokio::sync::watch::Receiver;

/// Notices what is committed after it was made: at once what this [`SqliteFile`](crate::SqliteFile)
/// commits, within [`look_every`](crate::OpenOptions::look_every), or
/// [`look_when_idle_every`](crate::OpenOptions::look_when_idle_every), what anybody else does, in this
/// program or another.
///
/// While it lives, the file's thread looks for others' commits.
#[derive(Debug)]
pub struct Watch(pub(crate) Receiver<()>);

impl Watch {
    /// Resolves when something was committed since the watch was made, or since this resolved last.
    /// May resolve for nothing, and never does for a file that is closed.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
