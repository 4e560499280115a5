//! Looking a caller up, beside the call.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use queue_dispatch::CallId;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use twilio_webhook::PhoneNumber;

use super::{Directory, DirectoryError};
use crate::one_line;
use crate::records::{Call, LookUp, Records};
use crate::system::PhoneSystem;
use crate::talk::ActionError;

/// How often a directory is asked about one caller.
const ATTEMPTS: u32 = 3;
/// How long it may take for an answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long after a failure it is asked again; twice that after the next.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// How many callers are looked up at once.
const AT_ONCE: usize = 16;
/// A look-up that is said to be under way for this long has died with its server.
const DEAD: TimeDelta = TimeDelta::minutes(2);

/// The directory, and who is being looked up in it.
#[derive(Debug)]
pub(crate) struct LookUps {
    directory: Arc<dyn Directory>,
    turns: Semaphore,
    patience: Duration,
    after_failure: Duration,
}

impl LookUps {
    pub(crate) fn new(directory: Arc<dyn Directory>) -> Self {
        Self {
            directory,
            turns: Semaphore::new(AT_ONCE),
            patience: PATIENCE,
            after_failure: AFTER_FAILURE,
        }
    }

    /// Asks until there is an answer, and writes down how it goes.
    async fn look_up(&self, records: &Records, clock: &dyn Clock, key: &str, number: &PhoneNumber) {
        let since = clock.now();
        let under_way = |attempt| LookUp::UnderWay { since, attempt };
        write(records, key, under_way(1)).await;
        // The semaphore is never closed, so waiting for a turn does not fail.
        let _turn = self.turns.acquire().await;
        let mut pause = self.after_failure;
        for attempt in 1.. {
            if attempt > 1 {
                write(records, key, under_way(attempt)).await;
            }
            let too_late = || {
                let seconds = self.patience.as_secs_f32();
                DirectoryError::Unreachable(format!("no answer within {seconds} s"))
            };
            let answer = timeout(self.patience, self.directory.look_up(number))
                .await
                .unwrap_or_else(|_| Err(too_late()));
            let state = match answer {
                Ok(Some(profile)) => LookUp::Found { profile },
                Ok(None) => LookUp::Unknown,
                Err(error) if error.may_pass() && attempt < ATTEMPTS => {
                    sleep(pause).await;
                    pause *= 2;
                    continue;
                }
                Err(error) => LookUp::Failed {
                    why: one_line(&error),
                },
            };
            return write(records, key, state).await;
        }
    }
}

async fn write(records: &Records, key: &str, state: LookUp) {
    let written = records
        .update::<Call>(key, |call| {
            call.map(|call| Call {
                look_up: state.clone(),
                ..call
            })
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(call = key, "a look-up is not written down: {error}");
    }
}

fn is_under_way(state: &LookUp, now: DateTime<Utc>) -> bool {
    matches!(state, LookUp::UnderWay { since, .. } if now - *since < DEAD)
}

impl PhoneSystem {
    /// Looks a caller up in the directory once more.
    ///
    /// # Errors
    /// [`ActionError::Gone`] for a call that is not known, [`ActionError::NoTarget`] if there is no directory, or the
    /// caller has no number to be looked up by.
    pub async fn look_up(&self, call: CallId) -> Result<(), ActionError> {
        let record: Option<Call> = self.records().get(&format!("CA{call}"));
        let record = record.ok_or(ActionError::Gone)?;
        let number = record.from.parse().map_err(|_| ActionError::NoTarget)?;
        if self.look_ups.is_none() {
            return Err(ActionError::NoTarget);
        }
        if !is_under_way(&record.look_up, self.now()) {
            self.begin_look_up(call, number);
        }
        Ok(())
    }

    /// Begins to look a caller up, and returns at once.
    pub(crate) fn begin_look_up(&self, call: CallId, number: PhoneNumber) {
        let Some(look_ups) = self.look_ups.clone() else {
            return;
        };
        let floor = Arc::clone(&self.floor);
        tokio::spawn(async move {
            let key = format!("CA{call}");
            look_ups
                .look_up(&floor.records, &*floor.clock, &key, &number)
                .await;
        });
    }

    /// Begins again to look up a waiting caller whose look-up died with its server.
    pub(crate) fn mend_look_up(&self, call: CallId) {
        let record: Option<Call> = self.records().get(&format!("CA{call}"));
        let Some(record) = record else { return };
        if let (LookUp::UnderWay { since, .. }, Ok(number)) = (&record.look_up, record.from.parse())
            && self.now() - *since >= DEAD
        {
            self.begin_look_up(call, number);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::directory::FakeDirectory;
    use crate::records::{Profile, SqliteRecords};

    const KEY: &str = "CA0123456789abcdef0123456789abcdef";
    pub(in crate::directory) const NUMBER: &str = "+447700900301";

    /// Never answers.
    #[derive(Debug)]
    struct Dead;

    #[async_trait]
    impl Directory for Dead {
        async fn look_up(&self, _: &PhoneNumber) -> Result<Option<Profile>, DirectoryError> {
            std::future::pending().await
        }
    }

    /// Answers with an error that does not pass.
    #[derive(Debug)]
    struct Wrong;

    #[async_trait]
    impl Directory for Wrong {
        async fn look_up(&self, _: &PhoneNumber) -> Result<Option<Profile>, DirectoryError> {
            Err(DirectoryError::Refused(
                "it answers 401 Unauthorized".to_owned(),
            ))
        }
    }

    /// How the look-up of [`NUMBER`] ends in this directory, which may take 50 ms for each answer.
    async fn what_becomes_of_it(directory: impl Directory + 'static) -> LookUp {
        what_becomes_within(Duration::from_millis(50), directory).await
    }

    /// The same in one that may take so long.
    pub(in crate::directory) async fn what_becomes_within(
        patience: Duration,
        directory: impl Directory + 'static,
    ) -> LookUp {
        let records = Records::open(Arc::new(SqliteRecords::in_memory().unwrap()))
            .await
            .unwrap();
        let now: DateTime<Utc> = "2026-05-01T09:00:00Z".parse().unwrap();
        records.put(KEY, &Call::new(NUMBER, "", now)).await.unwrap();
        let look_ups = LookUps {
            patience,
            after_failure: Duration::from_millis(1),
            ..LookUps::new(Arc::new(directory))
        };
        let number = NUMBER.parse().unwrap();
        look_ups.look_up(&records, &move || now, KEY, &number).await;
        records.get::<Call>(KEY).unwrap().look_up
    }

    #[tokio::test]
    async fn a_directory_that_fails_for_a_moment_is_asked_again() {
        let failing = FakeDirectory::new()
            .knows(NUMBER, br#"{"name":"Mrs Hall"}"#)
            .fails_for(NUMBER, 2);
        let state = what_becomes_of_it(failing).await;
        assert!(
            matches!(&state, LookUp::Found { profile } if profile.name.as_deref() == Some("Mrs Hall")),
            "{state:?}"
        );
    }

    #[tokio::test]
    async fn one_that_is_dead_slow_or_wrong_ends_in_a_reason() {
        let slow = FakeDirectory::new().takes(Duration::from_secs(3600));
        for state in [
            what_becomes_of_it(Dead).await,
            what_becomes_of_it(slow).await,
        ] {
            assert!(
                matches!(&state, LookUp::Failed { why } if why.contains("no answer within")),
                "{state:?}"
            );
        }
        let state = what_becomes_of_it(Wrong).await;
        assert!(
            matches!(&state, LookUp::Failed { why } if why.contains("401")),
            "{state:?}"
        );
        let odd = FakeDirectory::new().knows(NUMBER, b"[]");
        let state = what_becomes_of_it(odd).await;
        assert!(matches!(state, LookUp::Failed { .. }), "{state:?}");
        let state = what_becomes_of_it(FakeDirectory::new()).await;
        assert_eq!(state, LookUp::Unknown);
    }
}
