//! The phone system: opening hours, the floor, and the three-minute rule.

use std::sync::{Arc, PoisonError, RwLock};

use business_hours::{BuildErrors, Override, Schedule};
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Clock, Engine, EscalationStore};
use queue_dispatch::{CallId, Caller, ClassId, Event, Refusal};
use tokio::sync::Notify;
use twilio_rest::{Client, Credentials};

use crate::floor::{Floor, FloorError};
use crate::journal::Journal;
use crate::overflow;
use crate::settings::Settings;

/// Everything that outlives a request. Cheap to share; one per program.
#[derive(Debug)]
pub struct PhoneSystem {
    pub(crate) floor: Arc<Floor>,
    hours: RwLock<Schedule>,
    escalations: Engine,
    /// Rung when there may be something to do before the instant that `run_once` named last.
    changed: Notify,
}

/// Why the phone system cannot open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The REST client cannot work with these settings.
    #[error("the Twilio REST API: {0}")]
    Twilio(#[from] twilio_rest::ConfigError),
    /// The queue cannot open.
    #[error(transparent)]
    Floor(#[from] FloorError),
    /// The escalation engine cannot be built.
    #[error(transparent)]
    Escalations(#[from] escalation_core::BuildError),
}

/// Why something could not be decided.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SystemError {
    #[error("the queue")]
    Queue(#[from] queue_dispatch::Error),
    #[error("the escalations")]
    Escalations(#[from] escalation_core::Error),
    #[error("the request for an escalation")]
    Request(#[from] overflow::RequestError),
    #[error("the opening hours")]
    Hours(#[from] business_hours::QueryError),
    #[error("the call's SID")]
    CallId(#[from] queue_dispatch::ParseCallIdError),
}

impl PhoneSystem {
    /// Opens the system. Time comes from `clock` alone; `journal` receives every decision.
    ///
    /// # Errors
    /// [`OpenError`] if the settings do not fit together.
    pub async fn open(
        settings: Settings,
        hours: Schedule,
        escalations: Arc<dyn EscalationStore>,
        clock: Arc<dyn Clock>,
        journal: Arc<Journal>,
    ) -> Result<Self, OpenError> {
        let credentials = Credentials::auth_token(settings.auth_token.expose());
        let mut twilio = Client::builder(settings.account_sid, credentials);
        if let Some(url) = &settings.rest_url {
            twilio = twilio.base_url(url);
        }
        let floor = Arc::new(Floor::open(settings, twilio.build()?, journal, clock).await?);
        Ok(Self {
            escalations: overflow::engine(escalations, Arc::clone(&floor))?,
            hours: RwLock::new(hours),
            floor,
            changed: Notify::new(),
        })
    }

    /// Does all that is due at `now`: time limits of the queue, overflows, phones to ring. Answers when to come back.
    ///
    /// # Errors
    /// When the queue or the escalations cannot be written; what could be done was done, and the rest is tried again.
    pub async fn run_once(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Box<dyn std::error::Error + Send + Sync>> {
        let escalation = self.escalations.run_once(now).await?;
        // After the escalations, whose overflows it rings out.
        let floor = self.floor.run_once(now).await?;
        Ok([escalation, floor].into_iter().flatten().min())
    }

    /// Returns when a request may have changed what is due, and when.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Adds an exception to the opening hours, from the next call on.
    ///
    /// # Errors
    /// What is wrong with the exception.
    pub fn override_hours(&self, exception: Override) -> Result<(), BuildErrors> {
        let mut hours = self.hours.write().unwrap_or_else(PoisonError::into_inner);
        *hours = hours.with_override(exception)?;
        Ok(())
    }

    /// The opening hours as they are now.
    #[must_use]
    pub fn hours(&self) -> Schedule {
        self.hours
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.floor.settings
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.floor.now()
    }

    pub(crate) fn note(
        &self,
        who: impl Into<String>,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.floor.journal.note(self.now(), who, what, why);
    }

    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }

    /// A caller waits in their Twilio queue, and has done so for `waited`: the queue and the three-minute rule know of
    /// them from now on. Said again and again while they wait; only the first time has an effect, and so a program that
    /// was restarted learns who waits from Twilio itself.
    pub(crate) async fn waits(
        &self,
        call: CallId,
        class: ClassId,
        waited: TimeDelta,
        who: String,
        why: &str,
    ) -> Result<(), SystemError> {
        if self
            .floor
            .queue
            .read(|queue| queue.call_state(call).is_some())
        {
            return Ok(());
        }
        let since = self.now() - waited;
        // The watch begins first: were the program to die in between, the caller would be watched over all the same, and
        // in line again with Twilio's next request. Starting a process that runs already changes nothing.
        let request = overflow::request(call, since, self.settings().overflow_after)?;
        self.escalations.start(&request, self.now()).await?;
        self.note(&who, "waits in line", why);
        self.floor.remember(call, who);
        match self
            .floor
            .tell(Event::Enqueue(
                Caller::new(call, class).waiting_since(since),
            ))
            .await
        {
            Ok(_) => {}
            // Two requests for one call at the same instant: the other one was first.
            Err(queue_dispatch::Error::Refused(Refusal::AlreadyInQueue { .. })) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        self.wake();
        Ok(())
    }

    /// Caller and rep are joined: nobody needs to be rung any more.
    pub(crate) async fn connected(&self, call: CallId) -> Result<(), SystemError> {
        self.stop_watching(call).await
    }

    /// The caller is gone, before or after talking to a rep.
    pub(crate) async fn gone(&self, call: CallId) -> Result<(), SystemError> {
        self.floor.mention(Event::HungUp { call }).await?;
        self.stop_watching(call).await?;
        self.floor.forget(call);
        Ok(())
    }

    async fn stop_watching(&self, call: CallId) -> Result<(), SystemError> {
        let process = overflow::process(call).map_err(overflow::RequestError::from)?;
        self.escalations.stop(&process, self.now()).await?;
        self.wake();
        Ok(())
    }
}
