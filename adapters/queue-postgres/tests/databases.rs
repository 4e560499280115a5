//! Queues beside each other, long logs, full pools, and what is said of databases that cannot be used.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod database;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use database::{config, dispatcher, execute, fresh_schema, listening, polling, support};
use queue_dispatch::{
    Agent, AgentId, AppendError, CallId, ClassId, Config, Dispatcher, Error, Event, Queue,
    QueueStore, Recorded,
};
use queue_postgres::postgres_pool::{self, pool};
use queue_postgres::{ConnectError, PostgresQueues, SchemaName};
use tokio_postgres::NoTls;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn ticks(versions: std::ops::RangeInclusive<u64>) -> Vec<Recorded> {
    versions
        .map(|version| Recorded::new(version, at(version as i64), Event::Restart))
        .collect()
}

fn joins(call: u64) -> Event {
    Event::enqueue(CallId::new(call.into()), ClassId::PREMIUM)
}

/// What the error and its causes say.
fn story(error: &dyn std::error::Error) -> String {
    let mut story = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        story += &format!(": {error}");
        cause = error.source();
    }
    story
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn queues_of_other_names_and_schemas_have_logs_of_their_own() {
    let (one, other) = (fresh_schema().await, fresh_schema().await);
    let one = polling(config("POSTGRES_URL"), &one).await;
    let other = polling(config("POSTGRES_URL"), &other).await;
    let mut stores = Vec::new();
    for number in 0..50 {
        let name = format!("Warteschlange {number}");
        stores.push(one.queue(name.parse().unwrap()).await.unwrap());
        stores.push(other.queue(name.parse().unwrap()).await.unwrap());
    }
    for (length, store) in (0..).zip(&stores) {
        store.append(0, &ticks(1..=length)).await.unwrap();
    }
    for (length, store) in (0..).zip(&stores) {
        assert_eq!(store.after(0, 1000).await.unwrap(), ticks(1..=length));
        let again = format!("{}", store.name()).parse().unwrap();
        let queues = if length % 2 == 0 { &one } else { &other };
        let again = queues.queue(again).await.unwrap();
        assert_eq!(again.after(0, 1000).await.unwrap().len() as u64, length);
    }
}

/// A word about one queue wakes nobody who waits for another.
#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn who_listens_hears_of_its_own_queue() {
    let schema = fresh_schema().await;
    let listens = listening(config("POSTGRES_URL"), &schema).await;
    let here = support(&listens).await;
    let sales = listens.queue("sales".parse().unwrap()).await.unwrap();
    let there = polling(config("POSTGRES_URL"), &schema).await;
    let there = support(&there).await;
    let mut waits = Box::pin(sales.changed_since(0));
    for version in 0..20 {
        let append = async {
            // Once it waits.
            tokio::task::yield_now().await;
            let line = ticks(version + 1..=version + 1);
            there.append(version, &line).await.unwrap();
        };
        let (noticed, ()) = tokio::join!(here.changed_since(version), append);
        noticed.unwrap();
        let other = tokio::time::timeout(Duration::ZERO, &mut waits).await;
        assert!(other.is_err(), "{other:?}");
    }
}

/// Whatever the host's default is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn other_isolation_levels_change_nothing() {
    for level in ["repeatable\\ read", "serializable"] {
        let schema = fresh_schema().await;
        let mut strict = config("POSTGRES_URL");
        strict.options(format!("-c default_transaction_isolation={level}"));
        let tasks: Vec<_> = (0..4_u64)
            .map(|server| {
                let (strict, schema) = (strict.clone(), schema.clone());
                tokio::spawn(async move {
                    let dispatcher = dispatcher(&polling(strict, &schema).await).await;
                    for call in 0..25 {
                        let joins = joins(server * 100 + call);
                        dispatcher.apply(joins, at(0)).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let all = dispatcher(&polling(strict, &schema).await).await;
        assert_eq!(all.read(Queue::waiting), 100, "{level}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_full_pool_is_an_error_and_then_all_is_well() {
    let schema = fresh_schema().await;
    let server = config("POSTGRES_URL");
    let manager = deadpool_postgres::Manager::new(server, NoTls);
    let small = deadpool_postgres::Pool::builder(manager)
        .max_size(1)
        .wait_timeout(Some(Duration::from_millis(20)))
        .runtime(deadpool_postgres::Runtime::Tokio1)
        .build()
        .unwrap();
    let queues = PostgresQueues::builder(small.clone()).schema(schema);
    let queues = queues.connect().await.unwrap();
    let dispatcher = dispatcher(&queues).await;
    dispatcher.apply(joins(1), at(1)).await.unwrap();

    let taken = small.get().await.unwrap();
    let failed = dispatcher.apply(joins(2), at(2)).await.unwrap_err();
    assert!(matches!(failed, Error::Store(_)), "{failed:?}");
    assert!(
        story(&failed).contains("no connection"),
        "{}",
        story(&failed)
    );
    drop(taken);
    let applied = dispatcher.apply(joins(2), at(3)).await.unwrap();
    assert_eq!((applied.version, dispatcher.read(Queue::waiting)), (2, 2));
}

/// A snapshot stands for the lines before it: those are gone, and opening is as good as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_log_of_100_000_lines_is_read_in_pages_and_shortened_by_a_snapshot() {
    let schema = fresh_schema().await;
    let queues = polling(config("POSTGRES_URL"), &schema).await;
    let store = support(&queues).await;
    let mut writes = Queue::new(Config::premium_and_regular());
    let (mut lines, mut out) = (Vec::new(), queue_dispatch::Commands::new());
    for version in 1..=100_000_u64 {
        // Every other caller loses patience.
        let event = match version % 4 {
            0 => Event::HungUp {
                call: CallId::new((version - 2).into()),
            },
            _ => joins(version),
        };
        let line = Recorded::new(version, at(version as i64), event);
        writes.step(&line.event, line.at, &mut out).unwrap();
        lines.push(line);
    }
    for page in lines.chunks(5000) {
        store.append(page[0].version - 1, page).await.unwrap();
    }
    let reads = dispatcher(&queues).await;
    assert_eq!(reads.read(Queue::snapshot), writes.snapshot());
    let behind = support(&queues).await;
    assert_eq!(behind.after(0, 1).await.unwrap(), lines[..1]);

    reads.save_snapshot().await.unwrap();
    assert_eq!(store.after(0, 10).await.unwrap(), lines[99_999..]);
    reads.apply(joins(200_001), at(100_001)).await.unwrap();
    let opened = dispatcher(&queues).await;
    assert_eq!(opened.read(Queue::snapshot), reads.read(Queue::snapshot));
    // Whoever was behind jumps over the gap.
    let fresh = Dispatcher::open(Config::premium_and_regular(), store.clone()).await;
    assert_eq!(fresh.unwrap().read(Queue::version), 100_001);
}

/// The queue's time stands until the others' clocks have caught up, and no event is refused or lost because of it.
#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn clocks_that_differ_between_servers_never_run_the_queue_backwards() {
    let schema = fresh_schema().await;
    let slow = dispatcher(&polling(config("POSTGRES_URL"), &schema).await).await;
    let right = dispatcher(&polling(config("POSTGRES_URL"), &schema).await).await;
    let eve = AgentId::new(1);
    let signs_in = Event::SignedIn(Agent::new(eve).on_the_line());
    slow.apply(signs_in, at(0)).await.unwrap();
    slow.apply(joins(1), at(1)).await.unwrap();
    right.apply(joins(2), at(3600)).await.unwrap();
    // An hour earlier, by the clock of this server.
    slow.apply(joins(3), at(2)).await.unwrap();
    let asks = Event::NextCaller { agent: eve };
    let asked = slow.apply(asks, at(3)).await.unwrap();
    let offer = asked.commands.offers().next().cloned().unwrap();
    assert_eq!(offer.call, CallId::new(1));
    let token = offer.token;
    let accepted = slow.apply(Event::OfferAccepted { token }, at(4)).await;
    // The time to accept is counted by the queue's time, so it has not run out.
    assert_eq!(accepted.unwrap().commands.len(), 1);
    slow.apply(Event::Bridged { token }, at(5)).await.unwrap();
    right.refresh().await.unwrap();
    let here = slow.read(Queue::snapshot);
    assert_eq!(right.read(Queue::snapshot), here);
    let opened = dispatcher(&polling(config("POSTGRES_URL"), &schema).await).await;
    assert_eq!(opened.read(Queue::snapshot), here);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_clock_that_is_fast_is_refused_before_it_stops_everyones_time() {
    let schema = fresh_schema().await;
    let queues = polling(config("POSTGRES_URL"), &schema).await;
    let dispatcher = dispatcher(&queues).await;
    let now = queues.now().await.unwrap();
    dispatcher.apply(joins(1), now).await.unwrap();
    let fast = now + TimeDelta::hours(1);
    let error = dispatcher.apply(joins(2), fast).await.unwrap_err();
    let told = story(&error);
    assert!(told.contains("clock is PT3"), "{told}");
    assert!(told.contains("PostgresQueues::now"), "{told}");
    // Nothing was written, and nothing is in doubt.
    let applied = dispatcher.apply(joins(2), now).await.unwrap();
    assert_eq!(applied.version, 2);

    let simulated = PostgresQueues::builder(pool(config("POSTGRES_URL"), NoTls, 1).unwrap())
        .schema(schema)
        .clock_offset(TimeDelta::hours(1));
    let queues = simulated.connect().await.unwrap();
    let dispatcher = self::dispatcher(&queues).await;
    dispatcher.apply(joins(3), fast).await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn the_databases_clock_is_everyones() {
    let schema = fresh_schema().await;
    let shifted = TimeDelta::days(400);
    let queues = PostgresQueues::builder(pool(config("POSTGRES_URL"), NoTls, 1).unwrap())
        .schema(schema.clone())
        .clock_offset(shifted)
        .connect()
        .await
        .unwrap();
    let plain = polling(config("POSTGRES_URL"), &schema).await;
    let before = plain.now().await.unwrap();
    assert!(queues.now().await.unwrap() >= before + shifted);
}

async fn connect(schema: &SchemaName) -> Result<PostgresQueues, ConnectError> {
    PostgresQueues::builder(pool(config("POSTGRES_URL"), NoTls, 1).unwrap())
        .schema(schema.clone())
        .connect()
        .await
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn tables_of_a_newer_release_are_refused() {
    let schema = fresh_schema().await;
    connect(&schema).await.unwrap();
    execute(&format!("UPDATE {schema}.migration SET version = 99")).await;
    let error = connect(&schema).await.unwrap_err();
    assert!(
        matches!(
            error,
            ConnectError::NewerSchema {
                found: 99,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
}

/// A role that may use the tables need not own them.
#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_role_needs_no_more_rights_than_the_error_asks_for() {
    let schema = fresh_schema().await;
    execute(&format!("CREATE ROLE {schema} LOGIN")).await;
    let mut as_role = config("POSTGRES_URL");
    as_role.user(schema.as_str());
    let connect_as_role = || {
        PostgresQueues::builder(pool(as_role.clone(), NoTls, 1).unwrap())
            .schema(schema.clone())
            .connect()
    };
    let error = connect_as_role().await.unwrap_err();
    assert!(
        matches!(error, ConnectError::NotPermitted { .. }),
        "{error:?}"
    );
    connect(&schema).await.unwrap();
    execute(&format!(
        "GRANT USAGE ON SCHEMA {schema} TO {schema};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema}"
    ))
    .await;
    let dispatcher = dispatcher(&connect_as_role().await.unwrap()).await;
    dispatcher.apply(joins(1), at(1)).await.unwrap();
    dispatcher.save_snapshot().await.unwrap();
    drop(dispatcher);
    execute(&format!("DROP OWNED BY {schema}; DROP ROLE {schema}")).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn what_cannot_be_read_is_an_error_that_names_it() {
    let schema = fresh_schema().await;
    let queues = connect(&schema).await.unwrap();
    let store = support(&queues).await;
    store.append(0, &ticks(1..=3)).await.unwrap();
    let dispatcher = dispatcher(&queues).await;
    dispatcher.save_snapshot().await.unwrap();
    let line = format!(
        "UPDATE {schema}.line SET content = replace(content::text, '\"format\":1', '\"format\":2')::json"
    );
    execute(&line).await;
    let error = store.after(0, 10).await.unwrap_err();
    let told = story(&error);
    assert!(told.contains("line 3 of the log cannot be read"), "{told}");
    assert!(told.contains("line of format 2"), "{told}");

    execute(&format!("UPDATE {schema}.snapshot SET content = '[]'")).await;
    let error = store.snapshot().await.unwrap_err();
    let told = story(&error);
    assert!(told.contains("the snapshot of version 3"), "{told}");

    execute(&format!("DELETE FROM {schema}.queue")).await;
    let error = store.append(3, &ticks(4..=4)).await.unwrap_err();
    assert!(matches!(error, AppendError::Backend(_)), "{error:?}");
    assert!(
        story(&error).contains("no longer in the database"),
        "{error:?}"
    );
    assert_eq!(support(&queues).await.after(3, 1).await.unwrap(), []);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    // Port 1 of loopback: nobody listens.
    let nowhere = "postgresql://nobody@127.0.0.1:1/none".parse().unwrap();
    let error = PostgresQueues::connect(pool(nowhere, NoTls, 1).unwrap())
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn debug_does_not_tell_the_password() {
    let mut secret = config("POSTGRES_URL");
    secret.password("hunter2");
    let pool = postgres_pool::pool(secret.clone(), NoTls, 1).unwrap();
    let builder = PostgresQueues::builder(pool).schema(fresh_schema().await);
    let builder = builder.listen(secret);
    assert!(!format!("{builder:?}").contains("hunter2"));
    let queues = builder.connect().await.unwrap();
    let store: Arc<dyn QueueStore> = support(&queues).await;
    assert!(!format!("{queues:?} {store:?}").contains("hunter2"));
}
