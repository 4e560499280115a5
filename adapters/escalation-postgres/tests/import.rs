//! What the original component has planned in its own tables is taken over, and nothing of theirs is
//! changed.

use chrono::DateTime;
use escalation_core::{EscalationStore, ProcessId};
use escalation_postgres::roesc;

mod database;

use database::{block_on, config, fresh_schema, pool, worker};

/// As its own script makes them, with rows as it writes them.
const ORIGINAL: &str = r#"
    CREATE TABLE process (id varchar(40) PRIMARY KEY, at bigint NOT NULL, notifications varchar(2048) NOT NULL);
    CREATE INDEX ON process (at);
    CREATE TABLE property (property_key varchar(128) PRIMARY KEY, property_value varchar(2048));
    INSERT INTO property VALUES ('caller-id-registry', '{"+385": "+385123", "default": "+1"}');
    INSERT INTO process VALUES
        ('order-7', 1700000180, '({:channel "phone", :at 1700000180, :phone-number "+385777", :note "ž"} {:channel "email", :at 1700000360.5M, :email "a@b.hr"})'),
        ('', -5, '[{:at -5 :channel "pubnub" :pubnub-channel "ch 1"}]'),
        ('broken', 0, '({:channel "phone"'),
        ('unknown', 0, '[{:channel "pigeon", :at 0}]');
"#;

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn what_was_planned_is_taken_over_once() {
    block_on(async {
        let (ours, theirs) = (fresh_schema().await, fresh_schema().await);
        let source = pool(config("POSTGRES_URL")).get().await.unwrap();
        let script = format!("CREATE SCHEMA {theirs}; SET search_path TO {theirs}; {ORIGINAL}");
        source.batch_execute(&script).await.unwrap();
        let store = worker("POSTGRES_URL", &ours).connect().await.unwrap();
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();

        let imported = roesc::import(&store, &source, now).await.unwrap();
        assert_eq!((imported.created, imported.already_running), (2, 0));
        let mut refused: Vec<_> = imported.refused.iter().map(|(id, _)| id.as_str()).collect();
        refused.sort_unstable();
        assert_eq!(refused, ["broken", "unknown"]);
        let ids = imported.caller_ids.unwrap();
        assert_eq!(ids.for_number("+385777"), Some("+385123"));

        let order = ProcessId::new("order-7").unwrap();
        let snapshot = store.process(&order).await.unwrap().unwrap();
        let [call, mail] = &snapshot.open[..] else {
            panic!("two notifications: {snapshot:?}");
        };
        assert_eq!(call.planned.due_at.timestamp(), 1_700_000_180);
        assert_eq!(call.planned.notification.phone_number(), Some("+385777"));
        assert_eq!(call.planned.notification.details().text("note"), Some("ž"));
        assert_eq!(
            mail.planned.due_at.timestamp(),
            1_700_000_361,
            "as it rounds"
        );

        let again = roesc::import(&store, &source, now).await.unwrap();
        assert_eq!((again.created, again.already_running), (0, 2));
        let claims = store.claim(9, now, now).await.unwrap();
        assert_eq!(claims.len(), 1, "what was overdue is due");
        assert_eq!(claims[0].due_at.timestamp(), -5);
    });
}
