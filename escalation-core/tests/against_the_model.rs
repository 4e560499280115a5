//! Random requests, stops, acknowledgements, failures and clock steps: the engine on the store in
//! memory does exactly what a naive model does. `PROPTEST_CASES` sets how many runs.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod model;

use std::sync::Arc;

use escalation_core::MemoryStore;
use futures::executor::block_on;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_model_does(operations in model::operations()) {
        block_on(model::compare(Arc::new(MemoryStore::new()), &operations));
    }
}

/// The same, a hundred thousand times.
#[test]
#[ignore = "takes a minute in release: scripts/test --long"]
fn long_the_engine_does_what_the_model_does_a_hundred_thousand_times() {
    let config = ProptestConfig {
        cases: 100_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(operations in model::operations())| {
        block_on(model::compare(Arc::new(MemoryStore::new()), &operations));
    });
}
