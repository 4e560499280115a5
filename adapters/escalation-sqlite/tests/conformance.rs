//! The store on SQLite keeps every promise of the contract, in a file and in memory.

use futures::executor::block_on;

mod in_memory {
    use super::block_on;
    use escalation_core::store_conformance;
    use escalation_sqlite::SqliteStore;

    store_conformance!(block_on, SqliteStore::in_memory().expect("open"));
}

mod in_a_file {
    use super::block_on;
    use escalation_core::store_conformance;
    use escalation_sqlite::SqliteStore;

    /// The folder outlives the test on purpose: the file may still be in use when it ends.
    fn open() -> SqliteStore {
        let folder = tempfile::tempdir().expect("a folder").keep();
        SqliteStore::open(folder.join("escalations.db")).expect("open")
    }

    store_conformance!(block_on, open());
}

mod through_restarts {
    use std::sync::Arc;

    use async_trait::async_trait;
    use escalation_core::EscalationStore;
    use escalation_core::conformance::{PlaceUnderTest, RESTART_CASES};
    use escalation_sqlite::SqliteStore;

    struct Folder(tempfile::TempDir);

    #[async_trait]
    impl PlaceUnderTest for Folder {
        async fn open(&self) -> Arc<dyn EscalationStore> {
            let path = self.0.path().join("escalations.db");
            Arc::new(SqliteStore::open(path).expect("open"))
        }
    }

    #[test]
    fn a_file_keeps_every_promise_about_restarts() {
        for case in RESTART_CASES {
            println!("{}", case.name);
            let folder = Folder(tempfile::tempdir().expect("a folder"));
            super::block_on((case.check)(&folder));
        }
    }
}
