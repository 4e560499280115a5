//! Servers that share a queue under load, and the ledger that must balance afterwards.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::{
    Agent, AgentId, Applied, CallId, CallState, ClassId, Command, Config, Dispatcher, Error, Event,
    Queue, QueueStore, Recorded, Refusal, Token,
};

/// A clock that all servers have in common and that goes on by a millisecond at each look.
pub(crate) fn now() -> DateTime<Utc> {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    let looks = LOOKS.fetch_add(1, Ordering::Relaxed) as i64;
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::milliseconds(looks)
}

/// What one server was answered.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Each event that had an effect, by its version in the log.
    pub(crate) answered: BTreeMap<u64, Event>,
    /// Which calls the server was told to connect, with which token.
    pub(crate) connected: Vec<(CallId, Token)>,
    /// How often the store failed.
    pub(crate) failures: u64,
}

impl Ledger {
    pub(crate) fn add(&mut self, other: Self) {
        for (version, event) in other.answered {
            let before = self.answered.insert(version, event);
            assert_eq!(
                before, None,
                "two events were both answered as line {version}"
            );
        }
        self.connected.extend(other.connected);
        self.failures += other.failures;
    }
}

/// One server.
pub(crate) struct Server {
    pub(crate) dispatcher: Arc<Dispatcher>,
    /// The log as seen from elsewhere.
    pub(crate) store: Arc<dyn QueueStore>,
    pub(crate) ledger: Ledger,
    /// Told of each event that was answered, at once.
    pub(crate) witness: fn(u64, &Event),
}

impl Server {
    pub(crate) fn new(dispatcher: &Arc<Dispatcher>, store: &Arc<dyn QueueStore>) -> Self {
        Self {
            dispatcher: Arc::clone(dispatcher),
            store: Arc::clone(store),
            ledger: Ledger::default(),
            witness: |_, _| {},
        }
    }

    fn answered(&mut self, version: u64, event: Event) {
        (self.witness)(version, &event);
        self.ledger.answered.insert(version, event);
    }

    async fn try_to_say(&mut self, event: Event) -> Result<Applied, Error> {
        let said = self.dispatcher.apply(event, now()).await;
        match &said {
            Ok(applied) => {
                for command in applied.commands.iter() {
                    if let Command::Connect { call, token, .. } = command {
                        self.ledger.connected.push((*call, *token));
                    }
                }
            }
            Err(Error::Refused(_)) => {}
            Err(Error::Store(_)) => {
                self.ledger.failures += 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Err(error) => panic!("{error:?}"),
        }
        said
    }

    /// Says it until it is answered, as a host would that must not lose it.
    pub(crate) async fn say(&mut self, event: Event) -> Result<Applied, Refusal> {
        let mut first = true;
        loop {
            match self.try_to_say(event.clone()).await {
                Ok(applied) => {
                    // Asked again, the answer may be that of the first time, about a line further back.
                    if first && is_logged(&event) {
                        self.answered(applied.version, event);
                    }
                    return Ok(applied);
                }
                Err(Error::Refused(refusal)) => return Err(refusal),
                Err(_) => first = false,
            }
        }
    }

    /// Callers of these numbers join.
    pub(crate) async fn take_in(&mut self, callers: std::ops::Range<u128>) {
        for caller in callers {
            let class = if caller % 3 == 0 {
                ClassId::PREMIUM
            } else {
                ClassId::REGULAR
            };
            let joins = Event::enqueue(CallId::new(caller), class);
            loop {
                match self.try_to_say(joins.clone()).await {
                    Ok(applied) => {
                        self.answered(applied.version, joins);
                        break;
                    }
                    Err(Error::Store(_)) if !self.has_joined(&joins).await => {}
                    Err(Error::Store(_)) => break,
                    Err(error) => panic!("caller {caller}: {error}"),
                }
            }
        }
    }

    /// After a failure: a caller who has joined may have been served and be gone, and would join a second time.
    async fn has_joined(&self, joins: &Event) -> bool {
        // From here on it is in the log, or will never be.
        while self.dispatcher.refresh().await.is_err() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let log = log(&*self.store).await;
        log.iter().any(|line| line.event == *joins)
    }

    /// A rep takes callers until so many were served in all.
    pub(crate) async fn serve(&mut self, agent: AgentId, callers: u64) {
        let signs_in = Event::SignedIn(Agent::new(agent).on_the_line());
        self.say(signs_in).await.unwrap();
        loop {
            self.say(Event::NextCaller { agent }).await.unwrap();
            let offer = self.dispatcher.read(|queue| queue.offer_for(agent));
            let Some(offer) = offer else {
                if self.dispatcher.read(|queue| queue.stats().answered) >= callers {
                    break;
                }
                let version = self.dispatcher.read(Queue::version);
                let news = self.dispatcher.follow(version);
                // Our own events are no news to anybody else: look again now and then.
                let _ = tokio::time::timeout(Duration::from_millis(20), news).await;
                continue;
            };
            let token = offer.token;
            for event in [
                Event::OfferAccepted { token },
                Event::Bridged { token },
                Event::CallEnded { token },
            ] {
                match self.say(event).await {
                    Ok(_) => {}
                    // An answer that was lost, or another server that started again.
                    Err(Refusal::StaleToken { .. } | Refusal::WrongStage { .. }) => {}
                    Err(refusal) => panic!("agent {agent}: {refusal}"),
                }
            }
        }
        self.say(Event::SignedOut { agent }).await.unwrap();
    }
}

/// Servers at work: each takes in its share of the callers, and its reps serve whoever waits.
pub(crate) async fn work(
    dispatchers: &[Arc<Dispatcher>],
    store: &Arc<dyn QueueStore>,
    reps_each: u64,
    callers_each: u64,
) -> Ledger {
    let mut tasks = Vec::new();
    let all = callers_each * dispatchers.len() as u64;
    for (server, dispatcher) in (0_u64..).zip(dispatchers) {
        let mut desk = Server::new(dispatcher, store);
        let callers = u128::from(server * callers_each)..u128::from((server + 1) * callers_each);
        tasks.push(tokio::spawn(async move {
            desk.take_in(callers).await;
            desk.ledger
        }));
        for rep in 0..reps_each {
            let mut desk = Server::new(dispatcher, store);
            tasks.push(tokio::spawn(async move {
                desk.serve(AgentId::new(server * reps_each + rep), all)
                    .await;
                desk.ledger
            }));
        }
    }
    let mut ledger = Ledger::default();
    for task in tasks {
        ledger.add(task.await.unwrap());
    }
    ledger
}

/// The whole log, from the first line.
pub(crate) async fn log(store: &dyn QueueStore) -> Vec<Recorded> {
    let mut log: Vec<Recorded> = Vec::new();
    loop {
        let Ok(page) = store.after(log.len() as u64, 1000).await else {
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        };
        if page.is_empty() {
            return log;
        }
        for line in page {
            assert_eq!(line.version, log.len() as u64 + 1, "a gap");
            log.push(line);
        }
    }
}

pub(crate) fn has_joined(log: &[Recorded], caller: u128) -> bool {
    log.iter().any(
        |line| matches!(&line.event, Event::Enqueue(joins) if joins.call == CallId::new(caller)),
    )
}

/// What was answered is in the log, in its place; every caller was served, by one rep, once.
pub(crate) async fn balances(store: &dyn QueueStore, ledger: &Ledger, callers: u64) {
    let log = log(store).await;
    for (version, event) in &ledger.answered {
        let line = &log[*version as usize - 1];
        assert_eq!(line.event, *event, "answered as line {version}");
    }
    let mut queue = Queue::new(Config::premium_and_regular());
    let mut owner: BTreeMap<CallId, Token> = BTreeMap::new();
    let mut commands = queue_dispatch::Commands::new();
    for line in &log {
        queue.step(&line.event, line.at, &mut commands).unwrap();
        if let Event::Bridged { token } = line.event {
            let (offer, _) = queue.offer(token).unwrap();
            let before = owner.insert(offer.call, token);
            assert_eq!(before, None, "{} was given to two reps", offer.call);
        }
    }
    assert_eq!(owner.len() as u64, callers, "callers were served");
    assert_eq!(queue.calls(), 0, "nobody is left");
    assert_eq!(queue.stats().answered, callers);
    for call in (0..callers).map(|caller| CallId::new(caller.into())) {
        assert_eq!(queue.call_state(call), None::<CallState>);
    }
    // Nobody was told to connect a caller to a rep who did not get them in the end, unless that offer failed.
    for (call, token) in &ledger.connected {
        assert!(
            owner[call] >= *token,
            "{call} was connected after it was served"
        );
    }
}

/// Whether each such event makes a line of the log.
fn is_logged(event: &Event) -> bool {
    !matches!(
        event,
        Event::NextCaller { .. } | Event::SignedIn(_) | Event::SignedOut { .. }
    )
}
