//! The store on PostgreSQL keeps every promise of the contract: directly, and behind PgBouncer in
//! transaction mode.

use escalation_core::conformance::CASES;
use escalation_postgres::Preparation;

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
