//! The tables, and how older ones become newer ones.

use postgres_pool::{Migrations, SchemaName};

/// Where the tables are unless the host says otherwise.
pub(crate) const SCHEMA: SchemaName = SchemaName::from_static("queue_dispatch");

pub(crate) const MIGRATIONS: Migrations =
    Migrations::new("queue-postgres", &[include_str!("schema/v1.sql")]);

/// What `append` tells of growth on; the topic is the schema, a dot and the queue's id, the details are
/// the version.
pub(crate) const CHANNEL: &str = "queue_postgres";
