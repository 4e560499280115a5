//! The store on PostgreSQL keeps every promise of the contract: directly, and behind PgBouncer in
//! transaction mode.

mod database;

mod directly {
    use business_hours::override_store_conformance;

    use crate::database::{fresh_schema, server};

    override_store_conformance!(
        #[tokio::test]
        #[ignore = "needs PostgreSQL: scripts/test starts it"],
        async { server("POSTGRES_URL", &fresh_schema().await).await }
    );
}

mod behind_pgbouncer {
    use business_hours::override_store_conformance;

    use crate::database::{fresh_schema, server};

    override_store_conformance!(
        #[tokio::test]
        #[ignore = "needs PgBouncer: scripts/test starts it"],
        async { server("PGBOUNCER_URL", &fresh_schema().await).await }
    );
}
