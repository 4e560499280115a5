//! Servers that share a queue under load, on connections of their own: no caller is given to two reps, and the
//! ledger balances.

mod database;
mod load;

use std::sync::Arc;

use database::{config, fresh_schema, polling, servers, support};
use queue_dispatch::QueueStore;

async fn share_a_queue(count: usize, callers_each: u64) {
    let schema = fresh_schema().await;
    let store: Arc<dyn QueueStore> = support(&polling(config("POSTGRES_URL"), &schema).await).await;
    let servers = servers(&schema, count).await;
    let ledger = load::work(&servers, &store, 3, callers_each).await;
    assert_eq!(ledger.failures, 0);
    load::balances(&*store, &ledger, callers_each * count as u64).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them"]
async fn two_servers_give_no_caller_to_two_reps() {
    share_a_queue(2, 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them"]
async fn nor_do_four() {
    share_a_queue(4, 30).await;
}
