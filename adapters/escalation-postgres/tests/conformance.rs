//! The store on PostgreSQL keeps every promise of the contract: directly, and behind PgBouncer in
//! transaction mode.

use std::sync::Arc;

use async_trait::async_trait;
use escalation_core::EscalationStore;
use escalation_core::conformance::{CASES, PlaceUnderTest, RESTART_CASES};
use escalation_postgres::{Preparation, SchemaName};

mod database;

/// One after another on stores of their own, all failures told at the end.
fn keeps_every_promise(variable: &str, preparation: Preparation) {
    let broken: Vec<&str> = CASES
        .iter()
        .filter(|case| {
            let store = database::empty(variable, preparation);
            let check = std::panic::AssertUnwindSafe(|| database::block_on((case.check)(&*store)));
            std::panic::catch_unwind(check).is_err()
        })
        .map(|case| case.name)
        .collect();
    assert_eq!(broken, [""; 0], "of {} promises", CASES.len());
    assert!(CASES.len() > 40);
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn directly() {
    keeps_every_promise("POSTGRES_URL", Preparation::Named);
}

#[test]
#[ignore = "needs PgBouncer: scripts/test starts it"]
fn behind_pgbouncer() {
    keeps_every_promise("PGBOUNCER_URL", Preparation::Unnamed);
}

struct Schema(SchemaName);

#[async_trait]
impl PlaceUnderTest for Schema {
    async fn open(&self) -> Arc<dyn EscalationStore> {
        let store = database::worker("POSTGRES_URL", &self.0).connect().await;
        Arc::new(store.expect("connect"))
    }
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn through_restarts() {
    for case in RESTART_CASES {
        println!("{}", case.name);
        database::block_on(async {
            let schema = Schema(database::fresh_schema().await);
            (case.check)(&schema).await;
        });
    }
}
