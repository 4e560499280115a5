//! Setting up a simulator.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use twilio_webhook::AccountSid;

use crate::clock::VirtualClock;
use crate::error::Error;
use crate::http_transport::HttpTransport;
use crate::pace::Pace;
use crate::rest::RestFace;
use crate::settings::Settings;
use crate::simulator::Simulator;
use crate::switch::Switch;
use crate::transport::Transport;

/// Monday, 5 January 2026, 09:00:00 UTC: the beginning of time unless told otherwise.
const BEGINNING: i64 = 1_767_603_600;

/// Sets up a [`Simulator`]; see [`Simulator::builder`].
#[derive(Clone)]
pub struct SimulatorBuilder {
    account_sid: String,
    auth_token: String,
    starts_at: DateTime<Utc>,
    seed: u64,
    settings: Settings,
    transport: Option<Arc<dyn Transport>>,
    pace: Option<Pace>,
    evidence: Evidence,
    at_once: usize,
    rest_port: u16,
}

/// Whether a simulator writes down what happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// In the [`Transcript`](crate::Transcript), and in [`Call::heard`](crate::Call::heard): one to two kilobytes for each request to the
    /// host and what comes of it, for as long as the simulator lives.
    #[default]
    Kept,
    /// Nowhere, for many calls at great speed: the transcript stays empty and nobody has heard
    /// anything.
    None,
}

impl SimulatorBuilder {
    /// When virtual time begins. Default: 2026-01-05T09:00:00Z, a Monday.
    #[must_use]
    pub fn starts_at(mut self, instant: DateTime<Utc>) -> Self {
        self.starts_at = instant;
        self
    }

    /// What SIDs and all other chance are drawn from. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Lengths, limits and open questions.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// How requests reach the host. Default: [`HttpTransport`].
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Keeps to wall time instead of jumping from one event to the next, for hosts in other
    /// processes. Time then begins at whatever this says that it is; [`starts_at`](Self::starts_at)
    /// has no effect, and two runs are no longer the same to the byte.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Whether what happens is written down. Default: it is.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// Lets so many requests be under way to the host at the same time. Default: 1.
    ///
    /// All that happens at one instant is then played before the host is asked, and time goes on
    /// when everything is answered; answers are taken in the order of the requests, so a host whose
    /// answers do not depend on that order still gives the same transcript every time.
    ///
    /// Under a [pace](Self::pace) time goes on while requests are under way, and answers are taken
    /// when they come.
    #[must_use]
    pub fn requests_at_once(mut self, requests: usize) -> Self {
        self.at_once = requests.max(1);
        self
    }

    /// On which port of the loopback interface the REST interface listens. Default: 0, any that is
    /// free.
    #[must_use]
    pub fn rest_port(mut self, port: u16) -> Self {
        self.rest_port = port;
        self
    }

    /// Starts the REST interface.
    ///
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::AccountSid`], or [`Error::Listen`] when no port can be had.
    pub async fn build(self) -> Result<Simulator, Error> {
        let account_sid = AccountSid::parse(&self.account_sid)
            .map_err(|_| Error::AccountSid(self.account_sid))?;
        let starts_at = self.pace.as_ref().map_or(self.starts_at, Pace::now);
        let clock = VirtualClock::starting_at(starts_at);
        let idle_after = TimeDelta::from_std(self.settings.idle_after).unwrap_or(TimeDelta::MAX);
        let switch = Arc::new(Mutex::new(Switch::new(
            account_sid,
            self.auth_token,
            clock.clone(),
            self.seed,
            self.settings,
        )));
        {
            let mut switch = switch.lock().unwrap_or_else(PoisonError::into_inner);
            switch.set_pace(self.pace.clone());
            switch.set_evidence(self.evidence);
        }
        let rest = RestFace::listen(Arc::clone(&switch), self.rest_port)
            .await
            .map_err(Error::Listen)?;
        Ok(Simulator {
            switch,
            pace: self.pace,
            at_once: self.at_once,
            last_activity: clock.now(),
            clock,
            transport: self
                .transport
                .unwrap_or_else(|| Arc::new(HttpTransport::new())),
            tasks: Vec::new(),
            under_way: JoinSet::new(),
            rest,
            idle_after,
            rest_requests_seen: 0,
        })
    }
}

impl fmt::Debug for SimulatorBuilder {
    /// Without the auth token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorBuilder")
            .field("account_sid", &self.account_sid)
            .field("starts_at", &self.starts_at)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

impl Simulator {
    /// A simulator of this account. The token signs its webhooks and is the password of its REST
    /// interface.
    #[must_use]
    pub fn builder(
        account_sid: impl Into<String>,
        auth_token: impl Into<String>,
    ) -> SimulatorBuilder {
        SimulatorBuilder {
            account_sid: account_sid.into(),
            auth_token: auth_token.into(),
            starts_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(BEGINNING),
            seed: 0,
            settings: Settings::default(),
            transport: None,
            pace: None,
            evidence: Evidence::Kept,
            at_once: 1,
            rest_port: 0,
        }
    }
}
