//! A claim does not wait for the disk, so a crash of the server may forget it: nobody who has its token is
//! heard then. What follows a claim does wait.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::Arc;

use chrono::{DateTime, Utc};
use escalation_core::{
    Admission, AttemptStart, Begun, Channel, EscalationStore, Lease, Notification, ProcessId,
    Settled, Settlement, StartRequest, Verdict,
};
use escalation_postgres::PostgresStore;

mod database;

use database::{block_on, config, fresh_schema, worker};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

async fn with_a_call() -> PostgresStore {
    let schema = fresh_schema().await;
    let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
    let call = Notification::at(Channel::PHONE, at(0)).to_phone_number("+1");
    let request = StartRequest::new(ProcessId::new("a").unwrap()).notify(call);
    let process = request.plan(at(0)).unwrap();
    store.start(process, at(0)).await.unwrap();
    store
}

async fn claimed(store: &PostgresStore, second: i64) -> Lease {
    let mut claims = store.claim(9, at(second + 60), at(second)).await.unwrap();
    assert_eq!(claims.len(), 1);
    claims.remove(0).lease
}

async fn begin(store: &PostgresStore, lease: &Lease, second: i64) -> Begun {
    let admission = Arc::new(Admission::unlimited());
    let start = AttemptStart::new(lease.clone(), at(second + 60), admission);
    store.begin(vec![start], at(second)).await.unwrap()[0]
}

async fn done(store: &PostgresStore, lease: &Lease, second: i64) -> Settled {
    let done = Settlement::new(lease.clone(), Verdict::Done);
    store
        .settle(vec![done], at(second))
        .await
        .unwrap()
        .remove(0)
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn who_has_a_forgotten_claim_is_not_heard() {
    block_on(async {
        let store = with_a_call().await;
        let client = store.database().client().await.unwrap();
        let schema = store.database().schema();
        let row = format!("{schema}.notification");
        let before = format!("CREATE TABLE {schema}.before AS SELECT * FROM {row}");
        client.batch_execute(&before).await.unwrap();

        let forgotten = claimed(&store, 0).await;
        // The row is again as the disk has it.
        let crash = format!("DELETE FROM {row}; INSERT INTO {row} SELECT * FROM {schema}.before");
        client.batch_execute(&crash).await.unwrap();
        assert_eq!(begin(&store, &forgotten, 1).await, Begun::Stale);
        assert_eq!(done(&store, &forgotten, 1).await, Settled::Stale);

        // Another worker, which knows nothing of it, is given another token.
        let other = worker("POSTGRES_URL", schema).connect().await.unwrap();
        let lease = claimed(&other, 2).await;
        assert!(lease.token > forgotten.token);
        assert_eq!(begin(&store, &forgotten, 3).await, Begun::Stale);
        assert_eq!(done(&store, &forgotten, 3).await, Settled::Stale);
        assert_eq!(begin(&other, &lease, 3).await, Begun::Started);
        assert_eq!(done(&other, &lease, 4).await, Settled::recorded());
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn only_a_claim_does_not_wait_for_the_disk() {
    block_on(async {
        let store = with_a_call().await;
        let pool = postgres_pool::pool(config("POSTGRES_URL"), tokio_postgres::NoTls, 1).unwrap();
        let schema = store.database().schema().clone();
        let store = PostgresStore::builder(pool)
            .schema(schema)
            .time(escalation_postgres::TimeSource::Caller)
            .connect()
            .await
            .unwrap();
        claimed(&store, 0).await;
        // The pool has but this connection.
        let client = store.database().client().await.unwrap();
        let row = client
            .query_one("SHOW synchronous_commit", &[])
            .await
            .unwrap();
        assert_eq!(row.get::<_, &str>(0), "on", "for whatever follows");
    });
}
