//! A dry run says what will ring, when and why: what it says is what then happens.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Channel, ChannelPolicy, ClosedWindow, Delivery, Engine, Forecast, LatePolicy, MemoryStore,
    Notification, Outcome, Policy, ProcessId, Response, StartRequest, Step, Window, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn id() -> ProcessId {
    ProcessId::new("order-7").unwrap()
}

fn call(number: &str) -> Notification {
    Notification::after(Channel::PHONE, TimeDelta::zero())
        .to_phone_number(number)
        .to_email("desk@example.org")
}

/// Both phones after 3 minutes, then the next on call twice; all of that twice.
fn request() -> StartRequest {
    let first = Step::after(TimeDelta::minutes(3))
        .notify(call("+1").until(at(900)))
        .notify(call("+2"));
    let next = Step::after(TimeDelta::minutes(5))
        .notify(call("+3"))
        .repeat(1, TimeDelta::minutes(1));
    StartRequest::new(id()).policy(Policy::new().step(first).step(next).rounds(2))
}

/// When, over what, to whom.
type Sent = (DateTime<Utc>, String, String);

struct Desk {
    engine: Engine,
    clock: Arc<Mutex<DateTime<Utc>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Desk {
    /// Nobody may be called from second 400 to 1,000; mail is read at any time.
    fn new(phone: ChannelPolicy) -> Self {
        let clock = Arc::new(Mutex::new(at(0)));
        let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
        let deliver = |channel: &'static str| {
            let (clock, sent) = (Arc::clone(&clock), Arc::clone(&sent));
            Arc::new(notifier_fn(move |delivery: Delivery| {
                let to = delivery.notification().destination().unwrap().to_owned();
                let now = *clock.lock().unwrap();
                sent.lock().unwrap().push((now, channel.to_owned(), to));
                async { Outcome::Delivered(Response::None) }
            }))
        };
        let engine = Engine::builder(Arc::new(MemoryStore::new()))
            .notifier("phone", deliver("phone"))
            .notifier("email", deliver("email"))
            .channel("phone", phone)
            .window(|delivery: &Delivery, now: DateTime<Utc>| {
                let quiet = at(400) <= now && now < at(1_000);
                match delivery.channel() == &Channel::PHONE && quiet {
                    true => Window::NotBefore(at(1_000)),
                    false => Window::Now,
                }
            })
            .build()
            .unwrap();
        Self {
            engine,
            clock,
            sent,
        }
    }

    fn run(&self, from: DateTime<Utc>) -> Vec<Sent> {
        let mut next = Some(from);
        while let Some(now) = next {
            *self.clock.lock().unwrap() = now;
            next = block_on(self.engine.run_once(now)).unwrap();
        }
        let mut sent = std::mem::take(&mut *self.sent.lock().unwrap());
        sent.sort();
        sent
    }
}

fn foretold(forecast: &Forecast) -> Vec<Sent> {
    let mut sent: Vec<_> = forecast
        .expected
        .iter()
        .filter_map(|expected| {
            let to = expected.destination.clone()?;
            Some((expected.at?, expected.channel.to_string(), to))
        })
        .collect();
    sent.sort();
    sent
}

#[test]
fn steps_rounds_and_a_closed_window_are_told_with_their_reasons() {
    let desk = Desk::new(ChannelPolicy::new());
    let forecast = block_on(desk.engine.forecast(&request(), at(0))).unwrap();
    let words = "order-7
1970-01-01 00:03:00 UTC  phone to +1: step 1
1970-01-01 00:03:00 UTC  phone to +2: step 1
1970-01-01 00:16:40 UTC  phone to +3: step 2, closed at 1970-01-01 00:08:00 UTC
1970-01-01 00:16:40 UTC  phone to +3: step 3, closed at 1970-01-01 00:09:00 UTC
1970-01-01 00:16:40 UTC  phone to +2: round 2, step 1, closed at 1970-01-01 00:12:00 UTC
1970-01-01 00:17:00 UTC  phone to +3: round 2, step 2
1970-01-01 00:18:00 UTC  phone to +3: round 2, step 3
-                        phone to +1: round 2, step 1, never: deadline passed
";
    assert_eq!(forecast.to_string(), words);
}

/// What the window makes so late that the channel would not send it is not promised.
#[test]
fn what_will_be_too_late_when_the_window_opens_is_told() {
    for (late, words) in [
        (
            LatePolicy::LastPerDestination,
            "phone to +3: step 2, left out, late since 1970-01-01 00:08:00 UTC\n",
        ),
        // It could not be sent before.
        (
            LatePolicy::DropOlderThan(TimeDelta::seconds(300)),
            "01 00:16:40 UTC  phone to +3: step 2, closed at 1970-01-01 00:08:00 UTC\n",
        ),
    ] {
        let desk = Desk::new(ChannelPolicy::new().late(late));
        let forecast = block_on(desk.engine.forecast(&request(), at(0))).unwrap();
        assert!(forecast.to_string().contains(words), "{forecast}");
    }
}

/// What a closed window has kept could not be sent before it opens: only from then on is it late.
#[test]
fn what_a_closed_window_kept_is_late_from_its_opening_on() {
    let late = LatePolicy::DropOlderThan(TimeDelta::seconds(300));
    for (planned, first_run, sent_at) in [
        (500, 500, Some(1_000)),
        (500, 1_000, Some(1_000)),
        (500, 1_300, Some(1_300)),
        (500, 1_301, None),
        // These could have been sent at their time.
        (390, 1_000, None),
        (390, 690, None),
    ] {
        let desk = Desk::new(ChannelPolicy::new().late(late));
        let ring = Notification::at(Channel::PHONE, at(planned)).to_phone_number("+1");
        block_on(
            desk.engine
                .start(&StartRequest::new(id()).notify(ring), at(0)),
        )
        .unwrap();
        let sent: Vec<_> = desk.run(at(first_run)).into_iter().map(|it| it.0).collect();
        let expected: Vec<_> = sent_at.into_iter().map(at).collect();
        assert_eq!(
            sent, expected,
            "planned at {planned}, first run at {first_run}"
        );
        assert_eq!(desk.engine.counts().dead, u64::from(sent_at.is_none()));
    }
}

/// What dies at its deadline while the window is closed stands for nobody: the one before it rings.
#[test]
fn a_last_one_past_its_deadline_is_told_and_stands_for_nobody() {
    let desk = Desk::new(ChannelPolicy::new().late(LatePolicy::Last));
    let ring = |second: i64| Notification::at(Channel::PHONE, at(second)).to_phone_number("+1");
    let request = StartRequest::new(id())
        .notify(ring(410))
        .notify(ring(420))
        .notify(ring(430).until(at(900)));
    let forecast = block_on(desk.engine.forecast(&request, at(0))).unwrap();
    block_on(desk.engine.start(&request, at(0))).unwrap();
    assert_eq!(
        foretold(&forecast),
        [(at(1_000), "phone".into(), "+1".into())]
    );
    assert_eq!(desk.run(at(0)), foretold(&forecast), "{forecast}");
}

#[test]
fn what_is_foretold_happens() {
    for closed in [
        ClosedWindow::Defer,
        ClosedWindow::Skip,
        ClosedWindow::Downgrade(Channel::EMAIL),
    ] {
        for late in [
            LatePolicy::All,
            LatePolicy::Last,
            LatePolicy::LastPerDestination,
            LatePolicy::DropOlderThan(TimeDelta::seconds(300)),
        ] {
            let phone = ChannelPolicy::new()
                .closed_window(closed.clone())
                .late(late);
            let desk = Desk::new(phone);
            let forecast = block_on(desk.engine.forecast(&request(), at(0))).unwrap();
            block_on(desk.engine.start(&request(), at(0))).unwrap();
            let explained = block_on(desk.engine.explain(&id())).unwrap().unwrap();
            assert_eq!(foretold(&explained), foretold(&forecast));
            assert_eq!(
                desk.run(at(0)),
                foretold(&forecast),
                "{closed:?} {late:?}\n{forecast}"
            );
        }
    }
}
