//! A claim that finds nothing walks over nothing, however much is scheduled for later.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use deadpool_postgres::Object;

mod database;

use database::{block_on, fresh_schema, worker};

/// How many pages it reads, once its plans are made.
async fn pages(client: &Object, call: &str) -> u64 {
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM {call}");
    let mut pages = 0;
    for _ in 0..2 {
        let answer = client.simple_query(&explain).await.unwrap();
        let plan = answer.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        let plan: serde_json::Value = serde_json::from_str(plan.unwrap()).unwrap();
        let of = |kind: &str| plan[0]["Plan"][kind].as_u64().unwrap();
        pages = of("Shared Hit Blocks") + of("Shared Read Blocks");
    }
    pages
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn a_claim_of_nothing_walks_over_nothing() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let client = store.database().client().await.unwrap();
        let fill = format!(
            "INSERT INTO {schema}.tenant VALUES ('');
             INSERT INTO {schema}.notification (generation, sequence, due_at, ready_at, step, process,
                                                tenant, channel, destination, content)
                 SELECT g, 0, 1000 + g, 1000 + g, 0, 'later', '', 'phone', '+1', '{{}}'
                 FROM generate_series(1, 20000) g;
             ANALYZE {schema}.notification; ANALYZE {schema}.tenant"
        );
        client.batch_execute(&fill).await.unwrap();
        let from_the_bottom =
            format!("{schema}.claim(100, 60, 1000, '', '{{}}', '{{}}', '{{}}', '{{}}')");
        let above_a_floor =
            format!("{schema}.claim(100, 60, 1000, '', '{{\"\"}}', '{{500}}', '{{7}}', '{{0}}')");
        let next_due = format!("{schema}.next_due('{{}}', '{{}}', '{{}}', '{{}}')");
        for call in [from_the_bottom, above_a_floor, next_due] {
            let pages = pages(&client, &call).await;
            // The index alone has more than a hundred.
            assert!(pages < 40, "{call} reads {pages} pages");
        }
    });
}
