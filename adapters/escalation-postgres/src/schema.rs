//! The tables and their functions.

use postgres_pool::{Migrations, SchemaName};

/// The schema unless another is named.
pub(crate) const SCHEMA: SchemaName = SchemaName::from_static("escalation");

/// Never edit a script that was released: add the next.
pub(crate) const MIGRATIONS: Migrations =
    Migrations::new("escalation-postgres", &[include_str!("schema/v1.sql")]);
