//! Two programs deliver from one database while calls come in, and one of them is killed (SIGKILL)
//! in the middle, again and again: the ledger of what was sent balances.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::time::Duration;

use escalation_core::{DeadLetters, EscalationStore};

mod database;
mod workers;

use database::{block_on, config, fresh_schema};
use workers::{Work, all_done, connect, start_calls, work};

/// How many come at a time.
const CALLS: usize = 20;

#[test]
#[ignore = "started by the tests below as a program of its own"]
fn worker() {
    work();
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn nothing_is_lost_and_what_is_sent_twice_was_in_doubt() {
    kill_rounds(5);
}

#[test]
#[ignore = "needs PostgreSQL and takes minutes: scripts/test --long runs it"]
fn long_nothing_is_lost_in_a_hundred_rounds() {
    kill_rounds(100);
}

fn kill_rounds(rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let schema = fresh_schema().await;
        let server = config("POSTGRES_URL");
        let store = connect(server.clone(), server, &schema).await;
        let work = Work {
            schema,
            folder: folder.path().to_owned(),
            concurrency: 8,
            takes: Duration::from_millis(15),
        };
        let spared = work.start();
        let mut calls = 0;
        for round in 0..rounds {
            let killed = work.start();
            // Calls come in until the one to be killed is in the middle of its work.
            while killed.lines(&work) <= round % 20 {
                start_calls(&store, &format!("calls-{calls}"), CALLS).await;
                calls += CALLS;
            }
            killed.kill();
            all_done(&store).await;
        }
        spared.end();
        let again = work.ledger().balances(calls);
        assert_eq!(store.dead_letters(None, 9).await.unwrap(), []);
        assert_eq!(store.next_due().await.unwrap(), None);
        assert!(again >= rounds / 4, "most were killed during an attempt");
        println!("{rounds} rounds, {calls} calls, {again} sent again in doubt");
    });
}
