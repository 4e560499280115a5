//! The tables, and how older ones become newer ones.

use postgres_pool::{Migrations, SchemaName};

/// Where the tables are unless the host says otherwise.
pub(crate) const SCHEMA: SchemaName = SchemaName::from_static("business_hours");

pub(crate) const MIGRATIONS: Migrations =
    Migrations::new("hours-postgres", &[include_str!("schema/v1.sql")]);
