//! A queue in a file keeps every promise of the contract: seen from other connections, as other
//! programs have, and through handles that share one.

use std::sync::Arc;

use async_trait::async_trait;
use queue_dispatch::conformance::Fixture;
use queue_dispatch::{QueueStore, queue_store_conformance};
use queue_sqlite::{QueueName, SqliteQueues};

fn support() -> QueueName {
    "support".parse().expect("a name")
}

mod in_a_shared_file {
    use super::*;

    struct File(tempfile::TempDir);

    #[async_trait]
    impl Fixture for File {
        async fn open(&self) -> Arc<dyn QueueStore> {
            let path = self.0.path().join("queues.db");
            Arc::new(SqliteQueues::open(path).expect("open").queue(support()))
        }
    }

    queue_store_conformance!(tokio::test, File(tempfile::tempdir().expect("a folder")));
}

mod through_one_connection {
    use super::*;

    struct Memory(SqliteQueues);

    #[async_trait]
    impl Fixture for Memory {
        async fn open(&self) -> Arc<dyn QueueStore> {
            Arc::new(self.0.queue(support()))
        }
    }

    queue_store_conformance!(
        tokio::test,
        Memory(SqliteQueues::in_memory().expect("open"))
    );
}
