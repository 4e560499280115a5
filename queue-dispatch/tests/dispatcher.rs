//! The shared shell: log before effect, conflicts with others, dropped futures.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn call(number: u128) -> CallId {
    CallId::new(number)
}

#[tokio::test]
async fn a_call_through_the_dispatcher() -> Result<(), Error> {
    let dispatcher = Dispatcher::in_memory(Config::premium_and_regular());
    let eve = AgentId::new(1);
    dispatcher
        .apply(Event::SignedIn(Agent::new(eve).on_the_line()), at(0))
        .await?;
    dispatcher
        .apply(Event::NextCaller { agent: eve }, at(0))
        .await?;
    let applied = dispatcher
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
        .await?;
    let token = applied
        .commands
        .offers()
        .next()
        .map(|offer| offer.token)
        .unwrap();
    assert_eq!(applied.wake_at, Some(at(61)));
    dispatcher
        .apply(Event::OfferAccepted { token }, at(2))
        .await?;
    // Nothing is due yet: nothing is logged.
    let version = dispatcher.read(Queue::version);
    assert_eq!(dispatcher.run_once(at(3)).await?.version, version);
    let applied = dispatcher.run_once(at(62)).await?;
    assert_eq!(applied.version, version + 1);
    assert_eq!(
        dispatcher.read(|queue| queue.position(call(1), at(62))),
        Some(1)
    );
    Ok(())
}

#[tokio::test]
async fn two_dispatchers_on_one_log_agree() -> Result<(), Error> {
    let store = Arc::new(MemoryStore::new());
    let one = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let two = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let eve = AgentId::new(1);
    one.apply(Event::SignedIn(Agent::new(eve)), at(0)).await?;
    two.apply(Event::Ready { agent: eve }, at(1)).await?;
    let applied = one
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(2))
        .await?;
    let token = applied
        .commands
        .offers()
        .next()
        .map(|offer| offer.token)
        .unwrap();
    // The acceptance comes to both: one answer, repeated; a rejection afterwards fits no more.
    assert_eq!(
        two.apply(Event::OfferAccepted { token }, at(3))
            .await?
            .commands
            .len(),
        1
    );
    assert_eq!(
        one.apply(Event::OfferAccepted { token }, at(3))
            .await?
            .commands
            .len(),
        1
    );
    let refused = one.apply(Event::OfferRejected { token }, at(3)).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::WrongStage { .. }))),
        "{refused:?}"
    );
    two.apply(Event::Bridged { token }, at(4)).await?;
    one.refresh().await?;
    assert_eq!(one.read(Queue::version), two.read(Queue::version));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_handlers_lose_nothing_and_serve_nobody_twice() -> Result<(), Error> {
    let store = Arc::new(MemoryStore::new());
    let shared: Vec<Arc<Dispatcher>> = vec![
        Arc::new(Dispatcher::open(Config::premium_and_regular(), store.clone()).await?),
        Arc::new(Dispatcher::open(Config::premium_and_regular(), store.clone()).await?),
    ];
    let mut tasks = Vec::new();
    for agent in 0..8_u64 {
        let dispatcher = shared[agent as usize % 2].clone();
        tasks.push(tokio::spawn(async move {
            let agent = AgentId::new(agent);
            let mut served = Vec::new();
            dispatcher
                .apply(Event::SignedIn(Agent::new(agent).on_the_line()), at(0))
                .await
                .unwrap();
            while served.len() < 25 {
                let _ = dispatcher
                    .apply(Event::NextCaller { agent }, at(1))
                    .await
                    .unwrap();
                let Some(offer) = dispatcher.read(|queue| queue.offer_for(agent)) else {
                    dispatcher.refresh().await.unwrap();
                    tokio::task::yield_now().await;
                    continue;
                };
                let token = offer.token;
                dispatcher
                    .apply(Event::OfferAccepted { token }, at(2))
                    .await
                    .unwrap();
                dispatcher
                    .apply(Event::Bridged { token }, at(2))
                    .await
                    .unwrap();
                dispatcher
                    .apply(Event::CallEnded { token }, at(3))
                    .await
                    .unwrap();
                served.push(offer.call);
            }
            dispatcher
                .apply(Event::SignedOut { agent }, at(4))
                .await
                .unwrap();
            served
        }));
    }
    for number in 0..200_u128 {
        let class = if number % 3 == 0 {
            ClassId::PREMIUM
        } else {
            ClassId::REGULAR
        };
        shared[number as usize % 2]
            .apply(Event::enqueue(call(number), class), at(0))
            .await?;
        tokio::task::yield_now().await;
    }
    let mut served = Vec::new();
    for task in tasks {
        served.extend(task.await.unwrap());
    }
    served.sort_unstable();
    assert_eq!(served, (0..200).map(call).collect::<Vec<_>>());
    for dispatcher in &shared {
        dispatcher.refresh().await?;
        assert_eq!(dispatcher.read(Queue::calls), 0);
        assert_eq!(dispatcher.read(|queue| queue.stats().answered), 200);
    }
    assert_eq!(shared[0].read(|q| q.longest_wait(at(9))), None::<TimeDelta>);
    Ok(())
}

/// A store that fails when told to: before or after the line is in the log.
#[derive(Debug, Default)]
struct Flaky {
    inner: MemoryStore,
    lose_answer: std::sync::atomic::AtomicBool,
    hang: std::sync::atomic::AtomicBool,
}

#[async_trait::async_trait]
impl QueueStore for Flaky {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        self.inner.append(expected, lines).await?;
        if self.hang.swap(false, std::sync::atomic::Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if self
            .lose_answer
            .swap(false, std::sync::atomic::Ordering::SeqCst)
        {
            return Err(StoreError::new("the connection was cut").into());
        }
        Ok(())
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        self.inner.after(version, limit).await
    }

    async fn changed_since(&self, version: u64) -> Result<(), StoreError> {
        self.inner.changed_since(version).await
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        self.inner.snapshot().await
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.inner.save_snapshot(snapshot).await
    }
}

#[tokio::test]
async fn a_cut_connection_loses_no_command() -> Result<(), Error> {
    let store = Arc::new(Flaky::default());
    let dispatcher = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let eve = AgentId::new(1);
    dispatcher
        .apply(Event::SignedIn(Agent::new(eve)), at(0))
        .await?;
    dispatcher.apply(Event::Ready { agent: eve }, at(0)).await?;
    store
        .lose_answer
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let cut = dispatcher
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
        .await;
    assert!(matches!(cut, Err(Error::Store(_))), "{cut:?}");
    // The line was logged all the same: the next event brings its offer.
    let applied = dispatcher
        .apply(Event::enqueue(call(2), ClassId::PREMIUM), at(2))
        .await?;
    assert_eq!(
        applied
            .commands
            .offers()
            .map(|offer| offer.call)
            .collect::<Vec<_>>(),
        [call(1)]
    );
    Ok(())
}

/// The handler is told that the store failed, the caller is served by another process and leaves,
/// and only then the handler asks again: the caller does not join a second time.
#[tokio::test]
async fn a_join_said_again_after_the_call_is_over_does_not_take_effect_twice() -> Result<(), Error>
{
    let store = Arc::new(Flaky::default());
    let one = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let two = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let eve = AgentId::new(1);
    one.apply(Event::SignedIn(Agent::new(eve)), at(0)).await?;
    one.apply(Event::Ready { agent: eve }, at(0)).await?;
    store
        .lose_answer
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let join = Event::enqueue(call(1), ClassId::PREMIUM);
    assert!(matches!(
        one.apply(join.clone(), at(1)).await,
        Err(Error::Store(_))
    ));
    two.refresh().await?;
    let (offer, _) = two
        .read(|queue| queue.offer(queue.offer_for(eve).unwrap().token))
        .unwrap();
    let token = offer.token;
    for event in [
        Event::OfferAccepted { token },
        Event::Bridged { token },
        Event::HungUp { call: call(1) },
    ] {
        two.apply(event, at(2)).await?;
    }
    // The loop that follows the log sees it first.
    one.refresh().await?;
    let again = one.apply(join.clone(), at(3)).await?;
    assert_eq!(one.read(|queue| queue.call_state(call(1))), None);
    // The offer that nobody was told of is told late; its token is stale by now.
    assert!(again.commands.offers().all(|late| late.token == token));
    // Later the same call may come back: that is no repetition.
    one.apply(join, at(120)).await?;
    assert_eq!(
        one.read(|queue| queue.position(call(1), at(120))),
        None,
        "it is offered to Eve at once"
    );
    assert!(one.read(|queue| queue.call_state(call(1))).is_some());
    Ok(())
}

#[tokio::test]
async fn a_dropped_handler_blocks_nobody_and_loses_no_command() -> Result<(), Error> {
    let store = Arc::new(Flaky::default());
    let dispatcher =
        Arc::new(Dispatcher::open(Config::premium_and_regular(), store.clone()).await?);
    let eve = AgentId::new(1);
    dispatcher
        .apply(Event::SignedIn(Agent::new(eve)), at(0))
        .await?;
    dispatcher.apply(Event::Ready { agent: eve }, at(0)).await?;
    store.hang.store(true, std::sync::atomic::Ordering::SeqCst);
    let stuck = tokio::spawn({
        let dispatcher = dispatcher.clone();
        async move {
            dispatcher
                .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
                .await
        }
    });
    let waiting = tokio::spawn({
        let dispatcher = dispatcher.clone();
        async move {
            dispatcher
                .apply(Event::enqueue(call(2), ClassId::PREMIUM), at(2))
                .await
        }
    });
    tokio::task::yield_now().await;
    // While the store hangs, readers read.
    assert_eq!(dispatcher.read(Queue::calls), 0);
    stuck.abort();
    let applied = waiting.await.unwrap()?;
    assert_eq!(
        applied
            .commands
            .offers()
            .map(|offer| offer.call)
            .collect::<Vec<_>>(),
        [call(1)]
    );
    assert_eq!(dispatcher.read(Queue::calls), 2);
    Ok(())
}

#[tokio::test]
async fn a_snapshot_shortens_the_log_and_laggards_jump() -> Result<(), Error> {
    let store = Arc::new(MemoryStore::new());
    let one = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let laggard = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    for number in 0..10 {
        one.apply(Event::enqueue(call(number), ClassId::REGULAR), at(0))
            .await?;
    }
    one.save_snapshot().await?;
    assert_eq!(store.after(0, 100).await?.len(), 1);
    laggard
        .apply(Event::HungUp { call: call(3) }, at(1))
        .await?;
    one.refresh().await?;
    let fresh = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    for dispatcher in [&one, &laggard, &fresh] {
        assert_eq!(dispatcher.read(Queue::snapshot), one.read(Queue::snapshot));
        assert_eq!(
            dispatcher.read(|queue| queue.position(call(4), at(1))),
            Some(4)
        );
    }
    Ok(())
}

/// Two processes on one log, each with its own list of what it was told to carry out.
#[tokio::test]
async fn whoever_appended_carries_out_and_the_other_follows() -> Result<(), Error> {
    let store = Arc::new(MemoryStore::new());
    let config = Config::premium_and_regular;
    let one = Dispatcher::open(config(), store.clone()).await?;
    let two = Arc::new(Dispatcher::open(config(), store.clone()).await?);
    let eve = AgentId::new(1);

    // Two follows: it wakes without any event of its own, and has nothing to carry out.
    let following = tokio::spawn({
        let two = two.clone();
        async move { two.follow(0).await }
    });
    tokio::task::yield_now().await;
    assert!(!following.is_finished());
    one.apply(Event::SignedIn(Agent::new(eve)), at(0)).await?;
    let followed = following.await.unwrap()?;
    assert_eq!((followed.version, followed.commands.len()), (1, 0));

    // One learns nothing new from its own event, but returns: wake times may have changed.
    assert_eq!(one.follow(0).await?.version, 1);

    one.apply(Event::Ready { agent: eve }, at(0)).await?;
    let offered = one
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
        .await?;
    let offer = *offered.commands.offers().next().unwrap();
    let followed = two.follow(followed.version).await?;
    assert_eq!(followed.version, 3);
    assert!(followed.commands.is_empty());
    assert_eq!(followed.wake_at, Some(offer.answer_by));

    // One is gone. Two keeps the time: the timeout is its own tick, and so are the commands.
    drop(one);
    let due = two.run_once(offer.answer_by).await?;
    assert!(
        matches!(
            due.commands.as_slice(),
            [
                Command::CancelOffer { .. },
                Command::AgentPaused { .. },
                Command::BackInLine { .. }
            ]
        ),
        "{:?}",
        due.commands
    );
    Ok(())
}

#[tokio::test]
async fn of_two_who_keep_the_time_one_carries_out() -> Result<(), Error> {
    let store = Arc::new(MemoryStore::new());
    let config = Config::premium_and_regular;
    let one = Dispatcher::open(config(), store.clone()).await?;
    let two = Dispatcher::open(config(), store.clone()).await?;
    let eve = AgentId::new(1);
    one.apply(Event::SignedIn(Agent::new(eve)), at(0)).await?;
    one.apply(Event::Ready { agent: eve }, at(0)).await?;
    let wake_at = one
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
        .await?
        .wake_at
        .unwrap();
    two.refresh().await?;
    let (first, second) = tokio::join!(one.run_once(wake_at), two.run_once(wake_at));
    let (first, second) = (first?, second?);
    assert_eq!(first.commands.is_empty(), !second.commands.is_empty());
    assert_eq!(first.version, second.version);
    Ok(())
}

#[tokio::test]
async fn after_a_crash_the_restart_makes_the_offers_anew() -> Result<(), Error> {
    let store = Arc::new(MemoryStore::new());
    let config = Config::premium_and_regular;
    let crashing = Dispatcher::open(config(), store.clone()).await?;
    let living = Dispatcher::open(config(), store.clone()).await?;
    let eve = AgentId::new(1);
    living
        .apply(Event::SignedIn(Agent::new(eve)), at(0))
        .await?;
    living.apply(Event::Ready { agent: eve }, at(0)).await?;
    let lost = crashing
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
        .await?;
    let lost = lost.commands.offers().next().unwrap().token;
    drop(crashing);
    // The one who lives is told the whole of it: stop what may ring, and ring anew.
    let restarted = living.apply(Event::Restart, at(2)).await?;
    let commands: Vec<_> = restarted.commands.into_iter().collect();
    let [
        Command::CancelOffer { token, .. },
        Command::BackInLine { .. },
        Command::Offer(anew),
    ] = commands.as_slice()
    else {
        panic!("{commands:?}")
    };
    assert_eq!(*token, lost);
    assert!(anew.token > lost);
    let stale = living
        .apply(Event::OfferAccepted { token: lost }, at(3))
        .await;
    assert!(
        matches!(stale, Err(Error::Refused(Refusal::StaleToken { .. }))),
        "{stale:?}"
    );
    Ok(())
}

#[tokio::test]
async fn who_follows_hears_what_a_cut_connection_left() -> Result<(), Error> {
    let store = Arc::new(Flaky::default());
    let dispatcher = Dispatcher::open(Config::premium_and_regular(), store.clone()).await?;
    let eve = AgentId::new(1);
    dispatcher
        .apply(Event::SignedIn(Agent::new(eve)), at(0))
        .await?;
    let ready = dispatcher.apply(Event::Ready { agent: eve }, at(0)).await?;
    store
        .lose_answer
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let cut = dispatcher
        .apply(Event::enqueue(call(1), ClassId::PREMIUM), at(1))
        .await;
    assert!(matches!(cut, Err(Error::Store(_))), "{cut:?}");
    let followed = dispatcher.follow(ready.version).await?;
    assert_eq!(followed.commands.offers().count(), 1);
    Ok(())
}

/// A store whose snapshots never end, and which never says that the log has grown.
#[derive(Debug, Default)]
struct Sluggish {
    inner: MemoryStore,
}

#[async_trait::async_trait]
impl QueueStore for Sluggish {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        self.inner.append(expected, lines).await
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        self.inner.after(version, limit).await
    }

    async fn changed_since(&self, _version: u64) -> Result<(), StoreError> {
        std::future::pending().await
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        self.inner.snapshot().await
    }

    async fn save_snapshot(&self, _snapshot: &Snapshot) -> Result<(), StoreError> {
        std::future::pending().await
    }
}

/// While a snapshot is being saved, someone follows the log, and a phone that an offer told to ring
/// is being rung, webhooks go through: on one thread, so that waiting would be for ever.
#[tokio::test]
async fn a_webhook_never_waits_for_long_work() -> Result<(), Error> {
    let store = Arc::new(Sluggish::default());
    let dispatcher = Arc::new(Dispatcher::open(Config::premium_and_regular(), store).await?);
    let eve = AgentId::new(1);
    dispatcher
        .apply(Event::SignedIn(Agent::new(eve)), at(0))
        .await?;
    dispatcher.apply(Event::Ready { agent: eve }, at(0)).await?;
    let saves = tokio::spawn({
        let dispatcher = dispatcher.clone();
        async move { dispatcher.save_snapshot().await }
    });
    let follows = tokio::spawn({
        let dispatcher = dispatcher.clone();
        async move { dispatcher.follow(2).await.map(|_| ()) }
    });
    let rings = tokio::spawn({
        let dispatcher = dispatcher.clone();
        async move {
            let joins = Event::enqueue(call(1), ClassId::PREMIUM);
            let applied = dispatcher.apply(joins, at(1)).await?;
            for _offer in applied.commands.offers() {
                // Asks a telephone system that never answers.
                std::future::pending::<()>().await;
            }
            Ok(())
        }
    });
    tokio::task::yield_now().await;
    for number in 2..100 {
        let joins = Event::enqueue(call(number), ClassId::REGULAR);
        dispatcher.apply(joins, at(2)).await?;
        assert!(
            dispatcher
                .read(|queue| queue.position(call(number), at(2)))
                .is_some()
        );
    }
    for long in [saves, follows, rings] {
        assert!(!long.is_finished());
        long.abort();
    }
    Ok(())
}
