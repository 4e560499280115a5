//! The simulator as its users hold it, and the loop that drives it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::{AccountSid, CallSid, MessageSid};

use crate::answers::Answers;
use crate::call::Call;
use crate::caller::Caller;
use crate::clock::VirtualClock;
use crate::delivery::Delivery;
use crate::error::Error;
use crate::host_task::HostTask;
use crate::http_transport::HttpTransport;
use crate::message::Message;
use crate::number::NumberConfig;
use crate::pace::Pace;
use crate::rest::RestFace;
use crate::script::Script;
use crate::settings::Settings;
use crate::spectator::{Spectator, ToldOnPanic};
use crate::switch::Switch;
use crate::text_message::TextMessage;
use crate::transcript::Transcript;
use crate::transport::{Transport, TransportError};

/// How often the host's tasks are asked again at one instant before that is called an error.
const ROUNDS_AT_ONE_INSTANT: u32 = 1_000;

/// Monday, 5 January 2026, 09:00:00 UTC: the beginning of time unless told otherwise.
const BEGINNING: i64 = 1_767_603_600;

/// A Twilio account on a virtual clock: numbers, callers, phones, calls, queues and a REST
/// interface.
///
/// Set the scene with [`number`](Self::number), [`phone`](Self::phone), [`call_at`](Self::call_at)
/// and [`host_task`](Self::host_task), run it with [`run_until_idle`](Self::run_until_idle) or
/// [`run_until`](Self::run_until), and look at the [`transcript`](Self::transcript).
pub struct Simulator {
    switch: Arc<Mutex<Switch>>,
    clock: VirtualClock,
    pace: Option<Pace>,
    at_once: usize,
    transport: Arc<dyn Transport>,
    tasks: Vec<TaskSlot>,
    rest: RestFace,
    idle_after: TimeDelta,
    rest_requests_seen: u64,
    last_activity: DateTime<Utc>,
}

/// A task of the host and when it wants to be asked again.
struct TaskSlot {
    task: Arc<dyn HostTask>,
    wake: Option<DateTime<Utc>>,
}

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
    /// In the [`Transcript`], and in [`Call::heard`].
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

    /// The base of the REST interface, as `http://127.0.0.1:41234`: what stands in the place of
    /// `https://api.twilio.com`.
    #[must_use]
    pub fn rest_url(&self) -> String {
        self.rest.url()
    }

    /// The clock of the simulated world, for the host.
    #[must_use]
    pub fn clock(&self) -> VirtualClock {
        self.clock.clone()
    }

    /// The virtual instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Gives the account a number (E.164), or changes what is behind it. Anything else that can be
    /// rung, as the name of a browser application, is a number too.
    ///
    /// # Errors
    /// [`Error::Url`] for a URL that cannot be requested.
    pub fn number(
        &mut self,
        number: impl Into<String>,
        config: NumberConfig,
    ) -> Result<&mut Self, Error> {
        self.switch().set_number(number.into(), config)?;
        Ok(self)
    }

    /// Says what happens when somebody dials this phone: a number, or `client:NAME`. What is
    /// already ringing goes on as it was.
    pub fn phone(&mut self, number: impl Into<String>, answers: Answers) -> &mut Self {
        self.switch().set_phone(number.into(), answers);
        self
    }

    /// Makes a queue before anybody has joined it, with room for so many. Without this, a queue is
    /// made when the first call joins it, with room for 1000; one that exists keeps its calls.
    pub fn queue(&mut self, name: impl Into<String>, max_size: usize) -> &mut Self {
        self.switch().set_queue(name.into(), max_size);
        self
    }

    /// Has someone ring at this instant. The SID is that of the call to come.
    ///
    /// # Errors
    /// [`Error::UnknownNumber`] and [`Error::Past`].
    pub fn call_at(&mut self, at: DateTime<Utc>, caller: Caller) -> Result<CallSid, Error> {
        self.switch().schedule_caller(at, caller)
    }

    /// Says what becomes of messages that are sent to this number.
    pub fn handset(&mut self, number: impl Into<String>, delivery: Delivery) -> &mut Self {
        self.switch().set_handset(number.into(), delivery);
        self
    }

    /// Gives the account an API key (`SK` and 32 hexadecimal digits), which is let in to the REST
    /// interface as the auth token is.
    pub fn api_key(&mut self, sid: impl Into<String>, secret: impl Into<String>) -> &mut Self {
        self.switch().set_api_key(sid.into(), secret.into());
        self
    }

    /// Has someone write to one of the account's numbers at this instant. The SID is that of the
    /// message to come.
    ///
    /// # Errors
    /// [`Error::UnknownNumber`] and [`Error::Past`].
    pub fn message_at(
        &mut self,
        at: DateTime<Utc>,
        message: TextMessage,
    ) -> Result<MessageSid, Error> {
        self.switch().schedule_letter(at, message)
    }

    /// Has the simulator drive this task of the host.
    pub fn host_task(&mut self, task: Arc<dyn HostTask>) -> &mut Self {
        self.tasks.push(TaskSlot { task, wake: None });
        self
    }

    /// Runs until nothing is left to happen: no call is scheduled or alive, and the host's tasks
    /// want nothing within [`Settings::idle_after`]. The clock stays at the last thing that happened.
    ///
    /// # Errors
    /// [`Error::NotSimulated`] as soon as a document asks for what cannot be simulated, and errors
    /// of the host's tasks.
    pub async fn run_until_idle(&mut self) -> Result<(), Error> {
        self.run(None).await
    }

    /// Runs all that happens up to and including this instant, and leaves the clock there.
    ///
    /// With a [pace](SimulatorBuilder::pace) this waits for that instant, whether or not anything is
    /// known to happen until then, so that calls which are made by REST are played.
    ///
    /// # Errors
    /// As [`run_until_idle`](Self::run_until_idle).
    pub async fn run_until(&mut self, instant: DateTime<Utc>) -> Result<(), Error> {
        self.run(Some(instant)).await?;
        self.clock.advance_to(instant);
        Ok(())
    }

    /// What has happened so far.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        self.switch().transcript().clone()
    }

    /// Has the person on a call do this from now on, whatever they were about to do. A call that
    /// there is not, or that is over, goes on as it is.
    pub fn goes_on(&mut self, call: &CallSid, script: Script) -> &mut Self {
        {
            let mut switch = self.switch();
            if let Some(leg) = switch.find(call) {
                switch.person_goes_on(leg, script);
            }
        }
        self
    }

    /// Sees what happens from other tasks and threads, while this runs.
    #[must_use]
    pub fn spectator(&self) -> Spectator {
        Spectator::new(Arc::clone(&self.switch))
    }

    /// Prints the transcript if the thread panics while the result is held: what a test that fails
    /// should show.
    pub fn told_on_panic(&self) -> ToldOnPanic {
        ToldOnPanic::new(self.spectator())
    }

    /// A call as it stands; none if no such call has begun.
    #[must_use]
    pub fn call(&self, sid: &CallSid) -> Option<Call> {
        self.switch().call(sid)
    }

    /// All calls that have begun, in that order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.switch().calls()
    }

    /// A message as it stands; none if it has not been written yet.
    #[must_use]
    pub fn message(&self, sid: &MessageSid) -> Option<Message> {
        let switch = self.switch();
        let id = switch.find_message(sid)?;
        Some(switch.envelope(id).message.clone())
    }

    /// All messages, to and from the account's numbers, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let switch = self.switch();
        switch
            .messages()
            .map(|(_, message)| message.clone())
            .collect()
    }

    /// How many calls wait in the queue of this name; none if there is no such queue.
    #[must_use]
    pub fn queue_size(&self, name: &str) -> Option<usize> {
        self.switch().queue_size(name)
    }

    /// How many calls are in the conference of this name, waiting ones counted; none if it does not
    /// exist or has ended.
    #[must_use]
    pub fn conference_size(&self, name: &str) -> Option<usize> {
        self.switch().conference_size(name)
    }

    async fn run(&mut self, until: Option<DateTime<Utc>>) -> Result<(), Error> {
        self.last_activity = self.clock.now();
        self.run_tasks().await?;
        loop {
            self.exchange_all().await?;
            let event = self.switch().next_event_at();
            let wake = self.tasks.iter().filter_map(|slot| slot.wake).min();
            let next = match (event, wake) {
                (Some(event), Some(wake)) => event.min(wake),
                (Some(event), None) => event,
                (None, Some(wake)) => {
                    let quiet = wake.signed_duration_since(self.last_activity);
                    if until.is_none() && quiet > self.idle_after {
                        return Ok(());
                    }
                    wake
                }
                (None, None) => match until {
                    Some(until) if self.pace.is_some() => until,
                    _ => return Ok(()),
                },
            };
            let next = match until {
                Some(until) if next > until && self.pace.is_none() => return Ok(()),
                Some(until) => next.min(until),
                None => next,
            };
            if let Some(pace) = &self.pace
                && !pace.reaches(next).await
            {
                continue;
            }
            if event != Some(next) && wake != Some(next) {
                return Ok(());
            }
            self.clock.advance_to(next);
            if event == Some(next) {
                self.last_activity = next;
                let mut switch = self.switch();
                switch.handle_next();
                while self.at_once > 1 && switch.next_event_at() == Some(next) {
                    switch.handle_next();
                }
                switch.refusal()?;
            } else {
                self.run_tasks().await?;
            }
        }
    }

    /// Sends what waits to be sent, and lets the host's tasks react to each answer.
    async fn exchange_all(&mut self) -> Result<(), Error> {
        let mut under_way = VecDeque::new();
        loop {
            while self.at_once > 1 && under_way.len() < self.at_once {
                let Some(outgoing) = self.switch().next_request() else {
                    break;
                };
                let transport = Arc::clone(&self.transport);
                let sent = tokio::spawn(async move { transport.send(outgoing.http).await });
                under_way.push_back((outgoing.number, sent));
            }
            if let Some((number, sent)) = under_way.pop_front() {
                let lost =
                    |error: tokio::task::JoinError| TransportError::Broken(error.to_string());
                let answer = sent.await.map_err(lost).flatten();
                self.take_answer(number, answer).await?;
                continue;
            }
            let outgoing = self.switch().next_request();
            let Some(outgoing) = outgoing else {
                let rest_requests = self.switch().rest_requests();
                if rest_requests == self.rest_requests_seen {
                    return Ok(());
                }
                self.run_tasks().await?;
                continue;
            };
            let answer = self.transport.send(outgoing.http).await;
            self.take_answer(outgoing.number, answer).await?;
        }
    }

    async fn take_answer(
        &mut self,
        number: u64,
        answer: Result<http::Response<bytes::Bytes>, TransportError>,
    ) -> Result<(), Error> {
        {
            let mut switch = self.switch();
            switch.answered(number, answer);
            switch.refusal()?;
        }
        self.last_activity = self.clock.now();
        self.run_tasks().await
    }

    /// Asks every task, again and again until all name the same instants as before.
    async fn run_tasks(&mut self) -> Result<(), Error> {
        let now = self.clock.now();
        let mut rounds = 0;
        loop {
            let mut restless = None;
            for slot in &mut self.tasks {
                let wake = slot
                    .task
                    .run_once(now)
                    .await
                    .map_err(|source| Error::HostTask {
                        task: slot.task.name().to_owned(),
                        source,
                    })?;
                if wake != slot.wake || wake.is_some_and(|wake| wake <= now) {
                    restless = Some(slot.task.name().to_owned());
                }
                slot.wake = wake;
            }
            let rest_requests = self.switch().rest_requests();
            if rest_requests != self.rest_requests_seen {
                self.rest_requests_seen = rest_requests;
                self.last_activity = now;
            }
            let Some(task) = restless else {
                return Ok(());
            };
            rounds += 1;
            if rounds == ROUNDS_AT_ONE_INSTANT {
                return Err(Error::RestlessTask { task, at: now });
            }
        }
    }

    fn switch(&self) -> MutexGuard<'_, Switch> {
        // A poisoned lock means that the REST interface panicked, and the panic has been reported
        // there; what the switch holds is still worth printing.
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("now", &self.clock.now())
            .field("rest", &self.rest)
            .finish_non_exhaustive()
    }
}
