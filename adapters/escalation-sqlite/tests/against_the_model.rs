//! Random requests, stops, acknowledgements, failures and clock steps: the engine on SQLite does
//! exactly what a naive model does. `PROPTEST_CASES` sets how many runs.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

// The model belongs to the core, and is the same for every store.
#[path = "../../../escalation-core/tests/model/mod.rs"]
mod model;

use std::sync::Arc;

use escalation_sqlite::SqliteStore;
use futures::executor::block_on;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_model_does(operations in model::operations()) {
        block_on(model::compare(Arc::new(SqliteStore::in_memory().unwrap()), &operations));
    }
}
