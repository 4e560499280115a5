//! The simulator as its users hold it.

mod builder;
mod paced;
mod run;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;
use twilio_webhook::{CallSid, MessageSid};

pub use self::builder::{Evidence, SimulatorBuilder};
use self::paced::Answered;
use crate::answers::Answers;
use crate::call::Call;
use crate::caller::Caller;
use crate::clock::VirtualClock;
use crate::delivery::Delivery;
use crate::error::Error;
use crate::host_task::HostTask;
use crate::message::Message;
use crate::number::NumberConfig;
use crate::pace::Pace;
use crate::rest::RestFace;
use crate::script::Script;
use crate::spectator::{Spectator, ToldOnPanic};
use crate::switch::Switch;
use crate::text_message::TextMessage;
use crate::transcript::Transcript;
use crate::transport::Transport;

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
    /// Under a pace: requests that have not been answered yet.
    under_way: JoinSet<Answered>,
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

impl Simulator {
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
    /// want nothing within [`Settings::idle_after`](crate::Settings::idle_after). The clock stays at
    /// the last thing that happened.
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

    /// Forgets what was over before this instant, and hands out the calls among it, in the order in
    /// which they began: so a simulator that runs for days needs no more memory than one that runs
    /// for an hour. With the calls go their recordings, and messages, conferences, and queues that
    /// calls have made by joining them.
    ///
    /// What anything still has to do with is kept, as a call of which the host is still to be told.
    /// The [`transcript`](Self::transcript) forgets nothing; [`Evidence::None`] keeps none.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), twilio_simulator::Error> {
    /// # use twilio_simulator::{Caller, Document, Documents, NumberConfig, Simulator};
    /// # let host = Documents::new().with(Document::new("http://127.0.0.1/voice", "<Response><Say>Hello</Say></Response>"));
    /// # let mut sim = Simulator::builder("AC00000000000000000000000000000000", "secret")
    /// #     .transport(std::sync::Arc::new(host)).build().await?;
    /// # sim.number("+442079460000", NumberConfig::new("http://127.0.0.1/voice"))?;
    /// let call = sim.call_at(sim.now(), Caller::from("+447700900001").to("+442079460000"))?;
    /// sim.run_until_idle().await?;
    /// let an_hour_later = sim.now() + chrono::TimeDelta::hours(1);
    /// assert_eq!(sim.forget_before(an_hour_later)[0].sid, call);
    /// assert!(sim.call(&call).is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn forget_before(&mut self, instant: DateTime<Utc>) -> Vec<Call> {
        self.switch().forget_before(instant)
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
