//! Connections that are cut at the worst moments: what was lost from sight is found, or turned away.

mod database;
mod load;
mod proxy;

use std::sync::Arc;
use std::time::Duration;

use database::{config, dispatcher, fresh_schema, polling, support};
use proxy::Proxy;
use queue_dispatch::{AppendError, CallId, ClassId, Event, QueueStore, Recorded};
use queue_postgres::PostgresQueue;

fn line(version: u64, call: u128) -> Recorded {
    let joins = Event::enqueue(CallId::new(call), ClassId::PREMIUM);
    Recorded::new(version, load::now(), joins)
}

/// A store behind a proxy with a connection that is made, and the same log seen directly.
async fn behind_a_proxy() -> (Proxy, Arc<PostgresQueue>, Arc<PostgresQueue>) {
    let schema = fresh_schema().await;
    let server = config("POSTGRES_URL");
    let proxy = Proxy::start(&server).await;
    let store = support(&polling(proxy.config(&server), &schema).await).await;
    let direct = support(&polling(server, &schema).await).await;
    (proxy, store, direct)
}

/// Sends a line that waits on the wire, stops waiting for the answer, and loses the connection.
async fn lose(proxy: &Proxy, store: &PostgresQueue, line: &Recorded) {
    proxy.hold();
    tokio::select! {
        biased;
        done = store.append(line.version - 1, std::slice::from_ref(line)) => panic!("held: {done:?}"),
        () = proxy.something_waits() => {}
    }
    proxy.cut();
}

async fn arrives(proxy: &Proxy) {
    proxy.release();
    proxy.something_is_unheard().await;
}

/// What the next test is about: without a reading in between, it turns up.
#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn what_was_lost_from_sight_may_arrive_late() {
    let (proxy, store, direct) = behind_a_proxy().await;
    let lost = line(1, 1);
    lose(&proxy, &store, &lost).await;
    assert_eq!(direct.after(0, 10).await.unwrap(), []);
    arrives(&proxy).await;
    direct.changed_since(0).await.unwrap();
    assert_eq!(store.after(0, 10).await.unwrap(), [lost]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn what_a_reading_did_not_show_never_turns_up() {
    let (proxy, store, direct) = behind_a_proxy().await;
    lose(&proxy, &store, &line(1, 1)).await;
    assert_eq!(store.after(0, 10).await.unwrap(), []);
    arrives(&proxy).await;
    assert_eq!(direct.after(0, 10).await.unwrap(), []);

    // Others, who know of nothing, go on.
    let other = line(1, 2);
    direct
        .append(0, std::slice::from_ref(&other))
        .await
        .unwrap();
    assert_eq!(store.after(0, 10).await.unwrap(), [other]);
    // And so does the store itself, which has lost two more meanwhile.
    let next = line(2, 3);
    store.append(1, std::slice::from_ref(&next)).await.unwrap();
    assert_eq!(direct.after(1, 10).await.unwrap(), [next]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_line_that_did_not_get_through_is_sent_again_and_written_once() {
    let (proxy, store, direct) = behind_a_proxy().await;
    proxy.hold();
    let sent = line(1, 1);
    let (appended, ()) = tokio::join!(store.append(0, std::slice::from_ref(&sent)), async {
        proxy.something_waits().await;
        proxy.cut();
    });
    appended.unwrap();
    arrives(&proxy).await;
    assert_eq!(direct.after(0, 10).await.unwrap(), [sent]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_line_whose_answer_is_lost_is_found() {
    let (proxy, store, direct) = behind_a_proxy().await;
    proxy.mute();
    let sent = line(1, 1);
    let (appended, ()) = tokio::join!(store.append(0, std::slice::from_ref(&sent)), async {
        proxy.something_is_unheard().await;
        proxy.cut();
    });
    appended.unwrap();
    assert_eq!(direct.after(0, 10).await.unwrap(), [sent]);
}

/// The line in the log looks the same, but another server wrote it: it carries out what it commands.
#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn a_line_of_another_is_not_taken_for_ones_own() {
    let (proxy, store, direct) = behind_a_proxy().await;
    let twin = line(1, 1);
    proxy.hold();
    let (appended, ()) = tokio::join!(store.append(0, std::slice::from_ref(&twin)), async {
        proxy.something_waits().await;
        direct.append(0, std::slice::from_ref(&twin)).await.unwrap();
        proxy.cut();
    });
    assert!(
        matches!(
            appended,
            Err(AppendError::Conflict {
                expected: 0,
                actual: 1
            })
        ),
        "{appended:?}"
    );
}

async fn cut_at_random(callers_each: u64) {
    let schema = fresh_schema().await;
    let mut servers = Vec::new();
    let mut cutters = Vec::new();
    let store: Arc<dyn QueueStore> = support(&polling(config("POSTGRES_URL"), &schema).await).await;
    for variable in ["POSTGRES_URL", "PGBOUNCER_URL"] {
        let server = config(variable);
        let proxy = Proxy::start(&server).await;
        let queues = polling(proxy.config(&server), &schema).await;
        servers.push(Arc::new(dispatcher(&queues).await));
        cutters.push(tokio::spawn(async move {
            let pause = |most| tokio::time::sleep(Duration::from_micros(fastrand::u64(1..most)));
            loop {
                pause(80_000).await;
                match fastrand::u8(..3) {
                    // What was sent arrives after the next connections are at work.
                    0 => proxy.hold(),
                    1 => proxy.mute(),
                    _ => {}
                }
                pause(2_000).await;
                proxy.cut();
                pause(10_000).await;
                proxy.release();
            }
        }));
    }
    let ledger = load::work(&servers, &store, 3, callers_each).await;
    for cutter in cutters {
        cutter.abort();
    }
    load::balances(&*store, &ledger, callers_each * 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them"]
async fn cuts_at_random_moments_lose_nothing_and_give_no_caller_to_two_reps() {
    cut_at_random(40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them; a minute"]
async fn long_cuts_at_random_moments_for_a_minute() {
    cut_at_random(1500).await;
}
