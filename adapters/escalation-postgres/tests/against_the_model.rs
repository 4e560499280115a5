//! Random requests, stops, acknowledgements, failures and clock steps: the engine on PostgreSQL does
//! exactly what a naive model does. `PROPTEST_CASES` sets how many runs.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod database;
// The model belongs to the core, and is the same for every store.
#[path = "../../../escalation-core/tests/model/mod.rs"]
mod model;

use escalation_postgres::Preparation;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn compare(cases: u32) {
    let config = ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").map_or(cases, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let store = database::empty("POSTGRES_URL", Preparation::Unnamed);
    TestRunner::new(config)
        .run(&model::operations(), |operations| {
            database::block_on(async {
                // Much faster than a schema for each run, and nothing of one is left for the next.
                let schema = store.database().schema();
                let empty = format!(
                    "TRUNCATE {schema}.process, {schema}.notification, {schema}.tenant,
                         {schema}.dead_letter, {schema}.request, {schema}.rate RESTART IDENTITY"
                );
                let client = store.database().client().await.unwrap();
                client.batch_execute(&empty).await.unwrap();
                drop(client);
                store.committed();
                model::compare(store.clone(), &operations).await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn the_engine_does_what_the_model_does() {
    compare(50);
}

#[test]
#[ignore = "needs PostgreSQL and takes minutes: scripts/test --long runs it"]
fn long_the_engine_does_what_the_model_does_in_a_thousand_runs() {
    compare(1_000);
}
