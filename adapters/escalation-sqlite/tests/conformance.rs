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
