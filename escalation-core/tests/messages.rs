//! What is said and how it travels: templates, bundles, other channels, and tenants that share an
//! engine.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Admission, BuildError, Cause, Channel, ChannelPolicy, ClosedWindow, Delivery, Engine,
    EngineBuilder, Error, LatePolicy, MemoryStore, MessageError, Notification, Outcome, ProcessId,
    RateLimit, Reaction, Received, RequestId, Response, Scope, StartRequest, Submitted,
    TemplateError, TenantId, UnknownPolicy, Why, Window, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

/// What was delivered: the channel, and for each notification its key and its words.
type Ledger = Arc<Mutex<Vec<(String, Vec<(String, String)>)>>>;

fn ledger(ledger: &Ledger) -> Vec<(String, Vec<(String, String)>)> {
    std::mem::take(&mut ledger.lock().unwrap())
}

/// An engine with these channels, each of which ends as the function says.
fn engine(
    seen: &Ledger,
    channels: &[&'static str],
    outcome: fn(&Delivery) -> Outcome,
) -> EngineBuilder {
    let builder = Engine::builder(Arc::new(MemoryStore::new()));
    channels.iter().fold(builder, |builder, channel| {
        let seen = Arc::clone(seen);
        let notifier = notifier_fn(move |delivery: Delivery| {
            let each = delivery
                .all()
                .map(|each| {
                    let words = each.message().unwrap_or_default().to_owned();
                    (each.key().to_string(), words)
                })
                .collect();
            let channel = delivery.channel().to_string();
            seen.lock().unwrap().push((channel, each));
            let outcome = outcome(&delivery);
            async move { outcome }
        });
        builder.notifier(*channel, Arc::new(notifier))
    })
}

fn delivered(_: &Delivery) -> Outcome {
    Outcome::Delivered(Response::None)
}

fn mail(second: i64) -> Notification {
    Notification::at(Channel::EMAIL, at(second))
        .to_email("desk@hotel.example")
        .bundled_as("orders")
}

async fn start(engine: &Engine, process: &str, notification: Notification) {
    let request = StartRequest::new(id(process)).notify(notification);
    engine.start(&request, at(0)).await.unwrap();
}

fn keys(deliveries: &[(String, Vec<(String, String)>)]) -> Vec<Vec<&str>> {
    deliveries
        .iter()
        .map(|(_, each)| each.iter().map(|(key, _)| key.as_str()).collect())
        .collect()
}

#[test]
fn what_is_due_within_the_window_becomes_one_delivery() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["email"], delivered)
        .channel(
            "email",
            ChannelPolicy::new().bundle(TimeDelta::seconds(120)),
        )
        .build()
        .unwrap();
    block_on(async {
        for (process, second) in [("a", 10), ("b", 70), ("c", 130), ("d", 140)] {
            start(&engine, process, mail(second)).await;
        }
        let alone = Notification::at(Channel::EMAIL, at(20)).to_email("desk@hotel.example");
        start(&engine, "alone", alone).await;

        engine.run_once(at(20)).await.unwrap();
        assert_eq!(keys(&ledger(&seen)), [["alone/5/0"]], "others may come");
        let mut next = Some(at(21));
        while let Some(now) = next {
            next = engine.run_once(now).await.unwrap();
        }
        let sent = ledger(&seen);
        let expected = [vec!["a/1/0", "b/2/0", "c/3/0"], vec!["d/4/0"]];
        assert_eq!(keys(&sent), expected, "two minutes after the first");
        assert_eq!(engine.counts().delivered, 5);
    });
}

#[test]
fn a_bundle_counts_once_against_the_limits_and_fails_as_one() {
    let seen = Ledger::default();
    let limit = RateLimit::new(Scope::Destination, 1, TimeDelta::seconds(60));
    let policy = ChannelPolicy::new()
        .bundle(TimeDelta::zero())
        .bundle_at_most(40)
        .rate(limit);
    let engine = engine(&seen, &["email"], |delivery| match delivery.attempt() {
        1 => Outcome::RetryAfter {
            at_least: None,
            reason: Cause::Throttled.into(),
        },
        _ => Outcome::Delivered(Response::None),
    })
    .channel("email", policy)
    .concurrency(10)
    .build()
    .unwrap();
    block_on(async {
        for number in 0..100 {
            start(&engine, &format!("order-{number}"), mail(0)).await;
        }
        let mut next = Some(at(0));
        let mut runs = 0;
        while let Some(now) = next {
            next = engine.run_once(now).await.unwrap();
            runs += 1;
            assert!(runs < 100, "it comes to an end");
        }
        let sizes: Vec<_> = ledger(&seen).iter().map(|(_, each)| each.len()).collect();
        assert_eq!(
            sizes.iter().sum::<usize>(),
            200,
            "each failed once: {sizes:?}"
        );
        assert!(sizes.len() <= 8, "storms stay small: {sizes:?}");
        assert_eq!(engine.counts().delivered, 100);
    });
}

#[test]
fn a_bundle_of_unknown_outcome_is_resent_one_by_one_under_the_same_keys() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["email"], |delivery| match delivery.attempt() {
        1 => Outcome::Unknown(Cause::Timeout.into()),
        _ => Outcome::Delivered(Response::None),
    })
    .channel(
        "email",
        ChannelPolicy::new()
            .bundle(TimeDelta::zero())
            .unknown(UnknownPolicy::Resend),
    )
    .build()
    .unwrap();
    block_on(async {
        start(&engine, "a", mail(0)).await;
        start(&engine, "b", mail(0)).await;
        let mut next = Some(at(0));
        while let Some(now) = next {
            next = engine.run_once(now).await.unwrap();
        }
        let mut sent = ledger(&seen);
        sent[1..].sort();
        let expected = [vec!["a/1/0", "b/2/0"], vec!["a/1/0"], vec!["b/2/0"]];
        assert_eq!(keys(&sent), expected);
    });
}

/// The wait for others is no lateness.
#[test]
fn a_bundle_that_waited_is_not_late() {
    let seen = Ledger::default();
    let policy = ChannelPolicy::new()
        .bundle(TimeDelta::minutes(10))
        .late(LatePolicy::DropOlderThan(TimeDelta::minutes(1)));
    let engine = engine(&seen, &["email"], delivered)
        .channel("email", policy)
        .build()
        .unwrap();
    block_on(async {
        start(&engine, "a", mail(0)).await;
        let next = engine.run_once(at(0)).await.unwrap();
        assert_eq!(next, Some(at(600)));
        engine.run_once(at(600)).await.unwrap();
        assert_eq!(keys(&ledger(&seen)), [["a/1/0"]]);
        start(&engine, "b", mail(0)).await;
        engine.run_once(at(661)).await.unwrap();
        assert_eq!(engine.counts().dead, 1, "but this is");
    });
}

#[test]
fn a_stopped_process_leaves_its_bundle() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["email"], delivered)
        .channel("email", ChannelPolicy::new().bundle(TimeDelta::seconds(60)))
        .build()
        .unwrap();
    block_on(async {
        for process in ["a", "b", "c"] {
            start(&engine, process, mail(0)).await;
        }
        engine.run_once(at(0)).await.unwrap();
        engine.stop(&id("b"), at(30)).await.unwrap();
        engine.run_once(at(60)).await.unwrap();
        assert_eq!(keys(&ledger(&seen)), [["a/1/0", "c/3/0"]]);
    });
}

#[test]
fn a_closed_window_may_send_it_over_another_channel() {
    let seen = Ledger::default();
    let at_night = |delivery: &Delivery, now: DateTime<Utc>| {
        if delivery.channel() == &Channel::PHONE && now < at(3_600) {
            Window::NotBefore(at(3_600))
        } else {
            Window::Now
        }
    };
    let engine = engine(&seen, &["phone", "email"], delivered)
        .channel(
            "phone",
            ChannelPolicy::new().closed_window(ClosedWindow::Downgrade(Channel::EMAIL)),
        )
        .window(at_night)
        .build()
        .unwrap();
    block_on(async {
        let call = |second| {
            Notification::at(Channel::PHONE, at(second))
                .to_phone_number("+1")
                .to_email("desk@hotel.example")
        };
        let request = StartRequest::new(id("a"))
            .notify(call(10))
            .notify(call(4_000));
        let forecast = engine.forecast(&request, at(0)).await.unwrap();
        let night = &forecast.expected[0];
        assert_eq!(
            night.why,
            Why::Downgraded {
                from: Channel::PHONE
            }
        );
        assert_eq!(night.channel, Channel::EMAIL);
        assert_eq!(night.destination.as_deref(), Some("desk@hotel.example"));
        assert_eq!(forecast.expected[1].why, Why::Planned);

        engine.start(&request, at(0)).await.unwrap();
        engine.run_once(at(10)).await.unwrap();
        engine.run_once(at(4_000)).await.unwrap();
        let sent = ledger(&seen);
        assert_eq!((sent[0].0.as_str(), sent[1].0.as_str()), ("email", "phone"));
        assert_eq!(keys(&sent), [["a/1/0"], ["a/1/1"]], "the key is the same");
        assert_eq!(engine.counts().rerouted, 1);
    });
}

#[test]
fn an_outcome_may_send_it_over_another_channel() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["phone", "email"], |delivery| {
        match delivery.notification().phone_number() {
            _ if delivery.channel() == &Channel::EMAIL => Outcome::Delivered(Response::None),
            Some("+bad") => Outcome::Rejected(Cause::BadDestination.into()),
            _ => Outcome::RetryAfter {
                at_least: None,
                reason: Cause::Machine.into(),
            },
        }
    })
    .channel(
        "phone",
        ChannelPolicy::new()
            .on(Cause::BadDestination, Reaction::Instead(Channel::EMAIL))
            .on(Cause::Machine, Reaction::Instead(Channel::EMAIL)),
    )
    .build()
    .unwrap();
    block_on(async {
        for number in ["+bad", "+1"] {
            let call = Notification::at(Channel::PHONE, at(0))
                .to_phone_number(number)
                .to_email("desk@hotel.example");
            start(&engine, number, call).await;
        }
        assert_eq!(engine.run_once(at(0)).await.unwrap(), None);
        let channels: Vec<_> = ledger(&seen)
            .into_iter()
            .map(|(channel, _)| channel)
            .collect();
        let mails = channels
            .iter()
            .filter(|channel| *channel == "email")
            .count();
        assert_eq!((channels.len(), mails), (4, 2));
        assert_eq!(engine.counts().dead, 0);
    });
}

#[test]
fn ways_that_lead_nowhere_or_in_circles_are_refused() {
    let seen = Ledger::default();
    let to = |channel| ChannelPolicy::new().closed_window(ClosedWindow::Downgrade(channel));
    let refused = engine(&seen, &["phone"], delivered)
        .channel("phone", to(Channel::EMAIL))
        .build();
    let nowhere = BuildError::NoNotifier {
        channel: "email".into(),
    };
    assert_eq!(refused.unwrap_err(), nowhere);
    let refused = engine(&seen, &["phone", "email"], delivered)
        .channel("phone", to(Channel::EMAIL))
        .channel(
            "email",
            ChannelPolicy::new().on(Cause::Other, Reaction::Instead(Channel::PHONE)),
        )
        .build();
    assert!(matches!(refused.unwrap_err(), BuildError::Circle { .. }));
}

#[test]
fn a_message_is_filled_in_from_details_of_notification_and_process() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["email"], delivered)
        .template(
            "email",
            "waiting",
            "{{{tenant}}} order {order} for {guest}, attempt {attempt}"
                .parse()
                .unwrap(),
        )
        .build()
        .unwrap();
    block_on(async {
        let request = StartRequest::new(id("a"))
            .tenant(TenantId::new("hotel-1").unwrap())
            .with("order", 17)
            .unwrap()
            .with("guest", "nobody")
            .unwrap()
            .notify(mail(0).saying("waiting").with("guest", "Ada").unwrap());
        engine.start(&request, at(0)).await.unwrap();
        engine.run_once(at(0)).await.unwrap();
        let sent = ledger(&seen);
        assert_eq!(sent[0].1[0].1, "{hotel-1} order 17 for Ada, attempt 1");
    });
}

#[test]
fn a_message_that_cannot_be_written_is_refused_when_it_is_asked_for() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["email", "sms"], delivered)
        .template("email", "waiting", "Order {order}".parse().unwrap())
        .channel(
            "sms",
            ChannelPolicy::new().on(Cause::NoAnswer, Reaction::Instead(Channel::EMAIL)),
        )
        .template("sms", "waiting", "Waiting".parse().unwrap())
        .template("sms", "short", "Come".parse().unwrap())
        .build()
        .unwrap();
    let sms = || Notification::at(Channel::new("sms").unwrap(), at(0));
    let missing = MessageError::MissingField {
        field: "order".into(),
    };
    let list = MessageError::NotText {
        field: "order".into(),
        found: "a list",
    };
    let unknown = |channel: &str, template: &str| MessageError::UnknownTemplate {
        channel: channel.into(),
        template: template.into(),
    };
    let cases = [
        (mail(0).saying("waiting"), missing.clone()),
        (mail(0).saying("waiting").with("order", [1]).unwrap(), list),
        (mail(0).saying("other"), unknown("email", "other")),
        // It may go over to e-mail, so it must be fit for that too.
        (sms().saying("waiting"), missing),
        (sms().saying("short"), unknown("email", "short")),
    ];
    block_on(async {
        for (notification, expected) in cases {
            let request = StartRequest::new(id("a")).notify(notification);
            let refused = engine.start(&request, at(0)).await.unwrap_err();
            assert!(
                matches!(&refused, Error::Message(error) if *error == expected),
                "{refused:?} instead of {expected:?}"
            );
        }
        assert!(engine.process(&id("a")).await.unwrap().is_none());

        let body = br#"{"process-id":"b","action":"start","notifications":
            [{"channel":"email","at":1,"email":"a@x.org","template":"waiting"}]}"#;
        let request = Received::new(RequestId::new("m1").unwrap(), body.to_vec());
        let submitted = engine.submit(request, at(0)).await.unwrap();
        let Submitted::Rejected(reason) = submitted else {
            panic!("not rejected: {submitted:?}");
        };
        let words = "the field `order` of the message is missing: add it as a detail";
        assert_eq!(
            (reason.cause(), reason.detail()),
            (Cause::InvalidRequest, words)
        );
        let letters = engine.store().dead_letters(None, 9).await.unwrap();
        assert_eq!(letters.len(), 1, "rejected, and kept");
    });
}

#[test]
fn texts_that_are_no_templates_say_where() {
    for (text, error) in [
        ("a {b", TemplateError::LoneBrace { at: 2 }),
        ("a } b", TemplateError::LoneBrace { at: 2 }),
        ("{a {b}", TemplateError::LoneBrace { at: 0 }),
        ("ž{ }", TemplateError::Nameless { at: 2 }),
    ] {
        assert_eq!(
            text.parse::<escalation_core::Template>().unwrap_err(),
            error
        );
    }
    let template: escalation_core::Template = "{{{a}}} {b}".parse().unwrap();
    assert_eq!(template.fields().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(template.to_string(), "{{{a}}} {b}");
}

#[test]
fn a_flood_of_one_tenant_does_not_keep_another_waiting() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["email"], delivered)
        .concurrency(4)
        .build()
        .unwrap();
    block_on(async {
        let flood = TenantId::new("flood").unwrap();
        let mut request = StartRequest::new(id("storm")).tenant(flood);
        for _ in 0..1_000 {
            request = request.notify(mail(0));
        }
        engine.start(&request, at(0)).await.unwrap();
        let other = StartRequest::new(id("small"))
            .tenant(TenantId::new("small").unwrap())
            .notify(mail(60));
        engine.start(&other, at(0)).await.unwrap();
        engine.run_once(at(60)).await.unwrap();
        let sent = ledger(&seen);
        let turn = keys(&sent)
            .iter()
            .position(|keys| keys[0].starts_with("small"));
        assert!(
            turn.unwrap() < 8,
            "it came at turn {turn:?} of {}",
            sent.len()
        );
    });
}

#[test]
fn a_number_is_rung_at_most_as_often_as_people_bear() {
    let seen = Ledger::default();
    let engine = engine(&seen, &["phone"], delivered)
        .channel(
            "phone",
            ChannelPolicy::new().within(Admission::considerate_calls()),
        )
        .build()
        .unwrap();
    block_on(async {
        for number in 0..30 {
            let call = Notification::at(Channel::PHONE, at(0)).to_phone_number("+1");
            start(&engine, &format!("alarm-{number}"), call).await;
        }
        let (mut times, mut next) = (Vec::new(), Some(at(0)));
        while let Some(now) = next {
            next = engine.run_once(now).await.unwrap();
            for _ in ledger(&seen) {
                times.push(now);
            }
        }
        assert_eq!(times.len(), 30, "all in the end");
        for (index, time) in times.iter().enumerate() {
            let within = |minutes| {
                let from = *time - TimeDelta::minutes(minutes);
                times[..=index]
                    .iter()
                    .filter(|other| **other > from)
                    .count()
            };
            assert!(within(1) <= 1);
            assert!(within(15) <= 3 && within(60) <= 7 && within(180) <= 15);
        }
    });
}
