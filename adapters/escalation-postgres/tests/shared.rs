//! What several workers, and the host's own transactions, see of each other: time, wakes, restarts.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Admission, AttemptStart, Begun, Cause, Channel, ConcurrencyLimit, DeadLetters, Effect,
    EscalationStore, Notification, ProcessId, Run, Scope, Settled, Settlement, StartRequest,
    Started, Stopped, StoreError, Superseded, Verdict,
};
use escalation_postgres::{ConnectError, Listener, PostgresStore, SchemaName};

mod database;

use database::{block_on, config, fresh_schema, pool, worker};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

fn call(process: &str, second: i64) -> StartRequest {
    let call = Notification::at(Channel::PHONE, at(second)).to_phone_number("+1");
    StartRequest::new(id(process)).notify(call)
}

/// A store in the database's time, which an offset sets to about `at(0)`.
async fn in_database_time(variable: &str, schema: &SchemaName) -> PostgresStore {
    let probe = PostgresStore::builder(pool(config(variable)))
        .schema(schema.clone())
        .connect()
        .await
        .unwrap();
    let offset = at(0) - probe.database().now().await.unwrap();
    PostgresStore::builder(pool(config(variable)))
        .schema(schema.clone())
        .clock_offset(offset)
        .listener(Listener::start(
            config("POSTGRES_URL"),
            PostgresStore::CHANNEL,
        ))
        .connect()
        .await
        .unwrap()
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn a_wrong_clock_steals_no_lease() {
    block_on(async {
        let schema = fresh_schema().await;
        let right = in_database_time("POSTGRES_URL", &schema).await;
        let fast = in_database_time("POSTGRES_URL", &schema).await;
        let process = call("a", -1).plan(at(0)).unwrap();
        right.start(process, at(0)).await.unwrap();
        let later = call("b", 3_600).plan(at(0)).unwrap();
        right.start(later, at(0)).await.unwrap();
        let claims = right.claim(9, at(60), at(0)).await.unwrap();
        assert_eq!(claims.len(), 1, "an hour from now is not due");

        let tomorrow = at(86_400);
        let stolen = fast
            .claim(9, tomorrow + TimeDelta::minutes(1), tomorrow)
            .await;
        assert_eq!(stolen.unwrap(), [], "whatever its clock says");
        // It comes back, by its own clock, when the lease ends.
        let next = fast.next_due().await.unwrap().unwrap() - tomorrow;
        let tolerance = TimeDelta::seconds(20);
        assert!((next - TimeDelta::seconds(60)).abs() < tolerance, "{next}");
        // And by the clock of another that is slow.
        let yesterday = at(-86_400);
        let slow = in_database_time("POSTGRES_URL", &schema).await;
        let early = slow
            .claim(9, yesterday + TimeDelta::minutes(1), yesterday)
            .await;
        assert_eq!(early.unwrap(), []);
        let next = slow.next_due().await.unwrap().unwrap() - yesterday;
        assert!((next - TimeDelta::seconds(60)).abs() < tolerance, "{next}");
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn who_listens_hears_of_what_is_due_soon() {
    block_on(async {
        let schema = fresh_schema().await;
        let hearing = Arc::new(in_database_time("POSTGRES_URL", &schema).await);
        let other = in_database_time("POSTGRES_URL", &schema).await;
        // Let the listener connect, which is a change as well.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let heard = tokio::spawn({
            let hearing = Arc::clone(&hearing);
            async move { hearing.changed().await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let later = call("later", 3_600).plan(at(0)).unwrap();
        other.start(later, at(0)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!heard.is_finished(), "in an hour is not soon");
        let soon = call("soon", 5).plan(at(0)).unwrap();
        other.start(soon, at(0)).await.unwrap();
        let heard = tokio::time::timeout(Duration::from_secs(10), heard).await;
        assert!(heard.is_ok(), "the word arrives");
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn a_start_in_the_hosts_transaction_shares_its_fate() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let mut shop = pool(config("POSTGRES_URL")).get().await.unwrap();
        for commit in [false, true] {
            let order = shop.transaction().await.unwrap();
            let plan = call("order", 5).plan(at(0)).unwrap();
            let started = store.start_in(&order, &plan, at(0)).await.unwrap();
            assert!(matches!(started, Started::Created(_)));
            assert_eq!(store.next_due().await.unwrap(), None, "not yet");
            if commit {
                order.commit().await.unwrap();
            } else {
                order.rollback().await.unwrap();
            }
            store.committed();
            let expected = commit.then(|| at(5));
            assert_eq!(store.next_due().await.unwrap(), expected);
        }
        let cancelled = shop.transaction().await.unwrap();
        let stopped = store
            .stop_in(&cancelled, &id("order"), at(1))
            .await
            .unwrap();
        assert!(matches!(stopped, Stopped::Ended { cancelled: 1, .. }));
        cancelled.commit().await.unwrap();
        assert_eq!(store.claim(9, at(99), at(9)).await.unwrap(), []);
    });
}

/// What is in flight is counted only on channels with a limit; the first limit counts what began
/// before it, even if its process was stopped since, and what another worker begins without one.
#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn the_first_limit_of_a_channel_counts_what_began_before_it() {
    block_on(async {
        let schema = fresh_schema().await;
        let free = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let strict = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        for name in ["before", "stopped", "limited", "after"] {
            let process = call(name, 0).plan(at(0)).unwrap();
            free.start(process, at(0)).await.unwrap();
        }
        let claims = free.claim(9, at(60), at(0)).await.unwrap();
        let leases: Vec<_> = claims.into_iter().map(|claim| claim.lease).collect();
        let attempt = |number: usize, most: Option<u32>| {
            let mut admission = Admission::unlimited();
            admission.look_again_after = TimeDelta::seconds(1);
            admission.concurrency = most
                .map(|most| ConcurrencyLimit::new(Scope::Channel, most))
                .into_iter()
                .collect();
            vec![AttemptStart::new(
                leases[number].clone(),
                at(60),
                Arc::new(admission),
            )]
        };
        let deferred = |second| [Begun::Deferred { until: at(second) }];
        for number in [0, 1] {
            let begun = free.begin(attempt(number, None), at(0)).await.unwrap();
            assert_eq!(begun, [Begun::Started]);
        }
        free.stop(Run::current(&id("stopped")), None, at(0))
            .await
            .unwrap();
        let begun = strict.begin(attempt(2, Some(2)), at(0)).await.unwrap();
        assert_eq!(begun, deferred(1), "two are in flight");
        let begun = free.begin(attempt(3, None), at(0)).await.unwrap();
        assert_eq!(begun, [Begun::Started], "it asked for no room");
        let again = strict.claim(9, at(60), at(1)).await.unwrap().remove(0);
        for (most, expected) in [(3, deferred(2)), (4, [Begun::Started])] {
            let mut attempts = attempt(2, Some(most));
            attempts[0].lease = if most == 3 {
                again.lease.clone()
            } else {
                let now = at(2);
                strict.claim(9, at(60), now).await.unwrap().remove(0).lease
            };
            let now = at(i64::from(most) - 2);
            assert_eq!(strict.begin(attempts, now).await.unwrap(), expected);
        }
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn starts_that_race_for_a_name_create_one_process() {
    block_on(async {
        let schema = fresh_schema().await;
        let mut racing = Vec::new();
        for number in 0..8 {
            let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
            let process = call("one", number).plan(at(0)).unwrap();
            racing.push(tokio::spawn(async move {
                store.start(process, at(0)).await.unwrap()
            }));
        }
        let mut created = 0;
        for started in racing {
            created += usize::from(matches!(started.await.unwrap(), Started::Created(_)));
        }
        assert_eq!(created, 1);
    });
}

/// Two workers settle the last notifications of the same processes at the same time.
#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn a_process_whose_last_ones_are_settled_at_once_ends() {
    block_on(async {
        let schema = fresh_schema().await;
        let first = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let second = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        for round in 0..50 {
            let twice = call(&format!("twice-{round}"), 0)
                .notify(Notification::at(Channel::PHONE, at(0)).to_phone_number("+2"));
            first
                .start(twice.plan(at(0)).unwrap(), at(0))
                .await
                .unwrap();
            let mut claims = first.claim(2, at(60), at(0)).await.unwrap().into_iter();
            let mut done = || {
                let lease = claims.next().unwrap().lease;
                vec![escalation_core::Settlement::new(
                    lease,
                    escalation_core::Verdict::Done,
                )]
            };
            let (one, other) = (done(), done());
            let (one, other) = tokio::join!(first.settle(one, at(1)), second.settle(other, at(1)));
            one.unwrap();
            other.unwrap();
        }
        assert_eq!(first.processes(None, 9).await.unwrap(), []);
    });
}

/// Two workers pass on the last notifications of the same process at the same time: not both to each
/// other.
#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn last_ones_that_are_passed_on_at_once_leave_a_dead_letter() {
    block_on(async {
        let schema = fresh_schema().await;
        let first = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let second = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        for round in 0..50 {
            let twice = call(&format!("twice-{round}"), 0)
                .notify(Notification::at(Channel::PHONE, at(0)).to_phone_number("+2"));
            first
                .start(twice.plan(at(0)).unwrap(), at(0))
                .await
                .unwrap();
            let mut claims = first.claim(2, at(60), at(0)).await.unwrap().into_iter();
            let mut passed_on = || {
                let busy = Verdict::PassedOn(Cause::Busy.into());
                let mut settlement = Settlement::new(claims.next().unwrap().lease, busy);
                settlement.effect = Effect::Advance;
                vec![settlement]
            };
            let (one, other) = (passed_on(), passed_on());
            let (one, other) = tokio::join!(first.settle(one, at(1)), second.settle(other, at(1)));
            let settled = [one.unwrap(), other.unwrap()].concat();
            let buried = |settled: &Settled| matches!(settled, Settled::Buried { .. });
            let buried = settled.iter().filter(|settled| buried(settled)).count();
            let letters = first.dead_letters(None, 9).await.unwrap();
            assert!(buried > 0, "lost: {settled:?}");
            assert_eq!(letters.len(), buried);
            for letter in letters {
                first.discard(letter.id).await.unwrap();
            }
        }
        assert_eq!(first.processes(None, 9).await.unwrap(), []);
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn any_text_is_a_name() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        for name in ["", " ", "a\0b", "back\\slash", "\\0", "ž'\"; --"] {
            let mut request = call(name, 0);
            request = request.with("note", "zero \0 and \\").unwrap();
            store
                .start(request.plan(at(0)).unwrap(), at(0))
                .await
                .unwrap();
            let claim = store.claim(9, at(9), at(0)).await.unwrap().remove(0);
            assert_eq!(claim.lease.process, id(name));
            assert_eq!(
                claim.notification.details().text("note"),
                Some("zero \0 and \\")
            );
            let stopped = store
                .stop(Run::current(&id(name)), None, at(1))
                .await
                .unwrap();
            assert!(
                matches!(stopped, Stopped::Ended { .. }),
                "{name:?}: {stopped:?}"
            );
        }
        let farthest = [DateTime::<Utc>::MIN_UTC, at(0), DateTime::<Utc>::MAX_UTC];
        for (number, instant) in farthest.into_iter().enumerate() {
            let call = Notification::at(Channel::PHONE, instant).to_phone_number("+1");
            let request = StartRequest::new(id(&format!("far-{number}"))).notify(call);
            store
                .start(request.plan(at(0)).unwrap(), at(0))
                .await
                .unwrap();
        }
        let claims = store.claim(9, at(9), at(1)).await.unwrap();
        assert_eq!(claims.len(), 2, "the end of time is not due");
    });
}

/// PostgreSQL refuses the whole JSON of a notification for one zero character in it, when it looks for
/// its deadline: who sends one must not keep all others from being delivered.
#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn a_zero_character_in_a_message_holds_up_nobody() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let call = |second: i64| {
            let call = Notification::at(Channel::PHONE, at(second)).to_phone_number("+1\0");
            call.with("text", "\0 \\u0000 \\\0").unwrap()
        };
        let request = StartRequest::new(id("a"))
            .notify(call(0))
            .notify(call(1))
            .notify(call(2).until(at(5)));
        let planned = request.plan(at(0)).unwrap();
        let sent: Vec<_> = planned.notifications.clone();
        store.start(planned, at(0)).await.unwrap();
        let claims = store.claim(9, at(60), at(9)).await.unwrap();
        let found: Vec<_> = claims
            .iter()
            .map(|claim| (&claim.notification, claim.superseded))
            .collect();
        let expected = [
            (&sent[0].notification, Superseded::AtDestination),
            // The third is past its deadline.
            (&sent[1].notification, Superseded::No),
            (&sent[2].notification, Superseded::No),
        ];
        assert_eq!(found, expected);
    });
}

/// As nothing of ours writes it: it is passed over, and keeps nobody else from being delivered.
#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn a_damaged_row_spoils_no_other() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        for name in ["damaged", "sound"] {
            let process = call(name, 0).plan(at(0)).unwrap();
            store.start(process, at(0)).await.unwrap();
        }
        let damage =
            format!("UPDATE {schema}.notification SET content = '[]' WHERE process = 'damaged'");
        let client = store.database().client().await.unwrap();
        client.batch_execute(&damage).await.unwrap();
        let claims = store.claim(9, at(60), at(0)).await.unwrap();
        let names: Vec<_> = claims
            .iter()
            .map(|claim| claim.lease.process.as_str())
            .collect();
        assert_eq!(names, ["sound"]);
        let error = store.process(&id("damaged")).await.unwrap_err();
        assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
        let stopped = store
            .stop(Run::current(&id("damaged")), None, at(1))
            .await
            .unwrap();
        assert!(matches!(stopped, Stopped::Ended { cancelled: 1, .. }));
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn what_nobody_needs_is_swept_out() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let reason = escalation_core::Cause::InvalidRequest.into();
        let refused = escalation_core::RejectedRequest::new(None, b"{".to_vec(), reason);
        store.reject(refused, at(0)).await.unwrap();
        let tenant = escalation_core::TenantId::new("hotel").unwrap();
        let process = call("a", 0).tenant(tenant).plan(at(0)).unwrap();
        store.start(process, at(0)).await.unwrap();
        let client = store.database().client().await.unwrap();
        let day = 86_400_000_000_i64;
        let script = format!(
            "INSERT INTO {schema}.rate (channel, name, arrival) VALUES ('phone', '1', 0);
             SELECT {schema}.retain({now}, {now} - {day})",
            now = at(3).timestamp_micros()
        );
        client.batch_execute(&script).await.unwrap();
        let left = format!(
            "SELECT (SELECT count(*) FROM {schema}.rate), (SELECT count(*) FROM {schema}.tenant),
                    (SELECT count(*) FROM {schema}.dead_letter)"
        );
        let row = client.query_one(&left, &[]).await.unwrap();
        let counts = (
            row.get::<_, i64>(0),
            row.get::<_, i64>(1),
            row.get::<_, i64>(2),
        );
        assert_eq!(
            counts,
            (0, 1, 1),
            "a tenant that has something left, a letter of today"
        );
        store
            .stop(Run::current(&id("a")), None, at(4))
            .await
            .unwrap();
        let later = at(3).timestamp_micros() + 2 * day;
        let script = format!("SELECT {schema}.retain({later}, {later} - {day})");
        client.batch_execute(&script).await.unwrap();
        let row = client.query_one(&left, &[]).await.unwrap();
        let counts = (
            row.get::<_, i64>(0),
            row.get::<_, i64>(1),
            row.get::<_, i64>(2),
        );
        assert_eq!(counts, (0, 0, 0));
    });
}

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn tables_of_a_newer_release_are_refused() {
    block_on(async {
        let schema = fresh_schema().await;
        let store = worker("POSTGRES_URL", &schema).connect().await.unwrap();
        let newer = format!("INSERT INTO {schema}.migration VALUES ('escalation-postgres', 99)");
        let client = store.database().client().await.unwrap();
        client.batch_execute(&newer).await.unwrap();
        let refused = worker("POSTGRES_URL", &schema).connect().await.unwrap_err();
        assert!(
            matches!(refused, ConnectError::NewerSchema { found: 99, .. }),
            "{refused:?}"
        );
    });
}
