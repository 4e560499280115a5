//! Call queues in an SQLite file: whole events through the dispatcher, beside a bare loop that inserts
//! one row per event, through the same library and with the same durability.
//!
//! All take turns within the same run, so that what the machine does otherwise happens to all of them.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures::executor::block_on;
use futures::future::try_join_all;
use queue_dispatch::{
    Agent, AgentId, CallId, ClassId, Config, Dispatcher, Event, QueueStore, Recorded,
};
use queue_sqlite::{SqliteQueue, SqliteQueues};
use rusqlite::Connection;
use tempfile::TempDir;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 15;
/// Of one contender in one round.
const EVENTS: u32 = 500;
/// How many queues share a file where several do.
const QUEUES: u32 = 10;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether it runs; a word that is no flag asks for some benches.
    let asked = |word: &String| word.starts_with('-') || "queue_sqlite".contains(word.as_str());
    if arguments
        .iter()
        .any(|word| word == "--test" || word == "--list")
        || !arguments.iter().all(asked)
    {
        return Ok(());
    }
    let mut bare = Bare::open()?;
    let mut log = Log::open()?;
    let mut one = Queues::open(1)?;
    let mut many = Queues::open(QUEUES)?;
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(timed(|| bare.inserts())?);
        times[1].push(timed(|| block_on(log.appends()))?);
        times[2].push(timed(|| block_on(one.calls(EVENTS)))?);
        times[3].push(timed(|| block_on(many.calls(EVENTS / QUEUES)))?);
    }
    let names = [
        "bare INSERT, one commit each".to_owned(),
        "QueueStore::append of one line".to_owned(),
        "Dispatcher::apply, whole events".to_owned(),
        format!("Dispatcher::apply, {QUEUES} queues at once in one file"),
    ];
    println!("queue_sqlite: per event, median of {ROUNDS} rounds of {EVENTS}");
    let mut first = None;
    for (name, mut times) in names.into_iter().zip(times) {
        times.sort_unstable();
        let time = times[ROUNDS / 2] / EVENTS;
        let bare = *first.get_or_insert(time);
        println!(
            "  {name:<52} {time:>10.1?} {:>8.0}/s  {:>5.2}x the bare loop",
            1.0 / time.as_secs_f64(),
            bare.as_secs_f64() / time.as_secs_f64(),
        );
    }
    Ok(())
}

fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<Duration> {
    #[expect(clippy::disallowed_methods, reason = "measures")]
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// A log of which nothing is asked: no expected version, no JSON, no thread.
struct Bare {
    connection: Connection,
    last: i64,
    _folder: TempDir,
}

impl Bare {
    fn open() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let connection = Connection::open(folder.path().join("bare.db"))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch(
            "CREATE TABLE line (version INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT",
        )?;
        Ok(Self {
            connection,
            last: 0,
            _folder: folder,
        })
    }

    fn inserts(&mut self) -> Outcome<()> {
        for _ in 0..EVENTS {
            self.last += 1;
            let line = r#"{"version":1,"at":"2026-11-21T12:00:00Z","event":"bridged","token":1}"#;
            self.connection
                .prepare_cached("INSERT INTO line VALUES (?1, ?2)")?
                .execute((self.last, line))?;
        }
        Ok(())
    }
}

/// The store alone.
struct Log {
    store: SqliteQueue,
    last: u64,
    _folder: TempDir,
}

impl Log {
    fn open() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let queues = SqliteQueues::open(folder.path().join("queues.db"))?;
        Ok(Self {
            store: queues.queue("support".parse()?),
            last: 0,
            _folder: folder,
        })
    }

    async fn appends(&mut self) -> Outcome<()> {
        for _ in 0..EVENTS {
            let line = Recorded::new(self.last + 1, at(self.last), Event::Tick);
            self.store.append(self.last, &[line]).await?;
            self.last += 1;
        }
        Ok(())
    }
}

/// Queues in one file, each with its dispatcher.
struct Queues {
    dispatchers: Vec<Dispatcher>,
    calls: u64,
    _folder: TempDir,
}

const EVE: AgentId = AgentId::new(7);

impl Queues {
    fn open(count: u32) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let queues = SqliteQueues::open(folder.path().join("queues.db"))?;
        let dispatchers = (0..count).map(async |number| -> Outcome<Dispatcher> {
            let store = Arc::new(queues.queue(format!("queue-{number}").parse()?));
            let dispatcher = Dispatcher::open(Config::premium_and_regular(), store).await?;
            let eve = Agent::new(EVE).on_the_line();
            dispatcher.apply(Event::SignedIn(eve), at(0)).await?;
            Ok(dispatcher)
        });
        Ok(Self {
            dispatchers: block_on(try_join_all(dispatchers))?,
            calls: 0,
            _folder: folder,
        })
    }

    /// That many events in each queue.
    async fn calls(&mut self, events: u32) -> Outcome<()> {
        let first = self.calls;
        self.calls += u64::from(events);
        let queues = self.dispatchers.iter().map(async |dispatcher| {
            for number in 1..=events / 5 {
                serve(dispatcher, first + u64::from(number)).await?;
            }
            Outcome::Ok(())
        });
        try_join_all(queues).await?;
        Ok(())
    }
}

/// Five events as they come: a caller, an agent who asks, accepts, talks, and is done.
async fn serve(dispatcher: &Dispatcher, number: u64) -> Outcome<()> {
    let (call, now) = (CallId::new(number.into()), at(number));
    let arrives = Event::enqueue(call, ClassId::PREMIUM);
    dispatcher.apply(arrives, now).await?;
    let asks = Event::NextCaller { agent: EVE };
    let asked = dispatcher.apply(asks, now).await?;
    let token = asked.commands.offers().next().ok_or("no offer")?.token;
    for event in [
        Event::OfferAccepted { token },
        Event::Bridged { token },
        Event::CallEnded { token },
    ] {
        dispatcher.apply(event, now).await?;
    }
    Ok(())
}

fn at(second: u64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_700_000_000 + second as i64)
}
