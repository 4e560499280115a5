//! The store on PostgreSQL keeps every promise of the contract: directly and behind PgBouncer in transaction
//! mode, listening and polling.

mod database;

use std::sync::Arc;

use async_trait::async_trait;
use database::{config, fresh_schema, listening, polling, support};
use queue_dispatch::QueueStore;
use queue_dispatch::conformance::Fixture;
use queue_postgres::SchemaName;

/// A queue in a schema of its own; each handle is another server's.
struct Server {
    variable: &'static str,
    listens: bool,
    schema: SchemaName,
}

impl Server {
    async fn polling(variable: &'static str) -> Self {
        Self {
            variable,
            listens: false,
            schema: fresh_schema().await,
        }
    }

    async fn listening(variable: &'static str) -> Self {
        Self {
            listens: true,
            ..Self::polling(variable).await
        }
    }
}

#[async_trait]
impl Fixture for Server {
    async fn open(&self) -> Arc<dyn QueueStore> {
        let config = config(self.variable);
        let queues = if self.listens {
            listening(config, &self.schema).await
        } else {
            polling(config, &self.schema).await
        };
        support(&queues).await
    }
}

mod directly_polling {
    use super::Server;

    queue_dispatch::queue_store_conformance!(
        cfg_attr(
            all(),
            tokio::test,
            ignore = "needs PostgreSQL: scripts/test starts it"
        ),
        Server::polling("POSTGRES_URL").await
    );
}

mod directly_listening {
    use super::Server;

    queue_dispatch::queue_store_conformance!(
        cfg_attr(
            all(),
            tokio::test,
            ignore = "needs PostgreSQL: scripts/test starts it"
        ),
        Server::listening("POSTGRES_URL").await
    );
}

mod behind_pgbouncer_polling {
    use super::Server;

    queue_dispatch::queue_store_conformance!(
        cfg_attr(
            all(),
            tokio::test,
            ignore = "needs PgBouncer: scripts/test starts it"
        ),
        Server::polling("PGBOUNCER_URL").await
    );
}

mod behind_pgbouncer_listening_past_it {
    use super::Server;

    queue_dispatch::queue_store_conformance!(
        cfg_attr(
            all(),
            tokio::test,
            ignore = "needs PgBouncer: scripts/test starts it"
        ),
        Server::listening("PGBOUNCER_URL").await
    );
}
