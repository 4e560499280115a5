//! The contract of [`QueueStore`] as tests: one function per promise, which panics when the promise
//! is broken.
//!
//! ```
//! # struct Fixture(std::sync::Arc<queue_dispatch::MemoryStore>);
//! # #[async_trait::async_trait]
//! # impl queue_dispatch::conformance::Fixture for Fixture {
//! #     async fn open(&self) -> std::sync::Arc<dyn queue_dispatch::QueueStore> { self.0.clone() }
//! # }
//! // In the adapter's tests; each test gets a fixture over an empty log of its own.
//! queue_dispatch::queue_store_conformance!(tokio::test, Fixture(Default::default()));
//! ```

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Agent, AgentId, AppendError, CallId, Caller, ClassId, Commands, Config, Event, Needs, PartyId,
    Queue, QueueStore, Recorded, Skill, SkillId, Snapshot, Token,
};

/// A log under test, empty at first.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// Another handle on the same log: another connection, as another process would have.
    async fn open(&self) -> Arc<dyn QueueStore>;
}

/// Makes a test of each promise: `queue_store_conformance!(tokio::test, fixture_expression)`, where
/// the expression makes a fresh [`Fixture`] and may `.await`.
#[macro_export]
macro_rules! queue_store_conformance {
    ($test:meta, $fixture:expr) => {
        $crate::queue_store_conformance!(@each $test, $fixture,
            an_empty_log_has_no_lines
            lines_come_back_unchanged
            pages_follow_each_other
            a_stale_append_conflicts_and_writes_nothing
            an_append_ahead_conflicts_and_writes_nothing
            of_racing_appends_one_wins
            a_batch_is_whole
            other_handles_see_appends
            the_newest_snapshot_is_kept
            lines_from_the_snapshot_on_stay
            appending_goes_on_after_a_snapshot
            growth_that_is_there_is_noticed
            growth_is_noticed_by_all_who_wait
            growth_through_another_handle_is_noticed
            growth_is_noticed_after_a_snapshot
            who_stops_waiting_takes_no_notice_away
        );
    };
    (@each $test:meta, $fixture:expr, $($name:ident)*) => {
        $(
            #[$test]
            async fn $name() {
                $crate::conformance::$name(&$fixture).await;
            }
        )*
    };
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
        + TimeDelta::seconds(1_700_000_000 + second)
        + TimeDelta::microseconds(second)
}

fn line(version: u64) -> Recorded {
    let call = CallId::new(u128::MAX - u128::from(version));
    Recorded::new(
        version,
        at(version as i64),
        Event::enqueue(call, ClassId::PREMIUM),
    )
}

fn lines(versions: std::ops::RangeInclusive<u64>) -> Vec<Recorded> {
    versions.map(line).collect()
}

async fn written(store: &dyn QueueStore, expected: u64, lines: &[Recorded]) {
    let appended = store.append(expected, lines).await;
    assert!(appended.is_ok(), "append at {expected}: {appended:?}");
}

async fn read(store: &dyn QueueStore, version: u64, limit: usize) -> Vec<Recorded> {
    match store.after(version, limit).await {
        Ok(lines) => lines,
        Err(error) => panic!("after {version}: {error:?}"),
    }
}

fn conflict(appended: Result<(), AppendError>, expected: u64, actual: u64) {
    match appended {
        Err(AppendError::Conflict {
            expected: e,
            actual: a,
        }) => assert_eq!((e, a), (expected, actual)),
        other => panic!("expected a conflict at version {actual}, got {other:?}"),
    }
}

/// The snapshot of a queue that has taken in the first lines.
fn snapshot(version: u64) -> Snapshot {
    let mut queue = Queue::new(Config::premium_and_regular());
    for line in lines(1..=version) {
        let stepped = queue.step(&line.event, line.at, &mut Commands::new());
        assert_eq!(stepped, Ok(()));
    }
    queue.snapshot()
}

async fn saved(store: &dyn QueueStore, version: u64) {
    let saved = store.save_snapshot(&snapshot(version)).await;
    assert!(
        saved.is_ok(),
        "saving a snapshot of version {version}: {saved:?}"
    );
}

/// An empty log has no lines and no snapshot.
pub async fn an_empty_log_has_no_lines(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    assert_eq!(read(&*store, 0, 10).await, []);
    assert_eq!(read(&*store, 7, 10).await, []);
    assert!(matches!(store.snapshot().await, Ok(None)));
}

/// Each kind of event comes back as it was written, to the microsecond.
pub async fn lines_come_back_unchanged(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let (call, agent, token, class) = (
        CallId::new(u128::MAX),
        AgentId::new(1 << 52),
        Token::new(9),
        ClassId::new(2),
    );
    let skill = Skill::new(SkillId::new(3), 4);
    let needs = Needs::all(&[skill]).unwrap_or_default();
    let events = [
        Event::Enqueue(Caller::new(call, class).waiting_since(at(-5)).needs(needs)),
        Event::Enqueue(Caller::new(call, class).party(PartyId::new(1 << 52))),
        Event::HungUp { call },
        Event::AgentAdded(Agent::new(agent)),
        Event::SignedIn(Agent::new(agent).on_the_line().skill(skill)),
        Event::Ready { agent },
        Event::Break { agent },
        Event::SignedOut { agent },
        Event::AgentRemoved { agent },
        Event::NextCaller { agent },
        Event::Take { agent, call },
        Event::WrapUpDone { agent },
        Event::OfferAccepted { token },
        Event::OfferRejected { token },
        Event::OfferTimedOut { token },
        Event::Bridged { token },
        Event::BridgeFailed { token },
        Event::CallEnded { token },
        Event::Transfer {
            token,
            class,
            waiting_since: Some(at(3)),
        },
        Event::Reclassify { call, class },
        Event::OverflowDue { call },
        Event::Tick,
        Event::Restart,
    ];
    let lines: Vec<Recorded> = (1..)
        .zip(events)
        .map(|(version, event)| Recorded::new(version, at(version as i64), event))
        .collect();
    written(&*store, 0, &lines).await;
    assert_eq!(read(&*store, 0, 100).await, lines);
}

/// `after` returns at most `limit` lines, the oldest first, and the next page goes on.
pub async fn pages_follow_each_other(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=7)).await;
    assert_eq!(read(&*store, 0, 3).await, lines(1..=3));
    assert_eq!(read(&*store, 3, 3).await, lines(4..=6));
    assert_eq!(read(&*store, 6, 3).await, lines(7..=7));
    assert_eq!(read(&*store, 7, 3).await, []);
}

/// An append that expects an older version conflicts, names the version, and writes nothing.
pub async fn a_stale_append_conflicts_and_writes_nothing(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=2)).await;
    conflict(store.append(1, &lines(2..=3)).await, 1, 2);
    conflict(store.append(0, &lines(1..=1)).await, 0, 2);
    assert_eq!(read(&*store, 0, 10).await, lines(1..=2));
}

/// So does one that expects a version not yet reached.
pub async fn an_append_ahead_conflicts_and_writes_nothing(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    conflict(store.append(1, &lines(2..=2)).await, 1, 0);
    assert_eq!(read(&*store, 0, 10).await, []);
}

/// Of appends that run at once and expect the same version, exactly one is written.
pub async fn of_racing_appends_one_wins(fixture: &dyn Fixture) {
    let stores = [
        fixture.open().await,
        fixture.open().await,
        fixture.open().await,
    ];
    for version in 1..=5 {
        let racing = |store: &Arc<dyn QueueStore>, racer: i64| {
            let store = Arc::clone(store);
            let call = CallId::new(racer as u128);
            let line = Recorded::new(version, at(racer), Event::HungUp { call });
            async move { store.append(version - 1, &[line]).await }
        };
        let [one, two, three] = &stores;
        let outcomes = all([
            Box::pin(racing(one, 0)) as Running<'_, _>,
            Box::pin(racing(two, 1)),
            Box::pin(racing(three, 2)),
        ])
        .await;
        let winners = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(winners, 1, "exactly one append may win: {outcomes:?}");
        let winner = outcomes.iter().position(Result::is_ok);
        for outcome in outcomes.into_iter().filter(Result::is_err) {
            conflict(outcome, version - 1, version);
        }
        let log = read(&*stores[0], version - 1, 10).await;
        assert_eq!(log.len(), 1, "one line of {log:?} was to be written");
        assert_eq!(
            winner.map(|racer| at(racer as i64)),
            Some(log[0].at),
            "the winner's line is in the log"
        );
    }
}

/// A batch is written as a whole, or not at all.
pub async fn a_batch_is_whole(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=1)).await;
    conflict(store.append(0, &lines(1..=4)).await, 0, 1);
    assert_eq!(read(&*store, 0, 10).await, lines(1..=1));
    written(&*store, 1, &lines(2..=5)).await;
    assert_eq!(read(&*store, 0, 10).await, lines(1..=5));
}

/// What one handle has appended, another reads, and appends after.
pub async fn other_handles_see_appends(fixture: &dyn Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    written(&*one, 0, &lines(1..=2)).await;
    assert_eq!(read(&*two, 0, 10).await, lines(1..=2));
    written(&*two, 2, &lines(3..=3)).await;
    conflict(one.append(2, &lines(3..=3)).await, 2, 3);
    assert_eq!(read(&*one, 2, 10).await, lines(3..=3));
    saved(&*one, 3).await;
    assert_eq!(two.snapshot().await.ok().flatten(), Some(snapshot(3)));
}

/// A snapshot comes back unchanged; a newer one replaces it, an older one does not.
pub async fn the_newest_snapshot_is_kept(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=4)).await;
    for (save, kept) in [(2, 2), (4, 4), (3, 4)] {
        saved(&*store, save).await;
        assert_eq!(store.snapshot().await.ok().flatten(), Some(snapshot(kept)));
    }
}

/// After a snapshot, its own line and all later ones stay.
pub async fn lines_from_the_snapshot_on_stay(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=6)).await;
    saved(&*store, 4).await;
    assert_eq!(read(&*store, 3, 10).await, lines(4..=6));
    assert_eq!(read(&*store, 4, 10).await, lines(5..=6));
    let rest = read(&*store, 0, 10).await;
    assert!(rest.ends_with(&lines(4..=6)), "{rest:?}");
    // One who is behind sees that lines are missing, or none are.
    saved(&*store, 6).await;
    assert!(!read(&*store, 0, 10).await.is_empty());
}

/// Versions go on after a snapshot.
pub async fn appending_goes_on_after_a_snapshot(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=3)).await;
    saved(&*store, 3).await;
    conflict(store.append(0, &lines(1..=1)).await, 0, 3);
    written(&*store, 3, &lines(4..=5)).await;
    assert_eq!(read(&*store, 3, 10).await, lines(4..=5));
}

/// Waiting for growth that is there already ends.
pub async fn growth_that_is_there_is_noticed(fixture: &dyn Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    written(&*one, 0, &lines(1..=3)).await;
    grown(&*one, 0).await;
    grown(&*one, 2).await;
    grown(&*two, 2).await;
}

/// One append ends the waits of all, those through the same handle included.
pub async fn growth_is_noticed_by_all_who_wait(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    written(&*store, 0, &lines(1..=2)).await;
    all([
        Box::pin(grown(&*store, 2)) as Running<'_, ()>,
        Box::pin(grown(&*store, 2)),
        Box::pin(async {
            written(&*store, 2, &lines(3..=3)).await;
        }),
    ])
    .await;
}

/// So does an append through another handle, again and again.
pub async fn growth_through_another_handle_is_noticed(fixture: &dyn Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    for version in 1..=3 {
        all([
            Box::pin(grown(&*one, version - 1)) as Running<'_, ()>,
            Box::pin(async {
                written(&*two, version - 1, &lines(version..=version)).await;
            }),
        ])
        .await;
    }
}

/// What counts is the version, not how many lines a snapshot has left in the log.
pub async fn growth_is_noticed_after_a_snapshot(fixture: &dyn Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    written(&*one, 0, &lines(1..=5)).await;
    saved(&*one, 5).await;
    grown(&*two, 4).await;
    all([
        Box::pin(grown(&*two, 5)) as Running<'_, ()>,
        Box::pin(async {
            written(&*one, 5, &lines(6..=6)).await;
        }),
    ])
    .await;
}

/// A wait that is dropped midway does not swallow the notice that another waits for.
pub async fn who_stops_waiting_takes_no_notice_away(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let mut stays = Box::pin(grown(&*store, 0));
    let mut leaves = Box::pin(grown(&*store, 0));
    poll_fn(|context| {
        assert!(leaves.as_mut().poll(context).is_pending());
        assert!(stays.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    drop(leaves);
    all([
        stays as Running<'_, ()>,
        Box::pin(async {
            written(&*store, 0, &lines(1..=1)).await;
        }),
    ])
    .await;
}

/// Waits until the log is past a version: a store may say so too early.
async fn grown(store: &dyn QueueStore, version: u64) {
    loop {
        let changed = store.changed_since(version).await;
        assert!(changed.is_ok(), "changed since {version}: {changed:?}");
        if !read(store, version, 1).await.is_empty() {
            return;
        }
        // Lets others run on a runtime of one thread.
        let mut yielded = false;
        poll_fn(|context| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Drives futures at once, whatever the runtime.
async fn all<T, const N: usize>(mut futures: [Running<'_, T>; N]) -> Vec<T> {
    let mut done: [Option<T>; N] = std::array::from_fn(|_| None);
    poll_fn(|context| {
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
