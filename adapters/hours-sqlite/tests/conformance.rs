//! The store on SQLite keeps every promise of the contract, in memory and in a file that another program
//! has open too.

mod in_memory {
    use business_hours::override_store_conformance;
    use hours_sqlite::SqliteOverrides;

    override_store_conformance!(tokio::test, async {
        SqliteOverrides::in_memory().expect("open")
    });
}

mod in_a_shared_file {
    use business_hours::{
        Override, OverrideId, OverrideStore, ScheduleId, Snapshot, StoreError, Version,
        override_store_conformance,
    };
    use chrono::{DateTime, Utc};
    use hours_sqlite::SqliteOverrides;

    /// Writes through one connection and reads through another.
    #[derive(Debug)]
    struct Two {
        writes: SqliteOverrides,
        reads: SqliteOverrides,
        _folder: tempfile::TempDir,
    }

    async fn open() -> Two {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hours.db");
        Two {
            writes: SqliteOverrides::open(&path).expect("open"),
            reads: SqliteOverrides::open(&path).expect("open"),
            _folder: folder,
        }
    }

    #[async_trait::async_trait]
    impl OverrideStore for Two {
        async fn put(&self, of: &ScheduleId, exception: Override) -> Result<Version, StoreError> {
            self.writes.put(of, exception).await
        }

        async fn remove(&self, of: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError> {
            self.writes.remove(of, id).await
        }

        async fn remove_expired(
            &self,
            of: &ScheduleId,
            now: DateTime<Utc>,
        ) -> Result<Version, StoreError> {
            self.writes.remove_expired(of, now).await
        }

        async fn version(&self, of: &ScheduleId) -> Result<Version, StoreError> {
            self.reads.version(of).await
        }

        async fn snapshot(&self, of: &ScheduleId) -> Result<Snapshot, StoreError> {
            self.reads.snapshot(of).await
        }
    }

    override_store_conformance!(tokio::test, open());
}
