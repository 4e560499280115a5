//! Who may sign in.

use queue_dispatch::AgentId;

use super::password::{self, PasswordError};
use crate::records::{Account, Records, RecordsError, Role, Session};
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

/// Lets somebody sign in to the console from now on, with this password, on all servers that share the records. Whoever
/// had the name before is replaced, and signed out wherever they are signed in.
///
/// # Errors
/// [`AccountError`] says what cannot be taken.
pub async fn keep_account(
    records: &Records,
    name: &str,
    password: &str,
    role: Role,
    agent: Option<u64>,
) -> Result<(), AccountError> {
    let name = key(name);
    if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(AccountError::Name { name });
    }
    if password.chars().count() < SHORTEST_PASSWORD || password.len() > LONGEST_PASSWORD {
        return Err(AccountError::Password);
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || password::hash(&password)).await;
    let hash = hashed.map_err(|_| PasswordError::Busy)??;
    records.put(&name, &Account::new(agent, hash, role)).await?;
    // A password is often changed because somebody else knows it.
    Ok(sign_out(records, &name).await?)
}

/// Lets nobody sign in by this name any more, on all servers that share the records, and signs out whoever has; whether
/// there was such an account.
///
/// # Errors
/// When the records cannot be read or written.
pub async fn remove_account(records: &Records, name: &str) -> Result<bool, RecordsError> {
    let name = key(name);
    let mut known = false;
    records
        .update::<Account>(&name, |account| {
            known = account.is_some();
            None
        })
        .await?;
    sign_out(records, &name).await?;
    Ok(known)
}

/// Ends all sessions of an account.
async fn sign_out(records: &Records, name: &str) -> Result<(), RecordsError> {
    for (key, session) in records.all::<Session>() {
        if session.account == name {
            records.remove::<Session>(&key).await?;
        }
    }
    Ok(())
}

/// A password that nobody can guess, and that can be read out: 80 bits in five words of four letters.
///
/// # Errors
/// [`PasswordError::Random`].
pub fn made_up_password() -> Result<String, PasswordError> {
    /// 32 letters and digits that nobody takes for another.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(|_| PasswordError::Random)?;
    let mut password = String::new();
    for (place, byte) in bytes.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(password)
}

impl PhoneSystem {
    /// Lets somebody sign in to the console, as [`keep_account`].
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
        if let Some(agent) = agent.filter(|agent| self.settings().rep(*agent).is_none()) {
            return Err(AccountError::Agent { agent });
        }
        let agent = agent.map(AgentId::number);
        keep_account(self.records(), name, password, role, agent).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_password_is_another_each_time() {
        let (one, other) = (made_up_password().unwrap(), made_up_password().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), one.matches('-').count()), (24, 4), "{one}");
    }
}
