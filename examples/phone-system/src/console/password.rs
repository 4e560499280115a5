//! Passwords, which are kept only as hashes.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

/// A hash takes 19 MiB and some ten milliseconds of a processor: so many are computed at once.
const AT_ONCE: usize = 2;
/// So many more wait for their turn; whoever comes then shall come again.
const WAITING: usize = 32;
/// Compared with when there is no such account, so that the answer takes as long. It is the hash of no password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords, off the threads that serve requests.
#[derive(Debug)]
pub(crate) struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Semaphore,
}

/// Why no answer about a password can be given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Too many are being checked.
    #[error("too many sign in at once: try again in a moment")]
    Busy,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
    /// The hash could not be computed.
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Semaphore::new(AT_ONCE + WAITING),
        }
    }
}

impl Passwords {
    /// Whether this is the password of the account with this hash; `None` if there is no such account.
    pub(crate) async fn is(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let _place = self
            .waiting
            .try_acquire()
            .map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.at_once)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Busy)?;
        let compared = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, even if whoever asked has gone away.
            let _turn = turn;
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODY);
            let matches = PasswordHash::new(hash).is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            });
            known && matches
        });
        compared.await.map_err(|_| PasswordError::Busy)
    }
}

/// The hash of a password, with a salt of its own. Takes some ten milliseconds.
pub(crate) fn hash(password: &str) -> Result<String, PasswordError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Random)?;
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits_its_hash() {
        let passwords = Passwords::default();
        let hash = hash("correct horse").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(hash, super::hash("correct horse").unwrap(), "salted");
        let is = async |password: &str, hash: Option<&str>| {
            passwords
                .is(password.to_owned(), hash.map(str::to_owned))
                .await
                .unwrap()
        };
        assert!(is("correct horse", Some(&hash)).await);
        assert!(!is("battery staple", Some(&hash)).await);
        assert!(!is("correct horse", None).await);
        assert!(!is("", Some("not a hash")).await);
    }

    #[test]
    fn nobody_has_the_same_cost_as_everybody() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let anybody = hash("x").unwrap();
        let anybody = PasswordHash::new(&anybody).unwrap();
        assert_eq!(nobody.params, anybody.params);
        assert_eq!(nobody.hash.unwrap().len(), anybody.hash.unwrap().len());
    }
}
