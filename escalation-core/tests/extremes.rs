//! Whatever is configured and whatever the clock says, no sum of an instant and a span brings a worker
//! down, and no notification is lost on the way.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use escalation_core::{
    Admission, Backoff, Cause, Channel, ChannelPolicy, Check, ClosedWindow, Delivery, Engine,
    EscalationStore, LatePolicy, MemoryStore, Notification, Outcome, PlanError, Policy, ProcessId,
    RateLimit, Reconciled, Reconciler, Request, Response, Scope, StartRequest, Step, UnknownPolicy,
    VirtualTimer, Window, notifier_fn,
};
use futures::executor::block_on;
use proptest::prelude::*;

fn day(year: i32) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
    day.and_hms_opt(23, 59, 59).unwrap().and_utc()
}

fn spans() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![
        Just(TimeDelta::MIN),
        Just(TimeDelta::MAX),
        Just(TimeDelta::zero()),
        Just(TimeDelta::microseconds(i64::MAX)),
        Just(TimeDelta::microseconds(i64::MIN)),
        Just(TimeDelta::nanoseconds(-1)),
        Just(TimeDelta::seconds(1)),
        any::<i64>().prop_map(TimeDelta::microseconds),
        (-100_000_i64..100_000).prop_map(TimeDelta::seconds),
    ]
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    prop_oneof![
        Just(DateTime::<Utc>::MIN_UTC),
        Just(DateTime::<Utc>::MAX_UTC),
        Just(DateTime::UNIX_EPOCH),
        Just(day(9_999)),
        Just(day(-9_999)),
        (-8_000_000_000_000_i64..8_000_000_000_000)
            .prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap()),
        (0_i64..2_000_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap()),
    ]
}

#[derive(Debug, Clone)]
struct Settings {
    spans: Vec<TimeDelta>,
    late: u8,
    closed: u8,
    outcome: u8,
    unknown: u8,
}

fn settings() -> impl Strategy<Value = Settings> {
    let spans = prop::collection::vec(spans(), 14);
    (spans, 0..4_u8, 0..3_u8, 0..6_u8, 0..3_u8).prop_map(
        |(spans, late, closed, outcome, unknown)| Settings {
            spans,
            late,
            closed,
            outcome,
            unknown,
        },
    )
}

#[derive(Debug)]
struct AskAgain;

#[async_trait::async_trait]
impl Reconciler for AskAgain {
    async fn reconcile(&self, _: &Delivery) -> Reconciled {
        Reconciled::AskAgain(Cause::Timeout.into())
    }
}

fn engine(settings: &Settings, asked_again_at: DateTime<Utc>) -> Engine {
    let span = |index: usize| settings.spans[index];
    let (outcome, at_least) = (settings.outcome, span(0));
    let notifier = notifier_fn(move |_: Delivery| async move {
        match outcome {
            0 => Outcome::Delivered(Response::None),
            1 => Outcome::Delivered(Response::Acknowledged),
            2 => Outcome::Delivered(Response::Resolved),
            3 => Outcome::Unknown(Cause::Timeout.into()),
            4 => Outcome::Rejected(Cause::BadDestination.into()),
            _ => Outcome::RetryAfter {
                at_least: Some(at_least),
                reason: Cause::Busy.into(),
            },
        }
    });
    let mut limits = Admission::considerate_calls();
    limits.look_again_after = span(1);
    let policy = ChannelPolicy::new()
        .max_attempts(3)
        .backoff(Backoff::new(span(2)).longest(span(3)))
        .late_after(span(4))
        .late(match settings.late {
            0 => LatePolicy::All,
            1 => LatePolicy::Last,
            2 => LatePolicy::LastPerDestination,
            _ => LatePolicy::DropOlderThan(span(5)),
        })
        .closed_window(match settings.closed {
            0 => ClosedWindow::Skip,
            _ => ClosedWindow::Defer,
        })
        .unknown(match settings.unknown {
            0 => UnknownPolicy::Resend,
            1 => UnknownPolicy::Reconcile,
            _ => UnknownPolicy::DeadLetter,
        })
        .bundle(span(6))
        .attempt_timeout(span(7))
        .acknowledged_for(span(8))
        .rate(RateLimit::new(Scope::Channel, 2, span(9)))
        .within(limits);
    Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(notifier))
        .channel("phone", policy)
        .reconciler("phone", Arc::new(AskAgain))
        .precondition(
            move |delivery: &Delivery| match delivery.sequence().position() {
                1 => Check::AskAgainAt(asked_again_at),
                _ => Check::Proceed,
            },
        )
        .window(
            move |delivery: &Delivery, _: DateTime<Utc>| match delivery.sequence().position() {
                2 => Window::NotBefore(asked_again_at),
                _ => Window::Now,
            },
        )
        .lease(span(10))
        .poll_interval(span(11))
        .build()
        .unwrap()
}

fn request(settings: &Settings, at: DateTime<Utc>) -> StartRequest {
    let call = |number: &str| {
        Notification::after(Channel::PHONE, settings.spans[12])
            .to_phone_number(number)
            .bundled_as("all")
    };
    let step = Step::after(settings.spans[13])
        .notify(call("+1"))
        .repeat(2, settings.spans[12]);
    StartRequest::new(ProcessId::new("a").unwrap())
        .notify(Notification::at(Channel::PHONE, at).to_phone_number("+1"))
        .notify(Notification::at(Channel::PHONE, at).to_phone_number("+2"))
        .notify(
            Notification::at(Channel::PHONE, at)
                .to_phone_number("+2")
                .until(at),
        )
        .policy(Policy::new().step(step).rounds(2))
}

proptest! {
    #[test]
    fn no_configuration_and_no_clock_make_an_engine_panic(
        settings in settings(),
        times in prop::collection::vec(instants(), 2..6),
        at in instants(),
        hold in instants(),
    ) {
        let engine = engine(&settings, hold);
        let process = ProcessId::new("a").unwrap();
        let simple = StartRequest::new(process.clone())
            .notify(Notification::at(Channel::PHONE, at).to_phone_number("+1"));
        block_on(async {
            let now = times[0];
            // A plan beyond the calendar is refused, with words.
            if engine.start(&request(&settings, at), now).await.is_err() {
                engine.start(&simple, now).await.unwrap();
            }
            let _ = engine.forecast(&request(&settings, at), now).await;
            for (index, now) in times.iter().enumerate() {
                engine.run_once(*now).await.unwrap();
                engine.explain(&process).await.unwrap();
                match index {
                    1 => drop(engine.acknowledge(&process, Some(hold), *now).await.unwrap()),
                    2 => drop(engine.reopen(&process, *now).await.unwrap()),
                    3 => drop(engine.snooze(&process, hold, *now).await.unwrap()),
                    _ => {}
                }
            }
            let letters = engine.store().dead_letters(None, 99).await.unwrap();
            for letter in letters {
                engine.store().replay(letter.id, times[0]).await.unwrap();
            }
            engine.run_once(times[0]).await.unwrap();
        });
    }

    #[test]
    fn no_timer_makes_the_loop_panic(
        settings in settings(),
        times in prop::collection::vec((instants(), spans()), 1..6),
        at in instants(),
    ) {
        let engine = engine(&settings, at);
        let timer = VirtualTimer::new(times[0].0);
        let simple = StartRequest::new(ProcessId::new("a").unwrap())
            .notify(Notification::at(Channel::PHONE, at).to_phone_number("+1"));
        block_on(engine.start(&simple, times[0].0)).unwrap();
        let mut run = std::pin::pin!(engine.run(&timer, std::future::pending()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for (now, step) in times {
            for _ in 0..20 {
                prop_assert!(run.as_mut().poll(&mut context).is_pending());
            }
            timer.step(step);
            timer.set(now);
        }
    }

    /// The same for what comes over the wire: numbers that JSON can write and no calendar holds.
    #[test]
    fn no_number_in_a_request_makes_its_reader_panic(
        seconds in prop_oneof![any::<f64>(), any::<i64>().prop_map(|it| it as f64)],
        whole in any::<i64>(),
        now in instants(),
    ) {
        let engine = engine(
            &Settings { spans: vec![TimeDelta::seconds(1); 14], late: 0, closed: 0, outcome: 0, unknown: 0 },
            now,
        );
        for number in [serde_json::json!(seconds), serde_json::json!(whole)] {
            for field in ["at", "after"] {
                let body = serde_json::json!({
                    "process-id": "a",
                    "action": "start",
                    "notifications": [{"channel": "phone", "phone-number": "+1", field: number}],
                });
                for profile in [
                    escalation_core::Profile::compat(),
                    escalation_core::Profile::strict(),
                ] {
                    if let Ok(Request::Start(start)) =
                        Request::parse(body.to_string().as_bytes(), &profile)
                    {
                        let _ = block_on(engine.start(&start, now));
                    }
                }
            }
        }
        block_on(engine.run_once(now)).unwrap();
    }
}

#[test]
fn what_is_due_in_the_year_9999_is_delivered_then_and_so_is_all_but_the_end_of_the_calendar() {
    let store: Arc<dyn EscalationStore> = Arc::new(MemoryStore::new());
    let engine = Engine::builder(store)
        .notifier(
            "phone",
            Arc::new(notifier_fn(|_| async {
                Outcome::Delivered(Response::None)
            })),
        )
        .build()
        .unwrap();
    // A lease has to fit in behind it.
    let last = (DateTime::<Utc>::MAX_UTC - TimeDelta::days(3)).trunc_subsecs(6);
    let beyond = last + TimeDelta::seconds(1);
    for (name, at) in [("a", day(9_999)), ("b", last), ("c", beyond)] {
        let request = StartRequest::new(ProcessId::new(name).unwrap())
            .notify(Notification::at(Channel::PHONE, at).to_phone_number("+1"));
        block_on(engine.start(&request, day(2_026))).unwrap();
    }
    let runs = [
        (day(2_026), Some(day(9_999)), 0),
        (day(9_999), Some(last), 1),
        (last, Some(beyond), 2),
        // Kept, and said to be due.
        (DateTime::<Utc>::MAX_UTC, Some(beyond), 2),
    ];
    for (now, next, delivered) in runs {
        assert_eq!(block_on(engine.run_once(now)).unwrap(), next);
        assert_eq!(engine.counts().delivered, delivered);
    }
}

/// Whoever means "never" by the last instant there is.
#[test]
fn the_ends_of_the_calendar_can_be_read_again() {
    for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let call = Notification::at(Channel::PHONE, instant).until(instant);
        let json = serde_json::to_string(&call).unwrap();
        let read: Notification = serde_json::from_str(&json).unwrap();
        let deadline = read.deadline().unwrap();
        assert!(
            (deadline - instant).abs() <= TimeDelta::seconds(1),
            "{deadline}"
        );
    }
    let now = DateTime::from_timestamp_micros(1_795_000_000_123_457).unwrap();
    let call = Notification::at(Channel::PHONE, now).until(now);
    let json = serde_json::to_string(&call).unwrap();
    assert_eq!(serde_json::from_str::<Notification>(&json).unwrap(), call);
}

/// What a host nests deeper than JSON is read would be kept, and then keep its store from reading
/// anything that is due beside it.
#[test]
fn a_detail_that_could_not_be_read_again_is_refused() {
    let nested = |levels: usize| {
        (0..levels).fold(serde_json::json!(1), |inner, level| match level % 2 {
            0 => serde_json::json!([inner]),
            _ => serde_json::json!({ "x": inner }),
        })
    };
    let request = |levels: usize| {
        let call = Notification::after(Channel::PHONE, TimeDelta::zero());
        let call = call.with("deep", nested(levels)).unwrap();
        StartRequest::new(ProcessId::new("a").unwrap()).notify(call)
    };
    let plan = request(120).plan(DateTime::UNIX_EPOCH).unwrap();
    let notification = &*plan.notifications[0].notification;
    let json = serde_json::to_string(notification).unwrap();
    let read: Notification = serde_json::from_str(&json).unwrap();
    assert_eq!(read, *notification);
    let refused = request(121).plan(DateTime::UNIX_EPOCH).unwrap_err();
    assert!(
        matches!(&refused, PlanError::TooDeep { key, .. } if key == "deep"),
        "{refused}"
    );
}
