//! Who may sign in.

use queue_dispatch::AgentId;

use super::password::{self, PasswordError};
use crate::records::{Account, RecordsError, Role};
use crate::system::PhoneSystem;

/// The longest name, in bytes.
pub(crate) const LONGEST_NAME: usize = 64;
/// The shortest password that is taken, in characters, as NIST SP 800-63B asks, and the longest, in bytes.
const SHORTEST_PASSWORD: usize = 8;
pub(crate) const LONGEST_PASSWORD: usize = 256;

/// Why an account cannot be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// The name is empty, too long, or more than a line.
    #[error("{name:?} is no name: expected up to {LONGEST_NAME} bytes in one line")]
    Name {
        /// The name.
        name: String,
    },
    /// The password is too short or too long.
    #[error(
        "the password needs at least {SHORTEST_PASSWORD} characters, and at most {LONGEST_PASSWORD} bytes"
    )]
    Password,
    /// There is no such agent.
    #[error("there is no agent {agent}: agents are numbered as PHONE_REPS lists them, from 1")]
    Agent {
        /// The number.
        agent: AgentId,
    },
    /// The password cannot be hashed.
    #[error(transparent)]
    Hash(#[from] PasswordError),
    /// The account cannot be written down.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

/// A name as it is looked up: how somebody writes it does not matter.
pub(crate) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl PhoneSystem {
    /// Lets somebody sign in to the console from now on, with this password. An account of the same name is replaced.
    ///
    /// # Errors
    /// [`AccountError`] says what cannot be taken.
    pub async fn add_account(
        &self,
        name: &str,
        password: &str,
        role: Role,
        agent: Option<AgentId>,
    ) -> Result<(), AccountError> {
        let name = key(name);
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(AccountError::Name { name });
        }
        if password.chars().count() < SHORTEST_PASSWORD || password.len() > LONGEST_PASSWORD {
            return Err(AccountError::Password);
        }
        if let Some(agent) = agent.filter(|agent| self.settings().rep(*agent).is_none()) {
            return Err(AccountError::Agent { agent });
        }
        let password = password.to_owned();
        let hashed = tokio::task::spawn_blocking(move || password::hash(&password)).await;
        let hash = hashed.map_err(|_| PasswordError::Busy)??;
        let account = Account::new(agent.map(AgentId::number), hash, role);
        self.records().put(&name, &account).await?;
        Ok(())
    }
}
