//! The SQL, with our schema's name in it.

use deadpool_postgres::Object;
use postgres_pool::{Database, Parameters};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// Whose clock the store goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TimeSource {
    /// The database's, with the store's offset. What a worker tells as `now` is only the instant from
    /// which it reckons: a lease of a minute is a minute of the database's, and
    /// [`next_due`](escalation_core::EscalationStore::next_due) answers in the worker's time. So no
    /// worker whose clock is wrong takes a lease from another, or claims before the time.
    #[default]
    Database,
    /// The caller's `now`, to the letter: for tests and for hosts on a simulated time. Workers that
    /// share the tables must then agree about the time to within a fraction of a lease.
    Caller,
}

/// How a session keeps the statements that every delivery needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Preparation {
    /// Not at all: each is sent whole. Works behind a pooler in transaction mode.
    #[default]
    Unnamed,
    /// Under a name, which saves about a tenth of the time of a claim. The pool must lead to
    /// PostgreSQL itself, or to a pooler in session mode.
    Named,
}

/// Written out once; nothing depends on the session's `search_path`. Each takes the caller's `now` as
/// `$1`, unless it needs none.
#[derive(Debug)]
pub(crate) struct Statements {
    preparation: Preparation,
    pub(crate) start: String,
    pub(crate) stop: String,
    pub(crate) hold: String,
    pub(crate) claim: String,
    pub(crate) gather: String,
    pub(crate) begin: String,
    pub(crate) admission: String,
    pub(crate) admit: String,
    pub(crate) defer: String,
    pub(crate) limit: String,
    pub(crate) renew: String,
    pub(crate) finish: String,
    pub(crate) settle: String,
    pub(crate) next_due: String,
    pub(crate) process: String,
    pub(crate) open: String,
    pub(crate) processes: String,
    pub(crate) reject: String,
    pub(crate) letters: String,
    pub(crate) replay: String,
    pub(crate) discard: String,
    pub(crate) retain: String,
}

impl Statements {
    pub(crate) fn new(database: &Database, time: TimeSource, preparation: Preparation) -> Self {
        let schema = format!("\"{}\"", database.schema());
        let now = match time {
            TimeSource::Database => database.now_sql(),
            TimeSource::Caller => "$1".to_owned(),
        };
        Self {
            preparation,
            start: format!(
                "SELECT * FROM {schema}.start_process(
                     $2, $3, $4, $5, $6, {now}, $7, $8, $9, $10, $11, $12, $13, $14)"
            ),
            stop: format!("SELECT * FROM {schema}.stop_process($2, $3, {now}, $4, $5)"),
            hold: format!("SELECT * FROM {schema}.hold_process($2, $3, $4, $5, {now}, $6, $7)"),
            claim: format!("SELECT * FROM {schema}.claim($2, $3, {now}, $4, $5, $6, $7, $8)"),
            gather: format!("SELECT * FROM {schema}.gather($2, $3, $4, $5, $6, {now})"),
            begin: format!("SELECT {schema}.begin_attempts($2, $3, $4, $5, {now})"),
            admission: format!(
                "SELECT *, {now} FROM {schema}.admission($2, $3, $4, $5, $6, $7, $8)"
            ),
            admit: format!("SELECT {schema}.admit($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
            defer: format!("SELECT {schema}.defer($1, $2, $3)"),
            limit: format!("SELECT {schema}.limit_channel($1)"),
            renew: format!("SELECT {schema}.renew($2, $3, $4, {now} + $5)"),
            finish: format!("SELECT {schema}.finish($1, $2, $3)"),
            settle: format!(
                "SELECT * FROM {schema}.settle(
                     $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $1, {now})"
            ),
            next_due: format!("SELECT * FROM {schema}.next_due($1, $2, $3, $4)"),
            process: format!(
                "SELECT generation, tenant, started_at, held_since, held_until
                 FROM {schema}.process WHERE id = $1 AND NOT stopped
                 UNION ALL SELECT generation, tenant, alone_since, NULL, NULL
                 FROM {schema}.notification WHERE process = $1 AND alone_since IS NOT NULL"
            ),
            open: format!(
                "SELECT sequence, step, due_at, CASE state WHEN 0 THEN ready_at ELSE lease_until END,
                        state, attempts, content::text, history::text[]
                 FROM {schema}.notification WHERE generation = $1 ORDER BY sequence"
            ),
            processes: format!("SELECT * FROM {schema}.list($1, $2)"),
            reject: format!(
                "INSERT INTO {schema}.dead_letter (died_at, reason, request, body)
                 SELECT t.now, $2::json, $3, $4 FROM (SELECT {now} AS now) AS t
                 WHERE NOT {schema}.handled_before($3, t.now, $5)"
            ),
            letters: format!(
                "SELECT id, died_at, reason::text, process, tenant, generation, sequence, step, due_at,
                        content::text, history::text[], request, body
                 FROM {schema}.dead_letter WHERE id > $1 ORDER BY id LIMIT $2"
            ),
            replay: format!("SELECT {schema}.replay($2, {now})"),
            discard: format!("DELETE FROM {schema}.dead_letter WHERE id = $1 RETURNING id"),
            retain: format!("SELECT {schema}.retain({now}, {now} - $2)"),
        }
    }

    /// Sends one of the statements that every delivery needs.
    pub(crate) async fn query(
        &self,
        client: &Object,
        statement: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        match self.preparation {
            Preparation::Unnamed => client.query_typed(statement, parameters).await,
            Preparation::Named => {
                let types: Vec<Type> = parameters.iter().map(|(_, of)| of.clone()).collect();
                let prepared = client.prepare_typed_cached(statement, &types).await?;
                let values: Vec<_> = parameters.iter().map(|(value, _)| *value).collect();
                client.query(&prepared, &values).await
            }
        }
    }
}
