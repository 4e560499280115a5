//! What several servers on one database see of each other, and what is said of databases that cannot be
//! used.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod database;

use business_hours::{Override, OverrideStore, Schedule, ScheduleId, StoreError, Tz, Version};
use chrono::{DateTime, TimeDelta, Utc};
use database::{config, fresh_schema, pool, server};
use hours_postgres::{ConnectError, PostgresOverrides, SchemaName};

fn sales() -> ScheduleId {
    "sales".parse().unwrap()
}

fn closed_on(date: &str) -> Override {
    Override::closed(date.parse().unwrap(), date.parse().unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn execute(script: &str) {
    let client = pool(config("POSTGRES_URL")).get().await.unwrap();
    client.batch_execute(script).await.unwrap();
}

async fn refused(schema: &SchemaName) -> ConnectError {
    PostgresOverrides::builder(pool(config("POSTGRES_URL")))
        .schema(schema.clone())
        .connect()
        .await
        .unwrap_err()
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn two_servers_see_the_same_pause() {
    let schema = fresh_schema().await;
    let one = server("POSTGRES_URL", &schema).await;
    let other = server("POSTGRES_URL", &schema).await;
    let desk = Schedule::builder(Tz::Europe__London)
        .week("mon-fri".parse().unwrap(), "09:00-17:30".parse().unwrap())
        .build()
        .unwrap();
    let during = at("2026-12-01T14:30:00Z");

    let drill = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z"
        .parse()
        .unwrap();
    let pause = Override::closed("pause".parse().unwrap(), drill).because("Fire drill");
    let version = one.put(&sales(), pause).await.unwrap();
    let seen = other.snapshot(&sales()).await.unwrap();
    assert_eq!(seen.version, version);
    let status = seen.apply_to(&desk).unwrap();
    let status = status.status(during).unwrap().to_string();
    assert_eq!(status, "closed: Fire drill; opens 15:00");

    other
        .remove(&sales(), &"pause".parse().unwrap())
        .await
        .unwrap();
    assert!(one.version(&sales()).await.unwrap() > version);
    let seen = one.snapshot(&sales()).await.unwrap();
    assert!(seen.apply_to(&desk).unwrap().is_open(during).unwrap());
}

async fn servers_that_start_at_once(variable: &'static str) {
    let schema = fresh_schema().await;
    let servers: Vec<_> = (0..6)
        .map(|number| {
            let schema = schema.clone();
            tokio::spawn(async move {
                let server = server(variable, &schema).await;
                for day in 1..=8 {
                    let date = format!("2026-0{}-0{day}", number + 1);
                    server.put(&sales(), closed_on(&date)).await.unwrap();
                }
            })
        })
        .collect();
    for server in servers {
        server.await.unwrap();
    }
    let snapshot = server(variable, &schema).await.snapshot(&sales()).await;
    let snapshot = snapshot.unwrap();
    assert_eq!(snapshot.overrides.len(), 48);
    assert_eq!(snapshot.version, Version::from_number(48));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn servers_that_start_at_once_migrate_once_and_lose_no_write() {
    servers_that_start_at_once("POSTGRES_URL").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PgBouncer: scripts/test starts it"]
async fn so_they_do_behind_pgbouncer() {
    servers_that_start_at_once("PGBOUNCER_URL").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn the_same_word_twice_changes_nothing() {
    let store = server("POSTGRES_URL", &fresh_schema().await).await;
    let version = store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    let again = store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    assert_eq!(again, version);
    assert_eq!(store.version(&sales()).await.unwrap(), version);
}

/// JSON can say it, PostgreSQL's text cannot.
#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_reason_may_hold_any_character() {
    let store = server("POSTGRES_URL", &fresh_schema().await).await;
    let odd = closed_on("2026-12-25").because("\0 \u{7f} \u{10ffff} \\u0000 'quoted'");
    store.put(&sales(), odd.clone()).await.unwrap();
    assert_eq!(store.snapshot(&sales()).await.unwrap().overrides, [odd]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_fast_clock_does_not_end_the_pause_of_others() {
    let schema = fresh_schema().await;
    let store = server("POSTGRES_URL", &schema).await;
    let pause = "2098-12-01T14:00:00Z to 2098-12-01T15:00:00Z"
        .parse()
        .unwrap();
    let pause = Override::closed("pause".parse().unwrap(), pause);
    let version = store.put(&sales(), pause).await.unwrap();
    let wrong = at("2099-01-01T00:00:00Z");
    assert_eq!(
        store.remove_expired(&sales(), wrong).await.unwrap(),
        version
    );

    let later = PostgresOverrides::builder(pool(config("POSTGRES_URL")))
        .schema(schema)
        .clock_offset(TimeDelta::days(80 * 366))
        .connect()
        .await
        .unwrap();
    assert!(later.remove_expired(&sales(), wrong).await.unwrap() > version);
}

async fn somebody_waits_for_a_lock(schema: &SchemaName) {
    let client = pool(config("POSTGRES_URL")).get().await.unwrap();
    let waiting = format!(
        "SELECT FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND query LIKE '%\"{schema}\".schedule%'"
    );
    for _ in 0..100_000 {
        if !client.query_typed(&waiting, &[]).await.unwrap().is_empty() {
            return;
        }
    }
    panic!("nobody waits");
}

/// Dropped in the middle of a write, a call leaves neither half a change nor a held lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_call_that_nobody_waits_for_leaves_nothing_behind() {
    let schema = fresh_schema().await;
    let store = server("POSTGRES_URL", &schema).await;
    store.put(&sales(), closed_on("2026-12-24")).await.unwrap();
    let mut client = pool(config("POSTGRES_URL")).get().await.unwrap();
    let blocking = client.transaction().await.unwrap();
    let lock = format!("SELECT FROM {schema}.schedule FOR UPDATE");
    blocking.batch_execute(&lock).await.unwrap();
    let sales = sales();
    tokio::select! {
        done = store.put(&sales, closed_on("2026-12-25")) => panic!("the row is taken: {done:?}"),
        () = somebody_waits_for_a_lock(&schema) => {}
    }
    blocking.rollback().await.unwrap();

    let version = store.put(&sales, closed_on("2026-12-31")).await.unwrap();
    assert_eq!(version, Version::from_number(2));
    let snapshot = store.snapshot(&sales).await.unwrap();
    assert_eq!(
        snapshot.overrides,
        [closed_on("2026-12-24"), closed_on("2026-12-31")]
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    // Port 1 of loopback: nobody listens.
    let nowhere = "postgresql://nobody@127.0.0.1:1/none".parse().unwrap();
    let error = PostgresOverrides::connect(pool(nowhere)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn tables_of_a_newer_release_are_refused() {
    let schema = fresh_schema().await;
    drop(server("POSTGRES_URL", &schema).await);
    execute(&format!("UPDATE {schema}.migration SET version = 99")).await;
    let error = refused(&schema).await;
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

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_role_without_rights_is_told_which_it_needs() {
    let schema = fresh_schema().await;
    execute(&format!("CREATE ROLE {schema} LOGIN")).await;
    let mut as_role = config("POSTGRES_URL");
    as_role.user(schema.as_str());
    let connect = || {
        PostgresOverrides::builder(pool(as_role.clone()))
            .schema(schema.clone())
            .connect()
    };
    let error = connect().await.unwrap_err();
    assert!(
        matches!(error, ConnectError::NotPermitted { .. }),
        "{error:?}"
    );

    drop(server("POSTGRES_URL", &schema).await);
    execute(&format!(
        "GRANT USAGE ON SCHEMA {schema} TO {schema};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema}"
    ))
    .await;
    let store = connect().await.unwrap();
    store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    drop(store);
    execute(&format!("DROP OWNED BY {schema}; DROP ROLE {schema}")).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn an_unreadable_override_is_corrupt_and_names_its_schedule() {
    let schema = fresh_schema().await;
    let store = server("POSTGRES_URL", &schema).await;
    store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    execute(&format!(
        "UPDATE {schema}.override SET content = '{{\"id\": 7}}'"
    ))
    .await;
    let error = store.snapshot(&sales()).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Corrupt { schedule, .. } if *schedule == sales()),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn debug_does_not_tell_the_password() {
    let mut secret = config("POSTGRES_URL");
    secret.password("hunter2");
    let builder = PostgresOverrides::builder(pool(secret)).schema(fresh_schema().await);
    assert!(!format!("{builder:?}").contains("hunter2"));
    let store = builder.connect().await.unwrap();
    assert!(!format!("{store:?}").contains("hunter2"));
}
