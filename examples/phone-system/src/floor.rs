//! The floor: the queue, the callers, the reps, and the phones that ring.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use queue_dispatch::{
    Agent, AgentId, Command, Commands, Config, Dispatcher, Event, Ladder, Offer, OfferStage, Queue,
    QueueStore, Reach, RingEveryone, Rung, Scope, Token, Void, Why,
};
use twilio_rest::{CallEvent, CallSid, CallbackMethod, Client, CreateCall};

use crate::callers::Callers;
use crate::journal::Journal;
use crate::offer_ref::OfferRef;
use crate::one_line;
use crate::outbox::{Order, Outbox};
use crate::records::{Installation, Records, RecordsError};
use crate::reps::Reps;
use crate::settings::{Rep, Settings};
use crate::system::SystemError;

/// How long a rep's phone rings. Twilio adds up to five seconds.
const PHONE_RINGS: Duration = Duration::from_secs(20);
/// How long a round of ringing everyone lasts: the ringing, the announcement and the time to press a key.
const ROUND: TimeDelta = TimeDelta::seconds(45);
/// From a rep's acceptance until both must be joined: the rep's phone rings for up to 25 s, what they are asked takes up to
/// 15 s, their `<Dial>` waits for 5 s.
const BRIDGED_WITHIN: TimeDelta = TimeDelta::seconds(45);
/// A snapshot of the queue is taken after so many events, which lets go of the events before it.
const SNAPSHOT_EVERY: u64 = 4_096;

/// The queue with everything that its decisions move.
pub(crate) struct Floor {
    pub(crate) settings: Settings,
    pub(crate) queue: Dispatcher,
    pub(crate) records: Arc<Records>,
    pub(crate) callers: Callers,
    pub(crate) reps: Reps,
    pub(crate) journal: Arc<Journal>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) outbox: Outbox,
    pub(crate) twilio: Client,
    /// Which log our offers are numbered in.
    run: i64,
}

impl Floor {
    /// Opens the floor as it was left, or as others know it: the phones of all reps are known.
    pub(crate) async fn open(
        settings: Settings,
        twilio: Client,
        store: Arc<dyn QueueStore>,
        records: Arc<Records>,
        server: String,
        journal: Arc<Journal>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FloorError> {
        // Round after round until somebody answers, or the caller gives up.
        let everyone = RingEveryone::new(Scope::NotOnACall)
            .ring_for(ROUND)
            .rounds(u16::MAX);
        let config = Config::builder(["premium", "regular"])
            .answer_within(settings.service.answer_within)
            .bridge_within(BRIDGED_WITHIN)
            .wrap_up(settings.service.wrap_up)
            .ladder(Ladder::new([Rung::ring_everyone(
                settings.overflow_after,
                everyone,
            )])?)
            .build()?;
        let queue = Dispatcher::open(config, store).await?;
        let now = clock.now();
        for rep in &settings.reps {
            // Somebody who takes calls stays as they signed in.
            if queue.read(|queue| queue.agent_state(rep.id).is_none()) {
                queue
                    .apply(Event::AgentAdded(Agent::new(rep.id)), now)
                    .await?;
            }
        }
        // The first to open an empty database founds it.
        let founded = records
            .update("queue", |there| {
                there.or(Some(Installation {
                    founded_at: now,
                    tidied_at: None,
                }))
            })
            .await?
            .map_or(now, |installation| installation.founded_at);
        let callers = Callers::new(Arc::clone(&records));
        let reps = Reps::new(Arc::clone(&records));
        let outbox = Outbox::new(Arc::clone(&records), server);
        Ok(Self {
            settings,
            queue,
            records,
            callers,
            reps,
            journal,
            clock,
            outbox,
            twilio,
            run: founded.timestamp_micros(),
        })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Tells the queue what happened, writes down what it decides, and sees to the phones.
    pub(crate) async fn tell(&self, event: Event) -> Result<Commands, queue_dispatch::Error> {
        let applied = self.queue.apply(event, self.now()).await?;
        self.carry_out(&applied.commands).await;
        if applied.version % SNAPSHOT_EVERY == 0 {
            self.queue.save_snapshot().await?;
        }
        Ok(applied.commands)
    }

    /// Tells the queue something that may be old news by now, such as the end of a call that both sides report. Answers
    /// whether it was news.
    pub(crate) async fn mention(&self, event: Event) -> Result<bool, queue_dispatch::Error> {
        match self.tell(event).await {
            Ok(_) => Ok(true),
            Err(queue_dispatch::Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets happen what is due, and says when to come back.
    pub(crate) async fn run_once(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, queue_dispatch::Error> {
        while self
            .queue
            .read(Queue::wake_at)
            .is_some_and(|wake| wake <= now)
        {
            let due = self.queue.run_once(now).await?;
            self.carry_out(&due.commands).await;
        }
        let astray = self.queue.read(|queue| self.outbox.astray(queue, now));
        let wake = self.queue.read(Queue::wake_at);
        Ok(wake.into_iter().chain(astray).min())
    }

    /// Waits until another server, or this one, has moved the queue past a version; answers the version it is at.
    pub(crate) async fn follow(&self, version: u64) -> Result<u64, queue_dispatch::Error> {
        let applied = self.queue.follow(version).await?;
        self.carry_out(&applied.commands).await;
        Ok(applied.version)
    }

    /// Asks Twilio for all that waits to be asked, so many things at once; what is about one offer, in order.
    pub(crate) async fn ring_phones(&self, at_once: usize) -> Result<(), SystemError> {
        let (mut under_way, mut tokens) = (FuturesUnordered::new(), Vec::new());
        let (mut next, mut outcome) = (None, Ok(()));
        loop {
            while under_way.len() < at_once
                && let Some(order) = next.take().or_else(|| self.outbox.pop())
            {
                if tokens.contains(&order.token()) {
                    next = Some(order);
                    break;
                }
                tokens.push(order.token());
                under_way.push(async move { (order.token(), self.ask(order).await) });
            }
            let Some((token, asked)) = under_way.next().await else {
                return outcome;
            };
            tokens.retain(|other| *other != token);
            // One that fails keeps no other phone from ringing.
            outcome = outcome.and(asked);
        }
    }

    async fn ask(&self, order: Order) -> Result<(), SystemError> {
        match order {
            Order::Ring(offer) => self.ring(offer).await,
            Order::StopRinging(token) => Ok(self.stop_ringing(token).await?),
        }
    }

    /// An offer as our URLs name it.
    pub(crate) fn refer_to(&self, token: Token) -> OfferRef {
        OfferRef {
            run: self.run,
            token,
        }
    }

    /// The offer that one of our URLs is about, if it is still open.
    pub(crate) fn offer(&self, offer: OfferRef) -> Option<(Offer, OfferStage)> {
        if offer.run != self.run {
            return None;
        }
        self.queue.read(|queue| queue.offer(offer.token))
    }

    /// The offer that this rep has accepted and that is not over.
    pub(crate) fn accepted_by(&self, rep: AgentId) -> Option<(Offer, OfferStage)> {
        self.queue.read(|queue| {
            let accepted = queue
                .offers()
                .filter(|(offer, stage)| offer.agent == rep && *stage != OfferStage::Ringing);
            accepted.max_by_key(|(offer, _)| offer.token)
        })
    }

    /// Asks for the end of the leg that we rang for an offer.
    pub(crate) fn stop(&self, token: Token) {
        self.outbox.push(Order::StopRinging(token));
    }

    /// Rings a phone for this offer, unless it rings already.
    pub(crate) fn ring_for(&self, offer: Offer) {
        if offer.reach == Reach::Rung && !self.outbox.rings(offer.token) {
            self.outbox.push(Order::Ring(offer));
        }
    }

    /// The rep's leg of this offer has ended by itself: there is nothing left to cancel.
    pub(crate) async fn leg_ended(&self, offer: OfferRef) -> Result<(), RecordsError> {
        if offer.run == self.run {
            self.outbox.forget(offer.token).await?;
        }
        Ok(())
    }

    /// The rep's name.
    pub(crate) fn name(&self, agent: AgentId) -> &str {
        self.settings
            .rep(agent)
            .map_or("an unknown agent", |rep| &rep.name)
    }

    async fn carry_out(&self, commands: &Commands) {
        let now = self.now();
        for command in commands {
            match *command {
                // A rep on the line gets it with their next request; "connect" then says why.
                Command::Offer(Offer {
                    reach: Reach::OnTheLine,
                    ..
                }) => {}
                Command::Offer(offer) => {
                    let mut what = format!("is offered {}", self.callers.name(offer.call));
                    // Whoever is offered a caller alone sees it on their console, and their phone rings once they answer.
                    if matches!(offer.why, Why::Everyone { .. }) {
                        self.ring_for(offer);
                        what += ", by phone";
                    }
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
                    let what = format!("is no longer offered {}", self.callers.name(call));
                    let why = match reason {
                        Void::TakenBy(first) => format!("{} was first", self.name(first)),
                        other => other.to_string(),
                    };
                    self.journal.note(now, self.name(agent), what, why);
                }
                Command::Connect { token, call, agent } => {
                    // Said again when Twilio asks again.
                    if !self.reps.tells(agent, token) {
                        continue;
                    }
                    let offer = self
                        .queue
                        .read(|queue| queue.offer(token))
                        .map(|(offer, _)| offer);
                    if let Some(offer) = offer {
                        self.ring_for(offer);
                    }
                    let why = match offer.map(|offer| offer.why) {
                        Some(Why::Everyone { .. }) | None => "first to accept".to_owned(),
                        Some(why) => why.to_string(),
                    };
                    self.journal.note(
                        now,
                        self.name(agent),
                        format!("takes {}", self.callers.name(call)),
                        why,
                    );
                }
                Command::BackInLine { call, reason } => {
                    if let Err(error) = self.callers.is_there(call, now).await {
                        // Twilio's next request for what they shall hear says so again.
                        tracing::warn!("{}", one_line(&error));
                    }
                    let why = reason.to_string();
                    self.journal.note(
                        now,
                        self.callers.name(call),
                        "waits on, at the head of the class",
                        why,
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
                Command::NobodyToRing { call, .. } => {
                    let why = "every agent is on a call or being rung";
                    self.journal.note(
                        now,
                        self.callers.name(call),
                        "no phone is free to ring yet",
                        why,
                    );
                }
                other => self.journal.note(now, "queue", other.to_string(), ""),
            }
        }
    }

    async fn ring(&self, offer: Offer) -> Result<(), SystemError> {
        let token = offer.token;
        // Accepted, cancelled or timed out while it waited in the outbox?
        let still_wanted = self.queue.read(|queue| queue.offer(token).is_some());
        let Some(Rep { name, phone, .. }) = self.settings.rep(offer.agent).filter(|_| still_wanted)
        else {
            return Ok(());
        };
        if !self.outbox.claims(token, self.now()).await? {
            // Another server rings for it.
            return Ok(());
        }
        let base = self.settings.public_url.trim_end_matches('/');
        let this = self.refer_to(token);
        let call = CreateCall::new(phone.clone(), self.settings.line.clone())
            .url(format!("{base}/offer?offer={this}"))
            .fallback(format!("{base}/fallback"), CallbackMethod::Post)
            .status_callback(
                format!("{base}/offer-ended?offer={this}"),
                [CallEvent::Completed],
            )
            .timeout(PHONE_RINGS);
        match self.twilio.calls().create(call).await {
            Ok(call) => {
                if !self.outbox.ringing(token, call.sid).await? {
                    // It was to stop before Twilio had said how it is called.
                    self.cancel(&call.sid).await;
                }
                Ok(())
            }
            Err(error) => {
                self.journal
                    .note(self.now(), name, "could not be rung", one_line(&error));
                // A call that may exist after all finds its offer closed, and is told so.
                let accepted = self
                    .queue
                    .read(|queue| queue.offer(token))
                    .is_some_and(|(_, stage)| stage != OfferStage::Ringing);
                let event = match accepted {
                    true => Event::BridgeFailed { token },
                    false => Event::OfferTimedOut { token },
                };
                self.mention(event).await?;
                self.outbox.forget(token).await?;
                Ok(())
            }
        }
    }

    async fn stop_ringing(&self, token: Token) -> Result<(), RecordsError> {
        if let Some(leg) = self.outbox.forget(token).await? {
            self.cancel(&leg).await;
        }
        Ok(())
    }

    async fn cancel(&self, leg: &CallSid) {
        match self.twilio.calls().cancel(leg).await {
            Ok(_) => {}
            // Answered in the meantime: whoever answered is told that somebody else was first.
            Err(error) if error.is_invalid_call_state() => {}
            // It stops by itself when its time is over, and whoever answers before is told.
            Err(error) => self.journal.note(
                self.now(),
                "Twilio",
                format!("{leg} rings on"),
                one_line(&error),
            ),
        }
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
    /// The records cannot be written.
    #[error(transparent)]
    Records(#[from] RecordsError),
}
