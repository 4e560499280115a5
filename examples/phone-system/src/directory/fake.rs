//! A directory without a directory: for the demo and the tests.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use twilio_webhook::PhoneNumber;

use super::{Directory, DirectoryError};
use crate::records::Profile;

/// Knows whom it was told of, after a while, unless it is out of order.
///
/// ```
/// use std::time::Duration;
/// use phone_system::directory::FakeDirectory;
///
/// let directory = FakeDirectory::new()
///     .knows("+447700900301", br#"{"name":"Mrs Hall","company":"Hall & Sons","open_tickets":2}"#)
///     .fails_for("+447700900302", 2)
///     .takes(Duration::from_secs(2));
/// # let _ = directory;
/// ```
#[derive(Debug, Default)]
pub struct FakeDirectory {
    people: BTreeMap<String, Vec<u8>>,
    failures: Mutex<BTreeMap<String, u32>>,
    takes: Duration,
}

impl FakeDirectory {
    /// A directory that knows nobody and answers at once.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers this JSON about this number.
    #[must_use]
    pub fn knows(mut self, number: impl Into<String>, json: impl Into<Vec<u8>>) -> Self {
        self.people.insert(number.into(), json.into());
        self
    }

    /// Cannot be reached, the first so many times that it is asked about this number.
    #[must_use]
    pub fn fails_for(mut self, number: impl Into<String>, times: u32) -> Self {
        let failures = self.failures.get_mut();
        failures
            .unwrap_or_else(PoisonError::into_inner)
            .insert(number.into(), times);
        self
    }

    /// Takes so long to answer, on the wall's clock.
    #[must_use]
    pub fn takes(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    fn fails(&self, number: &str) -> bool {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get_mut(number) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

#[async_trait]
impl Directory for FakeDirectory {
    async fn look_up(&self, number: &PhoneNumber) -> Result<Option<Profile>, DirectoryError> {
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        if self.fails(number.as_str()) {
            return Err(DirectoryError::Unreachable("it is out of order".to_owned()));
        }
        let json = self.people.get(number.as_str());
        json.map(|json| super::reading::profile(json)).transpose()
    }
}
