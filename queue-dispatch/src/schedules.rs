//! The shared shell under shuttle: many handlers, two processes on one log, in thousands of
//! schedules. The code that runs is the code that ships, over shuttle's locks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use shuttle::future::{block_on, spawn, yield_now};

use crate::sync::Mutex;
use crate::{
    Agent, AgentId, AppendError, CallId, ClassId, Command, Commands, Config, Dispatcher, Error,
    Event, MemoryStore, Queue, QueueStore, Recorded, Refusal, Snapshot, StoreError, Token,
};

/// How many schedules each test draws.
const SCHEDULES: usize = 500;

/// A store like one on a network: others run while it is asked, before and after it acts.
#[derive(Debug, Default)]
struct Remote {
    log: MemoryStore,
    fault: Fault,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Fault {
    #[default]
    None,
    /// Takes a line that expects an older version, and says it was written.
    ForgetsToCompare,
}

#[async_trait]
impl QueueStore for Remote {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        yield_now().await;
        let appended = self.log.append(expected, lines).await;
        yield_now().await;
        match appended {
            Err(AppendError::Conflict { .. }) if self.fault == Fault::ForgetsToCompare => Ok(()),
            appended => appended,
        }
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        yield_now().await;
        let lines = self.log.after(version, limit).await;
        yield_now().await;
        lines
    }

    async fn changed_since(&self, version: u64) -> Result<(), StoreError> {
        self.log.changed_since(version).await
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        self.log.snapshot().await
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.log.save_snapshot(snapshot).await
    }
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn config() -> Config {
    Config::builder(["premium", "regular"])
        .wrap_up(TimeDelta::zero())
        .build()
        .unwrap()
}

/// What all processes together were told to carry out.
#[derive(Debug, Default)]
struct World {
    rung: Mutex<Vec<Token>>,
    connected: Mutex<Vec<CallId>>,
}

impl World {
    fn carry_out(&self, commands: &Commands) {
        for command in commands {
            match *command {
                Command::Offer(offer) => self.rung.lock().unwrap().push(offer.token),
                Command::Connect { call, .. } => self.connected.lock().unwrap().push(call),
                _ => {}
            }
        }
    }
}

/// Looks at the queue as a reader does: whole, and in the log.
async fn look(dispatcher: &Dispatcher, store: &Remote) {
    let version = dispatcher.read(|queue| {
        queue.audit();
        queue.version()
    });
    if version > 0 {
        let logged = store.log.after(version - 1, 1).await.unwrap();
        assert_eq!(
            logged.len(),
            1,
            "version {version} was seen before it was logged"
        );
    }
}

/// Two callers join through one handler, an agent works through another, a third only looks; all
/// through `dispatchers`, one after the other.
fn a_busy_minute(dispatchers: Vec<Arc<Dispatcher>>, store: &Arc<Remote>) -> Arc<World> {
    let world: Arc<World> = Arc::default();
    let eve = AgentId::new(1);
    let one = dispatchers[0].clone();
    let other = dispatchers[dispatchers.len() - 1].clone();

    let callers = spawn({
        let (world, dispatcher) = (world.clone(), one.clone());
        async move {
            for number in 1..=2 {
                let joins = Event::enqueue(CallId::new(number), ClassId::REGULAR);
                let applied = dispatcher.apply(joins, at(number as i64)).await.unwrap();
                world.carry_out(&applied.commands);
            }
        }
    });
    let works = spawn({
        let (world, dispatcher) = (world.clone(), other.clone());
        async move {
            let signs_in = Event::SignedIn(Agent::new(eve).on_the_line());
            dispatcher.apply(signs_in, at(0)).await.unwrap();
            let ready = dispatcher.apply(Event::Ready { agent: eve }, at(0)).await;
            let mut version = ready.as_ref().unwrap().version;
            world.carry_out(&ready.unwrap().commands);
            for _ in 0..2 {
                let token = loop {
                    match dispatcher.read(|queue| queue.offer_for(eve)) {
                        Some(offer) => break offer.token,
                        None => {
                            let followed = dispatcher.follow(version).await.unwrap();
                            world.carry_out(&followed.commands);
                            version = followed.version;
                        }
                    }
                };
                for event in [
                    Event::OfferAccepted { token },
                    Event::Bridged { token },
                    Event::CallEnded { token },
                ] {
                    let applied = dispatcher.apply(event, at(9)).await.unwrap();
                    world.carry_out(&applied.commands);
                }
            }
        }
    });
    let looks = spawn({
        let (one, other, store) = (one.clone(), other.clone(), store.clone());
        async move {
            for _ in 0..4 {
                look(&one, &store).await;
                yield_now().await;
                look(&other, &store).await;
                yield_now().await;
            }
        }
    });
    block_on(async {
        for task in [callers, works, looks] {
            task.await.unwrap();
        }
        for dispatcher in [&one, &other] {
            dispatcher.refresh().await.unwrap();
            assert_eq!(dispatcher.read(Queue::calls), 0);
            assert_eq!(dispatcher.read(|queue| queue.stats().answered), 2);
        }
        assert_eq!(one.read(Queue::snapshot), other.read(Queue::snapshot));
    });
    world
}

/// Every offer was rung by one process, and every caller connected by one.
fn each_was_carried_out_once(world: &World) {
    let mut rung = world.rung.lock().unwrap().clone();
    rung.sort_unstable();
    assert_eq!(rung, [1, 2].map(Token::new));
    let connected = world.connected.lock().unwrap().clone();
    assert_eq!(connected, [1, 2].map(CallId::new));
}

fn open(store: &Arc<Remote>) -> Arc<Dispatcher> {
    let opened = block_on(Dispatcher::open(config(), store.clone()));
    Arc::new(opened.unwrap())
}

#[test]
fn handlers_of_one_process_see_no_torn_state() {
    shuttle::check_random(
        || {
            let store = Arc::new(Remote::default());
            let world = a_busy_minute(vec![open(&store)], &store);
            each_was_carried_out_once(&world);
        },
        SCHEDULES,
    );
}

#[test]
fn of_two_processes_one_carries_out_each_command() {
    shuttle::check_pct(
        || {
            let store = Arc::new(Remote::default());
            let world = a_busy_minute(vec![open(&store), open(&store)], &store);
            each_was_carried_out_once(&world);
        },
        SCHEDULES,
        3,
    );
}

/// Two agents are rung for one caller, in two processes, and both accept at once.
#[test]
fn of_two_who_accept_at_once_one_has_the_caller() {
    let first_won = Arc::new(AtomicUsize::new(0));
    let count = first_won.clone();
    shuttle::check_random(
        move || {
            let store = Arc::new(Remote::default());
            let (one, two) = (open(&store), open(&store));
            let tokens = block_on(async {
                for agent in [1, 2].map(AgentId::new) {
                    one.apply(Event::AgentAdded(Agent::new(agent)), at(0))
                        .await?;
                }
                let call = CallId::new(1);
                one.apply(Event::enqueue(call, ClassId::REGULAR), at(0))
                    .await?;
                let rung = one.apply(Event::OverflowDue { call }, at(180)).await?;
                two.refresh().await?;
                Ok::<_, Error>(
                    rung.commands
                        .offers()
                        .map(|offer| offer.token)
                        .collect::<Vec<_>>(),
                )
            });
            let accepts = |dispatcher: Arc<Dispatcher>, token| {
                spawn(async move {
                    let accepted = dispatcher
                        .apply(Event::OfferAccepted { token }, at(181))
                        .await;
                    match accepted {
                        Ok(applied) => applied
                            .commands
                            .iter()
                            .filter(|command| matches!(command, Command::Connect { .. }))
                            .count(),
                        Err(Error::Refused(Refusal::StaleToken { .. })) => 0,
                        Err(error) => panic!("{error}"),
                    }
                })
            };
            let tokens = tokens.unwrap();
            let tasks = [accepts(one, tokens[0]), accepts(two, tokens[1])];
            let connected = tasks.map(|task| block_on(task).unwrap());
            assert_eq!(connected.iter().sum::<usize>(), 1);
            count.fetch_add(connected[0], Ordering::Relaxed);
        },
        SCHEDULES,
    );
    // Either may be first: the schedules differ.
    let first = first_won.load(Ordering::Relaxed);
    assert!(first > 0 && first < SCHEDULES, "{first}");
}

/// A store that does not compare before it appends is found out.
#[test]
fn the_schedules_find_a_store_that_forgets_to_compare() {
    let found = std::panic::catch_unwind(|| {
        shuttle::check_random(
            || {
                let store = Arc::new(Remote {
                    fault: Fault::ForgetsToCompare,
                    ..Remote::default()
                });
                let world = a_busy_minute(vec![open(&store), open(&store)], &store);
                each_was_carried_out_once(&world);
            },
            SCHEDULES,
        );
    });
    assert!(found.is_err());
}
