//! What a store may count on: migrations that many servers start at once, a clock, faults by what to do,
//! and notifications that come back after a cut.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use postgres_pool::{
    CallError, ConnectError, Database, Fault, Listener, Migrations, SchemaName, Wake, notify_sql,
    text,
};
use tokio_postgres::{Config, NoTls};

const NOTES: Migrations = Migrations::new("notes", &["CREATE TABLE note (content text)"]);
const NOTES_2: Migrations = Migrations::new(
    "notes",
    &[
        "CREATE TABLE note (content text)",
        "ALTER TABLE note ADD author text; CREATE INDEX ON note (author)",
    ],
);
const TASKS: Migrations = Migrations::new("tasks", &["CREATE TABLE task (content text)"]);

fn config(variable: &str) -> Config {
    let url = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: scripts/test sets it"));
    url.parse().unwrap()
}

/// A schema that no test had before: processes of the same id are not of the same time.
async fn fresh(variable: &str) -> Database {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let schema = SchemaName::new(format!("test_pool_{}_{count}", std::process::id())).unwrap();
    let pool = postgres_pool::pool(config(variable), NoTls, 4).unwrap();
    let database = Database::new(pool, schema);
    let drop = format!("DROP SCHEMA IF EXISTS {} CASCADE", database.schema());
    execute(&database, &drop).await;
    database
}

async fn execute(database: &Database, script: &str) {
    let client = database.client().await.unwrap();
    client.batch_execute(script).await.unwrap();
}

async fn many_start_at_once(variable: &'static str) {
    let database = fresh(variable).await;
    let servers: Vec<_> = (0..8)
        .map(|number| {
            let database = database.clone();
            let migrations = if number % 2 == 0 { NOTES_2 } else { TASKS };
            tokio::spawn(async move { database.migrate(&migrations).await })
        })
        .collect();
    for server in servers {
        server.await.unwrap().unwrap();
    }
    let schema = database.schema();
    execute(
        &database,
        &format!(
            "INSERT INTO {schema}.note (author) VALUES ('eve'); INSERT INTO {schema}.task VALUES ('tea')"
        ),
    )
    .await;
    // Nothing is left of the script's search path.
    let client = database.client().await.unwrap();
    let path = client.query_typed_one("SHOW search_path", &[]).await;
    assert!(!path.unwrap().get::<_, &str>(0).contains(schema.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn two_stores_in_one_schema_start_on_many_servers_at_once() {
    many_start_at_once("POSTGRES_URL").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PgBouncer: scripts/test starts it"]
async fn so_they_do_behind_pgbouncer() {
    many_start_at_once("PGBOUNCER_URL").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn older_tables_become_newer_ones_and_newer_ones_are_refused() {
    let database = fresh("POSTGRES_URL").await;
    database.migrate(&NOTES).await.unwrap();
    let schema = database.schema();
    execute(
        &database,
        &format!("INSERT INTO {schema}.note VALUES ('kept')"),
    )
    .await;
    database.migrate(&NOTES_2).await.unwrap();
    execute(
        &database,
        &format!("UPDATE {schema}.note SET author = 'eve'"),
    )
    .await;
    let error = database.migrate(&NOTES).await.unwrap_err();
    assert!(
        matches!(
            error,
            ConnectError::NewerSchema {
                store: "notes",
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().ends_with("upgrade"), "{error}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_migration_that_fails_leaves_nothing() {
    let database = fresh("POSTGRES_URL").await;
    let broken = Migrations::new("notes", &["CREATE TABLE note (content text)", "nonsense"]);
    let error = database.migrate(&broken).await.unwrap_err();
    assert!(matches!(error, ConnectError::Failed { .. }), "{error:?}");
    database.migrate(&NOTES).await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn the_clock_is_the_databases_and_may_be_shifted() {
    let database = fresh("POSTGRES_URL").await;
    let one = database.now().await.unwrap();
    let two = database.now().await.unwrap();
    assert!(one <= two);
    let day = TimeDelta::days(1);
    let three = database.clone().with_clock_offset(day).now().await.unwrap();
    assert!(three >= two + day);
    let four = database.with_clock_offset(-day).now().await.unwrap();
    assert!(four >= two - day && four < two);
}

async fn fault(database: &Database, statement: &str) -> Fault {
    let client = database.client().await.unwrap();
    let error = client.batch_execute(statement).await.unwrap_err();
    Fault::of(&error)
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn faults_say_what_to_do() {
    let database = fresh("POSTGRES_URL").await;
    for (statement, meant) in [
        ("nonsense", Fault::Refused),
        ("SELECT 1 / 0", Fault::Refused),
        (
            "SELECT pg_terminate_backend(pg_backend_pid())",
            Fault::Interrupted,
        ),
        (
            "DO $$ BEGIN RAISE SQLSTATE '57014'; END $$",
            Fault::Unavailable,
        ),
        (
            "BEGIN READ ONLY; CREATE TABLE public.never ()",
            Fault::Unavailable,
        ),
        (
            "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$",
            Fault::Contention,
        ),
        (
            "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$",
            Fault::Contention,
        ),
        (
            "DO $$ BEGIN RAISE SQLSTATE '53300'; END $$",
            Fault::Unavailable,
        ),
        (
            "DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$",
            Fault::Unavailable,
        ),
        (
            "DO $$ BEGIN RAISE SQLSTATE '08006'; END $$",
            Fault::Interrupted,
        ),
    ] {
        // A pool each: what a statement set stays in its session.
        let database = fresh("POSTGRES_URL").await;
        assert_eq!(fault(&database, statement).await, meant, "{statement}");
        assert_eq!(meant.may_pass(), meant != Fault::Refused);
    }
    // A value that does not fit its type is not sent.
    let client = database.client().await.unwrap();
    let error = client.query_typed("SELECT $1", &[text(&1_i64)]).await;
    assert_eq!(Fault::of(&error.unwrap_err()), Fault::Refused);
    database.pool().close();
    let closed = database.client().await.unwrap_err();
    assert!(matches!(closed, CallError::Pool(_)), "{closed:?}");
    assert_eq!(closed.fault(), Fault::Unavailable);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    // Port 1 of loopback: nobody listens.
    let nowhere = "postgresql://nobody@127.0.0.1:1/none".parse().unwrap();
    let pool = postgres_pool::pool(nowhere, NoTls, 1).unwrap();
    let database = Database::new(pool, SchemaName::from_static("none"));
    let error = database.migrate(&NOTES).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
    let error = database.now().await.unwrap_err();
    assert_eq!(error.fault(), Fault::Unavailable);
}

#[tokio::test]
async fn debug_does_not_tell_the_password() {
    let secret: Config = "postgresql://eve:hunter2@127.0.0.1:1/none".parse().unwrap();
    let pool = postgres_pool::pool(secret.clone(), NoTls, 1).unwrap();
    let database = Database::new(pool, SchemaName::from_static("none"));
    let listener = Listener::start(secret, "none");
    let told = format!(
        "{database:?} {listener:?} {:?}",
        listener.subscribe("topic")
    );
    assert!(!told.contains("hunter2"), "{told}");
}

async fn say(database: &Database, channel: &str, topic: &str, details: &str) {
    let client = database.client().await.unwrap();
    let say = format!("SELECT {}", notify_sql(channel, "$1", "$2"));
    client
        .query_typed(&say, &[text(&topic), text(&details)])
        .await
        .unwrap();
}

/// The channel's name has a quote, a space and a capital, so that quoting is tried too.
fn channel(database: &Database) -> String {
    format!("{}'s \"Own\"", database.schema())
}

#[tokio::test]
#[ignore = "needs PgBouncer: scripts/test starts it"]
async fn a_topic_hears_what_is_said_through_pgbouncer_and_nothing_else() {
    let database = fresh("PGBOUNCER_URL").await;
    let channel = channel(&database);
    let listener = Listener::start(config("POSTGRES_URL"), &channel);
    listener.connected().await;
    assert!(listener.is_connected());
    let mut mine = listener.subscribe("mine");
    let mut other = listener.subscribe("other");
    assert_eq!(mine.next().await, Wake::Connected);
    assert_eq!(other.next().await, Wake::Connected);
    say(&database, &channel, "other", "1 2").await;
    say(&database, &channel, "mine", "3").await;
    assert_eq!(mine.next().await, Wake::Notified("3".into()));
    assert_eq!(other.next().await, Wake::Notified("1 2".into()));
    let patience = std::time::Duration::from_millis(1);
    assert_eq!(mine.next_within(patience).await, Wake::Silence);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_cut_connection_comes_back_and_wakes_everybody() {
    let database = fresh("POSTGRES_URL").await;
    let channel = channel(&database);
    let mut direct = config("POSTGRES_URL");
    direct.application_name(database.schema().as_str());
    let listener = Listener::start(direct, &channel);
    listener.connected().await;
    let mut mine = listener.subscribe("mine");
    assert_eq!(mine.next().await, Wake::Connected);
    for round in 0..5 {
        let kill = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
            database.schema()
        );
        execute(&database, &kill).await;
        assert_eq!(mine.next().await, Wake::Connected, "round {round}");
        listener.connected().await;
        say(&database, &channel, "mine", "again").await;
        assert_eq!(mine.next().await, Wake::Notified("again".into()));
    }
    // Nobody is left to hear: the session ends.
    drop((listener, mine));
    let sessions = format!(
        "SELECT FROM pg_stat_activity WHERE application_name = '{}'",
        database.schema()
    );
    let client = database.client().await.unwrap();
    for _ in 0..100_000 {
        if client.query_typed(&sessions, &[]).await.unwrap().is_empty() {
            return;
        }
    }
    panic!("the session is still there");
}
