//! A call queue in PostgreSQL: whole events through the dispatcher, beside the bare statements that any
//! queue in a database needs per event, an `INSERT` and an `UPDATE … RETURNING`, through the same driver.
//!
//! Needs a database: `POSTGRES_URL`, which scripts/bench provides. Everybody has one connection, and takes
//! turns within the same run, so that what the machine does otherwise happens to all of them.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::{
    Agent, AgentId, CallId, ClassId, Config, Dispatcher, Event, QueueStore, Recorded,
};
use queue_postgres::postgres_pool::pool;
use queue_postgres::{PostgresQueue, PostgresQueues};
use tokio_postgres::{Client, NoTls, Statement};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 11;
/// Of one contender in one round.
const EVENTS: u32 = 400;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether it runs; a word that is no flag asks for some benches.
    let asked = |word: &String| word.starts_with('-') || "queue_postgres".contains(word.as_str());
    if arguments
        .iter()
        .any(|word| word == "--test" || word == "--list")
        || !arguments.iter().all(asked)
    {
        return Ok(());
    }
    let Ok(url) = std::env::var("POSTGRES_URL") else {
        eprintln!(
            "queue_postgres: NOT MEASURED, for POSTGRES_URL is not set; scripts/bench sets it"
        );
        return Ok(());
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(compare(&url))
}

async fn compare(url: &str) -> Outcome<()> {
    let mut bare = Bare::connect(url).await?;
    let mut polled = Ours::connect(url, "polled", Told::ByPolling).await?;
    let mut heard = Ours::connect(url, "heard", Told::ByListening).await?;
    let mut log = Log(polled.store("log").await?, 0);
    let mut times: [Vec<Duration>; 5] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(timed(bare.pairs()).await?);
        times[1].push(timed(bare.transactions()).await?);
        times[2].push(timed(log.appends()).await?);
        times[3].push(timed(polled.calls()).await?);
        times[4].push(timed(heard.calls()).await?);
    }
    let names = [
        "bare INSERT, then UPDATE … RETURNING: two commits",
        "the same two in one transaction",
        "QueueStore::append of one line",
        "Dispatcher::apply, whole events",
        "Dispatcher::apply, while another server listens",
    ];
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2] / EVENTS
    };
    let [pair, transaction, ..] = times.each_mut().map(median);
    println!("queue_postgres: per event, median of {ROUNDS} rounds of {EVENTS}");
    for (name, mut times) in names.into_iter().zip(times) {
        let time = median(&mut times);
        println!(
            "  {name:<52} {time:>10.1?}  {:>5.2}x two commits  {:>5.2}x one transaction",
            pair.as_secs_f64() / time.as_secs_f64(),
            transaction.as_secs_f64() / time.as_secs_f64(),
        );
    }
    let mut delays = noticed(&heard).await?;
    delays.sort_unstable();
    let [half, most] = [delays.len() / 2, delays.len() * 99 / 100].map(|at| delays[at]);
    println!(
        "  from an append to its notice elsewhere, listening: half within {half:.1?}, 99 % within {most:.1?}"
    );
    Ok(())
}

/// How long after an append begins another handle, which listens, knows of it.
async fn noticed(heard: &Ours) -> Outcome<Vec<Duration>> {
    let (here, there) = (heard.store("noticed").await?, heard.store("noticed").await?);
    let mut delays = Vec::new();
    for version in 0..300 {
        let line = [Recorded::new(version + 1, at(version), Event::Tick)];
        let delay = timed(async {
            let (appended, noticed) =
                tokio::join!(here.append(version, &line), there.changed_since(version));
            appended?;
            noticed?;
            Ok(())
        });
        delays.push(delay.await?);
    }
    Ok(delays)
}

async fn timed(work: impl Future<Output = Outcome<()>>) -> Outcome<Duration> {
    #[expect(clippy::disallowed_methods, reason = "measures")]
    let start = Instant::now();
    work.await?;
    Ok(start.elapsed())
}

/// What anybody would write: a table of calls, a row put in and a row taken out per event.
struct Bare {
    client: Client,
    insert: Statement,
    update: Statement,
    last: i64,
}

impl Bare {
    async fn connect(url: &str) -> Outcome<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        client
            .batch_execute(
                "DROP SCHEMA IF EXISTS bench_bare CASCADE; CREATE SCHEMA bench_bare;
                 CREATE TABLE bench_bare.call (
                     id bigint PRIMARY KEY, caller text NOT NULL, state text NOT NULL, at bigint NOT NULL)",
            )
            .await?;
        Ok(Self {
            insert: client
                .prepare("INSERT INTO bench_bare.call VALUES ($1, $2, 'waiting', $3)")
                .await?,
            update: client
                .prepare(
                    "UPDATE bench_bare.call SET state = 'taken' WHERE id = $1 RETURNING caller, at",
                )
                .await?,
            client,
            last: 0,
        })
    }

    async fn pairs(&mut self) -> Outcome<()> {
        for _ in 0..EVENTS {
            self.last += 1;
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
                [&self.last, &"+4930123456", &self.last];
            self.client.execute(&self.insert, &values).await?;
            self.client.query_one(&self.update, &[&self.last]).await?;
        }
        Ok(())
    }

    async fn transactions(&mut self) -> Outcome<()> {
        for _ in 0..EVENTS {
            self.last += 1;
            let both = self.client.transaction().await?;
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
                [&self.last, &"+4930123456", &self.last];
            both.execute(&self.insert, &values).await?;
            both.query_one(&self.update, &[&self.last]).await?;
            both.commit().await?;
        }
        Ok(())
    }
}

/// The store alone.
struct Log(Arc<PostgresQueue>, u64);

impl Log {
    async fn appends(&mut self) -> Outcome<()> {
        for _ in 0..EVENTS {
            let line = Recorded::new(self.1 + 1, at(self.1), Event::Tick);
            self.0.append(self.1, &[line]).await?;
            self.1 += 1;
        }
        Ok(())
    }
}

enum Told {
    ByPolling,
    ByListening,
}

/// Events as they come: a caller, an agent who asks, accepts, talks, and is done.
struct Ours {
    queues: PostgresQueues,
    dispatcher: Dispatcher,
    calls: u64,
}

const EVE: AgentId = AgentId::new(7);

impl Ours {
    async fn connect(url: &str, name: &str, told: Told) -> Outcome<Self> {
        let server: tokio_postgres::Config = url.parse()?;
        let schema = format!("bench_queue_{name}").parse()?;
        let direct = pool(server.clone(), NoTls, 1)?;
        let drop = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
        direct.get().await?.batch_execute(&drop).await?;
        let builder = PostgresQueues::builder(direct).schema(schema);
        let queues = match told {
            Told::ByPolling => builder.connect().await?,
            Told::ByListening => builder.listen(server).connect().await?,
        };
        let rules = Config::premium_and_regular();
        let store = Arc::new(queues.queue("support".parse()?).await?);
        let dispatcher = Dispatcher::open(rules, store).await?;
        let eve = Agent::new(EVE).on_the_line();
        dispatcher.apply(Event::SignedIn(eve), at(0)).await?;
        Ok(Self {
            queues,
            dispatcher,
            calls: 0,
        })
    }

    async fn store(&self, name: &str) -> Outcome<Arc<PostgresQueue>> {
        Ok(Arc::new(self.queues.queue(name.parse()?).await?))
    }

    async fn calls(&mut self) -> Outcome<()> {
        for _ in 0..EVENTS / 5 {
            self.calls += 1;
            let (call, now) = (CallId::new(self.calls.into()), at(self.calls));
            let arrives = Event::enqueue(call, ClassId::PREMIUM);
            self.dispatcher.apply(arrives, now).await?;
            let asks = Event::NextCaller { agent: EVE };
            let asked = self.dispatcher.apply(asks, now).await?;
            let token = asked.commands.offers().next().ok_or("no offer")?.token;
            for event in [
                Event::OfferAccepted { token },
                Event::Bridged { token },
                Event::CallEnded { token },
            ] {
                self.dispatcher.apply(event, now).await?;
            }
        }
        Ok(())
    }
}

fn at(second: u64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_700_000_000 + second as i64)
}
