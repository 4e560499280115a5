//! The floor: the queue, the reps, and the phones that ring.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use escalation_core::Clock;
use queue_dispatch::{
    Agent, AgentId, CallId, Command, Commands, Config, Dispatcher, Event, Ladder, Offer, Reach,
    RingEveryone, Rung, Scope,
};
use twilio_rest::{CallEvent, Client, CreateCall};

use crate::journal::Journal;
use crate::outbox::{Order, Outbox};
use crate::settings::{Rep, Settings};

/// How long a rep's phone rings. Twilio adds up to five seconds.
const PHONE_RINGS: Duration = Duration::from_secs(20);
/// How long a round of ringing everyone lasts: the ringing, the announcement and the time to press a key.
const ROUND: chrono::TimeDelta = chrono::TimeDelta::seconds(45);

/// The queue with everything that its decisions move.
pub(crate) struct Floor {
    pub(crate) settings: Settings,
    pub(crate) queue: Dispatcher,
    pub(crate) journal: Arc<Journal>,
    pub(crate) clock: Arc<dyn Clock>,
    outbox: Outbox,
    twilio: Client,
    callers: Mutex<HashMap<CallId, String>>,
}

impl Floor {
    /// Opens the floor: the phones of all reps are known, nobody is signed in.
    pub(crate) async fn open(
        settings: Settings,
        twilio: Client,
        journal: Arc<Journal>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FloorError> {
        let everyone = RingEveryone::new(Scope::NotOnACall).ring_for(ROUND);
        let config = Config::builder(["premium", "regular"])
            .ladder(Ladder::new([Rung::ring_everyone(
                settings.overflow_after,
                everyone,
            )])?)
            .build()?;
        let queue = Dispatcher::in_memory(config);
        for rep in &settings.reps {
            queue
                .apply(Event::AgentAdded(Agent::new(rep.id)), clock.now())
                .await?;
        }
        let (outbox, callers) = (Outbox::default(), Mutex::default());
        Ok(Self {
            settings,
            queue,
            journal,
            clock,
            outbox,
            twilio,
            callers,
        })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Tells the queue what happened, writes down what it decides, and sees to the phones.
    pub(crate) async fn tell(&self, event: Event) -> Result<Commands, queue_dispatch::Error> {
        let applied = self.queue.apply(event, self.now()).await?;
        self.carry_out(&applied.commands);
        Ok(applied.commands)
    }

    /// Tells the queue something that may be old news by now, such as the end of a call that both sides report.
    pub(crate) async fn mention(&self, event: Event) -> Result<(), queue_dispatch::Error> {
        match self.tell(event).await {
            Ok(_) | Err(queue_dispatch::Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Does what is due, and says when to come back.
    pub(crate) async fn run_once(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, queue_dispatch::Error> {
        loop {
            if self
                .queue
                .read(queue_dispatch::Queue::wake_at)
                .is_some_and(|wake| wake <= now)
            {
                self.carry_out(&self.queue.run_once(now).await?.commands);
            }
            let Some(order) = self.outbox.pop() else {
                return Ok(self.queue.read(queue_dispatch::Queue::wake_at));
            };
            match order {
                Order::Ring(offer) => self.ring(offer).await?,
                Order::StopRinging(token) => self.stop_ringing(token).await,
            }
        }
    }

    /// How the timeline calls the caller of this call.
    pub(crate) fn caller(&self, call: CallId) -> String {
        self.lock()
            .get(&call)
            .cloned()
            .unwrap_or_else(|| format!("CA{call}"))
    }

    /// Remembers how to call a caller for as long as they wait and talk.
    pub(crate) fn remember(&self, call: CallId, caller: String) {
        self.lock().insert(call, caller);
    }

    pub(crate) fn forget(&self, call: CallId) {
        self.lock().remove(&call);
    }

    /// The rep's leg of this offer has ended by itself: there is nothing left to cancel.
    pub(crate) fn leg_ended(&self, token: queue_dispatch::Token) {
        self.outbox.forget(token);
    }

    /// The rep's name.
    pub(crate) fn name(&self, agent: AgentId) -> &str {
        self.settings
            .rep(agent)
            .map_or("an unknown rep", |rep| &rep.name)
    }

    fn carry_out(&self, commands: &Commands) {
        let now = self.now();
        for command in commands {
            match *command {
                // A rep on the line gets it with their next request; "connect" then says why.
                Command::Offer(Offer {
                    reach: Reach::OnTheLine,
                    ..
                }) => {}
                Command::Offer(offer) => {
                    self.outbox.push(Order::Ring(offer));
                    let what = format!("is offered {}, by phone", self.caller(offer.call));
                    self.journal
                        .note(now, self.name(offer.agent), what, offer.why.to_string());
                }
                Command::CancelOffer {
                    token,
                    agent,
                    call,
                    reason,
                } => {
                    self.outbox.push(Order::StopRinging(token));
                    let what = format!("is no longer offered {}", self.caller(call));
                    let why = match reason {
                        queue_dispatch::Void::TakenBy(first) => {
                            format!("{} was first", self.name(first))
                        }
                        other => other.to_string(),
                    };
                    self.journal.note(now, self.name(agent), what, why);
                }
                Command::Connect { token, call, agent } => {
                    let offer = self.queue.read(|queue| queue.offer(token));
                    let why = match offer {
                        Some((offer, _)) if offer.reach == Reach::OnTheLine => {
                            offer.why.to_string()
                        }
                        _ => "first to accept".to_owned(),
                    };
                    self.journal.note(
                        now,
                        self.name(agent),
                        format!("takes {}", self.caller(call)),
                        why,
                    );
                }
                Command::BackInLine { call, reason } => {
                    self.journal.note(
                        now,
                        self.caller(call),
                        "waits on, at the head of the class",
                        reason.to_string(),
                    );
                }
                Command::AgentPaused {
                    agent,
                    until: None,
                    reason,
                } => {
                    self.journal.note(
                        now,
                        self.name(agent),
                        "is on break until ready",
                        reason.to_string(),
                    );
                }
                Command::AgentPaused {
                    agent,
                    until: Some(_),
                    reason,
                } => {
                    self.journal.note(
                        now,
                        self.name(agent),
                        "is paused for a moment",
                        reason.to_string(),
                    );
                }
                Command::NobodyToRing { call, round, .. } => {
                    let why = format!("round {round}: every rep is on a call");
                    self.journal
                        .note(now, self.caller(call), "no phone is free to ring", why);
                }
                other => self.journal.note(now, "queue", other.to_string(), ""),
            }
        }
    }

    async fn ring(&self, offer: Offer) -> Result<(), queue_dispatch::Error> {
        // Accepted, cancelled or timed out while it waited in the outbox?
        let still_wanted = self.queue.read(|queue| queue.offer(offer.token).is_some());
        let Some(Rep { name, phone, .. }) = self.settings.rep(offer.agent).filter(|_| still_wanted)
        else {
            return Ok(());
        };
        let (base, token) = (self.settings.public_url.trim_end_matches('/'), offer.token);
        let call = CreateCall::new(phone.clone(), self.settings.line.clone())
            .url(format!("{base}/offer?token={token}"))
            .status_callback(
                format!("{base}/offer-ended?token={token}"),
                [CallEvent::Completed],
            )
            .timeout(PHONE_RINGS);
        match self.twilio.calls().create(call).await {
            Ok(call) => {
                self.outbox.ringing(token, call.sid);
                Ok(())
            }
            Err(error) => {
                self.journal
                    .note(self.now(), name, "could not be rung", one_line(&error));
                // A call that may exist after all finds its offer closed, and is told so.
                self.mention(Event::OfferRejected { token }).await
            }
        }
    }

    async fn stop_ringing(&self, token: queue_dispatch::Token) {
        let Some(leg) = self.outbox.forget(token) else {
            return;
        };
        match self.twilio.calls().cancel(&leg).await {
            Ok(_) => {}
            // Answered in the meantime: whoever answered is told that somebody else was first.
            Err(error) if error.is_invalid_call_state() => {}
            Err(error) => self.journal.note(
                self.now(),
                "Twilio",
                format!("call {leg} still rings"),
                one_line(&error),
            ),
        }
    }

    // Every change is a single call on a map, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, String>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Floor")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Why the floor cannot open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FloorError {
    /// The queue cannot be configured so.
    #[error(transparent)]
    Config(#[from] queue_dispatch::ConfigError),
    /// The queue cannot be opened.
    #[error(transparent)]
    Queue(#[from] queue_dispatch::Error),
}

/// An error and its causes in one line.
pub(crate) fn one_line(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
