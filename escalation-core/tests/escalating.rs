//! Steps, answers, late notifications, limits and doubt, as a person on call would meet them.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Cancelled, Canceller, Cause, Channel, ChannelPolicy, ClosedWindow, ConcurrencyLimit, Delivery,
    Doubt, Engine, EngineBuilder, Held, InFlight, LatePolicy, LetterContent, MemoryStore,
    Notification, Outcome, PlanError, Policy, ProcessId, RateLimit, Reaction, Reason, Reconciled,
    Reconciler, Replayed, Response, Run, Scope, Stage, StartRequest, Step, Stopped, UnknownPolicy,
    Why, Window, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

fn call(number: &str, second: i64) -> Notification {
    Notification::at(Channel::PHONE, at(second)).to_phone_number(number)
}

fn calls(process: &str, calls: &[(&str, i64)]) -> StartRequest {
    calls.iter().fold(
        StartRequest::new(id(process)),
        |request, (number, second)| request.notify(call(number, *second)),
    )
}

/// Two phones after 180 s, the next on call after 300 s more; twice.
fn on_call(process: &str) -> StartRequest {
    let ring = |number: &str| {
        Notification::after(Channel::PHONE, TimeDelta::zero()).to_phone_number(number)
    };
    let policy = Policy::new()
        .step(
            Step::after(TimeDelta::seconds(180))
                .notify(ring("+1"))
                .notify(ring("+2")),
        )
        .step(Step::after(TimeDelta::seconds(300)).notify(ring("+3")))
        .rounds(2);
    StartRequest::new(id(process)).policy(policy)
}

#[derive(Clone, Default)]
struct Phone {
    rung: Arc<Mutex<Vec<(String, Doubt)>>>,
}

impl Phone {
    /// An engine whose phone ends each call as the function says, by number and attempt.
    fn engine(
        &self,
        policy: ChannelPolicy,
        outcome: impl Fn(&str, u32) -> Outcome + Send + Sync + 'static,
    ) -> EngineBuilder {
        let rung = Arc::clone(&self.rung);
        let notifier = notifier_fn(move |delivery: Delivery| {
            let number = delivery.notification().destination().unwrap_or_default();
            rung.lock()
                .unwrap()
                .push((number.to_owned(), delivery.doubt()));
            let outcome = outcome(number, delivery.attempt());
            async move { outcome }
        });
        Engine::builder(Arc::new(MemoryStore::new()))
            .notifier("phone", Arc::new(notifier))
            .channel("phone", policy)
            .concurrency(1)
    }

    fn rung(&self) -> Vec<String> {
        let rung = std::mem::take(&mut *self.rung.lock().unwrap());
        rung.into_iter().map(|(number, _)| number).collect()
    }
}

fn delivered(_: &str, _: u32) -> Outcome {
    Outcome::Delivered(Response::None)
}

fn retry(cause: Cause) -> Outcome {
    Outcome::RetryAfter {
        at_least: None,
        reason: cause.into(),
    }
}

/// Runs the engine whenever it wants to, and answers at which seconds that was.
fn run_all(engine: &Engine, from: i64) -> Vec<i64> {
    let mut seconds = Vec::new();
    let mut next = Some(at(from));
    while let Some(now) = next {
        next = block_on(engine.run_once(now)).unwrap();
        seconds.extend(next.map(|next| (next - at(0)).num_seconds()));
    }
    seconds
}

#[test]
fn a_policy_goes_through_its_steps_and_rounds() {
    let phone = Phone::default();
    let engine = phone
        .engine(ChannelPolicy::new(), delivered)
        .build()
        .unwrap();
    block_on(engine.start(&on_call("a"), at(0))).unwrap();
    assert_eq!(run_all(&engine, 0), [180, 480, 660, 960]);
    assert_eq!(phone.rung(), ["+1", "+2", "+3", "+1", "+2", "+3"]);
}

#[test]
fn a_policy_without_end_is_refused_not_expanded() {
    let endless = Policy::new()
        .step(Step::after(TimeDelta::seconds(1)).notify(call("+1", 0)))
        .step(Step::after(TimeDelta::days(1)).repeat(u32::MAX, TimeDelta::MAX))
        .rounds(u32::MAX);
    let refused = StartRequest::new(id("a")).policy(endless).plan(at(0));
    assert!(
        matches!(refused, Err(PlanError::TooMany { .. })),
        "{refused:?}"
    );
    let silent = Policy::new()
        .step(Step::after(TimeDelta::days(1)))
        .rounds(u32::MAX);
    let refused = StartRequest::new(id("a")).policy(silent).plan(at(0));
    assert!(
        matches!(refused, Err(PlanError::Empty { .. })),
        "{refused:?}"
    );
    let never = Notification::after(Channel::PHONE, TimeDelta::MAX);
    let refused = StartRequest::new(id("a")).notify(never).plan(at(0));
    assert!(
        matches!(refused, Err(PlanError::OutOfRange { .. })),
        "{refused:?}"
    );
}

#[test]
fn busy_starts_the_next_step_at_once() {
    let phone = Phone::default();
    let policy = ChannelPolicy::new().on(Cause::Busy, Reaction::Advance);
    let busy = |number: &str, _: u32| match number {
        "+2" => retry(Cause::Busy),
        _ => Outcome::Delivered(Response::None),
    };
    let engine = phone.engine(policy, busy).build().unwrap();
    block_on(engine.start(&on_call("a"), at(0))).unwrap();
    // The second round comes 180 s after the third phone has rung, and is cut short as well.
    assert_eq!(run_all(&engine, 0), [180, 360]);
    assert_eq!(phone.rung(), ["+1", "+2", "+3", "+1", "+2", "+3"]);
}

#[test]
fn busy_at_the_last_step_is_not_lost() {
    let phone = Phone::default();
    let policy = ChannelPolicy::new().on(Cause::Busy, Reaction::Advance);
    let busy = |_: &str, _: u32| retry(Cause::Busy);
    let engine = phone.engine(policy, busy).build().unwrap();
    block_on(async {
        engine.start(&on_call("a"), at(0)).await.unwrap();
        // Notifications without a policy all belong to one stage.
        let plain = calls("b", &[("+7", 400), ("+8", 500)]);
        engine.start(&plain, at(0)).await.unwrap();
    });
    assert_eq!(run_all(&engine, 0), [180, 400, 500]);
    // The last phone of the last round, and the last of all without steps.
    let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
    let dead: Vec<_> = letters
        .iter()
        .map(|letter| match &letter.content {
            LetterContent::Notification {
                notification,
                stage,
                ..
            } => (*stage, notification.phone_number(), letter.reason.cause()),
            _ => panic!("not a notification: {letter:?}"),
        })
        .collect();
    assert_eq!(
        dead,
        [
            (Stage::new(2, 2), Some("+3"), Cause::Busy),
            (Stage::default(), Some("+8"), Cause::Busy)
        ]
    );
    let counts = engine.counts();
    assert_eq!((counts.attempts, counts.delivered), (8, 0));
    assert_eq!((counts.passed_on, counts.dead), (6, 2));
}

#[test]
fn an_acknowledging_keypress_holds_the_process_until_its_time_is_over() {
    let phone = Phone::default();
    let policy = ChannelPolicy::new().acknowledged_for(TimeDelta::seconds(1_800));
    let pressed = |number: &str, _: u32| match number {
        "+1" => Outcome::Delivered(Response::Acknowledged),
        _ => Outcome::Delivered(Response::None),
    };
    let engine = phone.engine(policy, pressed).build().unwrap();
    let request = calls("a", &[("+1", 10), ("+2", 310)]);
    block_on(engine.start(&request, at(0))).unwrap();
    assert_eq!(block_on(engine.run_once(at(10))).unwrap(), Some(at(1_810)));
    assert_eq!(
        run_all(&engine, 1_000),
        [1_810, 2_110],
        "as far away as it was"
    );
    assert_eq!(phone.rung(), ["+1", "+2"]);
}

#[test]
fn a_resolving_keypress_ends_the_process() {
    let phone = Phone::default();
    let pressed = |_: &str, _: u32| Outcome::Delivered(Response::Resolved);
    let engine = phone.engine(ChannelPolicy::new(), pressed).build().unwrap();
    block_on(engine.start(&on_call("a"), at(0))).unwrap();
    assert_eq!(run_all(&engine, 180), [0; 0]);
    assert_eq!(
        phone.rung(),
        ["+1"],
        "the second phone is not rung any more"
    );
    let stopped = block_on(engine.resolve(&id("a"), at(181))).unwrap();
    assert_eq!(stopped, Stopped::NotRunning);
}

#[test]
fn acknowledge_snooze_and_reopen_by_hand() {
    let phone = Phone::default();
    let engine = phone
        .engine(ChannelPolicy::new(), delivered)
        .build()
        .unwrap();
    block_on(async {
        engine
            .start(&calls("a", &[("+1", 100)]), at(0))
            .await
            .unwrap();
        let held = engine.acknowledge(&id("a"), None, at(40)).await.unwrap();
        assert!(matches!(held, Held::Changed { .. }));
        assert_eq!(engine.run_once(at(5_000)).await.unwrap(), None);
        let why = engine.explain(&id("a")).await.unwrap().unwrap().expected[0]
            .why
            .clone();
        assert_eq!(why, Why::HeldUntilReleased);

        engine.reopen(&id("a"), at(5_000)).await.unwrap();
        assert_eq!(engine.run_once(at(5_000)).await.unwrap(), Some(at(5_060)));
        engine.snooze(&id("a"), at(6_000), at(5_030)).await.unwrap();
        let expected = engine.explain(&id("a")).await.unwrap().unwrap().expected[0].clone();
        assert_eq!((expected.at, expected.why), (Some(at(6_030)), Why::Held));
        assert_eq!(engine.run_once(at(6_029)).await.unwrap(), Some(at(6_030)));
        engine.run_once(at(6_030)).await.unwrap();
        assert_eq!(phone.rung(), ["+1"]);
    });
}

#[test]
fn late_notifications_follow_the_late_policy() {
    let late = |policy: LatePolicy| {
        let phone = Phone::default();
        let engine = phone
            .engine(ChannelPolicy::new().late(policy), delivered)
            .build()
            .unwrap();
        let request = calls("a", &[("+1", 0), ("+2", 180), ("+1", 360), ("+9", 9_000)]);
        block_on(async {
            engine.start(&request, at(0)).await.unwrap();
            assert_eq!(engine.run_once(at(3_600)).await.unwrap(), Some(at(9_000)));
            let letters = engine.store().dead_letters(None, 9).await.unwrap().len();
            (phone.rung(), letters)
        })
    };
    let numbers = |numbers: &[&str]| numbers.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    assert_eq!(late(LatePolicy::All), (numbers(&["+1", "+2", "+1"]), 0));
    assert_eq!(late(LatePolicy::Last), (numbers(&["+1"]), 0));
    assert_eq!(
        late(LatePolicy::LastPerDestination),
        (numbers(&["+2", "+1"]), 0)
    );
    let drop_old = LatePolicy::DropOlderThan(TimeDelta::seconds(3_300));
    assert_eq!(
        late(drop_old),
        (numbers(&["+1"]), 2),
        "the dropped ones are dead letters"
    );
}

#[test]
fn a_last_one_past_its_deadline_stands_for_nobody() {
    for policy in [LatePolicy::Last, LatePolicy::LastPerDestination] {
        let phone = Phone::default();
        let policy = ChannelPolicy::new().late(policy);
        let engine = phone.engine(policy, delivered).build().unwrap();
        let request = calls("a", &[("+1", 0), ("+1", 180)]).notify(call("+1", 360).until(at(600)));
        block_on(engine.start(&request, at(0))).unwrap();
        block_on(engine.run_once(at(3_600))).unwrap();
        assert_eq!(phone.rung(), ["+1"]);
        let counts = engine.counts();
        assert_eq!((counts.delivered, counts.skipped, counts.dead), (1, 1, 1));
    }
}

#[test]
fn what_is_in_time_is_not_dropped_by_a_late_policy() {
    let phone = Phone::default();
    let policy = ChannelPolicy::new().late(LatePolicy::Last);
    let engine = phone.engine(policy, delivered).build().unwrap();
    block_on(engine.start(&on_call("a"), at(0))).unwrap();
    block_on(engine.run_once(at(180))).unwrap();
    assert_eq!(phone.rung(), ["+1", "+2"], "both phones of one step ring");
}

#[test]
fn a_deadline_that_has_passed_is_a_dead_letter() {
    let phone = Phone::default();
    let engine = phone
        .engine(ChannelPolicy::new(), delivered)
        .build()
        .unwrap();
    block_on(async {
        let request = StartRequest::new(id("a")).notify(call("+1", 10).until(at(20)));
        let forecast = engine.forecast(&request, at(0)).await.unwrap();
        assert_eq!(forecast.expected[0].at, Some(at(10)));
        engine.start(&request, at(0)).await.unwrap();
        engine.run_once(at(20)).await.unwrap();
        let letters = engine.store().dead_letters(None, 9).await.unwrap();
        assert_eq!(letters[0].reason.cause(), Cause::DeadlinePassed);
        assert_eq!(phone.rung(), [""; 0]);
    });
}

#[test]
fn a_provider_that_asks_for_time_gets_it() {
    let phone = Phone::default();
    let throttled = |_: &str, attempt: u32| match attempt {
        1 => Outcome::RetryAfter {
            at_least: Some(TimeDelta::seconds(600)),
            reason: Cause::Throttled.into(),
        },
        _ => Outcome::Delivered(Response::None),
    };
    let engine = phone
        .engine(ChannelPolicy::new(), throttled)
        .build()
        .unwrap();
    block_on(engine.start(&calls("a", &[("+1", 0)]), at(0))).unwrap();
    assert_eq!(run_all(&engine, 0), [600]);
}

#[test]
fn limits_spread_a_storm_and_lose_nothing() {
    let phone = Phone::default();
    let policy = ChannelPolicy::new()
        .rate(RateLimit::new(
            Scope::Destination,
            3,
            TimeDelta::minutes(15),
        ))
        .concurrency(ConcurrencyLimit::new(Scope::Channel, 2));
    let engine = phone.engine(policy, delivered).build().unwrap();
    for number in 0..6 {
        let request = calls(&format!("incident-{number}"), &[("+1", 0)]);
        block_on(engine.start(&request, at(0))).unwrap();
    }
    block_on(engine.start(&calls("other", &[("+2", 0)]), at(0))).unwrap();
    block_on(engine.run_once(at(0))).unwrap();
    assert_eq!(phone.rung(), ["+1", "+1", "+1", "+2"]);
    assert_eq!(run_all(&engine, 1), [300, 600, 900]);
    assert_eq!(phone.rung(), ["+1", "+1", "+1"]);
    assert_eq!(engine.counts().delivered, 7);
}

#[test]
fn an_unknown_outcome_follows_the_channel_policy() {
    let unknown = |policy: UnknownPolicy| {
        let phone = Phone::default();
        let lost_once = |_: &str, attempt: u32| match attempt {
            1 => Outcome::Unknown(Cause::Timeout.into()),
            _ => Outcome::Delivered(Response::None),
        };
        let engine = phone
            .engine(ChannelPolicy::new().unknown(policy), lost_once)
            .build()
            .unwrap();
        block_on(engine.start(&calls("a", &[("+1", 0)]), at(0))).unwrap();
        run_all(&engine, 0);
        let letters = block_on(engine.store().dead_letters(None, 9))
            .unwrap()
            .len();
        let doubts: Vec<Doubt> = phone
            .rung
            .lock()
            .unwrap()
            .iter()
            .map(|rung| rung.1)
            .collect();
        (doubts, letters)
    };
    assert_eq!(
        unknown(UnknownPolicy::Resend),
        (vec![Doubt::None, Doubt::Unfinished], 0)
    );
    assert_eq!(unknown(UnknownPolicy::DeadLetter), (vec![Doubt::None], 1));
    assert_eq!(
        unknown(UnknownPolicy::Reconcile),
        (vec![Doubt::None], 1),
        "nobody can be asked"
    );
}

/// A provider that is asked about earlier attempts.
#[derive(Debug)]
struct Provider(Mutex<Vec<Reconciled>>);

#[async_trait]
impl Reconciler for Provider {
    async fn reconcile(&self, delivery: &Delivery) -> Reconciled {
        assert_eq!(delivery.doubt(), Doubt::Unfinished);
        self.0.lock().unwrap().remove(0)
    }
}

#[test]
fn a_provider_that_can_tell_is_asked_before_ringing_again() {
    let reconciled = |answers: Vec<Reconciled>| {
        let phone = Phone::default();
        let lost_once = |_: &str, attempt: u32| match attempt {
            1 => Outcome::Unknown(Cause::Timeout.into()),
            _ => Outcome::Delivered(Response::None),
        };
        let policy = ChannelPolicy::new().unknown(UnknownPolicy::Reconcile);
        let engine = phone
            .engine(policy, lost_once)
            .reconciler("phone", Arc::new(Provider(Mutex::new(answers))))
            .build()
            .unwrap();
        block_on(engine.start(&calls("a", &[("+1", 0)]), at(0))).unwrap();
        run_all(&engine, 0);
        let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
        (phone.rung().len(), letters.len())
    };
    let busy = Reason::new(Cause::Throttled, "429");
    assert_eq!(
        reconciled(vec![Reconciled::delivered(Response::None)]),
        (1, 0)
    );
    assert_eq!(reconciled(vec![Reconciled::NeverSent]), (2, 0));
    assert_eq!(
        reconciled(vec![
            Reconciled::AskAgain(busy.clone()),
            Reconciled::NeverSent
        ]),
        (2, 0)
    );
    let rejected = Reconciled::Ended(Outcome::Rejected(busy));
    assert_eq!(reconciled(vec![rejected]), (1, 1));
}

/// A phone that is hung up.
#[derive(Debug, Default)]
struct HungUp(Mutex<Vec<String>>);

#[async_trait]
impl Canceller for HungUp {
    async fn cancel(&self, attempt: &InFlight) -> Cancelled {
        self.0.lock().unwrap().push(attempt.key().to_string());
        Cancelled::Cancelled
    }
}

#[test]
fn a_stop_hangs_up_what_still_rings() {
    let hung_up = Arc::new(HungUp::default());
    let rings = notifier_fn(|_: Delivery| std::future::pending::<Outcome>());
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(rings))
        .canceller("phone", Arc::clone(&hung_up) as Arc<dyn Canceller>)
        .build()
        .unwrap();
    block_on(async {
        engine
            .start(&calls("a", &[("+1", 0), ("+2", 0)]), at(0))
            .await
            .unwrap();
        let mut run = std::pin::pin!(engine.run_once(at(0)));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(run.as_mut().poll(context).is_pending())
        });
        assert!(polled.await, "both ring");
        let stopped = engine.stop(&id("a"), at(5)).await.unwrap();
        let Stopped::Ended { in_flight, .. } = stopped else {
            panic!("it ran: {stopped:?}");
        };
        assert_eq!(in_flight.len(), 2);
    });
    assert_eq!(*hung_up.0.lock().unwrap(), ["a/1/0", "a/1/1"]);
}

/// A stop within the host's own transaction is the store's; the engine hangs up after the commit.
#[test]
fn what_a_stop_of_the_hosts_own_answers_can_be_hung_up_too() {
    let hung_up = Arc::new(HungUp::default());
    let rings = notifier_fn(|_: Delivery| std::future::pending::<Outcome>());
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(rings))
        .canceller("phone", Arc::clone(&hung_up) as Arc<dyn Canceller>)
        .installation("hotel-7".parse().unwrap())
        .build()
        .unwrap();
    block_on(async {
        engine
            .start(&calls("a", &[("+1", 0)]), at(0))
            .await
            .unwrap();
        let mut run = std::pin::pin!(engine.run_once(at(0)));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(run.as_mut().poll(context).is_pending())
        });
        assert!(polled.await, "it rings");
        let stopped = engine
            .store()
            .stop(Run::current(&id("a")), None, at(5))
            .await
            .unwrap();
        let Stopped::Ended { mut in_flight, .. } = stopped else {
            panic!("it ran: {stopped:?}");
        };
        assert_eq!(hung_up.0.lock().unwrap().len(), 0, "the store cannot");
        engine.cancel(&mut in_flight).await;
        assert_eq!(in_flight[0].key().as_str(), "hotel-7/a/1/0");
    });
    assert_eq!(*hung_up.0.lock().unwrap(), ["hotel-7/a/1/0"]);
}

#[test]
fn a_closed_window_may_also_skip() {
    let phone = Phone::default();
    let policy = ChannelPolicy::new().closed_window(ClosedWindow::Skip);
    let engine = phone
        .engine(policy, delivered)
        .window(|_: &Delivery, now: DateTime<Utc>| {
            if now < at(100) {
                Window::NotBefore(at(100))
            } else {
                Window::Now
            }
        })
        .build()
        .unwrap();
    let request = calls("a", &[("+1", 50), ("+2", 150)]);
    let forecast = block_on(engine.forecast(&request, at(0))).unwrap();
    let whys: Vec<_> = forecast
        .expected
        .into_iter()
        .map(|expected| expected.why)
        .collect();
    assert_eq!(whys, [Why::Planned, Why::Skipped { from: at(50) }]);
    block_on(engine.start(&request, at(0))).unwrap();
    assert_eq!(run_all(&engine, 0), [50, 150]);
    assert_eq!(phone.rung(), ["+2"]);
}

#[test]
fn a_dead_letter_is_replayed_when_its_cause_is_mended() {
    let phone = Phone::default();
    let mended = Arc::new(Mutex::new(false));
    let working = Arc::clone(&mended);
    let engine = phone
        .engine(ChannelPolicy::new(), move |_, _| {
            if *working.lock().unwrap() {
                Outcome::Delivered(Response::None)
            } else {
                Outcome::Rejected(Reason::new(Cause::BadDestination, "21211"))
            }
        })
        .build()
        .unwrap();
    block_on(async {
        engine
            .start(&calls("a", &[("+1", 0)]), at(0))
            .await
            .unwrap();
        engine.run_once(at(0)).await.unwrap();
        let letter = engine
            .store()
            .dead_letters(None, 9)
            .await
            .unwrap()
            .remove(0);
        assert!(matches!(letter.content, LetterContent::Notification { .. }));
        *mended.lock().unwrap() = true;
        let replayed = engine.store().replay(letter.id, at(900)).await.unwrap();
        assert_eq!(replayed, Replayed::Due);
        engine.run_once(at(900)).await.unwrap();
        assert_eq!(phone.rung(), ["+1", "+1"]);
        assert_eq!(engine.store().dead_letters(None, 9).await.unwrap(), []);
    });
}

#[test]
fn the_first_who_answers_silences_the_other_phones() {
    let hung_up = Arc::new(HungUp::default());
    let answers = notifier_fn(|delivery: Delivery| async move {
        if delivery.notification().phone_number() == Some("+1") {
            std::future::pending::<()>().await;
        }
        Outcome::Delivered(Response::Acknowledged)
    });
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(answers))
        .canceller("phone", Arc::clone(&hung_up) as Arc<dyn Canceller>)
        .build()
        .unwrap();
    block_on(async {
        let request = calls("a", &[("+1", 0), ("+2", 0)]);
        engine.start(&request, at(0)).await.unwrap();
        let mut run = std::pin::pin!(engine.run_once(at(0)));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(run.as_mut().poll(context).is_pending())
        });
        assert!(polled.await, "the first one rings on as far as we know");
    });
    assert_eq!(*hung_up.0.lock().unwrap(), ["a/1/0"]);
}

#[test]
fn absurd_limits_do_not_break() {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    for per in [TimeDelta::MAX, TimeDelta::MIN, TimeDelta::zero()] {
        for max in [0, 1, u32::MAX] {
            let limit = RateLimit::new(Scope::Channel, max, per);
            let first = limit.admit(None, now);
            assert!(first.is_ok(), "{limit:?}");
        }
    }
}
